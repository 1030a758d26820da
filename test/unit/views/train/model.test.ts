import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { settingKeys } from '../../../../src/template/settings/settingKeys';
import { readTemplate } from '../../../../src/template/read/template';
import { settingEdits, withEdits } from '../../../../src/template/settings/writeSettings';
import { planStudy } from '../../../../src/runs/work/study/planStudy';
import { checkForm } from '../../../../src/views/train/checkForm';
import { fieldsOf } from '../../../../src/views/train/formFields';
import { fittingValues, formState } from '../../../../src/views/train/model';
import { settingsToSave } from '../../../../src/views/train/settingsToSave';
import { moreSeedsOf, planOf, requireSameText, valuesOf } from '../../../../src/views/train/startRuns';
import { resolveSettings } from '../../../../src/template/read/resolveSettings';
import { temporaryFolder } from '../../../support/comparison/comparisons';
import { file, form, hostedForm, hostedTemplate, template } from '../../../support/pages/trainForm';
import { chatMl, withChat } from '../../template/check/checkCase';
import { runRecord } from '../../../support/pages/views';

const sizes = { hiddenSize: 256, layers: 6, keyValueHeads: 4, headSize: 64, contextLength: 512 };
const check = (set: Readonly<Record<string, string>>, methods: readonly ('soft' | 'v1' | 'v2')[] = ['soft']) =>
  checkForm(template, { methods, set }, sizes);

describe('the training form', () => {
  it('says in which form the model reads the prompts, as it is filled in, and words in their place', () => {
    const encoder = withChat(chatMl());
    const formOf = (set: Readonly<Record<string, string>>) =>
      checkForm(template, { methods: ['soft'], set }, sizes, encoder).form?.name;
    expect(formOf({})).toBe("chat: the model's chat template");
    expect(formOf({ format: 'text' })).toBe('text');
    expect(formOf({ format: 'chat, text' })).toBeUndefined();
    const words = (read: Parameters<typeof fieldsOf>[3]) =>
      fieldsOf(template, 'soft', [], read).find(({ name }) => name === 'labels')?.otherwise;
    expect(words(encoder)).toContain('billing: "billing"');
    expect(words(undefined)).toContain('billing: " billing"');
  });

  it('offers what a model elsewhere can do, and says in a sentence why vectors are not among it', () => {
    expect(hostedForm).toMatchObject({ offered: ['hard'], values: { methods: ['hard'] }, slurm: null });
    expect(hostedForm.elsewhere).toMatch(
      /^"my-server:org\/little:7b" runs elsewhere, .*soft prompts, prefixes and the search .* that runs here/,
    );
    const names = hostedForm.fields.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['data.test', 'labels', 'examples', 'format', 'seed']));
    for (const name of ['steps', 'length', 'instruction', 'maxLength', 'seeds']) expect(names).not.toContain(name);
    expect(form).toMatchObject({ offered: ['soft', 'v1', 'v2'], elsewhere: null });
  });

  it('counts measurements elsewhere, and says what has no meaning there', () => {
    const checkHosted = (set: Readonly<Record<string, string>>) =>
      checkForm(hostedTemplate, { methods: ['hard'], set }, undefined);
    expect(checkHosted({})).toMatchObject({ problem: null, runs: 1, trained: [], form: { name: 'messages' } });
    expect(checkHosted({ format: 'text' }).form).toEqual({ name: 'text', why: 'tune.format is text.' });
    expect(checkHosted({ examples: '{ count: 2, choose: search }' }).problem).toMatch(
      /choose: search tries thousands of prompts .* Write choose: random, which draws them by the seed/,
    );
    expect(checkHosted({ format: 'chat, text' })).toMatchObject({ runs: 2, varied: ['format'] });
    const ofWindow = readTemplate(hostedTemplate.text.replace('my-server:org/little:7b', 'vscode:copilot/gpt'), file);
    expect(checkForm(ofWindow.template!, { methods: ['hard'], set: { format: 'text' } }, undefined).problem).toMatch(
      /^tune\.format: text has no meaning for a model that runs elsewhere, such as "vscode:copilot\/gpt"/,
    );
  });

  it('keeps of a form that was filled in before what the template’s model allows', () => {
    const before = { methods: ['soft', 'v2'] as const, set: { seed: '3' } };
    expect(fittingValues(before, hostedTemplate)).toEqual({ methods: ['hard'], set: { seed: '3' } });
    expect(fittingValues({ methods: ['hard'], set: {} }, template)).toEqual({ methods: ['soft'], set: {} });
    expect(fittingValues(before, template)).toBe(before);
  });

  it('has a field for every setting, each once', () => {
    const names = fieldsOf(template, 'soft', []).map(({ name }) => name);
    const expected = settingKeys.flatMap(({ name }) =>
      name === 'method' ? [] : name === 'data' ? ['data.train', 'data.dev', 'data.test'] : [name],
    );
    expect([...names].sort()).toEqual([...expected].sort());
  });

  it('shows what holds otherwise, and whether the template says so', () => {
    const field = (name: string) => fieldsOf(template, 'v2', ['data/a.csv']).find((each) => each.name === name);
    expect(field('steps')).toMatchObject({ otherwise: '200', written: true });
    expect(field('instruction')).toMatchObject({ otherwise: 'both', written: false });
    expect(field('data.test')).toMatchObject({
      otherwise: 'none',
      written: false,
      choices: ['10%', '15%', '20%', 'data/a.csv'],
    });
    expect(field('encoder')).toMatchObject({ methods: ['v1'], choices: ['lstm', 'mlp'] });
  });

  it('says by the checker’s own rules what is wrong with a value, field by field', () => {
    const { problems, runs } = check({ steps: '0', optimizer: 'adam', learningRate: 'auto', nonsense: '1' });
    expect(problems).toEqual({
      steps: 'tune.steps must be a whole number, at least 1, not 0.',
      optimizer: 'tune.optimizer must be one of adamw, adafactor, sgd, not "adam".',
      nonsense: 'There is no setting tune.nonsense.',
    });
    expect(runs).toBe(0);
  });

  it('counts trainings and trained numbers, and leaves to the model what only it knows', () => {
    expect(check({ length: '8' }, ['soft', 'v1', 'v2'])).toMatchObject({
      problem: null,
      runs: 3,
      varied: [],
      trained: [
        { method: 'soft', numbers: 8 * 256 },
        { method: 'v1', numbers: 8 * 256 },
        { method: 'v2', numbers: null },
      ],
    });
    expect(check({ length: '8', instruction: 'fixed' }, ['v2']).trained).toEqual([
      { method: 'v2', numbers: 8 * 2 * 6 * 256 },
    ]);
  });

  it('makes one study of lists, seeds and methods', () => {
    expect(check({ learningRate: '0.01, 0.1', seeds: '3' }, ['soft', 'v1'])).toMatchObject({
      runs: 12,
      varied: ['method', 'learningRate', 'seed'],
    });
  });

  it('says when nothing is chosen, nothing can be learned from, or labels clash', () => {
    expect(check({}, []).problem).toBe('Choose at least one method.');
    expect(check({ labels: '{ billing: [" x"], bug: [" x"] }' }).problem).toContain('The word " x" stands for both');
    const bare = readTemplate('---\noutput: { schema: { "a(enum)": [b, c] } }\n---\nHi {{a}}', '/t.prompt').template!;
    expect(checkForm(bare, { methods: ['soft'], set: {} }, undefined).problem).toContain(
      'There are no rows to learn from.',
    );
    expect(
      formState('/t.prompt', readTemplate('Hi', '/t.prompt').template!, {
        values: { methods: ['soft'], set: {} },
        from: null,
        dataFiles: [],
      }).problem,
    ).toContain('does not say what the model answers');
  });
});

