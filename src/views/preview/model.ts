import * as l10n from '@vscode/l10n';
import { acceptedAnswers, rowAnswer, withAnswer } from '../../template/render/chat/rowMessages';
import { basename, dirname, resolve } from 'node:path';
import { isTable, type Row } from '../../data/format';
import { fileOfSource, formatOfSource, type DataSource } from '../../data/table/tableFormat';
import { Failure } from '../../failure';
import { sentences } from '../../words/listed';
import { modelTokenizer, type ModelTokenizer } from '../../workspace/modelTokenizer';
import { settingsMethod } from '../../runs/record/producedRun';
import type { RunRecord } from '../../runs/record/record';
import { trains } from '../../runs/record/words/recordWords';
import type { Split } from '../../runs/record/words/recordWords';
import { holdsExamples, insertExamples } from '../../template/examples/insertExamples';
import { examplesOf } from '../../template/settings/examplesSetting';
import { replaceInstruction } from '../../template/edit/replaceInstruction';
import { resolveSettings } from '../../template/read/resolveSettings';
import { formatSettings } from '../../template/settings/formatSettings';
import type { Method, Settings } from '../../template/settings/settings';
import { readTemplate, slotFor, type PromptTemplate } from '../../template/read/template';
import { partialReader } from '../../template/read/partials';
import { asWritten, hardSubject, type PreviewChoice, type PreviewState } from './contract';
import { chatSentence, isOfChat } from '../../template/render/chat/chatFailure';
import { promptForm } from '../../template/render/promptForm';
import { countPieces, previewPrompt, writtenPrompt, type PreviewPrompt, type TokenReader } from './pieces';
import type { RowReader } from './rows';
import { methodTitles } from '../../words/methodTitles';
import { describeRun } from '../runs/runText';

/** What a preview is made of. */
export interface PreviewSource {
  readonly uri: string;
  readonly path: string;
  readonly text: string;
  /** Whether the template is a file, which has data beside it. */
  readonly onDisk: boolean;
  /** Finished runs of this template, newest first. */
  readonly runs: readonly RunRecord[];
  readonly rows: RowReader;
}

/** The settings that a subject gives the template, and the template as that subject reads it. */
interface Subject {
  readonly template: PromptTemplate;
  readonly settings: Settings;
  readonly notes: readonly string[];
}

const splitOrder = ['train', 'dev', 'test'] as const satisfies readonly Split[];

/**
 * What the page shows of a template and a choice; what prevents it is said in the state, never thrown.
 * @param before the state before, whose prompt stays when the text has none
 */
export async function previewState(
  source: PreviewSource,
  choice: PreviewChoice,
  before?: PreviewState,
): Promise<PreviewState> {
  const { template, findings } = readTemplate(
    source.text,
    source.path,
    source.onDisk ? partialReader(source.path) : undefined,
  );
  if (!template) {
    const error = findings.find(({ severity }) => severity === 'error');
    return unshown(source, choice, {
      before,
      problem: error
        ? l10n.t`Line ${error.range.start.line + 1}: ${error.message}`
        : l10n.t`The template cannot be read.`,
    });
  }
  try {
    return await stateOf(template, source, choice);
  } catch (error) {
    return unshown(source, choice, { before, problem: sentenceOf(error) });
  }
}

function unshown(
  { uri, path }: PreviewSource,
  choice: PreviewChoice,
  { before, problem }: { readonly before?: PreviewState; readonly problem: string },
): PreviewState {
  const empty: PreviewState = {
    template: basename(path),
    uri,
    problem,
    splits: [],
    split: choice.split,
    row: choice.row,
    rows: 0,
    subjects: [],
    subject: choice.subject,
    answerable: false,
    pieces: [],
    messages: null,
    form: null,
    answer: null,
    count: null,
    notes: [],
  };
  return before?.uri === uri ? { ...before, problem, answerable: false } : empty;
}

async function stateOf(written: PromptTemplate, source: PreviewSource, choice: PreviewChoice): Promise<PreviewState> {
  const subjects = subjectsOf(written, source.runs);
  const key = subjects.some((each) => each.key === choice.subject) ? choice.subject : asWritten;
  const { template, settings, notes } = subjectOf(written, key, source.runs);
  const splits = source.onDisk ? splitOrder.filter((name) => settings.data[name] !== undefined) : [];
  const split = splits.find((name) => name === choice.split) ?? splits[0] ?? null;
  const [read, model] = await Promise.all([
    split &&
      source.rows
        .read(absolute(settings.data[split]!, dirname(source.path)), choice.row)
        .catch((error: unknown) => sentenceOf(error)),
    modelTokenizer(template.model, dirname(resolve(source.path))).catch((error: unknown) => sentenceOf(error)),
  ]);
  const found =
    read !== null && typeof read === 'object'
      ? { ...read, row: answeredRow(read.row, template, settings.data[split!]!) }
      : undefined;
  const tokens = typeof model === 'object' ? model : undefined;
  const prompt = promptOf(template, found?.row ?? {}, { settings, tokenizer: tokens?.tokenizer });
  const { pieces, messages, problem } = prompt;
  const { name, why } = promptForm(settings, tokens?.tokenizer);
  const answer = template.output && found && rowAnswer(found.row, template.output.name);
  const expected = answer instanceof Failure ? undefined : answer;
  return {
    template: basename(source.path),
    uri: source.uri,
    problem,
    splits,
    split,
    row: found?.index ?? 0,
    rows: found?.rows ?? 0,
    subjects,
    subject: key,
    answerable:
      problem === null &&
      key !== asWritten &&
      found !== undefined &&
      tokens !== undefined &&
      slotFor(template, tokens.tokenizer) !== undefined,
    pieces,
    messages,
    form: { name, why },
    answer:
      template.output && slotFor(template, tokens?.tokenizer ?? {})
        ? {
            field: template.output.name,
            expected:
              expected === undefined || expected === null ? null : acceptedAnswers(found!.row, template.output)[0],
          }
        : null,
    count: tokens && problem === null ? { ...countPieces(pieces), context: contextOf(settings, tokens) } : null,
    notes: [
      ...notes,
      ...(examplesOf(settings) ? [unchosenExamples()] : []),
      ...(typeof read === 'string' ? [read] : []),
      ...(answer instanceof Failure ? [sentenceOf(answer)] : []),
      ...(typeof model === 'string' ? [l10n.t`Tokens are not shown: ${model}`] : []),
      ...(splits.length === 0
        ? [l10n.t`The template names no data, so its variables are filled from input.default only.`]
        : []),
    ],
  };
}

