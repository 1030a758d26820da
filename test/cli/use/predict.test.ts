import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { json, jsonLines, run, signalAt, start, tinyWeather, workspace } from '../../support/runs/runCli';
import { days } from '../../support/runs/weatherDays';

interface Evaluated {
  readonly accuracy: number;
}

interface Answer {
  readonly predicted: string;
  readonly row: number;
}

const columns = 'prediction,probability,probability.wet,probability.dry,error';

/** So many rows, each another one. */
const manyRows = (count: number): string =>
  Array.from(
    { length: count },
    (_, i) => `${JSON.stringify({ n: i, text: `${days[i % days.length]![0]} ${i}` })}\n`,
  ).join('');

describe('predict', () => {
  it('answers rows as the test of the run did, so that scoring the output gives its accuracy', async () => {
    const folder = await workspace(tinyWeather);
    const [trained] = jsonLines((await run(folder, 'train', 'weather.prompt', '--method', 'soft', '--json')).out).slice(
      -1,
    );
    const id = String(trained!.run);
    // What is predicted follows from the run alone: neither its data nor its template need be there.
    const template = await readFile(join(folder, 'weather.prompt'));
    const test = await readFile(join(folder, 'test.jsonl'), 'utf8');
    for (const name of ['weather.prompt', 'train.jsonl', 'dev.jsonl', 'test.jsonl']) await rm(join(folder, name));
    await writeFile(join(folder, 'rows.jsonl'), test);
    const { code, out } = await run(folder, 'predict', id, 'rows.jsonl', '--to', 'out.jsonl');
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('Predictions: out.jsonl') as string });

    await writeFile(join(folder, 'weather.prompt'), template);
    for (const name of ['train', 'dev', 'test']) await writeFile(join(folder, `${name}.jsonl`), test);
    const rows = jsonLines(await readFile(join(folder, 'out.jsonl'), 'utf8'));
    expect(rows.map(({ text, label }) => ({ text, label }))).toEqual(jsonLines(test));
    const answers = JSON.parse(
      (await run(folder, 'report', id, '--rows', '--format', 'json')).out,
    ) as readonly Answer[];
    expect(rows.map(({ prediction }) => prediction)).toEqual(
      [...answers].sort((a, b) => a.row - b.row).map(({ predicted }) => predicted),
    );
    for (const row of rows) {
      expect(Number(row['probability.wet']) + Number(row['probability.dry'])).toBeCloseTo(1, 6);
      expect(row.probability).toBe(row[`probability.${String(row.prediction)}`]);
    }
    const { metrics } = await json<{ metrics: Record<string, { value: number }> }>(
      folder,
      ...['score', 'weather.prompt', '--predictions', 'out.jsonl'],
    );
    expect(metrics.accuracy?.value).toBe((trained as unknown as Evaluated).accuracy);

    // The adapter of the run, and a copy of it, say where their vectors belong.
    await run(folder, 'export', id, '--format', 'peft', '--to', 'exported');
    const again = await run(folder, 'predict', `.prompt-tuner/runs/${id}/adapter`, 'rows.jsonl');
    expect(jsonLines(again.out)).toEqual(rows);
    expect(jsonLines((await run(folder, 'predict', 'exported', 'rows.jsonl')).out)).toEqual(rows);
  });

  it('goes on behind the last row that a process wrote before it was killed, without one lost or doubled', async () => {
    const folder = await workspace({ ...tinyWeather, 'rows.jsonl': manyRows(1800) });
    const predict = ['predict', 'weather.prompt', 'rows.jsonl'];
    await run(folder, ...predict, '--to', 'undisturbed.jsonl');
    // Rows are written 512 at a time: one process ends before the first of these, one behind, one behind more.
    for (const heard of ['"rows":96', '"rows":640', '"rows":1216']) {
      await signalAt(folder, [...predict, '--to', 'out.jsonl', '--json'], heard, 'SIGKILL');
      expect(await readdir(folder)).not.toContain('out.jsonl');
    }
    const { out } = await run(folder, ...predict, '--to', 'out.jsonl', '--json');
    expect(jsonLines(out).at(-1)).toMatchObject({ kind: 'result', rows: 1800, resumed: 1024, errors: 0 });
    const written = await readFile(join(folder, 'out.jsonl'), 'utf8');
    expect(written).toBe(await readFile(join(folder, 'undisturbed.jsonl'), 'utf8'));
    expect(jsonLines(written).map(({ n }) => n)).toEqual(Array.from({ length: 1800 }, (_, i) => i));
    expect((await readdir(folder)).filter((name) => name.includes('unfinished'))).toEqual([]);
  });

  it('ends at Ctrl-C with what is written, and goes on from there only with the same rows and prompt', async () => {
    const folder = await workspace({ ...tinyWeather, 'rows.jsonl': manyRows(1200) });
    const predict = ['predict', 'weather.prompt', 'rows.jsonl', '--to', 'out.jsonl'];
    expect(await signalAt(folder, [...predict, '--json'], '"rows":544')).toMatchObject({
      code: 130,
      err: expect.stringContaining('the same command goes on') as string,
    });

    const changed = async (...args: readonly string[]) => (await run(folder, ...predict, ...args)).err;
    expect(await changed('--threshold', '0.9')).toMatch(
      /out\.jsonl\.unfinished: .* by another prompt.* \[output-changed\]/,
    );
    await writeFile(join(folder, 'rows.jsonl'), manyRows(1200).replace('"n":7,', '"n":8,'));
    expect(await changed()).toMatch(/does not begin with any longer\. Give --force .* \[output-changed\]/);
    // Rows behind those that were written may change.
    await writeFile(join(folder, 'rows.jsonl'), manyRows(1201));
    const { out } = await run(folder, ...predict, '--json');
    expect(jsonLines(out).at(-1)).toMatchObject({ rows: 1201, resumed: 512 });
  });

  it('gives a row that cannot be read or is too long an error in its place, and keeps every other', async () => {
    const table = [
      'text,"a ""note"""',
      '"rain, all day","x ""y"""',
      'sun,1,2',
      'sun',
      '"two',
      ' lines",  kept ',
      `${'sun '.repeat(4000)},long`,
      'snow,',
    ].join('\r\n');
    const folder = await workspace({ ...tinyWeather, 'rows.csv': `${table}\r\n` });
    const { code, out, err } = await run(folder, 'predict', 'weather.prompt', 'rows.csv', '--threshold', '1');
    expect({ code, err }).toMatchObject({
      code: 0,
      err: expect.stringContaining('3 rows without a prediction') as string,
    });
    const lines = out.split('\r\n');
    expect(lines[0]).toBe(`text,"a ""note""",${columns.replace('error', 'review,error')}`);
    expect(lines[1]).toMatch(/^"rain, all day","x ""y""",(?:wet|dry),0\.\d+,0\.\d+,0\.\d+,true,$/);
    expect(lines[2]).toBe('sun,"1,2",,,,,true,"The row has 3 fields, the header 2 columns."');
    expect(lines[3]).toBe('sun,,,,,,true,"The row has 1 field, the header 2 columns."');
    expect(lines[4]).toMatch(/^"two$/);
    expect(lines[5]).toMatch(/^ lines",  kept ,(?:wet|dry),/);
    expect(lines[6]).toMatch(/^sun sun .*,long,,,,,true,The prompt of this row has \d+ tokens/);
    expect(lines[7]).toMatch(/^snow,,(?:wet|dry),/);
    expect(lines).toHaveLength(9);
    const strict = await run(folder, 'predict', 'weather.prompt', 'rows.csv', '--strict');
    expect(strict).toMatchObject({
      code: 1,
      err: expect.stringMatching(/rows\.csv:3: The row has 3 fields.*\[data-columns\]\n$/) as string,
    });
  });

  it('reads standard input and prints rows of the same form', async () => {
    const folder = await workspace(tinyWeather);
    const { child, ended } = start(folder, ['predict', 'weather.prompt', '-', '--prefix', 'model_'], { input: 'pipe' });
    child.stdin!.end('{"text": "rain", "big": 12345678901234567890}\n{"text":\n\n{ }\n');
    const { code, out, err } = await ended;
    expect({ code, err }).toMatchObject({ code: 0, err: expect.stringContaining('2 rows without') as string });
    const [first, second, third] = out.trim().split('\n');
    expect(first).toMatch(/^\{"text": "rain", "big": 12345678901234567890,"model_prediction":"(?:wet|dry)",/);
    expect(JSON.parse(second!)).toMatchObject({
      row: '{"text":',
      model_error: expect.stringContaining('JSON') as string,
    });
    expect(JSON.parse(third!)).toMatchObject({
      model_prediction: null,
      model_error: expect.stringContaining('no "text"') as string,
    });
  });

  it.each([
    ['rows.jsonl --to rows.jsonl', /rows\.jsonl: The output would be written over the input\..*\[output-is-input\]/],
    ['rows.jsonl --to test.jsonl', /test\.jsonl: There is a file already where the output goes\..*\[output-exists\]/],
    ['rows.jsonl --to out.csv', /no columns that are known beforehand.*\[data-format\]/],
    ['other.csv --to out.csv', /other\.csv:1: The data has no column "text"; it has words\..*\[data-column\]/],
    ['spaced.csv', /Write as INPUT '\{ file: .*spaced\.csv, separator: ";" \}'\. \[data-column\]/],
    ['other.jsonl', /other\.jsonl:1: The row has no "text".*\[data-column\]/],
    ['taken.csv', /taken\.csv: The input has a column "error" already.*--prefix.*\[output-columns\]/],
    ['taken.jsonl', /taken\.jsonl:2: The input has a column "prediction" already.*\[output-columns\]/],
    ['gone.csv', /gone\.csv: The data file does not exist\. Correct its path\. \[data-missing\]/],
  ])('refuses %s in one sentence and leaves everything as it was', async (args, sentence) => {
    const files = {
      ...tinyWeather,
      'rows.jsonl': manyRows(2),
      'other.csv': 'words\nrain\n',
      'spaced.csv': 'text;n\nrain;1\n',
      'other.jsonl': '{"words": "rain"}\n',
      'taken.csv': 'text,error\nrain,none\n',
      'taken.jsonl': '{"text": "rain"}\n{"text": "rain", "prediction": "wet"}\n',
    };
    const folder = await workspace(files);
    const { code, err } = await run(folder, 'predict', 'weather.prompt', ...args.split(' '));
    expect({ code, lines: err.trim().split('\n').length }).toEqual({ code: 1, lines: 1 });
    expect(err).toMatch(sentence);
    expect((await readdir(folder)).sort()).toEqual(Object.keys(files).sort());
  });
});
