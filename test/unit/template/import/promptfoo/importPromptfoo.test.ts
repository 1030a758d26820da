import { describe, expect, it } from 'vitest';
import { importPromptfoo } from '../../../../../src/template/import/promptfoo/importPromptfoo';
import { around, bodyOf, checked, fieldText, rowsOf } from '../../../../support/imports/imports';
import { lines } from '../../../../support/text/lines';

describe('promptfoo configurations as people have them', () => {
  const imported = (name: string) => importPromptfoo(fieldText('promptfoo', name), { name, ...around('promptfoo') });
  const inline = (text: string, more: Readonly<Record<string, string>> = {}) =>
    importPromptfoo(text, { name: 'x', ...around('promptfoo', more) });

  it('has the tests of files and of lists', () => {
    expect(rowsOf(imported('1-tests-in-files.yaml'))).toEqual([
      { x: 'two', answer: 'two' },
      { x: 'one', answer: 'one' },
    ]);
  });

  it('makes a row of every combination of lists of values', () => {
    const rows = rowsOf(imported('2-list-of-values.yaml'));
    expect(rows.map(({ x, lang }) => `${String(x)} ${String(lang)}`)).toEqual(['one fr', 'one de', 'two fr', 'two de']);
    const once = inline(
      'prompts: ["{{x}}"]\ntests: [{ vars: { x: [a, b], n: [1, 2] }, options: { disableVarExpansion: true }, ' +
        'assert: [{ type: equals, value: y }] }]',
    );
    expect(rowsOf(once)).toEqual([{ x: ['a', 'b'], n: [1, 2], answer: 'y' }]);
  });

  it('has the text of files as values, and one row for each file of a pattern', () => {
    expect(rowsOf(imported('3-file-value.yaml'))).toEqual([{ doc: 'The sea is wide.', answer: 'sea' }]);
    const many = inline(
      'prompts: ["{{d}} {{y}}"]\ntests: [{ vars: { d: "file://docs/*.txt", y: file://y.yaml, z: file://z.js }, ' +
        'assert: [{ type: equals, value: y }] }]',
      { 'docs/a.txt': 'A\n', 'docs/b.txt': 'B', 'y.yaml': 'k: 1' },
    );
    expect(rowsOf(many).map(({ d, y }) => [d, y])).toEqual([
      ['A', '{"k":1}'],
      ['B', '{"k":1}'],
    ]);
    expect(many.notCarried.join()).toContain('would have to be run');
  });

  it('has the labels of a table', () => {
    expect(rowsOf(imported('4-csv.yaml'))).toEqual([
      { text: 'lovely', answer: 'good' },
      { text: 'awful', answer: 'bad' },
    ]);
    const table = lines(
      'text,__expected1,__expected2,__description',
      '"a, ""b""",good,similar(0.8): x,d',
      'c,equals: bad,,',
      '"d\nd",good,,',
      'e,bad,,',
    );
    const found = inline('prompts: ["{{text}}"]\ntests: t.csv', { 't.csv': table });
    expect(rowsOf(found)).toEqual([
      { text: 'a, "b"', label: 'good' },
      { text: 'c', label: 'bad' },
      { text: 'd\nd', label: 'good' },
      { text: 'e', label: 'bad' },
    ]);
    expect(checked(found).output).toMatchObject({ name: 'label', labels: ['good', 'bad'] });
    expect(found.notCarried.join()).toContain('similar');
  });

  it('reads an answer that is a variable of the test, from the test or from all of them', () => {
    const text = lines(
      'prompts: ["{{q}}"]',
      'defaultTest: { vars: { lang: fr }, assert: [{ type: equals, value: "{{want}}" }] }',
      'scenarios: [{ config: [{ vars: { q: a } }, { vars: { q: b } }], tests: [{ vars: { want: x } }] }]',
    );
    expect(rowsOf(inline(text))).toEqual([
      { lang: 'fr', q: 'a', want: 'x', answer: 'x' },
      { lang: 'fr', q: 'b', want: 'x', answer: 'x' },
    ]);
  });

  it('converts indices, conditions and loops, and goes into lists whole', () => {
    const index = imported('5-index.yaml');
    expect(checked(index).shown(rowsOf(index)[0]!)).toBe('Pick A) x B) y \n');
    const condition = imported('6-condition.yaml');
    expect(checked(condition).shown(rowsOf(condition)[0]!)).toBe('Hint: h. a b Go.\n');
  });

  it('reads prompts in mappings, patterns, messages and files of messages', () => {
    expect(imported('7-globs-and-map.yaml').files.map(({ text }) => text.split('\n').at(-3))).toEqual([
      'Say {{x}}',
      'Tell {{x}}',
    ]);
    const chat = '[{"role": "system", "content": "Be {{how}}."}, {"role": "user", "content": "{{q}}"}]';
    const found = inline('prompts: ["file://p/*.{txt,json}", file://c.yaml]\ntests: []', {
      'p/a.txt': 'one\n---\ntwo {{q}}',
      'p/b.json': chat,
      'c.yaml': '- role: user\n  content: "{{role}} {{q}}"\n- { role: assistant, content: Yes }',
    });
    expect(found.files).toHaveLength(4);
    expect(found.files[2]!.text).toContain('{{role "system"}}\nBe {{how}}.\n{{role "user"}}\n{{q}}\n{{answer}}');
    expect(found.files[3]!.text).toContain('{{role "user"}}\n{{this.role}} {{q}}\n{{role "model"}}\nYes');
    for (const at of [0, 1, 2, 3]) checked(found, at);
    expect(found.notCarried).toEqual([]);
  });

  it('reads merges and many aliases, and says where YAML is broken', () => {
    expect(rowsOf(imported('8-merge.yaml'))).toEqual([{ lang: 'fr', x: 'one', answer: 'un' }]);
    expect(rowsOf(imported('a-120-aliases.yaml'))).toHaveLength(120);
    expect(() => inline('prompts: [a]\ntests:\n  - vars: { x: 1\n')).toThrow(
      expect.objectContaining({ code: 'import-format', message: expect.stringContaining('not valid YAML: ') }),
    );
    expect(() => inline('prompts: a\n\ta: 1')).toThrow(expect.objectContaining({ location: { line: 2 } }));
  });

  it('keeps braces behind values, and names that helpers have', () => {
    const found = imported('9-brace.yaml');
    expect(checked(found).shown(rowsOf(found)[0]!)).toBe('Return {"a": 1} and cook {}\n');
  });
});

