import * as l10n from '@vscode/l10n';
import { methodTitles } from '../../src/words/methodTitles';
import { bytes, count, counted, decimals, duration, perSecond, percent } from '../../src/words/formatNumbers';
import { clauses, enumerated, sentences } from '../../src/words/listed';
import type { ModelSpeed, ShownModel } from '../../src/views/models/contract';
import { element } from '../element';

/** Sizes, file and tokenizer, a line each. */
export function factsOf({ configuration: sizes, tokenizer, ...model }: ShownModel): HTMLElement {
  const { layers, hiddenSize, heads, keyValueHeads } = sizes;
  const tokens = counted(tokenizer.tokens, 'token');
  const rows = counted(sizes.vocabularySize, 'row');
  const special = Object.entries(tokenizer.special).map(([role, token]) => `${role} ${token}`);
  return definitions([
    [
      l10n.t`Architecture`,
      sizes.kind === 'masked'
        ? l10n.t`${sizes.architecture}, a masked language model: it chooses between label words and writes no text`
        : l10n.t`${sizes.architecture}, a causal language model`,
    ],
    [l10n.t`Weights`, `${count(model.parameters)} (${typesOf(model.dtypes)})`],
    [
      l10n.t`Layers`,
      l10n.t`${layers}, ${count(hiddenSize)} wide, ${heads} heads, ${keyValueHeads} for keys and values`,
    ],
    [l10n.t`Context`, counted(sizes.contextLength, 'token')],
    [l10n.t`Tokenizer`, l10n.t`${tokenizer.kind}, ${tokens}; the embedding table has ${rows}`],
    ...(special.length > 0 ? [[l10n.t`Special tokens`, enumerated(special)] as const] : []),
    [l10n.t`Key/value cache`, cacheWords[model.keyValueCache]()],
    [l10n.t`Licence`, model.licence ?? l10n.t`The model’s card does not say.`],
    [l10n.t`File`, `${model.file} (${clauses(fileFacts(model))})`],
    ...model.additions,
    [l10n.t`Inputs`, enumerated(model.inputs.filter(isNotCached))],
    [l10n.t`Outputs`, enumerated(model.outputs.filter(isNotCached))],
    ['SHA-256', model.sha256],
  ]);
}

const cacheWords: Readonly<Record<ShownModel['keyValueCache'], () => string>> = {
  exported: () => l10n.t`yes`,
  added: () => l10n.t`not in the file; put into its attention here`,
  none: () => l10n.t`no`,
};

const sourceWords: Readonly<Record<ShownModel['kind'], () => readonly string[]>> = {
  onnx: () => [],
  safetensors: () => [l10n.t`graph built from config.json`],
  gguf: () => [l10n.t`graph built from its metadata`],
};

function fileFacts({ bytes: size, quantisation, kind, opset }: Omit<ShownModel, 'configuration' | 'tokenizer'>) {
  return [
    bytes(size),
    ...(quantisation === null ? [] : [l10n.t`stored as ${quantisation}`]),
    ...sourceWords[kind](),
    l10n.t`operator set ${opset}`,
  ];
}

/** The line on the cache says of all layers at once what each of these says. */
const isNotCached = (name: string): boolean => !/^(?:past_key_values|present)\./.test(name);

function typesOf(dtypes: ShownModel['dtypes']): string {
  const large = Object.entries(dtypes).filter(([, share]) => share >= 0.005);
  return large.length <= 1
    ? (large[0]?.[0] ?? l10n.t`none`)
    : enumerated(large.map(([name, share]) => `${name} ${percent(share)}`));
}

/** What can be done with the model, and why not the rest. */
export function methodsOf({ methods }: ShownModel): HTMLElement {
  const rows = methods.map(({ method, works, note, tried }) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, methodTitles[method]),
      element('td', { class: works ? 'works' : 'fails' }, works ? l10n.t`✓ works` : l10n.t`✗ does not work`),
      element('td', { class: 'quiet' }, sentences([note, tried && l10n.t`Tried: ${tried}.`])),
    ),
  );
  return element('table', {}, element('tbody', {}, ...rows));
}

/** What the graph is made of, the operators without a gradient first. */
export function operatorsOf({ operators, operatorsWithoutRule }: ShownModel): readonly HTMLElement[] {
  const lacking = new Set(operatorsWithoutRule);
  const sorted = Object.entries(operators).sort(([a], [b]) => Number(lacking.has(b)) - Number(lacking.has(a)));
  const verdict =
    lacking.size === 0
      ? l10n.t`A gradient can pass through all operators between the answer and the prompt.`
      : l10n.t`No gradient can pass through ${enumerated([...lacking])}.`;
  const chips = sorted.map(([name, times]) =>
    element(
      'li',
      lacking.has(name) ? { class: 'lacking' } : {},
      `${name} `,
      element('span', { class: 'times' }, `× ${times}`),
    ),
  );
  return [
    element('p', { class: lacking.size === 0 ? 'quiet' : 'problem' }, verdict),
    element('ul', { class: 'operators' }, ...chips),
  ];
}

/** What a short run measured. */
export function speedOf({
  provider,
  batch,
  tokens,
  forwardTokensPerSecond,
  stepTokensPerSecond,
  stepOverForward,
  peakMemoryBytes,
}: ModelSpeed): HTMLElement {
  const passTime = duration((batch * tokens) / forwardTokensPerSecond);
  const [sequences, length] = [counted(batch, 'sequence'), counted(tokens, 'token')];
  return definitions([
    [l10n.t`Forward pass`, l10n.t`${passTime}, ${perSecond(forwardTokensPerSecond)} tokens per second`],
    ...(stepTokensPerSecond === null || stepOverForward === null
      ? []
      : [
          [
            l10n.t`Training step`,
            stepLine(duration((batch * tokens) / stepTokensPerSecond), stepTokensPerSecond, stepOverForward),
          ] as const,
        ]),
    [l10n.t`Memory`, l10n.t`${bytes(peakMemoryBytes)} at most`],
    [
      l10n.t`Measured with`,
      provider === 'cpu'
        ? l10n.t`${sequences} of ${length}, on the processor`
        : l10n.t`${sequences} of ${length}, on ${provider}`,
    ],
  ]);
}

function stepLine(time: string, tokensPerSecond: number, overForward: number): string {
  const [speed, times] = [perSecond(tokensPerSecond), decimals(overForward, 1)];
  return l10n.t`${time}, ${speed} tokens per second, ${times} times a forward pass`;
}

function definitions(rows: readonly (readonly [string, string])[]): HTMLElement {
  return element('dl', {}, ...rows.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]));
}
