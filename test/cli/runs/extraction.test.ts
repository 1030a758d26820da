import { describe, expect, it } from 'vitest';
import { parse } from 'csv-parse/sync';
import { assembleModel } from '../../support/models/models';
import { json, jsonLines, run, workspace } from '../../support/runs/runCli';

/** All values are of a few, so that an answer that is held to its schema comes to its end. */
const template = (model: string): string => `---
model: ${model}
input: { schema: { text: string } }
output:
  format: json
  schema:
    city(enum): [Bonn, Kiel]
    urgent: boolean
    buyer(object):
      kind(enum): [firm, person]
    note?(enum): [late, soon]
tune.data: { train: train.csv, dev: dev.csv, test: test.csv }
tune.length: 2
tune.steps: 2
tune.evalEvery: 2
tune.learningRate: 0.1
---
Extract.
{{text}}
{{output}}
`;

const files = (model: string): Readonly<Record<string, string>> => ({
  'orders.prompt': template(model),
  'train.csv': 'text,city,urgent,buyer.kind,note\nfirm of Bonn,Bonn,TRUE,firm,\nAda of Kiel,Kiel,FALSE,person,late\n',
  'dev.csv': 'text,city,urgent,buyer.kind,note\nBob of Kiel,Kiel,TRUE,person,\n',
  'test.csv': 'text,city,urgent,buyer.kind,note\nshop of Bonn,Bonn,FALSE,firm,soon\nEve of Kiel,Kiel,TRUE,person,\n',
});

interface Field {
  readonly field: string;
  readonly expected: number;
  readonly predicted: number;
  readonly equal: number;
  readonly precision: number | null;
  readonly recall: number;
}

interface Measured {
  readonly run: string;
  readonly metrics: Readonly<Record<string, { readonly value: number }>>;
  readonly fields: readonly Field[];
}

interface Answer {
  readonly study: string;
  readonly seed: number;
  readonly row: number;
  readonly expected: string;
  readonly predicted: string;
  readonly scores: { readonly json: number };
}

const expectedOfFields = ({ fields }: Pick<Measured, 'fields'>) =>
  fields.map(({ field, expected }) => [field, expected]);

/** The F1 over the leaves of all rows, as the table of fields counts them: none of the fields is a list. */
function leafF1(fields: readonly Field[]): number {
  const sum = (key: 'equal' | 'predicted' | 'expected') => fields.reduce((total, field) => total + field[key], 0);
  return (2 * sum('equal')) / (sum('predicted') + sum('expected'));
}

describe('extraction on the command line', () => {
  it('goes from the columns of a table to a table of fields, with one seed and with several', async () => {
    const folder = await workspace(files(assembleModel('reference/stories260k')));
    expect(await run(folder, 'check', 'orders.prompt')).toMatchObject({ code: 0 });
    const rendered = await run(folder, 'render', 'orders.prompt', '--split', 'test');
    expect(rendered.out).toContain('{"city":"Bonn","urgent":false,"buyer":{"kind":"firm"},"note":"soon"}');

    const expected = [
      ['city', 2],
      ['urgent', 2],
      ['buyer.kind', 2],
      ['note', 1],
    ];
    const trained = await run(folder, 'train', 'orders.prompt', '--method', 'soft', '--json');
    expect(trained.code, trained.err).toBe(0);
    const soft = jsonLines(trained.out).at(-1) as unknown as Measured;
    const hard = await json<Measured>(folder, 'evaluate', 'orders.prompt', '--method', 'hard');
    for (const { metrics, fields } of [soft, hard]) {
      expect(expectedOfFields({ fields })).toEqual(expected);
      // What is held to the schema has every field that it must have.
      expect(fields.slice(0, 3).map(({ predicted }) => predicted)).toEqual([2, 2, 2]);
      expect(metrics.json!.value).toBeCloseTo(leafF1(fields), 12);
    }

    const compared = await run(folder, 'compare', 'orders.prompt', '--methods', 'hard,soft', '--seeds', '2');
    expect(compared.code, compared.err).toBe(0);
    const tables = compared.out.split(/^Fields, /m).slice(1);
    expect(tables.map((table) => table.split(':\n')[0])).toEqual(['hard', 'soft']);
    expect(tables[0]).toMatch(/^city .* 2\n[^]*^buyer\.kind .* 2\n[^]*^note .* 1$/m);
    expect(tables[1]).toMatch(/^city .* 4\n[^]*^buyer\.kind .* 4\n[^]*^note .* 2$/m);

    const rows = ['report', hard.run, soft.run, '--rows', '--format'] as const;
    const answers = JSON.parse((await run(folder, ...rows, 'json')).out) as readonly Answer[];
    expect(answers.map(({ study, row }) => [study, row])).toEqual([
      ['hard', 0],
      ['soft', 0],
      ['hard', 1],
      ['soft', 1],
    ]);
    const lines = parse<Record<string, string>>((await run(folder, ...rows, 'csv')).out, { columns: true });
    expect(lines.map((line) => [line.answer, Number(line['score.json'])])).toEqual(
      answers.map(({ predicted, scores }) => [predicted, scores.json]),
    );
    expect(await run(folder, 'report', hard.run, '--rows', '--format', 'markdown')).toMatchObject({ code: 2 });
  });

  it('says of a masked model that it writes no text, before anything is trained', async () => {
    const folder = await workspace(files(assembleModel('masked/bert')));
    const { code, err } = await run(folder, 'train', 'orders.prompt', '--method', 'soft');
    expect(code).toBe(1);
    expect(err).toMatch(/The model is a masked language model.*cannot write free text\..* \[masked-model\]\n$/);
  });
});
