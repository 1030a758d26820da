import { describe, expect, it } from 'vitest';
import { newRecord } from '../../../../../src/runs/record/newRecord';
import type { RunRecord } from '../../../../../src/runs/record/record';
import { changesSince } from '../../../../../src/runs/work/study/changesSince';
import { resolveSettings } from '../../../../../src/template/read/resolveSettings';
import { readTemplate, requireTemplate } from '../../../../../src/template/read/template';
import type { Method } from '../../../../../src/template/settings/settings';

const text = [
  '---',
  'model: builtin',
  'input:',
  '  schema:',
  '    text: string',
  'output:',
  '  schema:',
  '    label(enum): [wet, dry]',
  'tune.data: { train: train.csv, test: test.csv }',
  'tune.batchSize: 8',
  '---',
  '{{soft 4}}{{> tone}}',
  'The weather is: {{text}}',
  'Answer:{{label}}',
  '',
].join('\n');
const partials = (tone: string) => (name: string) => (name === 'tone' ? tone : undefined);

function runOf(method: Method, given: Readonly<Record<string, unknown>> = {}): RunRecord {
  const template = requireTemplate(text, '/w/a.prompt', partials('Be brief.'));
  return newRecord(template, resolveSettings(template, method, given));
}

const since = (run: RunRecord, now: string, tone = 'Be brief.') =>
  changesSince(run, readTemplate(now, '/w/b.prompt', partials(tone)).template);

describe('what has changed in a template since a run', () => {
  it('is nothing for the same text, however it is saved and wherever it lies, and whatever the run was given', () => {
    expect(since(runOf('soft'), text)).toEqual([]);
    expect(since(runOf('soft', { 'tune.steps': 5, 'tune.seed': 3 }), text.replaceAll('\n', '\r\n'))).toEqual([]);
  });

  it.each([
    ['the text', text.replace('The weather is', 'It is')],
    ['the model', text.replace('builtin', 'other/model')],
    ['the answer field or its labels', text.replace('[wet, dry]', '[wet, dry, icy]')],
    ['the words in tune.labels', text.replace('tune.batchSize', 'tune.labels: { wet: " rain" }\ntune.batchSize')],
    ['tune.batchSize', text.replace('tune.batchSize: 8', 'tune.batchSize: 9')],
    ['tune.data', text.replace('test.csv', 'other.csv')],
  ])('is %s', (name, now) => {
    expect(since(runOf('soft'), now)).toContain(name);
  });

  it('is a partial alone', () => {
    expect(since(runOf('soft'), text, 'Be exact.')).toEqual(['its partials']);
  });

  it('is nothing where a comment, or a setting that this method does not read, is another', () => {
    expect(since(runOf('soft'), text.replace('model: builtin', 'model: builtin # the small one'))).toEqual([]);
    expect(since(runOf('hard'), text.replace('tune.batchSize: 8', 'tune.batchSize: 9'))).toEqual([]);
    expect(since(runOf('soft'), text.replace('tune.batchSize', 'tune.seed: 7\ntune.batchSize'))).toEqual([]);
  });

  it('is the text where the file holds an error by now', () => {
    expect(since(runOf('soft'), text.replace('{{text}}', '{{#if}}'))).toEqual(['the text']);
  });

  it('is whether answers are held to the schema, where a template says so, but for a run that knew no such', () => {
    const json = text.replace('schema:\n    label(enum): [wet, dry]', 'format: json\n  schema:\n    label: string');
    const run = newRecord(
      requireTemplate(json, '/w/a.prompt', partials('Be brief.')),
      resolveSettings(requireTemplate(json, '/w/a.prompt', partials('Be brief.')), 'soft', {}),
    );
    expect(run.settings.constrain).toBe(true);
    expect(since(run, json.replace('model:', 'tune.constrain: false\nmodel:'))).toEqual([
      'whether answers are held to the schema (tune.constrain)',
    ]);
    const earlier = { ...run.settings, constrain: undefined };
    const commented = json.replace('model: builtin', 'model: builtin # the small one');
    expect(since({ ...run, settings: earlier }, commented)).toEqual([]);
    expect(since(run, commented)).toEqual([]);
  });
});
