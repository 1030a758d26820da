import { checkForm } from '../../../src/views/train/checkForm';
import { formState } from '../../../src/views/train/model';
import type { FormCheck, FormState, MethodEstimate } from '../../../src/views/train/contract';
import { readTemplate } from '../../../src/template/read/template';

const text = `---
model: builtin
input: { schema: { text: string } }
output:
  schema:
    label(enum, the desk): [billing, bug, account, delivery]
tune.data: { train: data/train.jsonl, dev: data/dev.jsonl }
tune.steps: 200
---
{{#instruction}}Say what the message is about.{{/instruction}}
Message: {{text}}
It is about the{{label}}
`;

export const file = '/home/me/Prompts für alles 🎯/triage/triage.prompt';
export const template = readTemplate(text, file).template!;
const sizes = { hiddenSize: 256, layers: 6, keyValueHeads: 4, headSize: 64, contextLength: 512 };

/** The form of a small template, as the extension makes it. */
export const form: FormState = formState(file, template, {
  values: { methods: ['soft'], set: {} },
  from: null,
  dataFiles: ['data/dev.jsonl', 'data/test.jsonl', 'data/train.jsonl'],
});

/** The same where Slurm answers, with a partition that the profile names. */
export const formWithSlurm: FormState = { ...form, slurm: { partition: 'long', time: '', mem: '' } };

/** The same template on a model that runs elsewhere. */
export const hostedTemplate = readTemplate(text.replace('builtin', 'my-server:org/little:7b'), file).template!;
export const hostedForm: FormState = formState(file, hostedTemplate, {
  values: { methods: ['soft', 'v2'], set: {} },
  from: null,
  dataFiles: ['data/test.jsonl'],
  slurm: { partition: 'long', time: '', mem: '' },
});

const check = (
  set: Readonly<Record<string, string>>,
  methods: readonly ('soft' | 'v1' | 'v2')[] = ['soft'],
  writers: readonly string[] = [],
): FormCheck => ({ ...checkForm(template, { methods, set }, sizes), writers });

/** What the extension answers to a form as it is opened, with a wrong number, and with two lists. */
export const checks = {
  empty: check({}),
  wrong: check({ steps: '0' }),
  hosted: { ...checkForm(hostedTemplate, hostedForm.values, undefined), writers: [] },
  written: check({ propose: 'big.prompt' }, ['v2'], ['openai:big']),
  grid: check({ learningRate: '0.01, 0.1', optimizer: 'adamw, sgd' }, ['soft', 'v2']),
};

export const estimates: readonly MethodEstimate[] = [
  {
    method: 'soft',
    trainedParameters: 5120,
    stepSeconds: 0.14,
    examplesPerSecond: 112,
    rowSeconds: 0.004,
    seconds: 62,
    peakMemoryBytes: 4.7e8,
    mostMemoryBytes: 6.1e8,
  },
  {
    method: 'v2',
    trainedParameters: 68352,
    stepSeconds: 0.11,
    examplesPerSecond: 140,
    rowSeconds: 0.004,
    seconds: 148,
    peakMemoryBytes: 7.9e8,
    mostMemoryBytes: 15.8e8,
  },
];
