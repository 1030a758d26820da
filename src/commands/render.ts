import * as l10n from '@vscode/l10n';
import { counted } from '../words/formatNumbers';
import { dirname, resolve } from 'node:path';
import { openDataset, type Row } from '../data/dataset';
import { isTable } from '../data/format';
import { fileOfSource, formatOfSource } from '../data/table/tableFormat';
import { Failure } from '../failure';
import { unfinished } from '../decoding/textStream';
import type { Tokenizer } from '../model/tokenizer/tokenizer';
import { atModelLine, modelLocation } from '../template/read/modelLocation';
import { modelTokenizer } from '../workspace/modelTokenizer';
import { promptEncoder, type PromptEncoder } from '../template/render/promptEncoder';
import { renderMessages, renderPrompt } from '../template/render/render';
import { textOf, type PromptMessage, type Role } from '../template/render/renderedPrompt';
import { acceptedAnswers, rowAnswer, withAnswer } from '../template/render/chat/rowMessages';
import { requireRowValues } from '../template/render/rowValues';
import type { PromptTemplate } from '../template/read/template';
import { resolveSettings } from '../template/read/resolveSettings';
import { examplesOf } from '../template/settings/examplesSetting';
import { formatSettings } from '../template/settings/formatSettings';
import type { Method, Settings } from '../template/settings/settings';
import { loadTemplate } from '../template/read/loadTemplate';
import { encodePrompt, softLayout, type SoftLayout } from '../template/render/tokens';
import type { Split } from '../runs/record/words/recordWords';

export interface RenderRequest {
  readonly file: string;
  /** Row of the data, from 0. */
  readonly row: number;
  readonly split?: Split;
  readonly method?: Method;
  /** Model whose tokens are shown instead of those of the template's own, relative to the working directory. */
  readonly model?: string;
  readonly set: Readonly<Record<string, string>>;
}

export interface RenderedToken {
  readonly id: number;
  /** The token as it reads; empty for a virtual one. Of several that make up a character the first has all of it. */
  readonly text: string;
  /** Whether it goes on with the character that the token before it begins. */
  readonly continues?: true;
  readonly virtual: boolean;
  /** Whether it is a token of the model's own form, which no text spells. */
  readonly special: boolean;
}

export interface RenderedMessage {
  readonly role: Role;
  /** Without virtual tokens. */
  readonly text: string;
  /** Whether the row brought it, through `{{history}}`. */
  readonly history?: true;
  /** Whether the model's chat template leaves it out. */
  readonly dropped?: true;
}

export interface Rendering {
  readonly file: string;
  readonly method: Method;
  readonly split?: Split;
  readonly row: number;
  /** Rows that the split has; absent without data. */
  readonly rows?: number;
  /** How the model reads the prompt; absent where it is not on this machine. */
  readonly format?: 'chat' | 'text';
  /** Whose form of messages a chat has: the model's own, or the plain one of base models. */
  readonly chatTemplate?: 'model' | 'plain';
  /** The template's messages, which the model reads as such in a chat only. */
  readonly messages: readonly RenderedMessage[];
  /**
   * What the model reads up to the answer slot, special tokens as text; of a masked model all of it, with its masks.
   * Without virtual tokens.
   */
  readonly text: string;
  /** Absent where the template's model is not on this machine. */
  readonly tokens?: readonly RenderedToken[];
  readonly virtualTokens?: number;
  /** Why there are no tokens. */
  readonly note?: string;
  /** Why the examples that the template asks for are not among it. */
  readonly withoutExamples?: string;
  /** What the row says belongs into the answer slot. */
  readonly answer?: string;
}

/**
 * The prompt that a row of the data makes, as text and as tokens of the model. Without data, the template's defaults
 * stand in; without the model there are no tokens.
 * @throws Failure when template, data or model cannot be read, or "row-missing"
 */
