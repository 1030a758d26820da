import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Imported } from '../../../../../src/template/import/imported';
import { importMessages } from '../../../../../src/template/import/messages/importMessages';
import { rowAnswer } from '../../../../../src/template/render/chat/rowMessages';
import { around, bodyOf, checked, rowsOf } from '../../../../support/imports/imports';
import { lines } from '../../../../support/text/lines';
import { shownMessages, type Said } from '../../../../support/imports/shownMessages';

const said = (role: string, content: unknown, more: object = {}) => ({ role, content, ...more });
const mood = (text: string, answer: string) => ({
  messages: [said('system', 'Judge.'), said('user', text), said('assistant', answer)],
});
const jsonLines = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const imported = (rows: readonly unknown[], more: Readonly<Record<string, string>> = {}, file = 'train.jsonl') =>
  importMessages(jsonLines(rows), { name: file.replace(/\.\w+$/, ''), file, ...around('data', more) });

/** The messages and the answer that a template makes of each of its rows. */
function conversations(made: Imported, rows = rowsOf(made)): readonly (readonly [readonly Said[], unknown])[] {
  const template = checked(made, 0, ['train.jsonl', 'valid.jsonl', 'test.jsonl']);
  return rows.map((row) => [shownMessages(template, row), rowAnswer(row, template.output!.name)]);
}

