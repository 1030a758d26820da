import { rowStream } from './sampling';
import type { Answer, AnswerPiece, DecodeOptions, Ending, Writing } from './answer';
import { decodingFrom, type Decoding } from './decoding';
import { decoderGraph } from './decoderGraph';
import { openPasses, type Passes } from './passes';
import type { RatedToken } from './logprobs';
import { rateText } from './rateText';
import { writtenTogether, type PromptGroup } from './promptGroups';
import { probingTexts } from './textFeeds';
import { firstStop, openTextStream } from './textStream';
import { chooseTokens } from './chooseTokens';
import { openConstraints, type Constraints } from './grammar/constraints';
import { prefixObstacle } from '../model/graph/past';
import { Failure } from '../failure';
import type { LanguageModel } from '../model/openModel';
import { defaultThreads } from '../objective/objective';
import { noCache } from '../objective/graph/bodies';
import type { SoftPrompt } from '../objective/prompt';
import { openSession, type Session } from '../onnx/runtime/session';

/** Writes answers behind prompts, token by token, with a key/value cache where the model has one. */
export interface Generator {
  /**
   * Writes all answers.
   * @param prompts token ids; from `firstVirtualToken` on, rows of `soft`, whose prefix stands in front of every prompt
   * @returns the answer of each prompt
   * @throws Failure "loss-not-finite" where the model gives no numbers; "no-cache" for a prefix where the model takes
   * no keys and values; the signal's reason when it is aborted
   */
  generate(
    prompts: readonly (readonly number[])[],
    soft: SoftPrompt | undefined,
    options?: DecodeOptions,
  ): Promise<readonly Answer[]>;
  /**
   * The same, handing out what each pass over the model has added; leaving the loop ends the work.
   * @param options `texts`: whether the text of a token is wanted before its answer is finished
   */
  stream(
    prompts: readonly (readonly number[])[],
    soft: SoftPrompt | undefined,
    options?: DecodeOptions & { readonly texts?: boolean },
  ): AsyncGenerator<readonly AnswerPiece[]>;
  /**
   * How likely each token of a text is behind those before it.
   * @param from place of the first token that is asked for, at least 1 where nothing stands in front of the text
   * @returns one for each token from there on
   * @throws Failure as {@link Generator.generate} does
   */
  rate(
    ids: readonly number[],
    soft: SoftPrompt | undefined,
    options: { readonly from: number; readonly rate: number; readonly signal?: AbortSignal },
  ): Promise<readonly RatedToken[]>;
  close(): Promise<void>;
}

export async function openGenerator(model: LanguageModel): Promise<Generator> {
  const session = await openSession(await decoderGraph(model, probingTexts(model)), {
    threads: defaultThreads(),
    packLarge: true,
  });
  const constraints = openConstraints(model.tokenizer);
  const stream: Generator['stream'] = async function* (prompts, soft, options = {}) {
    try {
      yield* writeAnswers(prompts, soft, { ...options, session, model, constraints });
    } catch (error) {
      // What has failed is opened anew.
      if (error instanceof Failure && error.code === 'grammar-failed') constraints.close();
      throw error;
    }
  };
  return {
    stream,
    rate: (ids, soft, options) => rateText({ session, model, soft }, ids, options),
    async generate(prompts, soft, options) {
      const answers = new Array<Answer>(prompts.length);
      for await (const pieces of stream(prompts, soft, options))
        for (const { prompt, answer } of pieces) if (answer) answers[prompt] = answer;
      return answers;
    },
    async close() {
      constraints.close();
      await session.release();
    },
  };
}

interface Work extends DecodeOptions {
  readonly texts?: boolean;
  readonly session: Session;
  readonly model: LanguageModel;
  readonly constraints: Constraints;
}

async function* writeAnswers(
  prompts: readonly (readonly number[])[],
  soft: SoftPrompt | undefined,
  work: Work,
): AsyncGenerator<readonly AnswerPiece[]> {
  const { model, session } = work;
  const obstacle = soft?.prefix && prefixObstacle(model.signature);
  if (obstacle) throw noCache(obstacle);
  const decoding = { ...decodingFrom({}), ...withoutAbsent(work), ...(work.constraint && { stopSequences: [] }) };
  const room = model.configuration.contextLength - (soft?.prefix?.rows ?? 0);
  const writings = prompts.map((ids, prompt): Writing => ({
    prompt,
    ids,
    tokens: [],
    most: Math.min(work.of?.(prompt).most ?? decoding.most, room - ids.length),
    random: rowStream(work.of?.(prompt).seed ?? decoding.seed, work.row?.(prompt) ?? prompt),
    ...((work.texts || decoding.stopSequences.length > 0) && {
      text: openTextStream(model.tokenizer, decoding.stopSequences),
    }),
    seconds: 0,
  }));
  const full = writings.filter(({ most }) => most < 1);
  if (full.length > 0) yield full.map((writing) => pieceOf(writing, '', finished(writing, 'budget', work)));
  for (const group of writtenTogether(
    writings.filter(({ most }) => most >= 1),
    model,
  )) {
    const passes = await openPasses({ session, model, soft, shareOpening: work.shareOpening }, group);
    try {
      yield* writeGroup(passes, group, { ...work, ...decoding, end: endsOf(work) });
    } finally {
      letGo(group.writings);
    }
  }
}