export async function renderFile(request: RenderRequest): Promise<Rendering> {
  const template = await loadTemplate(request.file);
  const settings = resolveSettings(template, request.method ?? template.written.method ?? 'soft', request.set);
  const split = request.split ?? (['train', 'dev', 'test'] as const).find((name) => settings.data[name] !== undefined);
  const { row, rows } = await rowOf({ template, settings, split, index: request.row });
  const opened = await tokenizerFor(template, request.model);
  const tokenizer = 'note' in opened ? undefined : promptEncoder(opened.tokenizer, settings);
  const prompt = renderPrompt(template, row, tokenizer);
  const layout = tokenizer && softLayout(template, settings, tokenizer);
  const masks = tokenizer?.mask === undefined ? '' : tokenizer.token(tokenizer.mask)!.repeat(layout?.masks ?? 1);
  const answer = template.output && rowAnswer(row, template.output.name);
  return {
    file: request.file,
    method: settings.method,
    ...(split && { split }),
    row: request.row,
    ...(rows !== undefined && { rows }),
    ...(tokenizer && { format: tokenizer.chat ? 'chat' : 'text' }),
    ...(tokenizer?.chat && { chatTemplate: tokenizer.chat.isPlain ? 'plain' : 'model' }),
    messages: (prompt.messages ?? renderMessages(template, row, formatSettings(settings))).map(shownMessage),
    text: prompt.segments
      .map((segment) => (segment.kind === 'text' ? segment.text : segment.kind === 'answer' ? masks : ''))
      .join(''),
    ...(tokenizer && layout && tokensOf(encodePrompt(prompt, layout, tokenizer).ids, layout, tokenizer)),
    ...('note' in opened && opened),
    ...(examplesOf(settings) && { withoutExamples: unchosenExamples }),
    ...(answer !== undefined && { answer: acceptedAnswers(row, template.output!)[0] }),
  };
}

const unchosenExamples =
  'Shown without the examples that tune.examples asks for: a measurement or a training chooses them, and its run ' +
  'shows them.';

/**
 * The tokenizer of the model asked for, or of the template's own; a note where that one is not on this machine: most
 * templates of other tools name a hosted one.
 */
async function tokenizerFor(
  template: PromptTemplate,
  asked: string | undefined,
): Promise<{ readonly tokenizer: Tokenizer } | { readonly note: string }> {
  if (asked !== undefined) return modelTokenizer(asked, process.cwd());
  try {
    return await modelTokenizer(template.model, dirname(resolve(template.path)));
  } catch (error) {
    const missing = error instanceof Failure && error.code === 'model-missing' && error.location.file === undefined;
    if (!missing) throw atModelLine(error, template);
    const { file, line, column } = modelLocation(template);
    const place = [file, line, column].filter((part) => part !== undefined).join(':');
    return { note: `${place}: ${error.message} Its tokens are not shown; --model builtin shows those of another.` };
  }
}

function tokensOf(
  ids: readonly number[],
  { firstVirtualToken }: SoftLayout,
  tokenizer: Tokenizer & PromptEncoder,
): Required<Pick<Rendering, 'tokens' | 'virtualTokens'>> {
  const special = new Set(
    (tokenizer.chat?.controls ?? tokenizer.added.filter((token) => token.special)).map(({ id }) => id),
  );
  const texts = textsOf(ids, firstVirtualToken, tokenizer);
  return {
    tokens: ids.map((id, i) => ({
      id,
      virtual: id >= firstVirtualToken,
      special: special.has(id),
      text: texts[i] ?? '',
      ...(texts[i] === undefined && { continues: true as const }),
    })),
    virtualTokens: ids.filter((id) => id >= firstVirtualToken).length,
  };
}

/** Tokens that one character may be made of, at most: the bytes of an emoji with its modifiers are more than one. */
const mostOfCharacter = 8;

/** Each token's text; undefined for one that goes on with a character. */
function textsOf(
  ids: readonly number[],
  firstVirtualToken: number,
  tokenizer: Pick<Tokenizer, 'decode' | 'token'>,
): readonly (string | undefined)[] {
  const texts: (string | undefined)[] = [];
  while (texts.length < ids.length) {
    const at = texts.length;
    const text = ids[at]! < firstVirtualToken ? tokenizer.decode([ids[at]!]) || (tokenizer.token(ids[at]!) ?? '') : '';
    const whole = text.includes(unfinished) ? characterFrom(ids.slice(at, at + mostOfCharacter), tokenizer) : undefined;
    texts.push(whole?.text ?? text);
    for (let i = 1; i < (whole?.tokens ?? 1); i++) texts.push(undefined);
  }
  return texts;
}

