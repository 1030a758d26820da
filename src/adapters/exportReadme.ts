import type { ModelConfiguration } from '../model/configuration';
import type { ExamplePrompt } from './exportedPrompt';
import { adapterFiles } from './peft';
import { fitsPeft, type Placement } from './placement';

/** What a README says about where an export comes from. */
export interface Provenance {
  readonly name: string;
  readonly run: string;
  readonly trainedParameters: number;
  /** `accuracy 0.91 on test (95 % interval 0.88–0.94)`, where the run was measured. */
  readonly quality?: string;
  /** Words of each label; empty for a generation task. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
}

/** The README of a PEFT export: how to load it, and what PEFT alone cannot do with it. */
export function peftReadme(
  provenance: Provenance,
  {
    placement,
    prompt,
    hasPrefix,
  }: { readonly placement: Placement; readonly prompt: ExamplePrompt; readonly hasPrefix: boolean },
): string {
  const whole = fitsPeft(placement);
  return markdown([
    `# ${provenance.name}: a trained prompt for \`${placement.model.id}\``,
    ...origin(provenance, placement),
    whole
      ? 'A PEFT adapter: `PeftModel.from_pretrained(base, folder)` loads it.'
      : `The vectors of this prompt stand ${placement.instruction.length > 0 ? "in the place of the instruction's words" : 'in the middle of the text'}; PEFT alone can only put vectors in front. The snippet below puts them where they belong; \`${adapterFiles.placement}\` says where that is.`,
    '## Use',
    `Run it in this folder, with \`pip install peft transformers torch\`${isHubId(placement.model.id) ? '' : `, and name the folder of the base model after it: \`python use.py FOLDER\`. It needs weights for transformers (\`model.safetensors\`)`}.${placement.model.id === 'builtin' ? ' The embedded model comes as ONNX only; without such weights, export with `--format onnx`.' : ''}`,
    fenced('python', whole ? peftSnippet(placement, prompt) : embeddingSnippet(placement, prompt, hasPrefix)),
    ...vocabularyNote(placement, prompt),
    ...answers(provenance),
    '## Files',
    `- \`${adapterFiles.config}\`, \`${adapterFiles.weights}\`: the adapter as PEFT reads it.`,
    ...(placement.instruction.length > 0
      ? [`- \`${adapterFiles.ownWeights}\`: vectors of the instruction's tokens, which the adapter file cannot hold.`]
      : []),
    `- \`${adapterFiles.placement}\`: the template, and where the vectors stand in it.`,
  ]);
}

/** The README of an ONNX export: what goes in, what comes out, in Python and in Node. */
export function onnxReadme(
  provenance: Provenance,
  {
    placement,
    prompt,
    front,
    configuration,
  }: {
    readonly placement: Placement;
    readonly prompt: ExamplePrompt;
    readonly front: number;
    readonly configuration: ModelConfiguration;
  },
): string {
  return markdown([
    `# ${provenance.name}: \`${placement.model.id}\` with a trained prompt inside`,
    ...origin(provenance, placement),
    '`model.onnx` takes and gives what the model it was made from does: `input_ids`, `attention_mask`, `position_ids`, `past_key_values.*` in, `logits`, `present.*` out, as far as the original has them. It runs in ONNX Runtime wherever the original does, step by step with the cache too.',
    ...(front > 0 && prompt.mask
      ? [
          `The trained prefix stands in front of the keys and values of every layer as ${front} constants that callers do not see.`,
        ]
      : front > 0
        ? [
            `The trained vectors stand in front of every sequence as ${front} constant positions of keys and values. Callers do not see them: positions count from 0 at the first token of the text, the mask covers the text, \`present.*\` holds the text. The context is ${front} tokens shorter, and \`config.json\` says so.`,
          ]
        : []),
    ...vocabularyNote(placement, prompt),
    ...maskNote(prompt),
    '## Use in Python',
    'Run it in this folder, with `pip install onnxruntime tokenizers numpy`.',
    fenced('python', onnxPythonSnippet(prompt, configuration)),
    '## Use in Node',
    'Run it in this folder as `use.mjs`, with `npm install onnxruntime-node @huggingface/tokenizers`.',
    fenced('js', onnxNodeSnippet(prompt, configuration)),
    ...answers(provenance, prompt),
  ]);
}

