import * as l10n from '@vscode/l10n';
import { basename } from 'node:path';
import { openGenerator, type Generator } from '../decoding/generator';
import { aborted, orAborted } from '../decoding/orAborted';
import { Failure } from '../failure';
import type { LanguageModel } from '../model/openModel';
import { openObjective, type OpenObjective } from '../objective/objective';
import { chooseLabel, promptTokensOf, writeText, type AskedPrompt } from '../runs/ask/askPrompt';
import { encodeInput, typedInput } from '../runs/ask/encodeInput';
import { openRunPrompt, type RunPrompt } from '../runs/ask/openRunPrompt';
import { openGrowingAnswer, type GrowingAnswer } from './growingAnswer';
import type { AnswerSoFar, InputAnswer } from './inspectorAnswers';

/** Answers typed inputs with the prompts of runs; what it opens for a run stays open for the next input. */
export interface InputAnswerer {
  /**
   * Begins an answer. Those to one input are written one after the other; all others are left.
   * @returns the number of the question
   */
  ask(folder: string, input: Readonly<Record<string, string>>): number;
  /**
   * Waits until an answer is longer than `from`, or ended.
   * @throws Failure when the run's template, data, model or adapter cannot be used; "outdated" once another question
   * has taken its place
   */
  soFar(question: number, from: number): Promise<AnswerSoFar>;
  /** Ends an answer with what is written; nothing happens to one that has ended. */
  stop(question: number): void;
  close(): Promise<void>;
}

/** What runs of one model share. */
interface Engine {
  readonly objective: OpenObjective;
  /** Opened for the first answer that is text. */
  generator?: Promise<Generator>;
}

interface Question {
  readonly folder: string;
  readonly input: Readonly<Record<string, string>>;
  readonly growing: GrowingAnswer;
  /** Leaves it, because nobody wants to know any more. */
  readonly leave: AbortController;
  /** Ends it with what is written. */
  readonly stop: AbortController;
}

export function createInputAnswerer(): InputAnswerer {
  const prompts = new Map<string, Promise<RunPrompt>>();
  const engines = new Map<string, Engine>();
  /** By number; of one input, and one to each run. */
  const questions = new Map<number, Question>();
  let asked = firstNumber();
  let turn: Promise<unknown> = Promise.resolve();

  const promptOf = (folder: string): Promise<RunPrompt> => {
    const known = prompts.get(folder);
    if (known) return known;
    const opening = openRunPrompt(folder);
    prompts.set(folder, opening);
    // What failed may work later: a model may be put where it was missing.
    opening.catch(() => prompts.delete(folder));
    return opening;
  };

  const engineOf = ({ model }: RunPrompt): Engine => {
    const known = engines.get(model.sha256);
    if (known) return known;
    const engine = { objective: openObjective(model) };
    engines.set(model.sha256, engine);
    return engine;
  };

  /** Leaves the questions that a new one takes the place of. */
  const leaveOthers = (folder: string, input: Readonly<Record<string, string>>): void => {
    for (const [number, question] of questions) {
      if (question.folder !== folder && sameInput(question.input, input)) continue;
      questions.delete(number);
      question.leave.abort(outdated());
      question.growing.fail(outdated());
    }
  };

  const write = async (question: Question): Promise<void> => {
    const { folder, input, growing, stop } = question;
    const opened = await orAborted(promptOf(folder), stop.signal);
    if (opened === aborted) return growing.end(stoppedBefore(folder));
    const example = encodeInput(opened, typedInput(input));
    question.leave.signal.throwIfAborted();
    const subject = { ...opened, example, engine: engineOf(opened), run: basename(folder) };
    if (opened.task.labels.length === 0) return answerText(subject, question);
    const chosen = await orAborted(answerLabel(subject), stop.signal);
    growing.end(chosen === aborted ? stoppedBefore(folder) : chosen);
  };

  /** Waits for the answers before it. */
  const writeInTurn = async (question: Question, before: Promise<unknown>): Promise<void> => {
    try {
      if ((await orAborted(before, question.stop.signal)) === aborted)
        return question.growing.end(stoppedBefore(question.folder));
      if (!question.leave.signal.aborted) await write(question);
    } catch (error) {
      question.growing.fail(error);
    }
  };

  return {
    ask(folder, input) {
      leaveOthers(folder, input);
      const question: Question = {
        folder,
        input,
        growing: openGrowingAnswer(),
        leave: new AbortController(),
        stop: new AbortController(),
      };
      questions.set(++asked, question);
      turn = Promise.all([turn, writeInTurn(question, turn)]);
      return asked;
    },
    async soFar(question, from) {
      const found = questions.get(question);
      if (!found) throw outdated();
      return found.growing.soFar(from);
    },
    stop(question) {
      questions.get(question)?.stop.abort();
    },
    async close() {
      for (const { leave } of questions.values()) leave.abort(outdated());
      questions.clear();
      await turn;
      for (const { objective, generator } of engines.values()) {
        await objective.close();
        await (await generator?.catch(() => undefined))?.close();
      }
      engines.clear();
      prompts.clear();
    },
  };
}

/** Elsewhere than the process whose place this one takes, so that its questions are nobody's. */
const firstNumber = (): number => Math.floor(Math.random() * 2 ** 40);

const outdated = (): Failure => new Failure('outdated', l10n.t`Another question was asked meanwhile.`);

type Input = Readonly<Record<string, string>>;

const sameInput = (one: Input, other: Input): boolean => JSON.stringify(one) === JSON.stringify(other);

/** An answer that was stopped before the model had said anything. */
const stoppedBefore = (folder: string): InputAnswer => ({
  run: basename(folder),
  probabilities: [],
  answer: '',
  promptTokens: 0,
  seconds: 0,
  written: { tokens: 0, seconds: 0, perSecond: null, ending: 'stopped' },
});

/** An input before a model, with what answers it. */
interface Subject extends AskedPrompt {
  readonly run: string;
  readonly engine: Engine;
}

async function answerLabel(subject: Subject): Promise<InputAnswer> {
  const { label, probabilities, seconds } = await chooseLabel(subject, subject.engine.objective);
  return {
    run: subject.run,
    probabilities,
    answer: label,
    promptTokens: promptTokensOf(subject),
    seconds,
    written: null,
  };
}

/** Once the answer has been stopped, its last pass may still be going on. */
async function answerText(subject: Subject, { folder, growing, leave, stop }: Question): Promise<void> {
  const { model, engine, run } = subject;
  const generator = await orAborted(generatorOf(engine, model), stop.signal);
  if (generator === aborted) return growing.end(stoppedBefore(folder));
  const pieces = writeText(subject, generator, { stop: stop.signal, signal: leave.signal });
  for await (const { text, answer, ...pace } of pieces) {
    growing.add(text, pace);
    if (!answer) continue;
    const { text: whole, ...written } = answer;
    const { seconds } = written;
    growing.end({ run, probabilities: [], answer: whole, promptTokens: promptTokensOf(subject), seconds, written });
  }
}

function generatorOf(engine: Engine, model: LanguageModel): Promise<Generator> {
  const generator = (engine.generator ??= openGenerator(model));
  generator.catch(() => {
    engine.generator = undefined;
  });
  return generator;
}
