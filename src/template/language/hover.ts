import * as l10n from '@vscode/l10n';
import { hostedModelOf } from '../read/hostedModel';
import { count, counted, fraction, metricNumber } from '../../words/formatNumbers';
import { largest } from '../../lists';
import { labelsOf, meaningOfKey } from './completeFrontMatter';
import { meaningOfMetricKey } from './completeMetrics';
import type { TemplateContext, LastRun } from '../read/templateContext';
import { analysisOfText } from '../read/analysisCache';
import { wholeAnswer } from '../answer/answerObject';
import { expectedAnswers } from '../check/rows/expectedAnswers';
import { outputOf } from '../read/template';
import { answersBehind } from '../render/words/answerTokens';
import { isFormChosenByModel } from '../read/formChoice';
import { formOfTemplate } from '../render/promptForm';
import { answerPlace, slotTokens, wordsInPlace } from '../render/length/promptLength';
import { clauses, enumerated } from '../../words/listed';
import type { TokenEncoder } from '../text/tokenEncoder';
import type { TokensInPlace } from '../text/tokensInPlace';
import { helperShapes } from '../syntax/helpers';
import { rangeOf } from '../text/position';
import type { Range, Span } from '../text/position';
import { itemNames, listAround, parametersAround, rowNames, samplesOf } from './offeredNames';
import { methods } from '../settings/settings';
import { isShare, readSplit } from '../settings/data/dataShares';
import { wordsOf } from '../settings/readSettingValue';
import { isMapping } from '../syntax/schema';
import { tolerantParse } from '../syntax/tolerantParse';
import type { TolerantParse } from '../syntax/tolerantParse';
import { tagAround, wordsOfTag } from '../syntax/tagAt';
import type { TagWord } from '../syntax/tagAt';
import type { Tag } from '../syntax/tags';
import { trainedParameters } from '../settings/trainedParameters';
import { partialFile } from '../read/partials';
import { labelWords } from '../settings/verbalizer';
import { outlineYaml } from '../syntax/yamlOutline';

export interface Hover {
  readonly range: Range;
  readonly markdown: string;
}

/** The hover text of the word at an offset, also while the file does not parse. */
export function hoverAt(text: string, offset: number, context: TemplateContext): Hover | undefined {
  const parsed = tolerantParse(text);
  const at = Math.min(Math.max(offset, 0), text.length);
  const found = inFrontMatter(parsed, at, context) ?? inBody(parsed, at, context);
  return found && { range: rangeOf(parsed.lines, found.span), markdown: found.markdown };
}

interface Found {
  readonly span: Span;
  readonly markdown: string;
}

function inFrontMatter(parsed: TolerantParse, at: number, context: TemplateContext): Found | undefined {
  const { frontMatter, keys } = parsed;
  if (!frontMatter || at < frontMatter.start || at > frontMatter.start + frontMatter.text.length) return undefined;
  const key = keys.find((each) => each.start <= at && at <= each.end);
  if (key) {
    const markdown = onKey(parsed, key.path, context);
    return markdown === undefined ? undefined : { span: [key.start, key.end], markdown };
  }
  const { location } = outlineYaml(frontMatter, at);
  const [first, second] = location.path;
  if (location.role === 'value' && first === 'tune.metrics') return onMetric(parsed.text, at);
  if (location.role !== 'value' || first !== 'output' || second !== 'schema') return undefined;
  const word = wordAround(parsed.text, at);
  const label = word && parsed.text.slice(...word);
  return label !== undefined && labelsOf(parsed).includes(label)
    ? { span: word!, markdown: aboutLabel(parsed, label, context) }
    : undefined;
}

/** The name of a metric, where it is written without options. */
function onMetric(text: string, at: number): Found | undefined {
  const word = wordAround(text, at);
  const markdown = word && meaningOfMetricKey([text.slice(...word)]);
  return markdown === undefined ? undefined : { span: word!, markdown };
}