describe('importing promptfoo', () => {
  const imported = (text: string, more: Readonly<Record<string, string>> = {}) =>
    importPromptfoo(text, { name: 'x', ...around('promptfoo', more) });
  const notes = (text: string, more: Readonly<Record<string, string>> = {}) =>
    imported(text, more).notCarried.join('\n');
  const withTests = (prompt: string, tests: string) => `prompts: [${JSON.stringify(prompt)}]\ntests: ${tests}`;

  it.each([
    ['good', 'good'],
    ['equals: good', 'good'],
    ['equals:good', 'good'],
    ['contains: a, b', 'a, b'],
    ['icontains(0.5): Good', 'Good'],
    ['starts-with: The', 'The'],
    ['note: this', 'note: this'],
    ['https://a.b', 'https://a.b'],
    ['file://expected.txt', 'from the file'],
    ['"say ""hi"""', 'say "hi"'],
  ])('reads the answer of the cell %s', (cell, answer) => {
    const table = `q,__expected\na,${cell.includes(',') ? `"${cell}"` : cell}\n`;
    const found = imported(withTests('{{q}}', 't.csv'), { 't.csv': table, 'expected.txt': 'from the file\n' });
    expect(rowsOf(found)).toEqual([{ q: 'a', answer }]);
    checked(found);
  });

  it.each([
    ...['contains-any: x', 'contains-all: x', 'javascript: output.length > 3', 'fn: x', 'eval: x', 'python: x'],
    ...['llm-rubric: is kind', 'grade: kind', 'similar(0.8): x', 'similar:cosine(0.8): x', 'is-json', 'not-equals: x'],
    ...['not-contains: x', 'regex: x', 'cost: 1', 'latency(5): x', 'is-refusal', 'g-eval: x', 'file://check.py'],
    ...['file://check.js:fn', 'gleu(0.5): x', 'model-graded-closedqa: x', 'is-valid-openai-tools-call'],
  ])('lists %s, which says no answer', (cell) => {
    const found = imported(withTests('{{q}}', 't.csv'), { 't.csv': `q,__expected\na,${cell}\n` });
    expect(found.files).toHaveLength(1);
    expect(found.notCarried.join('\n')).toMatch(/Assertions of type "[\s\S]*1 of 1 tests/);
  });

  it('takes the assertion that says most of the answer, in whatever order and set they stand', () => {
    const tests = lines(
      '',
      '  - vars: { x: a }',
      '    assert:',
      '      [{ type: starts-with, value: w }, { type: contains, value: wh }, { type: equals, value: whole }]',
      '  - { vars: { x: b }, assert: [{ type: assert-set, assert: [{ type: icontains, value: part, weight: 2 }] }] }',
      '  - { vars: { x: c }, assert: { type: equals, value: { k: 1 } } }',
      '  - { vars: { x: d }, assert: file://asserts.yaml }',
      '  - { vars: { x: e }, assert: [{ $ref: "#/assertionTemplates/good" }] }',
      '  - { vars: { x: f }, assert: [{ type: equals, value: false }] }',
      'assertionTemplates: { good: { type: equals, value: good } }',
    );
    const found = imported(withTests('{{x}}', tests), { 'asserts.yaml': '- { type: equals, value: read }' });
    expect(rowsOf(found).map(({ answer }) => answer)).toEqual(['whole', 'part', '{"k":1}', 'read', 'good', 'false']);
    expect(found.notCarried).toEqual([
      '"weight" of assertions, which has no counterpart.',
      '"equals" of 5 of 6 rows, which are judged by "icontains" as the others are.',
      'Assertions of type "starts-with" of 1 of 6 rows: a metric judges every row.',
      'Assertions of type "contains" of 1 of 6 rows: a metric judges every row.',
    ]);
  });

  it('reads tables with quotes inside values, marks at the start and cells over several lines', () => {
    const table = 'q,__expected\r\n5" nail,equals: a\r\n"two\nlines",b\r\n\r\n"with, comma",c\r\n';
    const rows = rowsOf(imported(withTests('{{q}}', 't.csv'), { 't.csv': table }));
    expect(rows.map(({ q }) => q)).toEqual(['5" nail', 'two\nlines', 'with, comma']);
  });

  it('lists the columns of a table that promptfoo itself reads, and keeps those that no prompt can name', () => {
    const table = 'q,first name,__expected,__prefix,__description,__metadata:cat,__metric\na,A,b,P,d,c,\n';
    const found = imported(withTests('{{q}}', 't.csv'), { 't.csv': table });
    expect(rowsOf(found)).toEqual([{ q: 'a', 'first name': 'A', answer: 'b' }]);
    expect(found.files[0]!.text).not.toContain('first name');
    expect(found.notCarried.map((note) => /"([^"]*)"/.exec(note)![1])).toEqual([
      '__prefix',
      '__description',
      '__metadata:cat',
    ]);
  });

  it('fills in variables that name variables of the same test, in values and in answers', () => {
    const found = imported(
      lines(
        'prompts: ["{{greeting}}"]',
        'defaultTest: { vars: { greeting: "Hello {{ title }} {{user.name}}\\n", title: "Dr {{mood}}", mood: good } }',
        'tests: [{ vars: { user: { name: Ann } }, assert: [{ type: equals, value: "Hi {{user.name}} {{nobody}}" }] }]',
      ),
    );
    expect(rowsOf(found)[0]).toMatchObject({ greeting: 'Hello Dr good Ann', answer: 'Hi Ann {{nobody}}' });
    expect(found.notCarried.join()).toContain('{{nobody}} in an assertion');
    expect(notes(withTests('{{x}}', '[{ vars: { x: "a {{ y | upper }}" } }]'))).toContain(
      '{{ y | upper }} in a value of "x"',
    );
  });

  it('has every variable of the prompts in every row, and says where it was missing', () => {
    const asserts = 'assert: [{ type: equals, value: z }]';
    const found = imported(
      withTests('{{x}} {{y}} {{env.HOME}}', `[{ vars: { x: a, y: ~ }, ${asserts} }, { vars: { x: b }, ${asserts} }]`),
    );
    expect(rowsOf(found)).toEqual([
      { x: 'a', y: '', env: '', answer: 'z' },
      { x: 'b', y: '', env: '', answer: 'z' },
    ]);
    expect(found.notCarried).toEqual([
      '"y", for which 1 of 2 tests have no value: it is empty there.',
      '"env", for which no test has a value: it is empty in every row.',
    ]);
    expect(checked(found).shown(rowsOf(found)[0]!)).toBe('a  \n');
  });

  it('keeps every variable of a row where it cuts combinations off', () => {
    const ten = JSON.stringify([...'abcdefghij']);
    const vars = `{ a: ${ten}, b: ${ten}, c: ${ten}, d: ${ten}, e: [x, y], f: z }`;
    const found = imported(withTests('{{a}}', `[{ vars: ${vars}, assert: [{ type: equals, value: q }] }]`));
    const rows = rowsOf(found);
    expect(rows).toHaveLength(10_000);
    expect(rows.every((row) => Object.keys(row).join('') === 'abcdefanswer')).toBe(true);
    expect(new Set(rows.map((row) => JSON.stringify(row))).size).toBe(10_000);
    expect(found.notCarried).toEqual(['Combinations beyond the first 10000 of a test.']);
  });

  it('reads tests of every kind of file, each relative to its own folder, and goes on where one is broken', () => {
    const found = imported(
      withTests('{{x}}', '[a.jsonl, a.json, flat.json, sub/t.yaml, broken.yaml, broken.jsonl, none.yaml, "s.xlsx"]'),
      {
        'a.jsonl': '{"vars":{"x":"1"},"assert":[{"type":"equals","value":"r1"}]}\n\n',
        'a.json': '{"vars":{"x":12345678901234567890},"assert":[{"type":"equals","value":"r2"}]}',
        'flat.json': '[{"x":"3","__expected":"equals: r3"}]',
        'sub/t.yaml': '- vars: v.yaml\n  assert: [{ type: equals, value: r4 }]',
        'sub/v.yaml': 'x: 4',
        'broken.yaml': '- vars:\n    x: [',
        'broken.jsonl': '{"vars":{"x":"5"},"assert":[{"type":"equals","value":"r5"}]}\n{',
      },
    );
    expect(rowsOf(found).map(({ x, answer }) => `${String(x)} ${String(answer)}`)).toEqual([
      ...['1 r1', '12345678901234567890 r2', '3 r3', '4 r4', '5 r5'],
    ]);
    const lost = found.notCarried.join('\n');
    expect(lost).toMatch(
      /"broken\.yaml" is not valid YAML: .*\(line \d\)[\s\S]*"broken\.jsonl", line 2[\s\S]*none\.yaml[\s\S]*s\.xlsx/,
    );
  });

  it('leaves out values that are no text, and says so', () => {
    const text = withTests(
      '{{a}} {{b}}',
      '[{ vars: { a: file://i.PNG, b: file://none.txt }, assert: [{ type: equals, value: y }] }]',
    );
    const found = imported(text, { 'i.PNG': '\u0000' });
    expect(rowsOf(found)).toEqual([{ a: 'file://i.PNG', b: 'file://none.txt', answer: 'y' }]);
    expect(found.notCarried.join('\n')).toMatch(
      /"i\.PNG", which is no text file[\s\S]*"none\.txt", which cannot be read/,
    );
  });

  it('reads prompts with labels, of tables, in one file, and lists those that are none', () => {
    const found = imported(
      lines(
        'description: D',
        'prompts:',
        '  - { label: one, raw: "Say {{x}}", config: { a: 1 } }',
        '  - p.csv',
        '  - file://a.md',
        '  - file://parts.txt',
        '  - 42',
        '  - exec:./x.sh',
        '  - file://x.py:fn',
        '  - file://none/*.txt',
      ),
      {
        'p.csv': 'prompt,label\n"Tell, {{x}}",two\n',
        'a.md': '# T\n\n---\n{{x}}\n',
        'parts.txt': 'a\n  ---\nb {{x}}\n',
      },
    );
    const descriptions = found.files.map((_, index) => checked(found, index).description);
    expect(descriptions).toEqual(['D: one', 'two', undefined, undefined, undefined]);
    expect(found.files.map((_, index) => bodyOf(found, index).replace('\n{{answer}}', ''))).toEqual([
      ...['Say {{x}}', 'Tell, {{x}}', '# T\n\n---\n{{x}}', 'a', 'b {{x}}'],
    ]);
    const lost = found.notCarried.join('\n');
    for (const part of ['"config" of prompts', 'prompt 42', 'exec:./x.sh', '"x.py:fn"', '"none/*.txt"'])
      expect(lost).toContain(part);
  });

  it.each([
    '[{"role":"system","content":"Be {{how}}"},{"role":"user","content":[{"type":"text","text":"{{q}}"}]}]',
    '{"messages":[{"role":"developer","content":"Be {{how}}"},{"role":"user","content":"{{q}}"}]}',
    '- role: system\n  content: Be {{how}}\n- role: user\n  content: "{{q}}"\n',
  ])('reads the chat %s as text, as JSON and as YAML', (chat) => {
    const body = '{{role "system"}}\nBe {{how}}\n{{role "user"}}\n{{q}}\n{{answer}}';
    expect(bodyOf(imported(`prompts: [${JSON.stringify(chat)}]`))).toBe(body);
    for (const name of ['c.yaml', 'c.txt'])
      expect(bodyOf(imported(`prompts: file://${name}`, { [name]: chat }))).toBe(body);
  });

  it('lists what a chat holds besides texts, and JSON that is no chat', () => {
    const chat = [
      {
        role: 'user',
        name: 'Ann',
        content: [
          { type: 'text', text: 'a' },
          { type: 'image_url', image_url: {} },
        ],
      },
      { role: 'assistant', content: null, tool_calls: [] },
    ];
    const found = imported(`prompts: [${JSON.stringify(JSON.stringify(chat))}, '{"a": "{{x}}"}']`);
    expect(bodyOf(found)).toBe('{{role "user"}}\na\n{{role "model"}}\n{{answer}}');
    expect(found.notCarried.join('\n')).toMatch(
      /"image_url"[\s\S]*"name"[\s\S]*"tool_calls"[\s\S]*JSON that is no chat/,
    );
  });

  it('goes through pairs and mappings as the tests have them', () => {
    const prompt = '{% for k, v in m %}{{k}}={{v}};{% endfor %}{% for a, b in p %}{{a}}{{b}};{% endfor %}';
    const tests = '[{ vars: { m: { k1: 1 }, p: [[c, 2]] }, assert: [{ type: equals, value: v }] }]';
    const found = imported(withTests(prompt, tests));
    expect(checked(found).shown(rowsOf(found)[0]!)).toBe('k1=1;c2;\n');
    expect(found.notCarried).toEqual([]);
    expect(notes(withTests(prompt, '[]'))).toContain('keys and values of a mapping');
  });

  it('reads what all tests have from a file, and scenarios from files', () => {
    const found = imported(
      lines(
        'prompts: ["{{lang}} {{t}}"]',
        'defaultTest: file://default.yaml',
        'scenarios: [file://s.yaml]',
        'tests: { vars: [v.yaml], assert: [{ type: equals, value: b }] }',
      ),
      {
        'default.yaml': 'vars: { lang: en }\noptions: { prefix: x }',
        's.yaml': lines(
          'description: d',
          'config: [{ vars: { lang: it } }]',
          'tests: [{ vars: { t: 1 }, assert: [{ type: equals, value: si }] }]',
        ),
        'v.yaml': 't: V',
      },
    );
    expect(rowsOf(found)).toEqual([
      { lang: 'en', t: 'V', answer: 'b' },
      { lang: 'it', t: 1, answer: 'si' },
    ]);
    expect(found.notCarried.join('\n')).toMatch(/defaultTest\.options\.prefix[\s\S]*"description" of scenarios/);
  });

  it('lists every key of a test that has no counterpart', () => {
    const keys = 'description: d, threshold: 1, metadata: {}, provider: p, options: { prefix: P, transform: t }';
    const lost = notes(withTests('{{x}}', `[{ vars: { x: 1 }, ${keys} }]`));
    for (const key of ['description', 'threshold', 'metadata', 'provider', 'options.prefix', 'options.transform'])
      expect(lost).toContain(`"${key}" of tests`);
  });

  it.each([
    ['prompts: [a]\ntests: *no', 2, 'no anchor &no'],
    ['prompts: [a]\nprompts: [b]', 2, 'unique'],
    ['prompts: [a]\n---\nprompts: [b]', 2, 'more than one document'],
    ['prompts:\n  - a\n tests: x', 3, ''],
    ['prompts: "a', 1, ''],
  ])('says where and why %j is no YAML', (text, line, reason) => {
    expect(() => imported(text)).toThrow(
      expect.objectContaining({ message: expect.stringContaining(reason), location: { line } }),
    );
  });

  it('refuses values that contain themselves', () => {
    expect(() => imported('prompts: &p [a, *p]')).toThrow(expect.objectContaining({ code: 'import-format' }));
  });

  it('says why no prompt can be read', () => {
    expect(() => imported('prompts: file://x.py')).toThrow(/no prompt that can be read\. .*"x\.py"/);
  });
});