/** The fewest tokens from the first that are text together. */
function characterFrom(
  ids: readonly number[],
  tokenizer: Pick<Tokenizer, 'decode'>,
): { readonly text: string; readonly tokens: number } | undefined {
  const made = ids.map((_, i) => ({ text: tokenizer.decode(ids.slice(0, i + 1)), tokens: i + 1 }));
  return made.find(({ text }) => text !== '' && !text.includes(unfinished));
}

const shownMessage = ({ role, segments, isHistory, isDropped }: PromptMessage): RenderedMessage => ({
  role,
  text: textOf(segments),
  ...(isHistory && { history: true }),
  ...(isDropped && { dropped: true }),
});

/**
 * The prompt as a person reads it: of a chat the turns, else the text; then its tokens parted by bars, runs of virtual
 * ones as their number.
 */
export function formatRendering(rendering: Rendering): string {
  const { text, tokens, virtualTokens = 0, note, answer, format, split, row, rows, withoutExamples } = rendering;
  // As the preview counts: from 1, whatever --row does.
  const heading = split && rows !== undefined ? `Row ${row + 1} of ${rows} of ${split}\n\n` : '';
  const shown = heading + (format === 'chat' ? conversation(rendering) : text);
  const closing = [
    ...(answer === undefined ? [] : [`\n\nanswer: ${answer}`]),
    ...(withoutExamples === undefined ? [] : [`\n\n${withoutExamples}`]),
  ].join('');
  if (!tokens) return `${shown}\n\n${note}${closing}`;
  const size = `${counted(tokens.length, 'token')}, ${virtualTokens} of them virtual`;
  return `${shown}\n\n${size}:\n${tokenLine(tokens)}${closing}`;
}

/** Turns under their roles, as far as the model sees them; the last is the model's, which it begins or goes on with. */
function conversation({ messages, chatTemplate }: Rendering): string {
  const form = chatTemplate === 'plain' ? 'in the plain form of base models' : "through the model's chat template";
  const turns = messages.map(({ role, text, history, dropped }) => {
    const marks = [
      ...(history ? ["of the row's messages"] : []),
      ...(dropped ? ['left out by the chat template'] : []),
    ];
    return `[${[role, ...marks].join(', ')}]\n${text}`;
  });
  const open = messages.at(-1)?.role === 'model' ? [] : ['[model]'];
  return [`Messages ${form}:`, ...turns, ...open].join('\n\n');
}

function tokenLine(tokens: readonly RenderedToken[]): string {
  const pieces: string[] = [];
  let run = 0;
  const endRun = () => {
    if (run > 0) pieces.push(`⟨${run} virtual⟩`);
    run = 0;
  };
  for (const [at, token] of tokens.entries()) {
    if (token.virtual) {
      run++;
      continue;
    }
    endRun();
    if (token.continues) continue;
    let count = 1;
    while (tokens[at + count]?.continues) count++;
    const text = token.text === '' ? `⟨${token.id}⟩` : token.text.replaceAll('\n', '⏎');
    pieces.push(count > 1 ? `${text}⟨×${count}⟩` : text);
  }
  endRun();
  return pieces.join('|');
}

async function rowOf({
  template,
  settings,
  split,
  index,
}: {
  template: PromptTemplate;
  settings: Settings;
  split?: Split;
  index: number;
}): Promise<{ readonly row: Row; readonly rows?: number }> {
  const written = split && settings.data[split];
  if (written === undefined) {
    if (split)
      throw new Failure(
        'data-missing',
        l10n.t`The template names no ${split} data.`,
        {},
        l10n.t`Set tune.data.${split}.`,
      );
    return { row: {} };
  }
  const path = resolve(dirname(resolve(template.path)), fileOfSource(written));
  const dataset = await openDataset(path, formatOfSource(written));
  try {
    if (index >= dataset.rows)
      throw new Failure(
        'row-missing',
        l10n.t`There is no row ${index + 1}: the file has ${dataset.rows}.`,
        { file: path },
        l10n.t`Give --row a number up to ${dataset.rows - 1}: it counts from 0.`,
      );
    const [read] = await dataset.read([index]);
    const isOfTable = isTable(fileOfSource(written), formatOfSource(written));
    const location = { file: path, line: dataset.lineOf(index) };
    const row = template.output ? withAnswer(read!, template.output, { isTable: isOfTable, location }) : read;
    requireRowValues(template, row!, { file: path, line: dataset.lineOf(index) });
    return { row: row!, rows: dataset.rows };
  } finally {
    await dataset.close();
  }
}
