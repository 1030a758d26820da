import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectModel } from '../../../src/model/inspectModel';
import { openModel, type LanguageModel } from '../../../src/model/openModel';
import { makeTokenizer } from '../../../src/model/tokenizer/tokenizer';
import { evaluate } from '../../../src/scoring/evaluate';
import { checkTemplate } from '../../../src/template/check/check';
import { renderPrompt } from '../../../src/template/render/render';
import { readTemplate, type PromptTemplate } from '../../../src/template/read/template';
import { encodePrompt, softLayout, type SoftLayout } from '../../../src/template/render/tokens';
import { layOut, type Batch } from '../../../src/objective/batch';
import type { Example } from '../../../src/objective/example';
import { openObjective } from '../../../src/objective/objective';
import { prefixWidth } from '../../../src/objective/prompt';
import { train } from '../../../src/tuning/train';
import type { Verbalizer } from '../../../src/objective/task';
import { wave } from '../../support/engine/decoderReference';
import { assembleModel } from '../../support/models/models';
import { relativeError } from '../../support/engine/relativeError';
import { makeWorkspace } from '../../support/engine/workspace';

interface Trained {
  readonly scores: readonly number[];
  readonly loss: number;
  readonly gradient: readonly number[];
}

/** What PyTorch computed with the same weights; masked.py in test/models makes them. */
interface Expected {
  readonly texts: readonly string[];
  readonly labels: Readonly<Record<string, readonly string[]>>;
  readonly targets: readonly number[];
  readonly ids: readonly (readonly number[])[];
  readonly masks: readonly number[];
  readonly virtual: number;
  readonly scores: readonly number[];
  readonly loss: number;
  /** Virtual tokens in front of everything, before the masks, and behind them. */
  readonly front: Trained;
  readonly middle: Trained;
  readonly end: Trained;
  readonly prefixRows: number;
  /** Keys and values in front of every layer's own. */
  readonly prefix: Trained;
}

const folderOf = (name: string): string => assembleModel(`masked/${name}`);
const tolerance = 1e-3;

function templateOf({ labels }: Expected, body: string): PromptTemplate {
  const text = [
    '---',
    'model: elsewhere',
    `output: { schema: { "label(enum)": [${Object.keys(labels).join(', ')}] } }`,
    'tune.data: { train: x.jsonl }',
    '---',
    body,
  ];
  return readTemplate(text.join('\n'), 'x.prompt').template!;
}

const wordTokens = ({ labels }: Expected, { tokenizer }: LanguageModel): Verbalizer =>
  Object.values(labels).map((words) => words.map((word) => tokenizer.encode(word, false)));

function examplesOf(
  expected: Expected,
  model: LanguageModel,
  { template, layout }: { readonly template: PromptTemplate; readonly layout: SoftLayout },
): readonly Example[] {
  const words = wordTokens(expected, model);
  return expected.texts.map((text, row): Example => {
    const { ids, answer } = encodePrompt(
      renderPrompt(template, { text, label: 'never read' }, model.tokenizer),
      layout,
      model.tokenizer,
    );
    const label = expected.targets[row]!;
    return {
      row,
      prompt: ids,
      masks: answer,
      expected: Object.keys(expected.labels)[label]!,
      label,
      answer: words[label]![0]!,
    };
  });
}

interface Case {
  readonly body: string;
  readonly method: 'hard' | 'soft';
  readonly deepRows?: number;
  readonly padding?: { readonly side: 'right'; readonly extra: number };
}

function batchOf(expected: Expected, model: LanguageModel, { body, method, padding, deepRows = 0 }: Case): Batch {
  const template = templateOf(expected, body);
  const layout = softLayout(template, { method, length: expected.virtual, labels: expected.labels }, model.tokenizer);
  return layOut(examplesOf(expected, model, { template, layout }), {
    objective: 'label',
    verbalizer: wordTokens(expected, model),
    firstVirtualToken: model.tokenizer.firstVirtualToken,
    sharePrefix: true,
    deepRows,
    padding,
  });
}

const written = 'review : {{text}} it was {{label}} . truly told';
const places: readonly (readonly ['front' | 'middle' | 'end', string])[] = [
  ['front', written],
  ['middle', 'review : {{text}} it was {{soft 3}} {{label}} . truly told'],
  ['end', 'review : {{text}} it was {{label}}{{soft 3}} . truly told'],
];

const exported = ['bert', 'roberta', 'distilbert', 'electra', 'albert'];
/** Each model as its exported graph, and as the checkpoint that a graph is built for. */
const sources = [
  ...exported.map((name) => [name, 'model.onnx'] as const),
  ...[...exported, 'modernbert', 'deberta-v2', 'deberta-v2-apart', 'albert-groups', 'electra-wide'].map(
    (name) => [name, 'model.safetensors'] as const,
  ),
];

