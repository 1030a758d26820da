import { describe, expect, it } from 'vitest';
import { importPrompty } from '../../../../../src/template/import/prompty/importPrompty';
import { around, bodyOf, checked, fieldText } from '../../../../support/imports/imports';
import { lines } from '../../../../support/text/lines';

describe('Prompty files as people have them', () => {
  const imported = (name: string) =>
    importPrompty(fieldText('prompty', name), {
      name,
      ...around('prompty', { 'items.json': '["a","b"]', 'note.txt': 'Hi' }),
    });

  it('reads names that helpers have, in loops and out of them', () => {
    const loop = '{% for t in turns %}\n{{t.role}}: {{t.content}}\n{% endfor %}';
    const sample = 'sample: { turns: [{ role: user, content: hello }] }';
    const looped = importPrompty(`---\n${sample}\n---\nsystem:\n${loop}`, { name: 'a' });
    expect(checked(looped).shown({})).toContain('\nuser: hello\n');
    expect(checked(imported('6-helper-names.prompty')).shown({ history: 'H', section: 'S' })).toContain(
      'Before: H\nIn: S',
    );
  });

  it('reads conditions on lengths', () => {
    expect(checked(imported('2-condition.prompty')).shown({})).toContain('Be brief.\nNotes:\n- a\n');
    expect(checked(imported('2-condition.prompty')).shown({ notes: [] })).not.toContain('Notes');
  });

  it('gives the answer a name that nothing else has', () => {
    expect(checked(imported('3-name-of-answer.prompty'))).toMatchObject({
      output: { name: 'reply' },
      variables: ['question', 'answer'],
    });
    const both = imported('8-output-is-input.prompty');
    expect(checked(both)).toMatchObject({ output: { name: 'degrees' }, model: 'builtin', defaults: { city: 'Oslo' } });
    expect(both.notCarried.join('\n')).toMatch(/"gpt-4"[\s\S]*output "city"/);
    const helper = importPrompty('---\nname: a\noutputs: { role: { type: string } }\n---\nx', { name: 'a' });
    expect(checked(helper).output?.name).not.toBe('role');
  });

  it("finds roles by Prompty's own pattern, on lines of their own alone", () => {
    const text = imported('4-role-lines.prompty').files[0]!.text;
    expect(text).toContain('{{role "system"}}\nBe kind.\n\n{{role "user"}}\n{{q}}');
    const other = importPrompty(
      '---\nname: a\n---\n ASSISTANT[x="1"] :\nuser: no\n{{q}}user:\nThe system:\n![thread]',
      {
        name: 'a',
      },
    ).files[0]!.text;
    expect(other).toContain('{{role "model"}}\nuser: no\n{{q}}user:\nThe system:\n{{history}}');
  });

  it('keeps braces behind values', () => {
    expect(checked(imported('5-brace-after.prompty')).shown({ ctx: 'C', reply: 'R' })).toContain(
      'Judge {"context": C, "reply": R}',
    );
  });

  it('reads files that values name, and lists what the environment holds', () => {
    expect(checked(imported('7-file-default.prompty')).defaults).toEqual({ items: ['a', 'b'] });
    const other = importPrompty(
      '---\nname: a\nsample: { a: "${file:note.txt}", b: "${env:KEY}", c: "${env:KEY:dflt}", ' +
        'd: "${file:no.txt}" }\n---\n{{a}}',
      { name: 'a', ...around('prompty', { 'note.txt': 'Hi' }) },
    );
    expect(checked(other).defaults).toEqual({ a: 'Hi', c: 'dflt' });
    expect(other.notCarried.join('\n')).toMatch(/\$\{env:KEY\}[\s\S]*"dflt"[\s\S]*\$\{file:no\.txt\}/);
  });

  it('says where its YAML is broken', () => {
    expect(() => importPrompty('---\nname: a\nb: [\n---\nx', { name: 'a' })).toThrow(
      expect.objectContaining({ message: expect.stringContaining('not valid YAML: '), location: { line: 3 } }),
    );
  });
});

