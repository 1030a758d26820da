import * as l10n from '@vscode/l10n';
import type { Row } from '../data/dataset';
import { openGenerator, type Generator } from '../decoding/generator';
import { Failure } from '../failure';
import { enumerated } from '../words/listed';
import { promptTokensOf, writeText } from '../runs/ask/askPrompt';
import { encodeInput, typedInput } from '../runs/ask/encodeInput';
import { keyColumnsOf } from '../objective/rows/rowColumns';
import { openRowAnswerer } from './answerRows';
import { gather } from './gather';
import { joinAnswers } from './joinAnswers';
import type { UsedPrompt } from './openPromptAt';
import type { Classification, Prompt, PromptInput } from './promptTypes';
import { createTurns } from './turns';

/** Rows that are answered together. */
const mostTogether = 512;

export function promptOf(used: UsedPrompt): Prompt {
  const { task, model } = used;
  const { labels, template } = task;
  const turns = createTurns();
  const answerer = openRowAnswerer(used);
  const joined = joinAnswers(answerer, turns);
  let generator: Promise<Generator> | undefined;
  let isClosed = false;
  const requireOpen = (): void => {
    if (isClosed) throw new Failure('invalid-value', l10n.t`The prompt is closed.`, {}, l10n.t`Open it again.`);
  };
  const requireKind = (wanted: 'labels' | 'text'): void => {
    requireOpen();
    const chooses = labels.length > 0;
    if (chooses === (wanted === 'labels')) return;
    throw new Failure(
      'invalid-value',
      chooses ? l10n.t`The prompt chooses a label.` : l10n.t`The prompt writes text.`,
      { file: template.path },
      l10n.t`Call ${chooses ? 'classify' : 'generate'}.`,
    );
  };
  return {
    name: used.name,
    model: model.id,
    labels,
    inputs: template.variables.filter((name) => name !== task.answerField && !(name in template.defaults)),
    warnings: used.warnings,
    async classify(input, { signal } = {}) {
      requireKind('labels');
      requireKnown(used, input);
      const answer = await joined(typedInput(input as Row), signal);
      if ('failure' in answer) throw answer.failure;
      if (!('label' in answer)) throw new Error('A prompt of labels wrote a text.');
      return classificationOf(labels, answer);
    },
    async *generate(input, { signal } = {}) {
      requireKind('text');
      requireKnown(used, input);
      const example = encodeInput(used, typedInput(input as Row));
      const end = await turns.begin();
      try {
        requireOpen();
        const asked = { ...used, example };
        for await (const piece of writeText(asked, await (generator ??= openGenerator(model)), { stop: signal })) {
          const { text, answer } = piece;
          if (!answer) {
            if (text !== '') yield { text };
            continue;
          }
          const { ending, tokens, seconds } = answer;
          const whole = { text: answer.text, ending, tokens, promptTokens: promptTokensOf(asked), seconds };
          yield { text, answer: whole };
        }
      } finally {
        end();
      }
    },
    async *predict(rows, { signal } = {}) {
      requireOpen();
      let index = 0;
      for await (const some of gather(rows, mostTogether)) {
        const inputs = some.map((row) => ({ row: row as Row, index: index++, location: {} }));
        const answers = await turns.take(() => answerer.answer(inputs, { signal }));
        for (const [place, answer] of answers.entries()) {
          const row = some[place]!;
          if ('failure' in answer)
            yield { row, prediction: null, error: answer.failure.message, code: answer.failure.code };
          else if ('text' in answer) yield { row, prediction: answer.text, truncated: answer.truncated };
          else {
            const { label, probability, probabilities } = classificationOf(labels, answer);
            yield { row, prediction: label, probability, probabilities };
          }
        }
      }
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      await turns.take(async () => {
        await answerer.close();
        await (await generator?.catch(() => undefined))?.close();
      });
    },
  };
}

function classificationOf(
  labels: readonly string[],
  {
    label,
    probabilities,
    promptTokens,
  }: { readonly label: string; readonly probabilities: readonly number[]; readonly promptTokens: number },
): Classification {
  return {
    label,
    probability: probabilities[labels.indexOf(label)]!,
    probabilities: Object.fromEntries(labels.map((name, i) => [name, probabilities[i]!])),
    promptTokens,
  };
}

/** A name that nothing reads is a slip of the pen. @throws Failure "unknown-variable" */
function requireKnown({ task: { template, answerField } }: UsedPrompt, input: PromptInput): void {
  const columns = keyColumnsOf(template);
  if (!('names' in columns)) return;
  const known = [...columns.names, ...Object.keys(template.defaults)].filter((name) => name !== answerField);
  const unknown = Object.keys(input).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new Failure(
    'unknown-variable',
    l10n.t`The prompt reads no "${unknown}".`,
    { file: template.path },
    known.length > 0 ? l10n.t`It reads ${enumerated(known)}.` : l10n.t`It reads nothing.`,
  );
}