describe.each(sources)('%s, %s, with its masked head, against PyTorch', (name, file) => {
  const expected = JSON.parse(readFileSync(join(folderOf(name), 'expected.json'), 'utf8')) as Expected;
  const opened = openModel(join(folderOf(name), file), '/');

  it('is told apart as masked, and says what can be trained', async () => {
    const { configuration, methods } = await inspectModel(await opened);
    expect(configuration.kind).toBe('masked');
    expect(configuration.contextLength).toBe(name === 'roberta' ? 62 : 64);
    expect(methods.filter(({ works }) => works).map(({ method }) => method)).toEqual(['hard', 'soft', 'v1', 'v2']);
    expect(methods.find(({ method }) => method === 'v2')?.note).toMatch(/^Without a rewritten instruction/);
  });

  it('finds its mask where the settings do not name it', async () => {
    const {
      records: { tokenizer },
      tokenizer: { mask, vocabularySize },
    } = await opened;
    const { mask: found } = makeTokenizer({ ...tokenizer, settings: {} }, { file: '', vocabularySize, kind: 'masked' });
    expect(found).toBe(mask);
  });

  it('has the tokens that the Hugging Face tokenizer makes of the text with masks written into it', async () => {
    const model = await opened;
    const template = templateOf(expected, written);
    const layout = softLayout(template, { method: 'hard', length: 0, labels: expected.labels }, model.tokenizer);
    const examples = examplesOf(expected, model, { template, layout });
    expect(examples.map(({ prompt }) => prompt)).toEqual(expected.ids);
    expect(examples.map(({ masks }) => masks)).toEqual(expected.masks);
  });

  it('has the label scores and the loss of the text alone, whatever the padding', async () => {
    const objective = openObjective(await opened, 1);
    try {
      for (const extra of [0, 5]) {
        const { loss, scores } = await objective.score(
          batchOf(expected, await opened, { body: written, method: 'hard', padding: { side: 'right', extra } }),
          undefined,
        );
        expect(relativeError(scores!, expected.scores)).toBeLessThan(tolerance);
        expect(relativeError([loss], [expected.loss])).toBeLessThan(tolerance);
      }
    } finally {
      await objective.close();
    }
  });

  it('has the scores, loss and gradient of virtual tokens in front, before the mask and behind it', async () => {
    const model = await opened;
    const { hiddenSize } = model.configuration;
    const objective = openObjective(model, 1);
    try {
      for (const [place, body] of places) {
        const soft = { rows: expected.virtual, hiddenSize, values: wave(expected.virtual * hiddenSize) };
        const batch = batchOf(expected, model, { body, method: 'soft' });
        const { scores } = await objective.score(batch, soft);
        expect(relativeError(scores!, expected[place].scores), place).toBeLessThan(tolerance);
        const { loss, gradient } = await objective.step(batch, soft);
        expect(relativeError([loss], [expected[place].loss]), place).toBeLessThan(tolerance);
        expect(relativeError(gradient!, expected[place].gradient), place).toBeLessThan(tolerance);
      }
    } finally {
      await objective.close();
    }
  });
});

const graphs = [
  ['bert', 'model'],
  ['bert', 'model_sdpa'],
  ['bert', 'model_dynamo'],
  ['roberta', 'model'],
  ['roberta', 'model_sdpa'],
  ['distilbert', 'model'],
  ['distilbert', 'model_sdpa'],
  ['distilbert', 'model_dynamo'],
  ['electra', 'model'],
] as const;
const prefixed = [
  ...graphs.map(([name, file]) => [name, `${file}.onnx`] as const),
  ...['bert', 'roberta', 'distilbert', 'electra', 'modernbert', 'deberta-v2', 'deberta-v2-apart'].map(
    (name) => [name, 'model.safetensors'] as const,
  ),
];

