import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { metricKinds } from '../../../../src/metrics/metricKinds';
import type { MetricSetting } from '../../../../src/metrics/metricSetting';
import { isTextMetric, openMetric } from '../../../../src/metrics/openMetric';
import { readMetrics } from '../../../../src/template/metrics/readMetrics';
import { writtenMetrics } from '../../../../src/template/metrics/writtenMetrics';
import { resolveSettings } from '../../../../src/template/read/resolveSettings';
import { readTemplate } from '../../../../src/template/read/template';
import { describeDefaults } from '../../../../src/template/settings/describeSetting';
import { expandGrid } from '../../../../src/template/settings/settingGrid';
import { settingKey } from '../../../../src/template/settings/settingKeys';
import { writtenSetting } from '../../../../src/template/settings/settingText';

const read = (yaml: string) => readMetrics(parse(yaml));
const problemsOf = (yaml: string) => read(yaml).problems.map(({ problem }) => problem);

/** Every kind with something for each option that could be written. */
const all: readonly MetricSetting[] = [
  { kind: 'exact', name: 'squad', ignoreCase: true, ignorePunctuation: true, articles: true },
  ...(['f1', 'rouge1', 'rouge2', 'rougeL', 'levenshtein', 'similarity'] as const).map((kind) => ({ kind, name: kind })),
  { kind: 'bleu', name: 'bleu', tokenise: 'zh' },
  { kind: 'chrf', name: 'chrf', wordOrder: 2 },
  { kind: 'contains', name: 'contains', texts: ['a: b', '# c'], need: 'any', ignoreCase: true, not: true },
  { kind: 'startsWith', name: 'startsWith', texts: ['Dear'] },
  { kind: 'regex', name: 'digits', pattern: '^\\d+"$', flags: 'iu' },
  { kind: 'number', name: 'number', absolute: 0.5, relative: 0.01, find: 'last' },
  { kind: 'json', name: 'json', measure: 'equal', reading: 'strict', loose: true, ignoreNulls: true },
  { kind: 'length', name: 'length', unit: 'characters', min: 1, max: 9 },
  { kind: 'javascript', name: 'polite', file: 'checks/polite.mjs', timeLimit: 2, scale: 'count', better: 'lower' },
];