const markdown = (parts: readonly string[]): string =>
  `${parts.join('\n\n').replaceAll(/^(- .*)\n\n(?=- )/gm, '$1\n')}\n`;
const fenced = (language: string, code: string): string => `\`\`\`${language}\n${code}\n\`\`\``;

function origin({ run, trainedParameters, quality }: Provenance, { method, model }: Placement): readonly string[] {
  return [
    `Method \`${method}\`, ${trainedParameters} trained numbers, run \`${run}\`${quality ? `, ${quality}` : ''}. Trained for the model with SHA-256 \`${model.sha256}\`; on other weights the vectors mean nothing.`,
  ];
}

function answers({ labels }: Provenance, { mask }: Partial<ExamplePrompt> = {}): readonly string[] {
  const names = Object.keys(labels);
  if (names.length === 0) return [];
  const rule = mask
    ? "The answer is the label whose word is likeliest at the masks: the mean of its tokens' log-probabilities, each at its own mask from the first on."
    : 'The answer is the label whose word is likeliest after the prompt.';
  return [
    '## Labels',
    rule,
    ...names.map((label) => `- ${label}: ${labels[label]!.map((word) => `\`${JSON.stringify(word)}\``).join(', ')}`),
  ];
}

function maskNote({ mask }: ExamplePrompt): readonly string[] {
  return mask
    ? [
        `The model is a masked language model: where the answer goes, the prompt has the mask token ${mask.id}${mask.count > 1 ? `, ${mask.count} times, as often as the longest word of a label has tokens` : ''}. The example reads the first of them.`,
      ]
    : [];
}

function vocabularyNote({ instruction, slots }: Placement, prompt: ExamplePrompt): readonly string[] {
  if (prompt.text !== undefined || (instruction.length === 0 && slots.length === 0)) return [];
  const what =
    instruction.length > 0
      ? `the ${instruction.length} tokens of the instruction are written as the ids from the vocabulary size on`
      : 'virtual tokens are written as the ids from the vocabulary size on';
  const where =
    instruction.length > 0
      ? []
      : slots.map(({ id, offset, length }) => `- \`${id}\`: rows ${offset} to ${offset + length - 1}`);
  return [
    `In a prompt ${what}, as in the example, which stands for the template with each variable as \`[name]\`. Row r is the id vocabulary size + r.`,
    ...where,
  ];
}

/** `owner/name`: what transformers can fetch by itself. */
const isHubId = (id: string): boolean => /^[\w-][\w.-]*\/[\w.-]+$/.test(id);

/** JSON strings are Python strings too. */
const literal = (value: unknown): string => JSON.stringify(value);

const pythonAnswer = [
  'best = int(probabilities.argmax())',
  'print(best, repr(tokenizer.decode([best])), f"{float(probabilities[best]):.6f}")',
];

function peftSnippet({ model }: Placement, prompt: ExamplePrompt): string {
  return [
    'import sys',
    'import torch',
    'from peft import PeftModel',
    'from transformers import AutoModelForCausalLM, AutoTokenizer',
    '',
    ...loadBase(model.id),
    'model = PeftModel.from_pretrained(base, ".").eval()',
    '',
    `inputs = tokenizer(${literal(prompt.text)}, return_tensors="pt")`,
    'with torch.no_grad():',
    '    logits = model(input_ids=inputs.input_ids, attention_mask=inputs.attention_mask).logits[0, -1]',
    'probabilities = logits.softmax(-1)',
    ...pythonAnswer,
  ].join('\n');
}

function embeddingSnippet({ model, slots, instruction }: Placement, prompt: ExamplePrompt, hasPrefix: boolean): string {
  const files = [
    ...(hasPrefix ? [] : [adapterFiles.weights]),
    ...(instruction.length > 0 ? [adapterFiles.ownWeights] : []),
  ];
  const rows = files.map((file) => `load_file(${literal(file)})["prompt_embeddings"]`).join(', ');
  return [
    'import sys',
    'import torch',
    ...(hasPrefix ? ['from peft import PeftModel'] : []),
    'from safetensors.torch import load_file',
    'from transformers import AutoModelForCausalLM, AutoTokenizer',
    '',
    ...loadBase(model.id),
    `table = torch.cat([base.get_input_embeddings().weight, ${rows}])`,
    hasPrefix ? 'model = PeftModel.from_pretrained(base, ".").eval()' : 'model = base.eval()',
    '',
    `ids = torch.tensor([${literal(prompt.ids)}])${slots.length > 0 || instruction.length > 0 ? '  # from the vocabulary size on: rows of the trained matrix' : ''}`,
    'with torch.no_grad():',
    '    logits = model(inputs_embeds=table[ids], attention_mask=torch.ones_like(ids)).logits[0, -1]',
    'probabilities = logits.softmax(-1)',
    ...pythonAnswer,
  ].join('\n');
}

