"""Writes jinja.json: what transformers' own Jinja environment makes of small templates.

Needs transformers (5.18) and jinja2 (3.1): python test/support/chat/jinja.py
"""

import datetime
import json
import pathlib

from transformers.utils import chat_template_utils


class Now(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2025, 3, 9, 8, 5, 6)


chat_template_utils.datetime = Now
spaces = "\u00a0\u2003\x1c \n hi \u200b\ufeff\t\u3000"
context = {
    "text": "Hello wide World",
    "spaces": spaces,
    "empty": "",
    "nothing": None,
    "words": ["b", "A", "c", "a"],
    "numbers": [3, 1, 2],
    "emoji": "a😀é",
    "record": {"b": 1, "a": [1, 2.5, None, True], "c": {"x": "ü<&>'\""}},
    "turns": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a", "extra": 1}],
}
expressions = r"""
spaces.strip() | spaces | trim | spaces.lstrip() | spaces.rstrip() | '\n\nx\n'.strip('\n') | 'xyx'.lstrip('x') | 'abc'.rstrip('cb')
'' == false | '' != false | 0 == false | 1 == true | 1.0 == 1 | 'a' == 'a' | none == false | [] == () | [1] == [1.0] | {'a': 1} == {'a': true}
text[::-1] | text[1:4] | text[-3:] | text[:-2] | words[::-1] | words[1:] | words[5:] | emoji[::-1] | emoji[1] | emoji | length | words[-1] | words[9] is defined
text.split() | text.split(' ', 1) | text.split('w')[-1] | text.rsplit(' ', 1) | 'a\nb\r\nc'.splitlines() | 'a,b'.partition(',') | ' a  b '.split() | 'aXbXc'.rpartition('X')
text.upper() | text.title() | 'it\'s a'.title() | text | title | 'it\'s a-b'|title | text.swapcase() | text | capitalize | 'STRASSE ß'|upper | text.startswith('He') | text.endswith(('x', 'ld')) | text.replace('l', 'L', 2) | text.replace('', '-') | text.find('W') | text.count('l')
'%s-%d-%.2f-%5s|%-5s|%05d' % ('a', 3, 2.5, 'b', 'c', 42) | '%s' % none | '%(a)s' % {'a': 1} | '{}-{}'.format(1, 'b') | '{1}{0}'.format('a', 'b') | '{x:>5}|{y:.3f}|{z:05d}'.format(x='a', y=1.5, z=7) | '{:,}'.format(1234567) | '%x' % 255 | '%s %s' | format('a', 'b') | '100%%' % ()
7 / 2 | 7 // 2 | -7 // 2 | -7 % 3 | 2 ** 10 | 2 ** -1 | 4 / 2 | 1 + 2.0 | 'a' * 3 | [1] * 2 | 1e16 | 0.00001 | 1.5e300 | -1 | 10 % 3 | 3.0 | 1_000 | 0x1f | -2 ** 2 | 5 - 3 - 1 | 1 ~ 'a' ~ none ~ true | 0.1 + 0.2
record | tojson | record | tojson(indent=2) | record | tojson(ensure_ascii=true) | record | tojson(sort_keys=true) | record | tojson(separators=(',', ':')) | {} | tojson | [] | tojson(indent=4) | emoji | tojson(true) | {1: 2, none: 3, true: 4} | tojson | 1.0 | tojson | 'a"\\\n\u0001' | tojson
record | string | words | string | (1,) | string | () | string | 'it\'s' | list | ['it\'s', 'a"b', 'a\nb', '\x00é'] | string | {1: 'a', 'b': none} | none | true | [1.0, 2]
record.items() | list | record | items | list | record | dictsort | record.keys() | list | record.b | record['b'] | record.get('zz', 5) | record.get('zz') | record.zz is defined | record.zz | 'b' in record | 'zz' not in record | record | length | {'items': 1}.items is callable | {1: 'one'}[1] | {'a': 1}['a'] | dict(a=1, b='x') | dict(record, d=4) | length
words | sort | words | sort(case_sensitive=true) | words | sort(reverse=true) | words | unique | list | words | join(', ') | numbers | sum | numbers | max | numbers | min | words | first | words | last | words | reverse | list | words | map('upper') | join | numbers | select('gt', 1) | list | numbers | reject('odd') | list | numbers | batch(2) | list | numbers | sort | join('-')
turns | selectattr('role', 'equalto', 'user') | list | turns | selectattr('extra', 'defined') | map(attribute='extra') | list | turns | rejectattr('role', 'eq', 'user') | map(attribute='role') | join | turns | map(attribute='zz', default='-') | join | turns | groupby('role') | map('first') | list
'x' | default('y') | missing | default('y') | '' | default('y', true) | none | default('y') | missing | d | missing is undefined | missing is defined | not missing | missing | length | 'a' if missing | 'b' if missing else 'c' | missing == missing2 | missing | list
1 is odd | 2 is even | 4 is divisibleby 2 | none is none | 'a' is string | 1 is number | true is number | 1 is integer | 1.0 is float | true is boolean | {} is mapping | 'a' is iterable | 1 is iterable | [] is sequence | {} is sequence | 'a' is lower | 'A' is upper | 1 is sameas 1 | 2 is gt 1 | 'a' is in ['a'] | 1 is eq 1 | 'a' is not none | none is not none | words is callable | true is true | 1 is true
'5' | int | '5.7' | int | 'x' | int(3) | 5.9 | int | '2.5' | float | 3 | float | 2.5 | round | 3.5 | round | 2.345 | round(2) | 2.5 | round(method='floor') | -3 | abs | 'ff' | int(base=16) | 'a' | center(5) | text | truncate(9) | text | wordcount | 'a\nb' | indent | 'a\n\nb' | indent(2, true) | '<a>' | escape | text | list | first | 'a b' | urlencode
strftime_now('%d %b %Y') | strftime_now('%Y-%m-%d') | strftime_now('%A, %B %e, %I:%M %p') | strftime_now('%j %U %W %V %G %u %w') | strftime_now('%c') | strftime_now('%x %X %y %%') | strftime_now('%-d/%-m') | strftime_now('%H:%M:%S.%f')
1 < 2 < 3 | 3 > 2 > 2 | 'a' < 'b' | [1, 2] < [1, 3] | 1 in [1, 2] and 2 not in [1] | not true or true | true and 'x' | '' or 'y' | 'ell' in text | none or false | (1, 2)[0] | [1, 2, 3][0:2] | range(3) | list | range(5, 0, -2) | list | range(0) | list
1 < 'a' | 'a' + 1 | 'a' + ['b'] | missing.x | missing + 'a' | none.x.y | missing() | 1 | nofilter | 1 is notest | none | length | 1 / 0 | words.append('x') | range(200000) | text.nope() | raise_exception('no ' ~ text) | none | list | 1[0] | {}['x'] | {[]: 1} | 'a' | int + 'b'
""".strip()


