import type { ModelConfiguration } from '../model/configuration';
import { literal, nodeChat, pythonChat, pythonChatIds, transformersChat } from './chatSnippets';
import type { ExamplePrompt } from './exportedPrompt';
import { adapterFiles } from './peft';
import type { Placement } from './placement';

/** `owner/name`, or a name alone as of older models: what transformers can fetch by itself. */
export const isHubId = (id: string): boolean => id !== 'builtin' && /^[\w-][\w.-]*(?:\/[\w.-]+)?$/.test(id);

/** Lines of a program; parts without lines leave none. */
export const lines = (...parts: readonly (string | readonly string[])[]): string => parts.flat().join('\n');

export const pythonAnswer = [
  'best = int(probabilities.argmax())',
  'print(best, repr(tokenizer.decode([best])), f"{float(probabilities[best]):.6f}")',
];

/**
 * Asks once for the likeliest token, or of a free text task until the answer ends.
 * @param logits Python for those behind `ids`
 */
function torchAnswer({ answer }: ExamplePrompt, logits: string): readonly string[] {
  if (!answer)
    return ['with torch.no_grad():', `    logits = ${logits}`, 'probabilities = logits.softmax(-1)', ...pythonAnswer];
  return [
    ...answerStart(answer),
    'with torch.no_grad():',
    `    while ${goesOn(answer)}:`,
    `        logits = ${logits}`,
    '        answer.append(int(logits.argmax()))',
    '        ids = torch.cat([ids, torch.tensor([answer[-1:]])], 1)',
    printAnswer,
  ];
}

/** What a program that knows no grammar leaves out. */
export const freeNote = 'Answers were held to output.schema where they were measured; here they are written freely.';

type Answer = NonNullable<ExamplePrompt['answer']>;
export const answerStart = ({ end, wasHeld }: Answer): readonly string[] => [
  ...(wasHeld ? [`# ${freeNote}`] : []),
  `end = ${literal(end)}`,
  'answer = []',
];
export const goesOn = ({ most }: Answer): string => `len(answer) < ${most} and not (answer and answer[-1] in end)`;
export const printAnswer = 'print(tokenizer.decode([token for token in answer if token not in end]).strip())';

/** Python that loads a PEFT adapter and asks the model about the example. */
export function peftSnippet({ model }: Placement, prompt: ExamplePrompt): string {
  return lines(
    prompt.chat?.day === undefined ? [] : ['from datetime import datetime'],
    'import sys',
    'import torch',
    'from peft import PeftModel',
    'from transformers import AutoModelForCausalLM, AutoTokenizer',
    '',
    loadBase(model.id),
    'model = PeftModel.from_pretrained(base, ".").eval()',
    '',
    prompt.chat
      ? transformersChat(prompt.chat)
      : `ids = tokenizer(${literal(prompt.text)}, return_tensors="pt").input_ids`,
    torchAnswer(prompt, 'model(input_ids=ids, attention_mask=torch.ones_like(ids)).logits[0, -1]'),
  );
}

/** Python that puts the vectors among the embeddings itself, where PEFT alone cannot. */
export function embeddingSnippet(
  { model, slots, instruction }: Placement,
  prompt: ExamplePrompt,
  hasPrefix: boolean,
): string {
  const files = [
    ...(hasPrefix ? [] : [adapterFiles.weights]),
    ...(instruction.length > 0 ? [adapterFiles.ownWeights] : []),
  ];
  const rows = files.map((file) => `load_file(${literal(file)})["prompt_embeddings"]`).join(', ');
  const hasOwnRows = slots.length > 0 || instruction.length > 0;
  return lines(
    'import sys',
    'import torch',
    hasPrefix ? ['from peft import PeftModel'] : [],
    'from safetensors.torch import load_file',
    'from transformers import AutoModelForCausalLM, AutoTokenizer',
    '',
    loadBase(model.id),
    // Some models scale what they look up, so the layer is asked and not its weight.
    'embed = base.get_input_embeddings()',
    `table = torch.cat([embed(torch.arange(embed.num_embeddings)).detach(), ${rows}])`,
    hasPrefix ? 'model = PeftModel.from_pretrained(base, ".").eval()' : 'model = base.eval()',
    '',
    hasOwnRows ? ['# from the size of the embedding table on: rows of the trained matrix'] : [],
    `ids = torch.tensor([${literal(prompt.ids)}])`,
    torchAnswer(prompt, 'model(inputs_embeds=table[ids], attention_mask=torch.ones_like(ids)).logits[0, -1]'),
  );
}

/** The folder of a PEFT export with the weights of the embedded model, which no hub has. */
export const baseFolder = 'base';

/** Python that loads the base model, by its name or from a folder that is named. */
export function loadBase(id: string): readonly string[] {
  const name = id === 'builtin' ? baseFolder : isHubId(id) ? id : undefined;
  return [
    ...(name === undefined
      ? [
          'if len(sys.argv) < 2:',
          '    sys.exit("Name the folder of the base model, with weights for transformers: python use.py FOLDER")',
          'name = sys.argv[1]',
        ]
      : [`name = sys.argv[1] if len(sys.argv) > 1 else ${literal(name)}`]),
    'tokenizer = AutoTokenizer.from_pretrained(name)',
    'base = AutoModelForCausalLM.from_pretrained(name).float()',
  ];
}

