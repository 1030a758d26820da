import { fileName } from './imported';
import type { Imported } from './imported';

export type TemplateKind = 'classification' | 'extraction' | 'generation' | 'pairs';

/** The kinds of task a new template can begin with. */
export const templateKinds: readonly {
  readonly kind: TemplateKind;
  readonly title: string;
  readonly detail: string;
}[] = [
  { kind: 'classification', title: 'Classification', detail: 'one text, one of a few labels' },
  { kind: 'extraction', title: 'Extraction', detail: 'one text, a piece of it as the answer' },
  { kind: 'generation', title: 'Generation', detail: 'one text, a text as the answer' },
  { kind: 'pairs', title: 'Pairs of Texts', detail: 'two texts, how they relate' },
];

interface Start {
  readonly template: string;
  readonly rows: readonly Readonly<Record<string, string>>[];
}

const dataKeys = (name: string) => `tune.data: { train: data/${name}.train.jsonl, dev: data/${name}.dev.jsonl }\n`;

const starts: Readonly<Record<TemplateKind, (name: string) => Start>> = {
  classification: (name) => ({
    template: `---\nmodel: builtin\ndescription: Says how a review feels about its subject\ninput:\n  schema:\n    text: string, the review\noutput:\n  schema:\n    label(enum, the feeling): [positive, negative]\n${dataKeys(name)}tune.labels: { positive: " good", negative: " bad" }\n---\n{{#instruction}}Say whether the review is good or bad.{{/instruction}}\nReview: {{text}}\nThe review is{{label}}\n`,
    rows: [
      { text: 'I would watch it again tomorrow.', label: 'positive' },
      { text: 'The second half put me to sleep.', label: 'negative' },
      { text: 'Warm, funny and just long enough.', label: 'positive' },
      { text: 'Not one of the jokes lands.', label: 'negative' },
    ],
  }),
  extraction: (name) => ({
    template: `---\nmodel: builtin\ndescription: Finds the place a message speaks of\ninput:\n  schema:\n    text: string, the message\noutput:\n  schema:\n    place: string, the place as written\n${dataKeys(name)}---\n{{#instruction}}Write the place that the message speaks of.{{/instruction}}\nMessage: {{text}}\nPlace:{{place}}\n`,
    rows: [
      { text: 'The train to Bergen is late again.', place: 'Bergen' },
      { text: 'We meet in Porto on Friday.', place: 'Porto' },
      { text: 'Send the box to the office in Leeds.', place: 'Leeds' },
      { text: 'It rained in Lima all week.', place: 'Lima' },
    ],
  }),
  generation: (name) => ({
    template: `---\nmodel: builtin\ndescription: Writes a headline for a short report\ninput:\n  schema:\n    report: string\noutput:\n  schema:\n    headline: string\n${dataKeys(name)}---\n{{#instruction}}Write a headline for the report.{{/instruction}}\nReport: {{report}}\nHeadline:{{headline}}\n`,
    rows: [
      { report: 'The council voted to keep the library open on Sundays.', headline: 'Library stays open on Sundays' },
      { report: 'A storm closed the mountain road for two days.', headline: 'Storm closes mountain road' },
      { report: 'The bakery on Mill Street has a new owner.', headline: 'New owner for the Mill Street bakery' },
      { report: 'Pupils planted two hundred trees by the river.', headline: 'Pupils plant trees by the river' },
    ],
  }),
  pairs: (name) => ({
    template: `---\nmodel: builtin\ndescription: Says whether two questions ask for the same thing\ninput:\n  schema:\n    first: string\n    second: string\noutput:\n  schema:\n    label(enum, whether they mean the same): [same, different]\n${dataKeys(name)}---\n{{#instruction}}Say whether both questions ask for the same thing.{{/instruction}}\nFirst: {{first}}\nSecond: {{second}}\nThe questions are{{label}}\n`,
    rows: [
      { first: 'How old is the bridge?', second: 'When was the bridge built?', label: 'same' },
      { first: 'How old is the bridge?', second: 'How long is the bridge?', label: 'different' },
      { first: 'Who wrote the song?', second: 'Which writer made the song?', label: 'same' },
      { first: 'Who wrote the song?', second: 'Who sang the song?', label: 'different' },
    ],
  }),
};

/** A template of a kind with two small data files, ready to be changed. @param name what it is called; becomes the name of its files */
export function newTemplate(kind: TemplateKind, name: string): Imported {
  const base = fileName(name);
  const { template, rows } = starts[kind](base);
  const lines = (list: readonly unknown[]) => list.map((row) => `${JSON.stringify(row)}\n`).join('');
  const half = rows.length / 2;
  return {
    files: [
      { path: `${base}.prompt`, text: template },
      { path: `data/${base}.train.jsonl`, text: lines(rows.slice(0, half)) },
      { path: `data/${base}.dev.jsonl`, text: lines(rows.slice(half)) },
    ],
    notCarried: [],
  };
}