const loadBase = (id: string): readonly string[] => [
  `name = ${isHubId(id) ? `sys.argv[1] if len(sys.argv) > 1 else ${literal(id)}` : 'sys.argv[1]'}`,
  'tokenizer = AutoTokenizer.from_pretrained(name)',
  'base = AutoModelForCausalLM.from_pretrained(name).float()',
];

function onnxPythonSnippet(prompt: ExamplePrompt, { keyValueHeads, headSize }: ModelConfiguration): string {
  return [
    'import numpy as np',
    'import onnxruntime as ort',
    'from tokenizers import Tokenizer',
    '',
    'tokenizer = Tokenizer.from_file("tokenizer.json")',
    'session = ort.InferenceSession("model.onnx")',
    '',
    `ids = np.array([${prompt.text === undefined ? literal(prompt.ids) : `tokenizer.encode(${literal(prompt.text)}).ids`}], dtype=np.int64)`,
    `feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids), ${prompt.mask ? '"token_type_ids": np.zeros_like(ids), ' : ''}"position_ids": np.arange(ids.shape[1], dtype=np.int64)[None]}`,
    'names = [value.name for value in session.get_inputs()]',
    `feeds |= {name: np.zeros((1, ${keyValueHeads}, 0, ${headSize}), np.float32) for name in names if name.startswith("past_key_values.")}`,
    `logits = session.run(["logits"], {name: feeds[name] for name in names})[0][0, ${prompt.mask?.at ?? -1}]`,
    'probabilities = np.exp(logits - logits.max())',
    'probabilities /= probabilities.sum()',
    ...pythonAnswer,
  ].join('\n');
}

function onnxNodeSnippet(prompt: ExamplePrompt, { keyValueHeads, headSize }: ModelConfiguration): string {
  return [
    "import { readFileSync } from 'node:fs';",
    "import * as ort from 'onnxruntime-node';",
    "import { Tokenizer } from '@huggingface/tokenizers';",
    '',
    "const json = (file) => JSON.parse(readFileSync(file, 'utf8'));",
    "const tokenizer = new Tokenizer(json('tokenizer.json'), json('tokenizer_config.json'));",
    "const session = await ort.InferenceSession.create('model.onnx');",
    '',
    `const ids = ${prompt.text === undefined ? literal(prompt.ids) : `tokenizer.encode(${literal(prompt.text)}).ids`};`,
    "const int64 = (values) => new ort.Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);",
    `const feeds = { input_ids: int64(ids), attention_mask: int64(ids.map(() => 1)), ${prompt.mask ? 'token_type_ids: int64(ids.map(() => 0)), ' : ''}position_ids: int64(ids.map((_, i) => i)) };`,
    'for (const name of session.inputNames) {',
    `  if (name.startsWith('past_key_values.')) feeds[name] = new ort.Tensor('float32', new Float32Array(), [1, ${keyValueHeads}, 0, ${headSize}]);`,
    '}',
    "const { logits } = await session.run(Object.fromEntries(session.inputNames.map((name) => [name, feeds[name]])), ['logits']);",
    prompt.mask
      ? `const scores = logits.data.slice(${prompt.mask.at} * logits.dims[2], ${prompt.mask.at + 1} * logits.dims[2]);`
      : 'const scores = logits.data.slice(-logits.dims[2]);',
    'const best = scores.indexOf(scores.reduce((a, b) => Math.max(a, b)));',
    'const normalizer = scores.reduce((sum, logit) => sum + Math.exp(logit - scores[best]), 0);',
    'console.log(best, JSON.stringify(tokenizer.decode([best])), (1 / normalizer).toFixed(6));',
  ].join('\n');
}