/** What the keys and values of an empty cache are called and shaped. */
type CacheShape = Pick<ModelConfiguration, 'keyValueHeads' | 'headSize'>;

/** Python that asks an exported ONNX model about the example. */
export function onnxPythonSnippet(prompt: ExamplePrompt, { keyValueHeads, headSize }: CacheShape): string {
  const { chat } = prompt;
  const ids = prompt.text === undefined ? literal(prompt.ids) : `tokenizer.encode(${literal(prompt.text)}).ids`;
  return lines(
    chat ? ['import json', 'from datetime import datetime'] : [],
    'import numpy as np',
    'import onnxruntime as ort',
    chat ? 'from jinja2.sandbox import ImmutableSandboxedEnvironment' : [],
    'from tokenizers import Tokenizer',
    '',
    'tokenizer = Tokenizer.from_file("tokenizer.json")',
    'session = ort.InferenceSession("model.onnx")',
    '',
    `empty = np.zeros((1, ${keyValueHeads}, 0, ${headSize}), np.float32)`,
    '',
    '',
    'def score(ids):',
    '    feeds = {',
    '        "input_ids": ids,',
    '        "attention_mask": np.ones_like(ids),',
    prompt.mask ? ['        "token_type_ids": np.zeros_like(ids),'] : [],
    '        "position_ids": np.arange(ids.shape[1], dtype=np.int64)[None],',
    '    }',
    '    names = [value.name for value in session.get_inputs()]',
    '    feeds |= {name: empty for name in names if name.startswith("past_key_values.")}',
    `    return session.run(["logits"], {name: feeds[name] for name in names})[0][0, ${prompt.mask?.at ?? -1}]`,
    '',
    '',
    chat ? [...pythonChat(chat), ''] : [],
    `ids = np.array([${chat ? pythonChatIds(chat) : ids}], dtype=np.int64)`,
    prompt.answer
      ? [
          ...answerStart(prompt.answer),
          `while ${goesOn(prompt.answer)}:`,
          '    answer.append(int(score(ids).argmax()))',
          '    ids = np.concatenate([ids, np.array([answer[-1:]], dtype=np.int64)], axis=1)',
          printAnswer,
        ]
      : [
          'logits = score(ids)',
          'probabilities = np.exp(logits - logits.max())',
          'probabilities /= probabilities.sum()',
          ...pythonAnswer,
        ],
  );
}

/** The same for Node. */
export function onnxNodeSnippet(prompt: ExamplePrompt, { keyValueHeads, headSize }: CacheShape): string {
  const ids = prompt.text === undefined ? literal(prompt.ids) : `tokenizer.encode(${literal(prompt.text)}).ids`;
  const scored = prompt.mask
    ? `${prompt.mask.at} * logits.dims[2], ${prompt.mask.at + 1} * logits.dims[2]`
    : '-logits.dims[2]';
  return lines(
    "import { readFileSync } from 'node:fs';",
    "import * as ort from 'onnxruntime-node';",
    prompt.chat ? "import { Template } from '@huggingface/jinja';" : [],
    "import { Tokenizer } from '@huggingface/tokenizers';",
    '',
    "const json = (file) => JSON.parse(readFileSync(file, 'utf8'));",
    "const tokenizer = new Tokenizer(json('tokenizer.json'), json('tokenizer_config.json'));",
    "const session = await ort.InferenceSession.create('model.onnx');",
    '',
    "const int64 = (values) => new ort.Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);",
    `const empty = new ort.Tensor('float32', new Float32Array(), [1, ${keyValueHeads}, 0, ${headSize}]);`,
    '',
    'async function score(ids) {',
    '  const feeds = {',
    '    input_ids: int64(ids),',
    '    attention_mask: int64(ids.map(() => 1)),',
    prompt.mask ? ['    token_type_ids: int64(ids.map(() => 0)),'] : [],
    '    position_ids: int64(ids.map((_, i) => i)),',
    '  };',
    '  for (const name of session.inputNames) {',
    "    if (name.startsWith('past_key_values.')) feeds[name] = empty;",
    '  }',
    '  const inputs = Object.fromEntries(session.inputNames.map((name) => [name, feeds[name]]));',
    "  const { logits } = await session.run(inputs, ['logits']);",
    `  return logits.data.slice(${scored});`,
    '}',
    'const likeliest = (scores) => scores.indexOf(scores.reduce((a, b) => Math.max(a, b)));',
    '',
    prompt.chat ? nodeChat(prompt.chat, prompt.text!) : `const ids = ${ids};`,
    prompt.answer
      ? [
          ...(prompt.answer.wasHeld ? [`// ${freeNote}`] : []),
          `const end = ${literal(prompt.answer.end)};`,
          'const answer = [];',
          `while (answer.length < ${prompt.answer.most} && !end.includes(answer.at(-1)))`,
          '  answer.push(likeliest(await score([...ids, ...answer])));',
          'console.log(tokenizer.decode(answer.filter((token) => !end.includes(token))).trim());',
        ]
      : [
          'const scores = await score(ids);',
          'const best = likeliest(scores);',
          'const normalizer = scores.reduce((sum, logit) => sum + Math.exp(logit - scores[best]), 0);',
          'console.log(best, JSON.stringify(tokenizer.decode([best])), (1 / normalizer).toFixed(6));',
        ],
  );
}