/** The row with its answer, where the template has one. */
const answeredRow = (row: Row, { output }: PromptTemplate, source: DataSource): Row =>
  output ? withAnswer(row, output, { isTable: isTable(fileOfSource(source), formatOfSource(source)) }) : row;

interface Reading {
  readonly settings: Settings;
  readonly tokenizer: TokenReader | undefined;
}

/** The prompt, or what the template writes where the chat template of the model makes none of it. */
function promptOf(
  template: PromptTemplate,
  row: Readonly<Record<string, unknown>>,
  { settings, tokenizer }: Reading,
): PreviewPrompt & { readonly problem: string | null } {
  try {
    return { ...previewPrompt(template, row, settings, tokenizer), problem: null };
  } catch (error) {
    if (!(error instanceof Failure) || !isOfChat(error)) throw error;
    return { ...writtenPrompt(template, row, settings), problem: chatSentence(error) };
  }
}

const absolute = (source: DataSource, folder: string): DataSource => {
  const file = resolve(folder, fileOfSource(source));
  return typeof source === 'string' ? file : { ...source, file };
};

function contextOf({ maxLength }: Settings, { sizes }: ModelTokenizer): number {
  return maxLength > 0 ? Math.min(maxLength, sizes.contextLength) : sizes.contextLength;
}

function subjectsOf(template: PromptTemplate, runs: readonly RunRecord[]): PreviewState['subjects'] {
  return [
    { key: asWritten, name: l10n.t`As it would be trained (${methodTitles[methodOf(template)]})` },
    { key: hardSubject, name: l10n.t`Text alone (hard)` },
    ...runs
      .filter(({ method, status }) => trains(method) && status === 'done')
      .map((run) => ({ key: run.id, name: [run.name, describeRun(run), run.id].filter(Boolean).join(' · ') })),
  ];
}

/** What a person would otherwise take for the whole prompt. */
const unchosenExamples = (): string =>
  l10n.t`Shown without the examples that tune.examples asks for: a measurement or a training chooses them, and its run \
shows them.`;

function methodOf(template: PromptTemplate): Method {
  return template.written.method ?? 'soft';
}

function subjectOf(template: PromptTemplate, key: string, runs: readonly RunRecord[]): Subject {
  const run = runs.find(({ id }) => id === key);
  if (!run)
    return {
      template,
      settings: resolveSettings(template, key === hardSubject ? 'hard' : methodOf(template), {}),
      notes: [],
    };
  const { method, settings, rewritten, examples } = run;
  const source = holdsExamples(template) ? undefined : examples?.source;
  const shown = source === undefined ? template : (withExamples(template, source) ?? template);
  const read =
    rewritten && rewritten.instruction !== rewritten.original ? withInstruction(shown, rewritten.instruction) : shown;
  return {
    template: read ?? shown,
    settings: resolveSettings(read ?? shown, settingsMethod({ method }), {
      ...(shown !== template && { 'tune.examples': 'none' }),
      'tune.length': settings.length,
      'tune.layers': settings.layers,
      'tune.instruction': settings.instruction,
      ...formOf(settings),
    }),
    notes: [
      ...(shown !== template ? [l10n.t`Shown with the examples that this run has chosen.`] : []),
      ...(read && read !== shown ? [l10n.t`Shown with the instruction that this run has rewritten.`] : []),
    ],
  };
}

/** The form of the prompt that a run has learned on, whatever the template asks for by now. */
const formOf = (settings: Settings): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(formatSettings(settings)).map(([name, value]) => [`tune.${name}`, value]));

/** The template with examples; undefined when the text no longer has a place for them. */
function withExamples(template: PromptTemplate, source: string): PromptTemplate | undefined {
  try {
    return insertExamples(template, source);
  } catch {
    return undefined;
  }
}

/** The template with another instruction; undefined when the text no longer has an instruction to replace. */
function withInstruction({ text, path, partials }: PromptTemplate, instruction: string): PromptTemplate | undefined {
  try {
    return readTemplate(replaceInstruction(text, path, instruction), path, (name) => partials[name]).template;
  } catch {
    return undefined;
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof Failure) return sentences([error.message, error.remedy]);
  return error instanceof Error ? error.message : String(error);
}