statements = [
    "{% for x in words %}{{ loop.index }}{{ x }}{% if loop.last %}!{% endif %}{% endfor %}",
    "{% for x in words if x != 'A' %}{{ loop.index0 }}{{ x }}{{ loop.length }}{% else %}none{% endfor %}",
    "{% for x in numbers %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% if x == 2 %}{% break %}{% endif %}{% endfor %}",
    "{% for c in emoji %}[{{ c }}]{% endfor %}",
    "{% for k, v in record.items() %}{{ k }}={{ v }};{% endfor %}",
    "{% for k in record %}{{ k }}{% endfor %}",
    "{% for x in [] %}a{% else %}b{% endfor %}",
    "{% set ns = namespace(n=0, s='') %}{% for x in numbers %}{% set ns.n = ns.n + x %}{% endfor %}{{ ns.n }}",
    "{% set x = 1 %}{% for i in numbers %}{% set x = x + 1 %}{{ x }}{% endfor %}{{ x }}",
    "{% set x = 1 %}{% if true %}{% set x = 2 %}{% endif %}{{ x }}",
    "{% set a, b = 1, 2 %}{{ a }}{{ b }}",
    "{% set t %}\n in {{ text }}\n{% endset %}[{{ t }}]",
    "{% set t | upper %}abc{% endset %}{{ t }}",
    "{% macro m(a, b='x', c=none) %}{{ a }}-{{ b }}-{{ c }}{% endmacro %}{{ m(1) }} {{ m(1, c=3) }} {{ m(b=2, a=1) }}",
    "{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, x=2) }}",
    "{% macro m(a) %}<{{ caller() }}{{ a }}>{% endmacro %}{% call m(1) %}in{% endcall %}",
    "{% macro m() %}{{ caller('v') }}{% endmacro %}{% call(x) m() %}[{{ x }}]{% endcall %}",
    "{% macro rec(n) %}{{ n }}{% if n > 0 %}{{ rec(n - 1) }}{% endif %}{% endmacro %}{{ rec(3) }}",
    "{% filter upper %}abc{{ text }}{% endfilter %}",
    "{% with a = 1, b = 2 %}{{ a + b }}{% endwith %}",
    "{% raw %}{{ x }}{% if %}{% endraw %}!",
    "{# comment {{ x }} #}a{#- b -#} c",
    "  {% if true %}\n  a\n  {% endif %}\n b",
    "a {%- if true -%} b {%- endif -%} c",
    "a\n  {%+ if true %}\nb\n  {% endif +%}\nc",
    "{{ 'a' -}}  b  {{- 'c' }}\n\n",
    "a\n",
    "a\n\n",
    "{% generation %}{{ text }}{% endgeneration %}!",
    "{% for x in numbers recursive %}{{ x }}{% if x == 3 %}{{ loop([1]) }}{% endif %}{% endfor %}",
    "{% for x in words %}{{ loop.cycle('a', 'b') }}{{ loop.previtem }}{{ loop.nextitem }}{{ loop.changed(x | lower) }}{% endfor %}",
    "{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}",
    "{% set j = joiner(', ') %}{{ j() }}a{{ j() }}b",
    "{% if a is defined and a %}x{% elif text %}y{% else %}z{% endif %}",
    "{{ turns[0].role }}{{ turns[0]['content'] }}{{ turns.0.role }}",
    "{{ 'a' 'b' }}{{ \"q\\n\\t\\x41\\u00e9\\q\" }}",
    "{{ {'a': {'b': 1}}.a.b }}{{ {'a': 1,} }}{{ [1, 2,] }}",
    "{% for a, (b, c) in [(1, (2, 3))] %}{{ a }}{{ b }}{{ c }}{% endfor %}",
    "{{ loop is defined }}",
    "{{ 1 + }}", "{% nope %}", "{{ 'a }}", "{% endif %}", "{{ (1 }}", "a\nb {% set x = %}",
    "line\n{{ missing.x }}", "\n\n{{ raise_exception('here') }}", "{% for x in none %}{% endfor %}", "{% set text.x = 1 %}", "{% set a, b = [1] %}",
    "{{ '\u2028' | trim }}x{% set y = '{{' %}{{ y }}", "a\r\nb\r{% if true %}\r\nc{% endif %}",
]


cases = []
# A bar divides the cases of a line, but for one before the name of a filter.
names = set(chat_template_utils._compile_jinja_template("").environment.filters) | {"nofilter"}
for line in expressions.splitlines():
    parts, current = line.split(" | "), []
    for part in parts:
        word = part.split("(")[0].split(" ")[0].split(")")[0].split("[")[0]
        if current and word in names and not part.startswith(("'", "[", "{")):
            current[-1] += " | " + part
        else:
            current.append(part)
    cases += ["{{ " + one + " }}" for one in current]
records = []
for template in [*cases, *statements]:
    record = {"template": template}
    try:
        record["text"] = chat_template_utils._compile_jinja_template(template).render(**context)
    except Exception as error:
        record["error"] = type(error).__name__
        record["message"] = str(error)
        line = getattr(error, "lineno", None)
        if line is not None:
            record["line"] = line
    records.append(record)
out = pathlib.Path(__file__).with_name("jinja.json")
out.write_text(json.dumps({"context": context, "cases": records}, indent=1, ensure_ascii=True) + "\n")
print(len(records))
