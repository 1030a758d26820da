import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  jsonLines,
  run,
  runProcess,
  sharedWorkspace,
  tinyWeather,
  type SharedWorkspace,
} from '../../support/runs/runCli';

/** What a command says of the file that it writes in a process of its own and of that which it writes beside others. */
const [apart, along] = ['apart', 'along'] as const;

const scored = `---
input: { schema: { x: string } }
output: { schema: { answer: string } }
tune.data: { test: rows.csv }
tune.metrics: [contains]
---
Say {{x}}: {{answer}}
`;

let trained: SharedWorkspace;
let id: string;
beforeAll(async () => {
  const files = {
    ...tinyWeather,
    'scored.prompt': scored,
    'rows.csv': 'x,answer\none,a\ntwo,b\n',
    'answers.csv': 'x,prediction\none,a\ntwo,c\n',
    'days.csv': `text,label\n${'rain,wet\nsun,dry\n'.repeat(10)}`,
  };
  trained = await sharedWorkspace(files, async (folder) => {
    const { out } = await runProcess(folder, 'train', 'weather.prompt', '--method', 'soft', '--json');
    id = String(jsonLines(out).at(-1)!.run);
    expect((await runProcess(folder, 'share', id, '--to', 'run.zip')).code).toBe(0);
  });
});
afterAll(() => trained.remove());

describe('a command in a process of its own says and ends with what it does after others in one', () => {
  it.each([
    ['--version'],
    ['tune'],
    ['check weather.prompt'],
    ['render weather.prompt --row 1'],
    [`new days.csv --to ${apart}.prompt`],
    ['score scored.prompt --predictions answers.csv'],
    ['ask RUN --set text=rain --json'],
    ['report RUN --format markdown'],
    [`export RUN --format peft --to ${apart}`],
    ['card RUN'],
    [`share RUN --to ${apart}.zip`],
    [`import run.zip --runs ${apart}`],
    ['models list'],
    ['runs list'],
    ['runs show RUN'],
  ])('%s', async (line) => {
    const { folder } = trained;
    const words = line.replace('RUN', id).split(' ');
    const own = await runProcess(folder, ...words);
    const shared = await run(folder, ...words.map((word) => word.replace(apart, along)));
    const lasting = ({ code, out, err }: typeof own) => ({
      code,
      out: out.replaceAll(along, apart).replace(/"seconds": [\d.e-]+/g, ''),
      err: err.replaceAll(along, apart),
    });
    expect(lasting(shared)).toEqual(lasting(own));
    expect(own.out + own.err).not.toBe('');
  });

  it('evaluate and compare', async () => {
    const { folder } = trained;
    const numbers = (out: string) => out.match(/"(accuracy|loss)": .*/g);
    for (const words of [
      ['evaluate', 'weather.prompt', '--method', 'hard', '--json'],
      ['compare', 'weather.prompt', '--methods', 'hard', '--json'],
    ]) {
      const [own, shared] = [await runProcess(folder, ...words), await run(folder, ...words)];
      expect([shared.code, numbers(shared.out)]).toEqual([own.code, numbers(own.out)]);
      expect(numbers(own.out)).not.toBeNull();
    }
  });
});
