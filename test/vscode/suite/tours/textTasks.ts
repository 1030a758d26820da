import { lines } from '../../../support/text/lines';

/** A task whose answers are text, and answers to it that were made elsewhere; paths are below the workspace. */
export interface TextTask {
  readonly template: string;
  readonly files: Readonly<Record<string, string>>;
  /** Names and files of answers; the last is the baseline. */
  readonly answers: readonly (readonly [name: string, file: string])[];
}

const asLines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

const places = ['library', 'museum', 'harbour', 'station', 'school', 'theatre', 'market', 'bridge'];
const days = ['Monday', 'Friday', 'Sunday'];
const stories = Array.from({ length: 24 }, (_, i) => {
  const [place, day] = [places[i % places.length]!, days[i % days.length]!];
  return {
    text: `The ${place} closes at noon on ${day} because of works in the hall, as its keepers said in the morning.`,
    headline: `The ${place} closes early on ${day}`,
    // What a short prompt and a long one made of it: some of it right, some better, some worse.
    short: i % 4 === 0 ? `The ${place} closes early on ${day}` : `Works at the ${place} this week, says its keeper`,
    long: i % 5 === 0 ? `${place} shut` : `The ${place} closes early on ${i % 3 === 0 ? 'that day' : day}`,
  };
});
const predictionsOf = (rows: readonly { readonly text: string }[], answer: (row: number) => string): string =>
  asLines(rows.map(({ text }, i) => ({ text, prediction: answer(i) })));

/** Headlines, judged by four metrics, with answers of an old service, of a new one and of a person. */
export const headlines: TextTask = {
  template: 'headlines/headline.prompt',
  files: {
    'headlines/headline.prompt': lines(
      '---',
      'model: ./no-model-here',
      'input: { schema: { text: string } }',
      'output: { schema: { headline: string } }',
      'tune.metrics: [f1, exact, rougeL, chrf, length]',
      'tune.data: { train: data/test.jsonl, test: data/test.jsonl }',
      '---',
      '{{text}}',
      'Headline:{{headline}}',
      '',
    ),
    'headlines/data/test.jsonl': asLines(stories.map(({ text, headline }) => ({ text, headline }))),
    'headlines/old.jsonl': predictionsOf(stories, (i) => stories[i]!.short),
    'headlines/new.jsonl': predictionsOf(stories, (i) => stories[i]!.long),
    'headlines/person.jsonl': predictionsOf(stories, (i) => stories[i]!.headline),
  },
  answers: [
    ['a person who had the whole afternoon', 'headlines/person.jsonl'],
    ['第二版提示词，带示例', 'headlines/new.jsonl'],
    ['the old service', 'headlines/old.jsonl'],
  ],
};

const cities = ['Köln', 'Bonn', 'Kiel', 'München'];
const buyers = ['Ada', 'Ben', 'Çelik', '李雷'];
const orders = Array.from({ length: 20 }, (_, i) => ({
  text: `To ${cities[i % 4]!}, ${i + 2} kg, for ${buyers[(i + 1) % 4]!}${i % 3 === 0 ? ', fragile' : ''}.`,
  city: cities[i % 4]!,
  weight: i + 2,
  buyer: { name: buyers[(i + 1) % 4]! },
  kind: i % 3 === 0 ? 'fragile' : 'plain',
}));
const parcelAnswers = (answer: (row: number) => object): string =>
  asLines(orders.map(({ text }, i) => ({ text, prediction: JSON.stringify(answer(i)) })));

/** Parcels, whose answers are JSON of four fields, with answers that get some of the fields wrong. */
export const parcels: TextTask = {
  template: 'parcels/parcel.prompt',
  files: {
    'parcels/parcel.prompt': lines(
      '---',
      'model: ./no-model-here',
      'input: { schema: { text: string } }',
      'output:',
      '  format: json',
      '  schema:',
      '    city: string',
      '    weight: integer',
      '    buyer(object): { name: string }',
      '    kind(enum): [plain, fragile]',
      'tune.data: { train: data/test.jsonl, test: data/test.jsonl }',
      '---',
      '{{text}}',
      '{{output}}',
      '',
    ),
    'parcels/data/test.jsonl': asLines(orders),
    'parcels/rules.jsonl': parcelAnswers((i) => {
      const { city, weight, buyer } = orders[i]!;
      return { city, weight: i % 2 === 0 ? weight : 0, buyer: i % 4 === 0 ? { name: 'nobody' } : buyer, kind: 'plain' };
    }),
    'parcels/people.jsonl': parcelAnswers((i) => {
      const { city, weight, buyer, kind } = orders[i]!;
      return { city: i === 0 ? 'Koeln' : city, weight, buyer, kind };
    }),
  },
  answers: [
    ['people', 'parcels/people.jsonl'],
    ['rules', 'parcels/rules.jsonl'],
  ],
};