describe('importing conversations as services fine-tune on them', () => {
  it('uses the files as they are, and shows a row its messages up to the answer', () => {
    const rows = [
      { messages: [said('user', 'Hello {{you}}'), said('assistant', 'Hi.')] },
      { messages: [said('system', 'S'), said('user', [{ type: 'text', text: 'Bye' }]), said('assistant', 'Ciao')] },
    ];
    const made = imported(rows, { 'valid.jsonl': jsonLines(rows), 'test.jsonl': jsonLines(rows), 'x.jsonl': '' });
    expect(made.files.map(({ path, text }) => [path, text])).toEqual([
      [
        'chat.prompt',
        lines(
          ...['---', 'model: builtin', 'output:', '  schema:', '    answer: string', 'tune.data:'],
          ...[
            '  train: train.jsonl',
            '  dev: valid.jsonl',
            '  test: test.jsonl',
            'tune.format: chat',
            '---',
            '{{history}}{{answer}}',
            '',
          ],
        ),
      ],
    ]);
    expect(made.notCarried).toEqual([]);
    expect(conversations(made, rows)).toEqual([
      [[['user', 'Hello {{you}}']], 'Hi.'],
      [
        [
          ['system', 'S'],
          ['user', 'Bye'],
        ],
        'Ciao',
      ],
    ]);
  });

  it('writes out what the system says in all rows, and labels that repeat as an enum', () => {
    const rows = [mood('a', 'good'), mood('b', 'bad'), mood('c', 'good'), mood('d', 'bad')];
    const made = imported(rows, { 'mood_test.jsonl': jsonLines([mood('e', 'bad')]) }, 'mood_train.jsonl');
    expect(made.files.map(({ path }) => path)).toEqual([
      ...['mood.prompt', 'data/mood.train.jsonl', 'data/mood.test.jsonl'],
    ]);
    expect(bodyOf(made)).toBe('{{role "system"}}\nJudge.\n{{history}}{{label}}');
    expect(made.files[0]!.text).toContain('  train: data/mood.train.jsonl\n  test: data/mood.test.jsonl\n');
    expect(checked(made).output).toMatchObject({ name: 'label', labels: ['good', 'bad'] });
    expect(rowsOf(made)[0]).toEqual({ messages: [said('user', 'a'), said('assistant', 'good')] });
    expect(conversations(made)[1]).toEqual([
      [
        ['system', 'Judge.'],
        ['user', 'b'],
      ],
      'bad',
    ]);
  });

  it('leaves the system in the rows where it differs between them, also between files', () => {
    const made = imported([mood('a', 'x')], {
      'dev.jsonl': jsonLines([{ messages: [said('system', 'Other.'), said('user', 'b'), said('assistant', 'y')] }]),
    });
    expect(made.files).toHaveLength(1);
    expect(bodyOf(made)).toBe('{{history}}{{answer}}');
  });

  const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((each) => each.trim() !== '');
  const plain = fc.oneof(text, fc.constantFrom('{{x}}', '\\{{y', '}', '{', '\\', 'a\n\n', ' b ', '{{/if}}', '{{!'));

  it('shows every conversation to the letter, whichever signs and white space it holds', () => {
    const turns = fc.array(fc.tuple(plain, plain), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.option(plain), fc.array(turns, { minLength: 1, maxLength: 4 }), (system, dialogues) => {
        const opening = system === null ? [] : [said('system', system)];
        const rows = dialogues.map((dialogue) => ({
          messages: [...opening, ...dialogue.flatMap(([q, a]) => [said('user', q), said('assistant', a)])],
        }));
        const made = imported(rows);
        const found = conversations(made, made.files.length > 1 ? rowsOf(made) : rows);
        expect(found).toEqual(
          rows.map(({ messages }) => [
            messages.slice(0, -1).map(({ role, content }) => [role, content]),
            messages.at(-1)!.content,
          ]),
        );
      }),
    );
  });

  it('reads the messages that a row has where a column of another form is empty', () => {
    const spoken = [
      { from: 'human', value: 'Q' },
      { from: 'gpt', value: 'A' },
    ];
    for (const messages of [null, 7, 'none'])
      expect(
        conversations(
          imported([
            { messages, conversations: spoken },
            { messages, conversations: spoken },
          ]),
        ),
      ).toEqual([
        [[['user', 'Q']], 'A'],
        [[['user', 'Q']], 'A'],
      ]);
  });

  const others: readonly (readonly [name: string, row: object])[] = [
    [
      'ShareGPT',
      {
        conversations: [
          { from: 'system', value: 'S' },
          { from: 'human', value: 'Q' },
          { from: 'gpt', value: 'A' },
        ],
      },
    ],
    [
      'ShareGPT with a system beside',
      {
        system: 'S',
        conversation: [
          { from: 'human', value: 'Q' },
          { from: 'gpt', value: 'A' },
        ],
      },
    ],
    ["OpenAI's evals", { input: [said('system', 'S'), said('user', 'Q')], ideal: 'A' }],
    ["OpenAI's evals with a list", { input: [said('system', 'S'), said('user', 'Q')], ideal: ['A'] }],
    [
      'prompt and completion',
      { prompt: [said('system', 'S'), said('user', 'Q')], completion: [said('assistant', 'A')] },
    ],
    ['newer models of OpenAI', { messages: [said('developer', 'S'), said('user', 'Q'), said('assistant', 'A')] }],
    ['an answer in a column', { messages: [said('system', 'S'), said('user', 'Q')], label: 'A' }],
  ];

  it.each(others)('reads rows of %s', (_, row) => {
    const made = imported([row]);
    expect(conversations(made)).toEqual([
      [
        [
          ['system', 'S'],
          ['user', 'Q'],
        ],
        'A',
      ],
    ]);
  });

  it('reads a JSON array, and answers that stand in several places', () => {
    const rows = [
      { id: 1, messages: [said('user', 'Q'), said('assistant', 'A')] },
      { id: 2, messages: [said('user', 'R')], label: 'B' },
      { id: 3, messages: [said('user', 'S')], ideal: 'C' },
    ];
    const made = importMessages(JSON.stringify(rows), { name: 'rows', file: 'rows.json' });
    expect(conversations(made).map(([, answer]) => answer)).toEqual(['A', 'B', 'C']);
    expect(rowsOf(made)[1]).toEqual({ ...rows[1], answer: 'B' });
  });

  const refused: readonly (readonly [reason: string, row: object])[] = [
    [
      'message 2 holds "tool_calls", which is not understood',
      { messages: [said('user', 'a'), said('assistant', null, { tool_calls: [{}] })] },
    ],
    [
      'message 2 holds "function_call", which is not understood',
      { messages: [said('user', 'a'), said('assistant', null, { function_call: {} })] },
    ],
    [
      'message 2 has the role "tool", not system, user, model, assistant',
      { messages: [said('user', 'a'), said('tool', 'b', { tool_call_id: 'c' }), said('assistant', 'd')] },
    ],
    [
      'message 1 holds "image_url", and a model reads text here',
      {
        messages: [
          said('user', [
            { type: 'text', text: 'a' },
            { type: 'image_url', image_url: {} },
          ]),
          said('assistant', 'b'),
        ],
      },
    ],
    ['message 1 has no content', { messages: [{ role: 'user' }, said('assistant', 'b')] }],
    ['message 2 has no content', { messages: [said('user', 'a'), said('assistant', null)] }],
    ['message 1 has a content that is not text', { messages: [said('user', { a: 1 }), said('assistant', 'b')] }],
    ['message 1 is no record of role and content', { messages: ['a', said('assistant', 'b')] }],
    ['its last message is of the role "user", so it has no answer', { messages: [said('user', 'a')] }],
    ['it has no message', { messages: [] }],
    ['its answer is empty', { messages: [said('user', 'a'), said('assistant', '')] }],
    [
      'its last answer has "weight": 0, which means that it is not to be learned',
      { messages: [said('user', 'a'), said('assistant', 'b', { weight: 0 })] },
    ],
    ['message 1 is from "tool", and not of human, gpt or system', { conversations: [{ from: 'tool', value: 'x' }] }],
    [
      'it is a pair of answers of which one is preferred ("chosen" and "rejected")',
      { prompt: [], chosen: [], rejected: [] },
    ],
    ['it is a request of a batch ("body"), which has no answer', { custom_id: '1', body: { messages: [] } }],
    ['it has no "messages", only "prompt", "completion"', { prompt: 'a', completion: 'b' }],
    ['its "ideal" lists 2 answers; a row has one', { input: [said('user', 'a')], ideal: ['b', 'c'] }],
    ['"messages" is no list of messages', { messages: 'a' }],
  ];

  it.each(refused)('leaves out a row with its line, because %s', (reason, row) => {
    const good = { messages: [said('user', 'q'), said('assistant', 'a')] };
    const made = imported([good, row, good, row]);
    expect(made.notCarried).toEqual([`"train.jsonl", line 2 and 1 more line: left out: ${reason}.`]);
    expect(rowsOf(made)).toEqual([good, good]);
    expect(() => imported([row])).toThrow(
      expect.objectContaining({
        code: 'import-format',
        message: `The file has no row that can be read. "train.jsonl", line 1: left out: ${reason}.`,
        location: { line: 1 },
      }),
    );
  });

  it('says what of a row a model does not see, and which turns are not learned', () => {
    const turns = [said('user', 'a'), said('assistant', 'b'), said('user', 'c'), said('assistant', 'd')];
    const made = imported([
      { messages: turns },
      { messages: turns.map((turn, i) => (i === 1 ? { ...turn, weight: 0 } : turn)) },
      { messages: turns.slice(2), tools: [{}], response_format: null },
    ]);
    expect(made.notCarried).toEqual([
      '"train.jsonl", line 1: several turns of the assistant: the last is the answer, and those before it are shown, ' +
        'not learned.',
      '"train.jsonl", line 3: "tools", of which a model sees nothing here.',
    ]);
    expect(made.files).toHaveLength(1);
  });

  it.each([
    [
      'train.jsonl',
      ['dev.jsonl', 'valid.jsonl', 'test.jsonl'],
      { train: 'train.jsonl', dev: 'dev.jsonl', test: 'test.jsonl' },
    ],
    ['a-train-1.jsonl', ['a-val-1.jsonl', 'a-val-2.jsonl'], { train: 'a-train-1.jsonl', dev: 'a-val-1.jsonl' }],
    ['test.jsonl', ['train.jsonl'], { train: 'train.jsonl', test: 'test.jsonl' }],
    ['valid.jsonl', [], { train: 'valid.jsonl' }],
    ['trains.jsonl', ['test.jsonl'], { train: 'trains.jsonl' }],
  ])('finds what lies beside %s', (file, beside, data) => {
    const row = jsonLines([{ messages: [said('user', 'q'), said('assistant', 'a')] }]);
    const made = importMessages(row, {
      name: 'x',
      file,
      ...around('data', Object.fromEntries([file, ...beside].map((each) => [each, row]))),
    });
    expect(checked(made, 0, [file, ...beside]).written.data).toEqual(data);
    expect(made.notCarried).toEqual(
      beside.length === 3 ? ['"valid.jsonl": the dev rows are those of "dev.jsonl".'] : [],
    );
  });

  it('says which file and line is no JSON, and goes on without a file that cannot be read', () => {
    const row = jsonLines([{ messages: [said('user', 'q'), said('assistant', 'a')] }]);
    expect(() => importMessages(`${row}{"messages": [`, { name: 'x', file: 'x.jsonl' })).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/^"x\.jsonl": The row is not valid JSON/),
        location: { line: 2 },
      }),
    );
    expect(() => importMessages('', { name: 'x', file: 'x.jsonl' })).toThrow('The file has no row.');
    const made = importMessages(row, {
      name: 'x',
      file: 'train.jsonl',
      listFolder: () => ['test.jsonl', 'dev.jsonl'],
      readFile: (path) => (path === 'dev.jsonl' ? '{"a": 1}' : undefined),
    });
    expect(made.notCarried).toEqual([
      '"dev.jsonl", line 1: left out: it has no "messages", only "a".',
      'The dev rows in "dev.jsonl", of which none can be read.',
      'The test rows in "test.jsonl", which cannot be read.',
    ]);
  });

  it.each([
    ['train', 'chat.prompt'],
    ['train-2', 'chat-2.prompt'],
    ['mood_train', 'mood.prompt'],
    ['mood.train.v2', 'mood-v2.prompt'],
    ['constraint', 'constraint.prompt'],
  ])('calls the template of %s %s', (name, path) => {
    const row = jsonLines([{ messages: [said('user', 'q'), said('assistant', 'a')] }]);
    expect(importMessages(row, { name, file: 'x.jsonl' }).files[0]!.path).toBe(path);
  });
});
