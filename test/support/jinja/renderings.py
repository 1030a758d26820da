"""Writes renderings.json: what Jinja 3 renders of templates that the imports convert. Needs jinja2 alone."""

import json
import pathlib

import jinja2

ROW = {
    "name": "Ann",
    "role": "cook",
    "json": "{}",
    "empty": [],
    "nothing": "",
    "notes": ["one", "two"],
    "people": [{"name": "Bo", "role": "guest", "tags": ["x", "y"]}, {"name": "Cy", "role": "host", "tags": []}],
    "table": {"first key": "a", "k": "b"},
    "deep": {"list": ["p", "q"], "if": "named as a helper"},
    "kind": "b",
    "number": 3,
    "flag": True,
    "history": ["h1", "h2"],
    "with": "w",
    "each": "e",
    "pairs": [["k1", "v1"], ["k2", "v2"]],
}

TEMPLATES = [
    "Hello {{ name }}, {{name}}!",
    "{{role}} {{json}} {{with}} {{each}}",
    'Return {"a": {{name}}, "b": {"c": {{kind}}}}',
    "{% for n in notes %}- {{n}} of {{name}}\n{% endfor %}.",
    "{% for p in people %}{{p.role}}: {{p.name}} {{role}}{% for t in p.tags %} {{t}}/{{p.name}}/{{name}}{% endfor %};{% endfor %}",
    "{% for p in people -%}\n  {{p.name}}\n{%- endfor %}|",
    "a  {{- name -}}  b",
    "{% if name %}yes{% else %}no{% endif %} {% if nothing %}yes{% else %}no{% endif %} {% if empty %}1{% endif %}2",
    "{% if notes|length > 0 %}some{% endif %}{% if notes | length %}some{% endif %}{% if empty|length == 0 %}none{% endif %}",
    "{% if not nothing %}A{% endif %}{% if not name %}B{% else %}C{% endif %}{% if (name) %}D{% endif %}",
    "{% if kind == 'a' %}1{% elif kind == \"b\" %}2{% else %}3{% endif %}{% if kind != 'b' %}x{% else %}y{% endif %}",
    "{% if number == 3 %}three{% endif %}{% if nothing %}1{% elif name %}2{% elif kind %}3{% endif %}",
    "{% if role %}{{role}}{% endif %}{% for h in history %}{{h}}{% endfor %}{% if history %}!{% endif %}",
    "{{notes[0]}} {{notes[1]}} {{table['first key']}} {{table['k']}} {{deep.list[1]}} {{deep['if']}}",
    "{% for k, v in table.items() %}{{k}}={{v}} {{name}};{% endfor %}",
    "{% for n in notes %}{% if loop.first %}[{% endif %}{{n}}{% if not loop.last %}, {% else %}]{% endif %}{% endfor %}",
    "{% for e in empty %}{{e}}{% else %}nobody{% endfor %}",
    "{# a note -- with dashes #}{{ 'text' }}{% raw %} {{name}} {% if %}{% endraw %}",
    "C:\\{{name}} \\\\{{kind}} {{{'{'}}",
    "{{name}}{{kind}}}} }",
    "{% for p in people %}{% for n in notes %}{{p.name}}{{n}}{{kind}} {% endfor %}{% endfor %}",
    "{{% if name %}{{name}}{% endif %}{% if nothing %}{% endif %}{",
    "{{ name | safe }}{% for n in deep.list %}<{{n}}>{% endfor %}",
    "Items:\n{%- for n in notes %}\n- {{ n }}\n{%- endfor %}\nEnd",
    "{%- for p in people %}\n{{p.name}}:{%- for t in p.tags %}\n  {{t}}\n{%- endfor %}\n{%- endfor %}\nend",
    "{% if name -%}\n  A\n{%- else -%}\n  B\n{%- endif %}\nC\n",
    "one\n  {% if name -%}\n A{% endif %}\n\t{%- if nothing %}\nX\n{%- else %}\nY\n{%- endif %}\nZ",
    "one\n{%- if name -%}\ntwo\n{%- endif -%}\n\n three\n{%- if name %}\nfour{% endif %}",
    "x {#- a note -#} y {# plain #}z\n{#- note #}\nw\n  {# note -#}\n v",
    "{{ 'a\\nb' }} {{ \"it's\" }} {{ 'it\\'s' }} {{ 'caf\\u00e9 \\x41' }} a {{- ' b ' -}} c",
    "{% for a, b in pairs %}{{a}}={{b}};{% endfor %}{% for p in people %}{% for a, b in pairs %}{{p.name}}{{a}}{{name}}{{b}} {% endfor %}{% endfor %}",
    "{% for a, b in pairs %}{% for n in notes %}{{a}}{{n}}{{b}} {% endfor %}{% if a == 'k1' %}first{% endif %}{% endfor %}",
    "{% for k in table %}{{k}},{{name}} {% endfor %}{% for k, v in table|items %}{{k}}={{v}};{% endfor %}",
    "{% for a in notes %}{% for b in notes %}{{a}}-{{b}} {{name}};{% for x, y in pairs %}{{a}}{{x}}{{role}}{% endfor %}{% endfor %}{% endfor %}",
    "{% for a, b in pairs %}{% for c, d in pairs %}{{a}}{{d}}{{c}}{{b}}{{kind}} {% endfor %}{% endfor %}",
    "{{ '}}' }}{{ \"{{\" }} {{ \"{{name}}\" }} {{ 'a \\'}} b' }} {{ 5 }} it's {{ name }} 'q' }}",
    "{{notes.0}} {{people.1.name}} {{ pairs[1][0] }}",
]


def render(template):
    try:
        return jinja2.Environment(keep_trailing_newline=True).from_string(template).render(ROW)
    except jinja2.TemplateError:
        return None


cases = [{"template": template, "text": render(template)} for template in TEMPLATES]
target = pathlib.Path(__file__).with_name("renderings.json")
target.write_text(json.dumps({"row": ROW, "cases": [case for case in cases if case["text"] is not None]}, indent=1, ensure_ascii=False) + "\n")
