import { methodTitles } from '../../src/methodTitles';
import { bytes, count, counted, decimals, duration, perSecond, percent } from '../../src/formatNumbers';
import type { ModelSpeed, ShownModel } from '../../src/views/models/contract';
import { element } from '../element';

/** Sizes, file and tokenizer, a line each. */
export function factsOf({ configuration: sizes, tokenizer, ...model }: ShownModel): HTMLElement {
  const special = Object.entries(tokenizer.special).map(([role, token]) => `${role} ${token}`);
  return definitions([
    [
      'Architecture',
      sizes.kind === 'masked'
        ? `${sizes.architecture}, a masked language model: it chooses between label words and writes no text`
        : `${sizes.architecture}, a causal language model`,
    ],
    ['Weights', `${count(model.parameters)} (${typesOf(model.dtypes)})`],
    [
      'Layers',
      `${sizes.layers}, ${count(sizes.hiddenSize)} wide, ` +
        `${sizes.heads} heads, ${sizes.keyValueHeads} for keys and values`,
    ],
    ['Context', counted(sizes.contextLength, 'token')],
    [
      'Tokenizer',
      `${tokenizer.kind}, ${counted(tokenizer.tokens, 'token')}; ` +
        `the embedding table has ${counted(sizes.vocabularySize, 'row')}`,
    ],
    ...(special.length > 0 ? [['Special tokens', special.join(', ')] as const] : []),
    ['Key/value cache', cacheWords[model.keyValueCache]],
    ['Licence', model.licence ?? 'The model’s card does not say.'],
    [
      'File',
      `${model.file} (${bytes(model.bytes)}, ` +
        (model.quantisation === null ? '' : `stored as ${model.quantisation}, `) +
        `${sourceWords[model.kind]}operator set ${model.opset})`,
    ],
    ...model.additions,
    ['Inputs', model.inputs.filter(isNotCached).join(', ')],
    ['Outputs', model.outputs.filter(isNotCached).join(', ')],
    ['SHA-256', model.sha256],
  ]);
}

const cacheWords: Readonly<Record<ShownModel['keyValueCache'], string>> = {
  exported: 'yes',
  added: 'not in the file; put into its attention here',
  none: 'no',
};

const sourceWords: Readonly<Record<ShownModel['kind'], string>> = {
  onnx: '',
  safetensors: 'graph built from config.json, ',
  gguf: 'graph built from its metadata, ',
};

/** The line on the cache says of all layers at once what each of these says. */
const isNotCached = (name: string): boolean => !/^(?:past_key_values|present)\./.test(name);

function typesOf(dtypes: ShownModel['dtypes']): string {
  const large = Object.entries(dtypes).filter(([, share]) => share >= 0.005);
  return large.length <= 1
    ? (large[0]?.[0] ?? 'none')
    : large.map(([name, share]) => `${name} ${percent(share)}`).join(', ');
}

/** What can be done with the model, and why not the rest. */
export function methodsOf({ methods }: ShownModel): HTMLElement {
  const rows = methods.map(({ method, works, note, tried }) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, methodTitles[method]),
      element('td', { class: works ? 'works' : 'fails' }, works ? '✓ works' : '✗ does not work'),
      element('td', { class: 'quiet' }, [note, tried && `Tried: ${tried}.`].filter(Boolean).join(' ')),
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
      ? 'A gradient can pass through all operators between the answer and the prompt.'
      : `No gradient can pass through ${[...lacking].join(', ')}.`;
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
  return definitions([
    [
      'Forward pass',
      `${duration((batch * tokens) / forwardTokensPerSecond)}, ${perSecond(forwardTokensPerSecond)} tokens per second`,
    ],
    ...(stepTokensPerSecond === null || stepOverForward === null
      ? []
      : [
          [
            'Training step',
            `${duration((batch * tokens) / stepTokensPerSecond)}, ` +
              `${perSecond(stepTokensPerSecond)} tokens per second, ` +
              `${decimals(stepOverForward, 1)} times a forward pass`,
          ] as const,
        ]),
    ['Memory', `${bytes(peakMemoryBytes)} at most`],
    [
      'Measured with',
      `${counted(batch, 'sequence')} of ${counted(tokens, 'token')}, ` +
        `on ${provider === 'cpu' ? 'the processor' : provider}`,
    ],
  ]);
}

function definitions(rows: readonly (readonly [string, string])[]): HTMLElement {
  return element('dl', {}, ...rows.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]));
}
