import { readFileSync } from 'node:fs';
import { openGenerator } from '../../../src/decoding/generator';
import { openModel } from '../../../src/model/openModel';

/** An object whose end lies far behind the budget, so that held answers have as many tokens as free ones. */
const schema = {
  type: 'object',
  properties: {
    kind: { enum: ['order', 'complaint', 'question'] },
    lines: {
      type: 'array',
      minItems: 50,
      items: {
        type: 'object',
        properties: { name: { type: 'string' }, count: { type: 'integer' } },
        required: ['name', 'count'],
        additionalProperties: false,
      },
    },
  },
  required: ['kind', 'lines'],
  additionalProperties: false,
};

/**
 * Takes the processor time of answers by turns free and held to a schema.
 * usage: bench-constraint.js MODEL WORK_FILE THREADS ROUNDS
 */
async function main([reference, file, threads, rounds]: readonly string[]): Promise<void> {
  process.env.PROMPT_TUNER_THREADS = threads;
  const { prompts, answer: most } = JSON.parse(readFileSync(file!, 'utf8')) as {
    readonly prompts: readonly (readonly number[])[];
    readonly answer: number;
  };
  const generator = await openGenerator(await openModel(reference!, process.cwd()));
  const time = async (options: object): Promise<number> => {
    const before = process.cpuUsage();
    const answers = await generator.generate(prompts, undefined, { most, end: [], ...options });
    const tokens = answers.reduce((sum, answer) => sum + answer.tokens.length, 0);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / tokens;
  };
  const kinds = {
    greedy: [{}, { constraint: { schema } }],
    drawn: [{ temperature: 1 }, { temperature: 1, constraint: { schema } }],
  } as const;
  const began = performance.now();
  await generator.generate(prompts.slice(0, 2), undefined, { most: 2, constraint: { schema } });
  const start = performance.now() - began;
  for (const [kind, [free, held]] of Object.entries(kinds)) {
    const shares: number[] = [];
    for (let round = 0; round < Number(rounds); round++) {
      const [a, b] = [await time(free), await time(held)];
      shares.push(b / a - 1);
    }
    process.stdout.write(`${JSON.stringify({ kind, start, shares })}\n`);
  }
  await generator.close();
}

void main(process.argv.slice(2));