describe('what Save to Template writes', () => {
  it('is one value a setting, with data as one mapping that keeps the files not changed', () => {
    const settings = settingsToSave(template, {
      methods: ['soft'],
      set: { steps: '500', 'data.test': 'data/test.jsonl', seed: ' ' },
    });
    expect(settings).toEqual({
      steps: '500',
      data: '{ train: "data/train.jsonl", dev: "data/dev.jsonl", test: "data/test.jsonl" }',
    });
    const after = readTemplate(withEdits(template.text, settingEdits(template.text, settings)), file).template!;
    expect(after.written).toMatchObject({
      steps: 500,
      data: { train: 'data/train.jsonl', dev: 'data/dev.jsonl', test: 'data/test.jsonl' },
    });
  });

  it('is refused where a setting has several values', () => {
    expect(() => settingsToSave(template, { methods: ['soft'], set: { seed: '1, 2' } })).toThrow(
      'A template holds one value for each setting, and seed has several.',
    );
  });
});

describe('a plan', () => {
  it('without lists is no study', () => {
    expect(planStudy(template, ['soft', 'v1'], { 'tune.steps': '5' })).toEqual({
      runs: [
        { method: 'soft', set: { 'tune.steps': '5' } },
        { method: 'v1', set: { 'tune.steps': '5' } },
      ],
    });
  });

  it('repeats with seeds only when asked to, from the seed that holds', () => {
    const { runs, study } = planStudy(template, ['soft'], { 'tune.seeds': '2', 'tune.seed': '7' });
    expect(runs.map(({ set }) => set['tune.seed'])).toEqual(['7', '8']);
    expect(study?.varied).toEqual(['seed']);
  });

  it('is refused as a whole when one cell of it cannot be trained', () => {
    expect(() => planStudy(template, ['soft'], { 'tune.objective': 'label, nonsense' })).toThrow(
      'tune.objective must be one of label, token',
    );
  });

  it('made from a run resolves to the settings that the run had', () => {
    const settings = resolveSettings(template, 'v1', {
      'tune.init': '{ text: "two, \\"three\\"" }',
      'tune.learningRate': '0.3',
      'tune.encoder': 'mlp',
      'tune.seeds': '3',
    });
    const run = {
      folder: '/r/1',
      record: runRecord('1', { method: 'v1', settings, template: { path: file, text: template.text, sha256: '' } }),
    };
    const { methods, set } = planOf(run);
    expect(resolveSettings(template, methods[0]!, set)).toEqual({ ...settings, seeds: 1 });
    expect(checkForm(template, valuesOf(planOf(run)), sizes)).toMatchObject({ problems: {}, problem: null, runs: 1 });
  });

  it('of more seeds differs from the run in nothing else, and takes seeds that the study lacks', async () => {
    const settings = resolveSettings(template, 'soft', { 'tune.seed': '4', 'tune.steps': '9' });
    const run = {
      folder: '/r/1',
      record: runRecord('1', { method: 'soft', settings, template: { path: file, text: template.text, sha256: '' } }),
    };
    const { methods, set } = moreSeedsOf(run, [4, 5], 2);
    const planned = planStudy(template, methods, set).runs.map((each) => resolveSettings(template, 'soft', each.set));
    expect(planned).toEqual([
      { ...settings, seeds: 1, seed: 6 },
      { ...settings, seeds: 1, seed: 7 },
    ]);
    const written = join(await temporaryFolder(), 'a.prompt');
    await writeFile(written, template.text);
    await expect(requireSameText(run, written)).resolves.toBeUndefined();
    await writeFile(written, `${template.text} `);
    await expect(requireSameText(run, written)).rejects.toMatchObject({ code: 'template-changed' });
  });
});