/** An answer that is held to a grammar ends where a model without end tokens ends none: by a token that is none. */
function endsOf({ end, constraint, model: { configuration, tokenizer } }: Work): readonly number[] {
  const ends = end ?? configuration.endTokens;
  return ends.length === 0 && constraint ? [tokenizer.vocabularySize] : ends;
}

const withoutAbsent = (options: DecodeOptions): Partial<Decoding> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

type GroupWork = Work & Decoding & { readonly end: readonly number[] };

/** Prompts enter as there is room, and leave when their answers are finished. */
async function* writeGroup(
  passes: Passes,
  { writings, mixes }: PromptGroup,
  work: GroupWork,
): AsyncGenerator<readonly AnswerPiece[]> {
  const waiting = [...writings];
  const isUnwanted = ({ prompt }: Writing): boolean => work.isWanted?.(prompt) === false;
  let filling = true;
  for (;;) {
    work.signal?.throwIfAborted();
    letUnwantedGo(passes, waiting, isUnwanted);
    if (waiting.length === 0 && passes.active.length === 0) return;
    // Long prompts enter in several passes, until as many answers are written as may be.
    const room: boolean =
      passes.active.length === 0 || (mixes && (filling || passes.active.length <= passes.capacity / 2));
    const entering: readonly Writing[] = room ? waiting.splice(0, passes.roomFor(waiting)) : [];
    filling = entering.length > 0;
    const taken = entering.length > 0 ? entering : passes.active;
    // The first answer of a grammar opens the library, which is no time of a pass.
    await hold(entering, work);
    const began = performance.now();
    const next = await chooseTokens(
      entering.length > 0 ? passes.enter(entering, work) : passes.goOn(work),
      taken,
      work,
    );
    await lookAtEnds(taken);
    const share = (performance.now() - began) / 1000 / taken.length;
    const pieces = taken.map((writing, i) => {
      writing.seconds += share;
      const { token, rated } = next[i]!;
      const piece = write(writing, token, work);
      return rated && !work.end.includes(token) ? { ...piece, rated } : piece;
    });
    letGo(taken.filter((_, i) => pieces[i]!.answer));
    passes.keep((writing) => !pieces.some(({ prompt, answer }) => prompt === writing.prompt && answer));
    yield pieces;
  }
}

function letUnwantedGo(passes: Passes, waiting: Writing[], isUnwanted: (writing: Writing) => boolean): void {
  const left = [...waiting, ...passes.active].filter(isUnwanted);
  if (left.length === 0) return;
  letGo(left);
  for (const writing of left) if (waiting.includes(writing)) waiting.splice(waiting.indexOf(writing), 1);
  passes.keep((writing) => !isUnwanted(writing));
}

/** Answers that begin are held to what the work says. */
async function hold(writings: readonly Writing[], { constraint, constraints, end }: GroupWork): Promise<void> {
  if (constraint) for (const writing of writings) writing.held = await constraints.hold(constraint, end);
}

function letGo(writings: readonly Writing[]): void {
  for (const writing of writings) {
    writing.held?.release();
    writing.held = undefined;
  }
}

/** An answer whose budget ends with the token that makes it whole is not cut off. */
async function lookAtEnds(writings: readonly Writing[]): Promise<void> {
  for (const writing of writings)
    if (writing.held && writing.tokens.length + 1 >= writing.most) writing.isWhole = await writing.held.isWhole();
}

/** Takes a token into an answer. */
function write(writing: Writing, token: number, work: GroupWork): AnswerPiece {
  if (work.end.includes(token)) return pieceOf(writing, writing.text?.end() ?? '', finished(writing, 'end', work));
  writing.tokens.push(token);
  const text = writing.text?.push(token) ?? '';
  if (writing.text?.stopped) return pieceOf(writing, text, finished(writing, 'stop', work));
  if (writing.tokens.length < writing.most) return pieceOf(writing, text);
  const rest = writing.text?.end() ?? '';
  return pieceOf(
    writing,
    text + rest,
    finished(writing, writing.text?.stopped ? 'stop' : writing.isWhole ? 'end' : 'budget', work),
  );
}

const pieceOf = ({ prompt, tokens, seconds }: Writing, text: string, answer?: Answer): AnswerPiece => ({
  prompt,
  text,
  tokens: tokens.length,
  seconds,
  ...(answer && { answer }),
});

function finished({ tokens, seconds }: Writing, ending: Ending, work: Work & Partial<Decoding>): Answer {
  const whole = work.model.tokenizer.decode(tokens);
  const stop = firstStop(whole, work.stopSequences ?? []);
  return { tokens, text: whole.slice(0, stop), ending: stop === undefined ? ending : 'stop', seconds };
}