describe('tune.metrics', () => {
  it('is a name, a mapping, or a list of both', () => {
    expect(read('exact').metrics).toEqual([{ kind: 'exact', name: 'exact' }]);
    expect(read('{ exact: { ignoreCase: true } }').metrics).toEqual([
      { kind: 'exact', name: 'exact', ignoreCase: true },
    ]);
    expect(read('[f1, { exact: }, { rougeL: {} }]').metrics.map(({ kind }) => kind)).toEqual(['f1', 'exact', 'rougeL']);
  });

  it('takes in short what a metric is mostly told', () => {
    expect(read('[{ regex: "^a" }, { contains: a }, { startsWith: [a, b] }, { json: valid }]').metrics).toEqual([
      { kind: 'regex', name: 'regex', pattern: '^a' },
      { kind: 'contains', name: 'contains', texts: ['a'] },
      { kind: 'startsWith', name: 'startsWith', texts: ['a', 'b'] },
      { kind: 'json', name: 'json', measure: 'valid' },
    ]);
    expect(read('{ javascript: checks/polite.mjs }').metrics).toEqual([
      { kind: 'javascript', name: 'polite', file: 'checks/polite.mjs' },
    ]);
  });

  it('may call a metric otherwise, so that one can be used twice', () => {
    expect(read('[{ regex: a }, { regex: { pattern: b, name: ends } }]').metrics.map(({ name }) => name)).toEqual([
      'regex',
      'ends',
    ]);
    expect(problemsOf('[exact, { f1: { name: exact } }]')).toEqual([
      'tune.metrics names "exact" twice; give one of them a name of its own, such as { f1: { name: exact2, … } }.',
    ]);
  });

  it.each([
    ['[rouge-l]', 'There is no metric "rouge-l"; did you mean "rougeL"?'],
    ['7', 'tune.metrics must be a name, or a list of names, not 7.'],
    ['', 'tune.metrics must be a name, or a list of names, not null.'],
    ['[{}]', 'tune.metrics has an empty mapping; write the name of a metric.'],
    ['{ f1: {}, exact: {} }', 'Each metric is an entry of the list of its own: write - f1: … and - exact: … .'],
    ['{ f1: true }', 'The value of f1 must be a mapping, not true.'],
    ['{ json: false }', 'json.measure must be f1, equal, valid, parses, not false.'],
    ['{ chrf: { order: 2 } }', 'chrf knows wordOrder, name, not "order".'],
    ['{ chrf: { wordOrder: 1.5 } }', 'chrf.wordOrder must be a whole number, at least 0, not 1.5.'],
    ['{ number: { relative: -0.1 } }', 'number.relative must be a number, at least 0, not -0.1.'],
    ['regex', 'regex needs pattern: write regex: { pattern: … }.'],
    ['{ regex: "(" }', 'regex.pattern cannot be read: Invalid regular expression: /(/: Unterminated group.'],
    [
      '{ regex: { pattern: a, flags: ii } }',
      "regex.flags cannot be used: Invalid flags supplied to RegExp constructor 'ii'.",
    ],
    ['{ javascript: check.py }', 'javascript.file must name a .mjs, .cjs or .js file, not "check.py".'],
    ['{ contains: { need: all } }', 'contains.need: all is for texts; of expected answers, any one is enough.'],
  ])('says in a sentence what is wrong with %s', (yaml, problem) => {
    expect(problemsOf(yaml)).toEqual([problem]);
  });

  it('reads what can be read beside what cannot', () => {
    const { metrics, places, problems } = read('[exact, nothing, { bleu: { tokenise: zh } }]');
    expect(metrics.map(({ name }) => name)).toEqual(['exact', 'bleu']);
    expect(places).toEqual([
      { path: ['0'], at: 'value' },
      { path: ['2', 'bleu'], at: 'key' },
    ]);
    expect(problems).toHaveLength(1);
  });

  it('is written as it is read, on one line', () => {
    expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(metricKinds.map(({ kind }) => kind)));
    expect(read(writtenMetrics(all))).toMatchObject({ metrics: all, problems: [] });
    for (const metric of all) expect(read(writtenMetrics([metric])).metrics).toEqual([metric]);
    expect(writtenMetrics(all)).not.toContain('\n');
    expect(writtenMetrics(all.slice(0, 2))).toBe(
      '[{ exact: { ignoreCase: true, ignorePunctuation: true, articles: true, name: "squad" } }, f1]',
    );
  });

  it('reads from the settings of a run as it was', () => {
    expect(readMetrics(all)).toMatchObject({ metrics: all, problems: [] });
    expect(readMetrics(JSON.parse(JSON.stringify(all)))).toMatchObject({ metrics: all, problems: [] });
  });

  it('opens every metric that it reads', () => {
    const schema = { type: 'object' };
    for (const setting of all.filter(isTextMetric)) expect(openMetric(setting, { schema }).name).toBe(setting.name);
  });
});

describe('the setting tune.metrics', () => {
  const template = readTemplate(
    '---\noutput: { schema: { answer: string } }\ntune.metrics: [f1, exact]\n---\n{{x}}{{answer}}',
    'a.prompt',
  ).template!;

  it('is exact where nothing is written', () => {
    expect(describeDefaults(settingKey('metrics')!)).toBe('exact');
  });

  it('is one value for a run, not a grid over its metrics', () => {
    for (const text of ['[f1, rougeL]', 'f1, rougeL']) {
      const { varied, cells } = expandGrid({ 'tune.metrics': text, 'tune.length': '5, 10' });
      expect(varied).toEqual(['length']);
      expect(resolveSettings(template, 'soft', cells[0]!).metrics?.map(({ kind }) => kind)).toEqual(['f1', 'rougeL']);
    }
  });

  it('is taken from the template, and refused with its sentence where it is given otherwise', () => {
    expect(resolveSettings(template, 'soft', {}).metrics?.map(({ kind }) => kind)).toEqual(['f1', 'exact']);
    expect(() => resolveSettings(template, 'soft', { 'tune.metrics': 'rogue1' })).toThrow(
      'There is no metric "rogue1"; did you mean "rouge1"?',
    );
    expect(() => expandGrid({ 'tune.metrics': 'rogue1' })).toThrow(
      'There is no metric "rogue1"; did you mean "rouge1"?',
    );
  });

  it('is written from a run as a template writes it', () => {
    const { metrics } = resolveSettings(template, 'soft', {});
    expect(writtenSetting(metrics)).toBe('[f1, exact]');
    expect(resolveSettings(template, 'soft', { 'tune.metrics': writtenSetting(all) }).metrics).toEqual(all);
  });

  it('judges the label of a classification too', () => {
    const labels = readTemplate(
      '---\noutput: { schema: { label(enum): [a, b] } }\ntune.metrics: [f1]\n---\n{{x}}{{label}}',
      'a.prompt',
    );
    expect(labels.findings).toEqual([]);
    expect(labels.template?.written.metrics).toEqual([{ kind: 'f1', name: 'f1' }]);
  });
});
