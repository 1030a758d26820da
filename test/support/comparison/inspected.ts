import type { InputAnswer, PromptAnatomy } from '../../../src/inspection/inspectorAnswers';
import { labels, measured } from './comparison';

const near = [' question', ' letter', ' post', 'S', ' money'];

/** Twenty virtual tokens, three of an instruction, and a prefix. */
export const fullAnatomy: PromptAnatomy = {
  run: 'run-v2-13',
  hiddenSize: 256,
  vectors: Array.from({ length: 23 }, (_, i) => ({
    name: i < 20 ? `prompt ${i + 1}` : ['Say', ' what', ' the'][i - 20]!,
    kind: i < 20 ? ('virtual' as const) : ('instruction' as const),
    norm: 1.2 + 1.6 * Math.abs(Math.sin(i)),
    moved: 0.9 + 0.1 * i,
    turned: 0.9 - 0.03 * i,
    near: near.map((word, n) => ({ text: word, cosine: 0.42 - 0.05 * n - 0.003 * i })),
  })),
  similarities: Float32Array.from({ length: 23 * 23 }, (_, i) =>
    Math.floor(i / 23) === i % 23 ? 1 : 0.6 * Math.cos(Math.floor(i / 23) - (i % 23)),
  ),
  wordNorms: [0.94, 1.17, 1.5],
  prefix: {
    positions: 20,
    layers: Array.from({ length: 6 }, (_, i) => ({
      keyNorm: 6 + 4 * Math.sin(i + 1),
      valueNorm: 1.5 + i,
      moved: 0.38 - 0.04 * i,
    })),
  },
};

/** What each run answers to a typed input. */
export const inputAnswers: Readonly<Record<string, InputAnswer>> = Object.fromEntries(
  measured.flatMap(({ runs }, index) =>
    runs.map(({ run }) => [
      run,
      {
        run,
        answer: labels[(index + 3) % 4]!,
        promptTokens: 36 + index * 20,
        seconds: 0.018 + index * 0.01,
        written: null,
        probabilities: labels.map((label, i) => ({ label, probability: i === (index + 3) % 4 ? 0.7 : 0.1 })),
      },
    ]),
  ),
);