describe('importing Prompty', () => {
  const imported = (frontMatter: string, body: string, more: Readonly<Record<string, string>> = {}) =>
    importPrompty(`---\n${frontMatter}\n---\n${body}`, { name: 'a', ...around('prompty', more) });

  it.each(['system', 'user', 'assistant', 'developer'])(
    'begins a message at every way to write the role %s, and at no other line',
    (role) => {
      const tag = { assistant: 'model', developer: 'system' }[role] ?? role;
      const upper = role.toUpperCase();
      for (const line of [`${role}:`, `${upper}:`, `# ${role}:`, `#${role} :`, `  ${role}:  `, `${role}[x="1, 2"]:`])
        expect(bodyOf(imported('name: a', `system:\nS\n${line}\nT`)), line).toContain(`S\n{{role "${tag}"}}\nT`);
      for (const line of [`${role}: T`, `the ${role}:`, `## ${role}:`, `${role}`, `${role}s:`, `- ${role}:`])
        expect(bodyOf(imported('name: a', `system:\nS\n${line}\nT`)), line).toContain(`S\n${line}\nT`);
    },
  );

  it("gives what stands before the first role to the system, and lists a line's attributes", () => {
    const found = imported('name: a', 'Be kind.\n\nuser[name="Bob"]:\n{{q}}');
    expect(bodyOf(found)).toBe('{{role "system"}}\nBe kind.\n\n{{role "user"}}\n{{q}}\n{{answer}}');
    expect(found.notCarried).toEqual(['[name="Bob"] of the line user[name="Bob"]:']);
    expect(bodyOf(imported('name: a', 'Be kind.\n{{q}}'))).toBe('{{role "system"}}\nBe kind.\n{{q}}\n{{answer}}');
  });

  it('says that a role which a value names stays text', () => {
    const found = imported('name: a', 'system:\nS\n{% for t in turns %}\n# {{t.role}}:\n- {{t.content}}\n{% endfor %}');
    expect(found.notCarried.join()).toContain('The line {{t.role}}: begins a message in Prompty');
    expect(checked(found).shown({ turns: [{ role: 'user', content: 'hi' }] })).toContain('# user:\n- hi\n');
  });

  it.each([
    'role',
    'history',
    'media',
    'section',
    'json',
    'log',
    'lookup',
    'if',
    'each',
    'with',
    'unless',
    'soft',
    'instruction',
    'ifEquals',
    'unlessEquals',
  ])('never calls the helper %s for a variable of that name, nor makes it the answer', (name) => {
    const inputs = `inputs: [{ name: ${name}, kind: string }, { name: rows, kind: array }]`;
    const loop = `{% for r in rows %}|{{r.${name}}} {{${name}}}{% endfor %}`;
    const body = `user:\n{{${name}}} {% if ${name} %}yes{% endif %}${loop}`;
    const template = checked(imported(`${inputs}\noutputs: [{ name: ${name}, kind: string }]`, body));
    expect(template.shown({ [name]: 'V', rows: [{ [name]: 'W' }] })).toContain('V yes|W V');
    expect(template.output?.name).toBe('answer');
  });

  it('keeps an empty front matter, and properties in a list, under a key and by name', () => {
    expect(bodyOf(importPrompty('---\n---\nuser:\n{{q}}\n', { name: 'a' }))).toBe('{{role "user"}}\n{{q}}\n{{answer}}');
    for (const inputs of [
      'inputs: [{ name: q, kind: float, default: 2 }]',
      'inputs: { q: { type: number, default: 2 } }',
      'inputs: { q: 2 }',
      'inputs: { type: object, properties: { q: { type: number, default: 2 } } }',
      'inputSchema: { properties: [{ name: q, kind: float, default: 2 }] }',
    ]) {
      const template = checked(imported(inputs, '{{q}}'));
      expect(template, inputs).toMatchObject({ inputs: [{ name: 'q', type: 'number' }], defaults: { q: 2 } });
    }
  });

  it('makes a classification of an output with values', () => {
    const outputs =
      'outputs: [{ name: mood, kind: string, description: how it is, enumValues: [good, bad] }, { name: why }]';
    expect(checked(imported(outputs, '{{q}}')).output).toMatchObject({ name: 'mood', labels: ['good', 'bad'] });
    const inputs = imported('inputs: { q: { type: string, enum: [a, b], required: false } }', '{{q}}');
    expect(inputs.files[0]!.text).toContain('q?(enum): [a, b]');
  });

  it('drops no input, no output, no sample and no key without a word', () => {
    const found = imported(
      lines(
        'inputs: { first name: { type: string }, q: { type: string, strict: true }, t: { kind: thread } }',
        'outputs: { q: { type: string }, o: { type: object, properties: {} } }',
        'sample: nowhere.json',
        'base: x.prompty',
        'template: { format: { kind: liquid }, parser: prompty, strict: true }',
        'model: { id: gpt-4, options: { temperature: 0 } }',
      ),
      '{{q}} {{t}} {{u}}',
    );
    for (const part of [
      ...['"first name" of inputs', '"inputs.q.strict"', '"t", a conversation', 'output "q", which is an input too'],
      ...['"outputs.o.properties"', '"nowhere.json"', '"base"', 'language "liquid"', '"template.strict"', '"gpt-4"'],
      '"model.options"',
    ])
      expect(found.notCarried.join('\n')).toContain(part);
    expect(checked(found).inputs.map(({ name }) => name)).toEqual(['q', 'u']);
  });

  it('reads a sample in a file, whole numbers of any size, and says how Python writes other values', () => {
    const found = imported('sample: s.json', '{{id}} {{yes}} {{l}} {{l[0]}} {{x}}', {
      's.json': '{"id": 12345678901234567890, "yes": true, "l": ["a"], "x": "t"}',
    });
    expect(checked(found).shown({})).toContain('12345678901234567890 true a a t');
    const about = found.notCarried.filter((note) => note.includes('Python')).map((note) => note.split(':')[0]);
    expect(about).toEqual(['{{yes}}', '{{l}}']);
  });

  it('goes through the keys of a mapping where the sample says that it is one', () => {
    const found = imported(
      'sample: { d: { k1: 1, k2: 2 }, l: [x] }',
      '{% for k in d %}{{k}} {% endfor %}{% for e in l %}{{e}}{% endfor %}',
    );
    expect(checked(found).shown({})).toContain('k1 k2 x');
  });

  it('converts Mustache where the template says so', () => {
    const found = imported(
      lines(
        'template: { type: mustache }',
        'sample: { name: Ann, role: cook, items: [{ t: a }, { t: b }], none: [], xs: [p, q] }',
      ),
      'user:\n{{name}} {{{name}}} {{& role}} {"a": {{name}}}\n{{#items}}\n- {{t}}\n{{/items}}\n' +
        '{{^none}}\nnobody\n{{/none}}\n{{#xs}}{{.}},{{/xs}}{{! note }}{{> part}} \\{{name}}',
    );
    expect(checked(found).shown({})).toBe('\nAnn Ann cook {"a": Ann}\n- a\n- b\nnobody\np,q,{{> part}} \\Ann\n');
    expect(found.notCarried.join('\n')).toMatch(/Names inside a section[\s\S]*<, > and &/);
    expect(found.notCarried).toContain('{{> part}}, which stays as text.');
  });
});