function onKey(parsed: TolerantParse, path: readonly string[], context: TemplateContext): string | undefined {
  const known = meaningOfKey(path);
  if (known !== undefined) {
    if (path[0] === 'output') return [known, ...aboutAnswer(parsed, context)].join('\n\n');
    if (path.length > 1) return known;
    const more =
      path[0] === 'tune.length'
        ? virtualTokenNumbers(Number(parsed.value['tune.length']), context)
        : path[0] === 'model'
          ? aboutModel(parsed, context)
          : [];
    const form = path[0] === 'tune.format' || path[0] === 'model' ? aboutForm(parsed, context) : [];
    return [known, ...more, ...form].join('\n\n');
  }
  const name = path.at(-1)!.replace(/[?(].*$/s, '');
  if (path[1] === 'schema' || (path[1] === 'default' && path.length === 3)) return aboutVariable(parsed, name, context);
  if (path[0] === 'tune.labels' && path.length === 2) return aboutLabel(parsed, name, context);
  if (path[0] === 'tune.data' && path.length === 2) return aboutSplit(parsed, name, context);
  return undefined;
}

function aboutSplit({ value }: TolerantParse, split: string, { splits }: TemplateContext): string | undefined {
  const seen = split === 'train' || split === 'dev' || split === 'test' ? splits?.[split] : undefined;
  if (!seen) return undefined;
  const [rows, columns] = [counted(seen.rows, 'row'), clauses(seen.columns.map(code))];
  const labels = Object.entries(seen.labels).map(([label, rows]) => `- ${code(label)}: ${count(rows)}`);
  return [
    seen.truncated
      ? l10n.t`**${split}**: more than ${rows}, columns ${columns}`
      : l10n.t`**${split}**: ${rows}, columns ${columns}`,
    ...(labels.length > 0 ? [labels.join('\n')] : []),
    ...aboutShare(value['tune.data'], split),
  ].join('\n\n');
}

/** Which rows a share is. */
function aboutShare(data: unknown, split: string): readonly string[] {
  const written = isMapping(data) ? readSplit(split, data[split]) : undefined;
  return written && 'value' in written && isShare(written.value)
    ? [
        l10n.t`A share of train's rows, by their inputs and ${code('tune.splitSeed')}: none moves when others are \
added.`,
      ]
    : [];
}

function inBody(parsed: TolerantParse, at: number, context: TemplateContext): Found | undefined {
  if (at < parsed.body.start) return undefined;
  const tag = tagAround(parsed.tags, at);
  if (!tag) return undefined;
  const word = wordsOfTag(parsed.text, tag).find((each) => each.start <= at && at <= each.end);
  if (tag.name === 'soft' && tag.kind === 'other') return { span: tag.span, markdown: aboutSoft(parsed, tag, context) };
  if (!word) return undefined;
  const markdown = onWord(parsed, tag, word, context);
  return markdown === undefined ? undefined : { span: [word.start, word.end], markdown };
}

function onWord(parsed: TolerantParse, tag: Tag, word: TagWord, context: TemplateContext): string | undefined {
  if (word.quoted) return labelsOf(parsed).includes(word.text) ? aboutLabel(parsed, word.text, context) : undefined;
  const isName = word.start === tag.nameSpan[0];
  if (isName && /^\{\{~?\s*#?>/.test(parsed.text.slice(...tag.span)))
    return l10n.t`Partial, read from ${code(partialFile(word.text))}`;
  if (Object.hasOwn(helperShapes, word.text) && (isName || parsed.text[word.start - 1] === '('))
    return [
      `**${word.text}**`,
      helperShapes[word.text]!.meaning(),
      ...(word.text === 'role' || word.text === 'history' ? aboutForm(parsed, context) : []),
    ].join('\n\n');
  const path = /^(\.\.\/)*(?:this[./]|@root[./])?([^./]+)/.exec(word.text);
  const name = path?.[2];
  if (name === undefined || parametersAround(parsed, tag.span[0]).includes(name)) return undefined;
  const { inside, list } = listAround(parsed, tag.span[0]);
  if (!inside || path![1] !== undefined || word.text.startsWith('@root')) return aboutVariable(parsed, name, context);
  const item = list === undefined ? undefined : itemNames(parsed, list).find((each) => each.name === name);
  if (name === wholeAnswer && list !== undefined && !item) return aboutAnswer(parsed, context)[0];
  if (!item || list === undefined) return undefined;
  const items = parsed.defaults[list];
  return [
    l10n.t`**${name}**, of each item of ${code(list)}`,
    ...listOf(samplesOf(name, { sampleRows: Array.isArray(items) ? items.filter(isMapping) : [] })),
  ].join('\n\n');
}

/** Where the model is, how large and how stored. */
function aboutModel({ value: { model } }: TolerantParse, { modelDetails }: TemplateContext): readonly string[] {
  const hosted = typeof model === 'string' ? hostedModelOf(model) : undefined;
  if (hosted)
    return [
      l10n.t`${code(hosted.model)} runs elsewhere, at the endpoint ${code(hosted.endpoint)}: a hard prompt is \
measured there once you agree that rows are sent. It reads messages, or one text where \`tune.format\` is \`text\`.`,
    ];
  const details = typeof model === 'string' ? modelDetails?.[model] : undefined;
  return details === undefined ? [] : [`${code(model as string)}: ${details}`];
}

function aboutVariable(parsed: TolerantParse, name: string, context: TemplateContext): string | undefined {
  const found = rowNames(parsed, context).find((each) => each.name === name);
  if (!found) return undefined;
  const role = {
    input: l10n.t`input`,
    default: l10n.t`has a default in the front matter`,
    output: l10n.t`what the model answers`,
    column: l10n.t`column of the data`,
    item: l10n.t`item`,
    parameter: l10n.t`parameter`,
  }[found.origin];
  const labels = found.origin === 'output' ? labelsOf(parsed) : [];
  return [
    clauses([`**${name}**${found.type ? `: ${found.type}` : ''}`, role]),
    ...(found.description ? [found.description] : []),
    ...(labels.length > 0 ? [l10n.t`Labels: ${enumerated(labels.map(code))}`] : []),
    ...listOf(samplesOf(name, context)),
    ...(found.origin === 'output'
      ? [...aboutAnswer(parsed, context), ...aboutForm(parsed, context), ...aboutPlace(parsed, context)]
      : []),
  ].join('\n\n');
}

/** Of an answer that is an object, its one form, as the first row has it. */
function aboutAnswer({ text }: TolerantParse, { readPartial, sampleRows = [] }: TemplateContext): readonly string[] {
  const analysis = analysisOfText(text, readPartial);
  if (!outputOf(analysis)?.object) return [];
  const answer = expectedAnswers(analysis, sampleRows).find((accepted) => accepted.length > 0)?.[0];
  return answer === undefined ? [] : [l10n.t`The model is to write it in this form:\n\n\`\`\`json\n${answer}\n\`\`\``];
}

/** In which form the model reads the prompt; nothing while nobody has tried to read the model. */
function aboutForm({ text }: TolerantParse, { encoder, noTokens, readPartial }: TemplateContext): readonly string[] {
  if (!encoder && noTokens === undefined) return [];
  const { name, why } = formOfTemplate(analysisOfText(text, readPartial), encoder);
  return [l10n.t`Read as **${name}**. ${why}`];
}

/** Where in a chat the answer stands. */
function aboutPlace({ text }: TolerantParse, { encoder, readPartial, sampleRows }: TemplateContext): readonly string[] {
  if (!encoder) return [];
  const place = answerPlace(analysisOfText(text, readPartial), encoder, sampleRows?.[0]);
  if (!place.encoder.chat) return [];
  return [
    place.before.lead === undefined
      ? l10n.t`The answer goes on with the model's turn, behind the text that the template begins it with.`
      : l10n.t`The answer opens the model's turn.`,
  ];
}

function listOf(samples: readonly string[]): readonly string[] {
  return samples.length === 0
    ? []
    : [l10n.t`For example:\n\n${samples.map((sample) => `- ${code(sample)}`).join('\n')}`];
}

function aboutSoft(parsed: TolerantParse, tag: Tag, context: TemplateContext): string {
  const words = wordsOfTag(parsed.text, tag);
  const value = (name: string) => words.find((word) => word.attribute === name)?.text;
  const init = value('init');
  const id = value('id');
  const written = words.find((word) => word.attribute === undefined && /^\d+$/.test(word.text));
  const length = written
    ? Number(written.text)
    : init === undefined
      ? undefined
      : context.encoder && initLength(parsed.text, init, { ...context, encoder: context.encoder });
  return [
    length === undefined
      ? l10n.t`**Virtual tokens**, as many as the init words have tokens`
      : l10n.t`**${counted(length, 'virtual token')}** at this place`,
    ...(id === undefined ? [] : [l10n.t`Shared by every place with the id ${code(id)}.`]),
    ...(init === undefined ? [] : [l10n.t`Start from the embeddings of ${code(init)}, repeated or cut to the length.`]),
    ...virtualTokenNumbers(length, context),
    ...(context.lastRuns ?? [])
      .filter((run) => run.method === 'soft' || run.method === 'v1')
      .slice(0, 1)
      .map(aboutRun),
  ].join('\n\n');
}

/** Tokens of init words in their place. */
function initLength(
  text: string,
  init: string,
  { readPartial, encoder }: TemplateContext & { readonly encoder: TokenEncoder },
): number {
  const analysis = analysisOfText(text, readPartial);
  const slot = analysis.soft?.slots.findIndex((each) => each.init === init) ?? -1;
  return slotTokens(analysis, slot, encoder).length || encoder.encode(init, false).length;
}

function virtualTokenNumbers(length: number | undefined, { sizes }: TemplateContext): readonly string[] {
  if (length === undefined || !Number.isFinite(length) || !sizes) return [];
  const rows = methods
    .filter((method) => method !== 'hard')
    .map((method) => `- ${method}: ${count(trainedParameters(method, length, sizes))}`);
  return [l10n.t`Trained numbers for ${count(length)}:\n\n${rows.join('\n')}`];
}

function aboutRun({ method, score, loss, rows, seeds, changed, finished }: LastRun): string {
  const quality = score ? `${score.name} ${metricNumber(score.value, score.scale)}` : l10n.t`loss ${fraction(loss)}`;
  const measured = seeds === '' ? l10n.t`${quality} on ${rows}` : l10n.t`${quality}, ${seeds}, on ${rows}`;
  const day = finished.slice(0, 10);
  return changed.length > 0
    ? l10n.t`Last result: ${method}, ${measured}, ${day}, of an older text`
    : l10n.t`Last result: ${method}, ${measured}, ${day}`;
}

function aboutLabel(parsed: TolerantParse, label: string, context: TemplateContext): string {
  const { encoder, splits } = context;
  const labels = parsed.value['tune.labels'];
  const written = isMapping(labels) && Object.hasOwn(labels, label) ? (wordsOf(labels[label]) ?? []) : [];
  const place = encoder && placeOf(parsed.text, encoder, context);
  const words = written.length > 0 || !place ? labelWords([label], { [label]: written })[label]! : place.words(label);
  const lines = words.map((word) => {
    const tokens = place?.tokens(word).tokens;
    if (!tokens) return `- ${code(word)}`;
    const names = tokens.map((id) => {
      const name = encoder?.token?.(id);
      return name === undefined ? String(id) : code(name);
    });
    return `- ${code(word)}: ${counted(tokens.length, 'token')} (${names.join(' ')})`;
  });
  const rows = splits?.train?.labels[label];
  return [
    l10n.t`**${label}**, label`,
    l10n.t`Scored by:\n\n${lines.join('\n')}`,
    ...(written.length === 0 ? aboutUnknownPlace(parsed, label, context) : []),
    ...(rows === undefined ? [] : [l10n.t`${count(rows)} of ${count(splits!.train!.rows)} training rows`]),
  ].join('\n\n');
}

/** Which word stands for a label depends on the form, which depends on the model: nothing is said where it is known. */
function aboutUnknownPlace(
  { text }: TolerantParse,
  label: string,
  { encoder, noTokens, readPartial }: TemplateContext,
): readonly string[] {
  if (encoder || noTokens === undefined || !isFormChosenByModel(analysisOfText(text, readPartial))) return [];
  return [
    l10n.t`That is in a prompt that is one text. The model could not be read; if it has a chat template and the \
answer opens its turn, the word is ${code(label)}.`,
  ];
}

/** The words of labels, and their tokens, where the model reads them. */
function placeOf(
  text: string,
  encoder: TokenEncoder,
  { readPartial, sampleRows }: TemplateContext,
): { words(label: string): readonly string[]; tokens(word: string): TokensInPlace } {
  const analysis = analysisOfText(text, readPartial);
  const place = answerPlace(analysis, encoder, sampleRows?.[0]);
  return {
    words: (label) => wordsInPlace(analysis, place, [label])[label]!,
    tokens: answersBehind(place.before, encoder),
  };
}

function wordAround(text: string, at: number): Span | undefined {
  const start = /[^\s,[\]{}:"'#]*$/.exec(text.slice(Math.max(0, at - 100), at))![0].length;
  const end = /^[^\s,[\]{}:"'#]*/.exec(text.slice(at, at + 100))![0].length;
  return start + end > 0 ? [at - start, at + end] : undefined;
}

/** A text as Markdown code, also when it contains backticks; spaces at its ends stay visible. */
function code(text: string): string {
  const longest = largest(
    [...text.matchAll(/`+/g)].map((match) => match[0].length),
    0,
  );
  const fence = '`'.repeat(longest + 1);
  const padding = longest > 0 || /^\s|\s$/.test(text) ? ' ' : '';
  return `${fence}${padding}${text.replace(/[\r\n]+/g, ' ')}${padding}${fence}`;
}
