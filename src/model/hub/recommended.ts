import * as l10n from '@vscode/l10n';

/** A small model of the hub that suits prompt tuning on a processor. */
export interface RecommendedModel {
  readonly id: string;
  /** Parameters, in millions. */
  readonly millions: number;
  /** About how many bytes the exact (32-bit) weights take; the hub says it to the byte before anything is fetched. */
  readonly bytes: number;
  readonly licence: string;
  /** Longest sequence in tokens. */
  readonly context: number;
  readonly about: () => string;
}

/**
 * Sizes are four bytes for each weight, and the embedding table once more where exports write a tied one out twice;
 * licences and contexts are those of the original's card.
 */
export const recommendedModels: readonly RecommendedModel[] = [
  {
    id: 'HuggingFaceTB/SmolLM2-135M-Instruct',
    millions: 135,
    bytes: 650e6,
    licence: 'apache-2.0',
    context: 8192,
    about: () => l10n.t`Small and good; the first to try.`,
  },
  {
    id: 'HuggingFaceTB/SmolLM2-360M-Instruct',
    millions: 362,
    bytes: 1.64e9,
    licence: 'apache-2.0',
    context: 8192,
    about: () => l10n.t`Better than its small sister, and slower.`,
  },
  {
    id: 'onnx-community/Qwen2.5-0.5B-Instruct',
    millions: 494,
    bytes: 1.98e9,
    licence: 'apache-2.0',
    context: 32768,
    about: () => l10n.t`Many languages.`,
  },
  {
    id: 'HuggingFaceTB/SmolLM-135M',
    millions: 135,
    bytes: 540e6,
    licence: 'apache-2.0',
    context: 2048,
    about: () => l10n.t`A base model: continues text, was not taught to follow instructions.`,
  },
  {
    id: 'HuggingFaceTB/SmolLM-360M',
    millions: 362,
    bytes: 1.45e9,
    licence: 'apache-2.0',
    context: 2048,
    about: () => l10n.t`The same, larger.`,
  },
  {
    id: 'Xenova/gpt2',
    millions: 124,
    bytes: 500e6,
    licence: 'mit',
    context: 1024,
    about: () => l10n.t`The model of many papers on soft prompts; English.`,
  },
  {
    id: 'Xenova/distilgpt2',
    millions: 82,
    bytes: 330e6,
    licence: 'apache-2.0',
    context: 1024,
    about: () => l10n.t`The quickest of them; English.`,
  },
];

/** Memory that training takes at least: the weights once, and a gigabyte for activations and the runtime. */
export const memoryToTrain = ({ bytes }: RecommendedModel): number => bytes + 1e9;
