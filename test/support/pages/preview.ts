import type { RowPrediction } from '../../../src/inspection/rowPrediction';
import type { PreviewPiece, PreviewState } from '../../../src/views/preview/contract';

const words = (text: string, instruction = false): readonly PreviewPiece[] =>
  (text.match(/\s?\S+|\s+/g) ?? []).map((word, index) => ({
    kind: 'text',
    text: word,
    instruction,
    ids: [300 + index],
  }));

/** A prompt with everything that can stand in one. */
export const fullPreview: PreviewState = {
  template: 'questions.prompt',
  uri: 'file:///w/questions/questions.prompt',
  problem: null,
  splits: ['train', 'dev', 'test'],
  split: 'train',
  row: 4,
  rows: 180,
  subjects: [
    { key: 'written', name: 'As it would be trained (soft)' },
    { key: 'hard', name: 'Text alone (hard)' },
    { key: 'r7', name: 'soft · test acc 0.83 ±0.03 · r7' },
  ],
  subject: 'r7',
  answerable: true,
  pieces: [
    { kind: 'prefix', length: 20 },
    { kind: 'special', name: '<s>', id: 1 },
    ...words('Say what kind of thing the question asks for.', true),
    { kind: 'soft', slot: 0, id: 'task', length: 8, init: 'question type' },
    ...words('\nQuestion:\tWho wrote\u00A0Emma?\u200B\n'),
    { kind: 'soft', slot: 1, id: '#2', length: 4, init: null },
    ...words(' Type:'),
  ],
  messages: null,
  form: { name: 'text', why: 'tune.format is auto, and the model has no chat template.' },
  answer: { field: 'label', expected: 'person' },
  count: { tokens: 61, virtual: 32, context: 512 },
  notes: [],
};

const inMessage = (message: number, pieces: readonly PreviewPiece[]): readonly PreviewPiece[] =>
  pieces.map((piece) => (piece.kind === 'text' || piece.kind === 'soft' ? { ...piece, message } : piece));

const mark = (name: string, id: number): PreviewPiece => ({ kind: 'special', name, id });

/** A conversation with everything that can stand in one: a message left out, history, and a turn that is begun. */
export const chatPreview: PreviewState = {
  ...fullPreview,
  pieces: [
    mark('<|im_start|>', 151644),
    ...words('user\n'),
    ...inMessage(1, words('Where is my parcel?')),
    mark('<|im_end|>', 151645),
    ...words('\n'),
    mark('<|im_start|>', 151644),
    ...words('assistant\n'),
    ...inMessage(2, words('At the depot.')),
    mark('<|im_end|>', 151645),
    ...words('\n'),
    mark('<|im_start|>', 151644),
    ...words('user\n'),
    ...inMessage(3, [
      ...words('Sort this message.\n', true),
      { kind: 'soft', slot: 0, id: 'task', length: 8, init: 'desk' },
      ...words(' It is still not here.'),
    ]),
    mark('<|im_end|>', 151645),
    ...words('\n'),
    mark('<|im_start|>', 151644),
    ...words('assistant\n'),
    ...inMessage(4, words('The desk is:')),
  ],
  messages: [
    { role: 'system', isHistory: false, dropped: 'Answer as the desk would.' },
    { role: 'user', isHistory: true, dropped: null },
    { role: 'model', isHistory: true, dropped: null },
    { role: 'user', isHistory: false, dropped: null },
    { role: 'model', isHistory: false, dropped: null },
  ],
  form: { name: "chat: the model's chat template", why: 'tune.format is auto, and the model has a chat template.' },
  answer: { field: 'desk', expected: 'delivery' },
  count: { tokens: 58, virtual: 8, context: 32768 },
};

export const brokenPreview: PreviewState = {
  ...fullPreview,
  problem: 'Line 12: The block "each" is never closed with "{{/each}}".',
  answerable: false,
};

export const barePreview: PreviewState = {
  ...fullPreview,
  splits: [],
  split: null,
  row: 0,
  rows: 0,
  subject: 'written',
  answerable: false,
  count: null,
  pieces: [{ kind: 'text', text: 'Hello ', instruction: false, ids: [] }],
  answer: { field: 'answer', expected: null },
  notes: [
    'Tokens are not shown: The model "other" is not on this machine.',
    'The template names no data, so its variables are filled from input.default only.',
  ],
};

export const labelPrediction: RowPrediction = {
  expected: 'person',
  probabilities: [
    { label: 'location', probability: 0.07 },
    { label: 'person', probability: 0.88 },
    { label: 'number', probability: 0.05 },
  ],
};

export const textPrediction: RowPrediction = { expected: 'Library stays open', text: 'Library <b>closes</b>' };