it.each(prefixed)(
  'a prefix in every layer of %s, %s, has the scores, the loss and the gradient of PyTorch, whatever the padding',
  async (name, file) => {
    const expected = JSON.parse(readFileSync(join(folderOf(name), 'expected.json'), 'utf8')) as Expected;
    const model = await openModel(join(folderOf(name), file), '/');
    const { hiddenSize } = model.configuration;
    const width = prefixWidth(model);
    const soft = {
      rows: 0,
      hiddenSize,
      values: new Float32Array(),
      prefix: { rows: expected.prefixRows, width, values: wave(expected.prefixRows * width, 1) },
    };
    const objective = openObjective(model, 1);
    try {
      for (const extra of [0, 5]) {
        const batch = batchOf(expected, model, {
          body: written,
          method: 'hard',
          deepRows: expected.prefixRows,
          padding: { side: 'right', extra },
        });
        const { scores } = await objective.score(batch, soft);
        expect(relativeError(scores!, expected.prefix.scores)).toBeLessThan(tolerance);
        const { loss, prefixGradient } = await objective.step(batch, soft);
        expect(relativeError([loss], [expected.prefix.loss])).toBeLessThan(tolerance);
        expect(relativeError(prefixGradient!, expected.prefix.gradient)).toBeLessThan(tolerance);
      }
    } finally {
      await objective.close();
    }
  },
);

describe('a task with text behind its answer slot', () => {
  const bert = folderOf('bert');
  const body = '{{#instruction}}truly told{{/instruction}} review : {{text}} it was {{label}} . truly told';

  it('is trained and scored by a masked model with every method that has a way into it', async () => {
    const space = makeWorkspace({ model: bert, body });
    try {
      for (const [method, set] of [
        ['soft', {}],
        ['v1', {}],
        ['v2', { 'tune.layers': 'input', 'tune.instruction': 'fixed' }],
        ['v2', { 'tune.projection': true }],
      ] as const) {
        const { task, model } = await space.task(method, {
          'tune.length': 3,
          'tune.steps': 4,
          'tune.batchSize': 4,
          ...set,
        });
        const training = train(task, model);
        let step = await training.next();
        while (!step.done) step = await training.next();
        const { prompt } = step.value;
        const { n, loss, predictions } = await evaluate(task, model, prompt, { split: 'train' });
        expect(n).toBe(8);
        expect(loss).toBeGreaterThan(0);
        for (const { probabilities } of predictions)
          expect(Object.values(probabilities!).reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 4);
      }
    } finally {
      space.dispose();
    }
  });

  it.each([
    [
      'free text',
      { output: 'label: string' },
      { method: 'soft' },
      { code: 'masked-model', message: expect.stringContaining('cannot write free text') as string },
    ],
    [
      'a rewritten instruction',
      {},
      { method: 'v2', set: { 'tune.layers': 'input', 'tune.instruction': 'text' } },
      { code: 'masked-model' },
    ],
    [
      'no mask in the model',
      { model: assembleModel('architectures/llama') },
      { method: 'soft' },
      { code: 'answer-slot-not-last' },
    ],
  ] as const)('is refused for %s', async (_, options, chosen, failure) => {
    const space = makeWorkspace({ model: bert, body, ...options });
    try {
      await expect(space.task(chosen.method, 'set' in chosen ? chosen.set : {})).rejects.toMatchObject(failure);
    } finally {
      space.dispose();
    }
  });

  it('is found fault with where it asks for what a masked model cannot do', async () => {
    const encoder = (await openModel(bert, '/')).tokenizer;
    const found = (front: string): readonly string[] =>
      checkTemplate(
        `---\nmodel: elsewhere\ntune.data: { train: x.jsonl }\n${front}\n---\n{{text}} it was {{label}} .`,
        'x.prompt',
        { encoder },
      )
        .filter(({ code }) => code === 'masked-model')
        .map(({ message }) => message);
    expect(found('output: { schema: { label: string } }')).toEqual([
      'The model is a masked language model: it chooses between label words, and cannot write free text. ' +
        'Give the output an enum of labels, or choose a causal model.',
    ]);
    expect(found('output: { schema: { "label(enum)": [good, bad] } }\ntune.instruction: text')).toEqual([
      'The model is a masked language model, which cannot say how fluent a rewritten instruction is. ' +
        'Write fixed or embeddings.',
    ]);
    expect(found('output: { schema: { "label(enum)": [good, bad] } }')).toEqual([]);
  });

  it('is found fault with only where the model reads no further than the slot', async () => {
    const { text, path } = templateOf(JSON.parse(readFileSync(join(bert, 'expected.json'), 'utf8')) as Expected, body);
    const found = (model: Parameters<typeof checkTemplate>[2]): readonly string[] =>
      checkTemplate(text, path, model).map(({ code }) => code);
    expect(found({ encoder: (await openModel(bert, '/')).tokenizer })).not.toContain('answer-slot-not-last');
    expect(found({ encoder: (await openModel(assembleModel('architectures/llama'), '/')).tokenizer })).toContain(
      'answer-slot-not-last',
    );
    expect(found({ noTokens: 'The model is not on this machine.' })).toContain('answer-slot-not-last');
    expect(found({})).not.toContain('answer-slot-not-last');
  });
});
