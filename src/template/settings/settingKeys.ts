import * as l10n from '@vscode/l10n';
import { defaultMetrics } from '../../metrics/metricSetting';
import { methodAliases, methods, type Method } from './settings';
import type { SettingKey } from './settingType';

const lester = 'Lester et al. 2021, The Power of Scale for Parameter-Efficient Prompt Tuning';
const liuV1 = 'Liu et al. 2021, GPT Understands, Too';
const liuV2 = 'Liu et al. 2022, P-Tuning v2';
const sunBlackBox = 'Sun et al. 2022, Black-Box Tuning for Language-Model-as-a-Service';

function always(value: unknown): Readonly<Record<Method, unknown>> {
  return { hard: value, soft: value, v1: value, v2: value };
}

/** Every `tune.*` key; validation, completion and the reference page all read this list. */
export const settingKeys: readonly SettingKey[] = [
  {
    name: 'method',
    type: { kind: 'choice', values: methods, aliases: methodAliases },
    meaning: () =>
      l10n.t`What is trained: nothing, virtual tokens, virtual tokens through an encoder, or vectors in every layer.`,
    paper: `${lester}; ${liuV1}; ${liuV2}`,
  },
  {
    name: 'data',
    type: { kind: 'data' },
    meaning: () =>
      l10n.t`Files of the train, dev and test rows, relative to the template. Dev and test may take a share of the \
rows of train, such as 15%: rows with the same inputs stay together, and no row moves when others are added.`,
  },
  {
    name: 'labels',
    type: { kind: 'labels' },
    meaning: () =>
      l10n.t`The words that stand for each label, leading space included; a label left out is its own word, after a \
space where its script parts words by spaces.`,
    paper: 'Schick and Schütze 2021, Exploiting Cloze Questions for Few-Shot Text Classification',
  },
  {
    name: 'length',
    type: { kind: 'whole', minimum: 1 },
    defaults: always(20),
    meaning: () => l10n.t`Virtual tokens put in front of a template that places none.`,
    paper: lester,
  },
  {
    name: 'init',
    type: { kind: 'init' },
    defaults: always({ kind: 'text' }),
    meaning: () =>
      l10n.t`Where trained vectors start: text (the instruction), { text: "words" }, vocabulary, labels, uniform, \
normal (spread 0.02) or zero; a prefix takes text, normal or zero. With zero, the encoder of v1 makes the vectors \
alone, as in its paper; otherwise it moves them from their start.`,
    paper: lester,
  },
  {
    name: 'encoder',
    type: { kind: 'choice', values: ['lstm', 'mlp'] },
    defaults: always('lstm'),
    meaning: () => l10n.t`The network that makes the virtual tokens of v1 during training.`,
    paper: liuV1,
  },
  {
    name: 'encoderSize',
    type: { kind: 'whole', minimum: 0 },
    defaults: always(0),
    meaning: () =>
      l10n.t`Hidden size of the encoder or projection; 0 takes that of the paper: half the hidden size for lstm, the \
hidden size for mlp, 512 for the projection.`,
    paper: liuV1,
  },
  {
    name: 'projection',
    type: { kind: 'switch' },
    defaults: always(false),
    meaning: () => l10n.t`Whether a two-layer network makes the prefix of v2 during training.`,
    paper: liuV2,
  },
  {
    name: 'dropout',
    type: { kind: 'number', minimum: 0, below: 1 },
    defaults: always(0),
    meaning: () =>
      l10n.t`Share of the trained vectors dropped at a training step; the paper of v2 drops 0.1, which small models \
bear badly.`,
    paper: liuV2,
  },
  {
    name: 'optimizer',
    type: { kind: 'choice', values: ['adamw', 'adafactor', 'sgd'] },
    defaults: always('adamw'),
    meaning: () => l10n.t`How a gradient becomes a step.`,
    paper:
      'Loshchilov and Hutter 2019, Decoupled Weight Decay Regularization (adamw); Shazeer and Stern 2018, Adafactor',
  },
  {
    name: 'blackBox',
    type: { kind: 'switch' },
    defaults: always(false),
    meaning: () =>
      l10n.t`Whether the prompt is tuned without gradients, by an evolution strategy over a few random directions: \
for models that cannot be differentiated; slower, and usually worse.`,
    paper: sunBlackBox,
  },
  {
    name: 'learningRate',
    type: { kind: 'learningRate' },
    defaults: always('auto'),
    meaning: () => l10n.t`Size of a step; auto tries a few values briefly and keeps the best.`,
  },
  {
    name: 'schedule',
    type: { kind: 'choice', values: ['constant', 'linear', 'cosine'] },
    defaults: always('linear'),
    meaning: () => l10n.t`How the learning rate falls after the warm-up.`,
  },
  {
    name: 'warmup',
    type: { kind: 'number', minimum: 0 },
    defaults: always(0.06),
    meaning: () => l10n.t`Steps over which the learning rate rises; below 1 a share of all steps.`,
  },
  {
    name: 'weightDecay',
    type: { kind: 'number', minimum: 0 },
    defaults: always(0.01),
    meaning: () => l10n.t`Pull of the trained vectors towards zero (AdamW), in shares of the learning rate.`,
    paper: 'Loshchilov and Hutter 2019, Decoupled Weight Decay Regularization',
  },
  { name: 'steps', type: { kind: 'whole', minimum: 1 }, defaults: always(300), meaning: () => l10n.t`Training steps.` },
  {
    name: 'batchSize',
    type: { kind: 'whole', minimum: 1 },
    defaults: always(16),
    meaning: () => l10n.t`Examples in a batch.`,
  },
  {
    name: 'accumulate',
    type: { kind: 'whole', minimum: 1 },
    defaults: always(1),
    meaning: () => l10n.t`Batches whose gradients make one step.`,
  },
  {
    name: 'clip',
    type: { kind: 'number', minimum: 0 },
    defaults: always(1),
    meaning: () => l10n.t`Largest norm of a gradient; 0 lets every gradient through.`,
    paper: 'Pascanu et al. 2013, On the Difficulty of Training Recurrent Neural Networks',
  },
  {
    name: 'seed',
    type: { kind: 'whole', minimum: 0 },
    defaults: always(1),
    meaning: () => l10n.t`Start of the random numbers; the same seed gives the same result.`,
  },
  {
    name: 'splitSeed',
    type: { kind: 'whole', minimum: 0 },
    defaults: always(1),
    meaning: () =>
      l10n.t`Decides which rows of train dev and test take, where tune.data gives them shares; another seed holds \
out other rows.`,
  },
  {
    name: 'seeds',
    type: { kind: 'whole', minimum: 1 },
    defaults: always(1),
    meaning: () => l10n.t`Repetitions with seed, seed + 1, …`,
  },
  {
    name: 'evalEvery',
    type: { kind: 'whole', minimum: 1 },
    defaults: always(50),
    meaning: () => l10n.t`Steps between two evaluations on the dev rows.`,
  },
  {
    name: 'evalRows',
    type: { kind: 'whole', minimum: 0 },
    defaults: always(40),
    meaning: () =>
      l10n.t`Dev rows that are answered at an evaluation where the answer is text, so that tune.metrics chooses the \
best step; 0 chooses by the loss alone.`,
  },
  {
    name: 'patience',
    type: { kind: 'whole', minimum: 0 },
    defaults: always(0),
    meaning: () => l10n.t`Evaluations without gain after which training stops; 0 never stops early.`,
  },
  {
    name: 'objective',
    type: { kind: 'choice', values: ['label', 'token'] },
    meaning: () => l10n.t`The loss: over the labels (default for an enum) or over the tokens of the answer.`,
  },
  {
    name: 'labelSmoothing',
    type: { kind: 'number', minimum: 0, below: 1 },
    defaults: always(0),
    meaning: () =>
      l10n.t`Share of an answer's target that training spreads evenly: over all labels, or for tokens over the \
vocabulary.`,
    paper: 'Szegedy et al. 2016, Rethinking the Inception Architecture for Computer Vision, section 7',
  },
  {
    name: 'weight',
    type: { kind: 'column' },
    meaning: () =>
      l10n.t`A column of the train rows with a number above 0: how much each counts in the loss, for data that are \
uneven. Measuring counts all rows alike.`,
  },
  {
    name: 'metrics',
    type: { kind: 'metrics' },
    defaults: always(defaultMetrics),
    meaning: () =>
      l10n.t`What answers are judged by: a name, or a list of names and of { name: { option: value } }. The first \
decides: it chooses the best step, and orders and colours results.`,
  },
  {
    name: 'constrain',
    type: { kind: 'switch' },
    meaning: () =>
      l10n.t`Whether answers are held to JSON while they are written, with output.format: json: to output.schema, \
where there is one (then it is on by default), else to any JSON.`,
  },
  {
    name: 'prefixSharing',
    type: { kind: 'switch' },
    defaults: always(true),
    meaning: () => l10n.t`Whether what opens every prompt of a batch is computed once.`,
  },
  {
    name: 'checkpointing',
    type: { kind: 'switch' },
    defaults: always(false),
    meaning: () =>
      l10n.t`Whether the activations of a layer are computed again for its gradient instead of being held: for long \
prompts; less memory, a third to a half more time, the same numbers.`,
    paper: 'Chen et al. 2016, Training Deep Nets with Sublinear Memory Cost',
  },
  {
    name: 'instruction',
    type: { kind: 'choice', values: ['fixed', 'embeddings', 'text', 'both'] },
    defaults: { ...always('fixed'), v2: 'both' },
    meaning: () =>
      l10n.t`What v2 may change of the instruction: its vectors, its text, both (the text first, then vectors on \
what was found) or nothing; of a masked language model both means the vectors.`,
    paper: 'Shin et al. 2020, AutoPrompt',
  },
  {
    name: 'searchBudget',
    type: { kind: 'whole', minimum: 1 },
    defaults: always(12000),
    meaning: () =>
      l10n.t`Prompts that may be run through the model in search of a better instruction (v2 with text or both), and \
as many in search of examples (tune.examples with choose: search).`,
  },
  {
    name: 'readability',
    type: { kind: 'readability' },
    defaults: always('strict'),
    meaning: () =>
      l10n.t`How much worse than the original a rewritten instruction may read: strict keeps its words and sense, \
fair asks for plausible words, free for nothing; a number is nats per token of the model above the original.`,
  },
  {
    name: 'layers',
    type: { kind: 'choice', values: ['all', 'input'] },
    defaults: always('all'),
    meaning: () =>
      l10n.t`Where v2 puts its vectors: keys and values in all layers, or virtual tokens at the input only.`,
    paper: liuV2,
  },
  {
    name: 'maxLength',
    type: { kind: 'whole', minimum: 0 },
    defaults: always(0),
    meaning: () => l10n.t`Longest prompt in tokens, virtual ones included; 0 means the context of the model.`,
  },
  {
    name: 'truncate',
    type: { kind: 'choice', values: ['none', 'middle', 'start', 'end'] },
    defaults: always('none'),
    meaning: () =>
      l10n.t`Where the row's longest value is cut when its prompt does not fit: in the middle, at its start or at \
its end; none refuses the row. Instruction and virtual tokens are never cut.`,
  },
  {
    name: 'format',
    type: { kind: 'choice', values: ['auto', 'chat', 'text'] },
    defaults: always('auto'),
    meaning: () =>
      l10n.t`How the model reads the prompt: as messages through its chat template (chat), as one text (text), or as \
messages where it has a chat template (auto). A base model reads chat as lines that begin with System, User and \
Assistant.`,
  },
  {
    name: 'chat',
    type: { kind: 'variables' },
    defaults: always({}),
    meaning: () =>
      l10n.t`Variables of the model's chat template, such as { enable_thinking: false, date_string: 1 May 2025 }; \
chat_template names one of several. Models that can think do not, unless enable_thinking is true.`,
  },
  {
    name: 'trimMessages',
    type: { kind: 'switch' },
    defaults: always(true),
    meaning: () =>
      l10n.t`Whether the line break behind a role and the white space before the next are layout, and left out; \
dotprompt keeps them.`,
  },
  {
    name: 'examplesAs',
    type: { kind: 'choice', values: ['written', 'turns', 'text'] },
    defaults: always('written'),
    meaning: () =>
      l10n.t`What the examples of an {{#each}} are in a chat: as they are written, turns of user and model, or text \
within one message.`,
  },
  {
    name: 'propose',
    type: { kind: 'propose' },
    defaults: always('auto'),
    meaning: () =>
      l10n.t`Prompts that ask a model for whole instructions in the search of v2: by rows and answers (examples), by \
its mistakes (mistakes), by the best so far (history), or .prompt files of your own, which may name a model of an \
endpoint. auto is all three where the model has a chat template, and none elsewhere.`,
    paper:
      'Zhou et al. 2023, Large Language Models Are Human-Level Prompt Engineers (APE); Pryzant et al. 2023, ProTeGi; ' +
      'Yang et al. 2024, Large Language Models as Optimizers (OPRO)',
  },
  {
    name: 'examples',
    type: { kind: 'examples' },
    defaults: always('none'),
    meaning: () =>
      l10n.t`Rows of train that every prompt shows with their answers before the question, as many of each label as \
can be: drawn by the seed (random), for each row those most like it (similar), or chosen and ordered by a search \
(search). tokens bounds all of them together; 0 takes what the context leaves beside the longest row.`,
    paper:
      'Brown et al. 2020, Language Models are Few-Shot Learners; Liu et al. 2022, What Makes Good In-Context ' +
      'Examples for GPT-3?',
  },
];

export function settingKey(name: string): SettingKey | undefined {
  return settingKeys.find((key) => key.name === name);
}
