import * as l10n from '@vscode/l10n';
import { append } from '../../lists';
import type { Analysis } from '../read/analysis';
import { spanOfNode } from '../syntax/body';
import { closingNames } from '../syntax/closingTags';
import { entriesAt } from '../syntax/frontMatter';
import type { Entry } from '../syntax/frontMatter';
import type { Span } from '../text/position';
import { isMapping, readSchema } from '../syntax/schema';
import type { VariableUse } from '../read/usage';

/** A use of a name in the text of a partial; without a span where it has a form that a rename cannot change. */
export interface SpanInPartial {
  readonly partial: string;
  readonly span?: Span;
}

/**
 * A name that can be renamed: its kind and its spans in the file and in partials, or why they cannot all be changed.
 */
export interface RenameCandidate {
  readonly kind: 'variable' | 'field' | 'soft' | 'label';
  readonly name: string;
  /** Spans of the name in the file itself, in order. */
  readonly spans: readonly Span[];
  readonly inPartials: readonly SpanInPartial[];
  readonly refusal?: string;
  /** Names that the new name must differ from. */
  readonly taken: ReadonlySet<string>;
}

type Use = Pick<VariableUse, 'name' | 'span' | 'partial' | 'spanInPartial'>;

/** Row variables: uses in the body, keys of the schemas and of the defaults. */
export function variableCandidates(analysis: Analysis): readonly RenameCandidate[] {
  const { usage, frontMatter } = analysis;
  const names = new Map<string, (Span | undefined)[]>();
  const partials = new Map<string, SpanInPartial[]>();
  const add = (name: string, span: Span | undefined) => names.set(name, [...(names.get(name) ?? []), span]);
  const spansOf = spansOfUses(analysis);
  for (const use of usage!.variables) {
    const { own, inPartials } = spansOf(use);
    for (const span of own) add(use.name, span);
    partials.set(use.name, [...(partials.get(use.name) ?? []), ...inPartials]);
  }
  for (const side of ['input', 'output'] as const) {
    for (const { entry, name } of schemaEntries(analysis, side)) add(name, spanInKey(analysis, entry, name));
  }
  for (const entry of entriesAt(frontMatter, ['input', 'default']))
    add(entry.key, spanInKey(analysis, entry, entry.key));
  const taken = new Set([...takenByRow(analysis), ...parametersOf(analysis)]);
  return [...names].map(([name, spans]) => ({
    ...candidate('variable', name, spans),
    inPartials: distinct(partials.get(name)),
    taken,
  }));
}

/** Fields of the items of a list: uses inside its block, keys of each demonstration. */
export function fieldCandidates(analysis: Analysis): readonly RenameCandidate[] {
  const { usage, frontMatter, defaults } = analysis;
  const names = new Map<
    string,
    { list: string; name: string; spans: (Span | undefined)[]; inPartials: SpanInPartial[] }
  >();
  const of = (list: string, name: string) => {
    const key = JSON.stringify([list, name]);
    const known = names.get(key) ?? { list, name, spans: [], inPartials: [] };
    names.set(key, known);
    return known;
  };
  const spansOf = spansOfUses(analysis);
  for (const use of usage!.fields) {
    if (use.list === undefined) continue;
    const known = of(use.list, use.name);
    const { own, inPartials } = spansOf(use);
    append(known.spans, own);
    append(known.inPartials, inPartials);
  }
  for (const [list, items] of Object.entries(defaults)) {
    if (!Array.isArray(items)) continue;
    items.forEach((item, index) => {
      if (!isMapping(item)) return;
      for (const entry of entriesAt(frontMatter, ['input', 'default', list, String(index)]))
        of(list, entry.key).spans.push(spanInKey(analysis, entry, entry.key));
    });
  }
  const parameters = parametersOf(analysis);
  return [...names.values()].map(({ list, name, spans, inPartials }) => {
    const neighbours = [...names.values()].filter((other) => other.list === list).map((other) => other.name);
    return {
      ...candidate('field', name, spans),
      inPartials: distinct(inPartials),
      taken: new Set([...neighbours, ...parameters]),
    };
  });
}

/** Ids of virtual tokens. */
export function softIdCandidates(analysis: Analysis): readonly RenameCandidate[] {
  const { usage, body, parts } = analysis;
  const names = new Map<string, (Span | undefined)[]>();
  const partials = new Map<string, SpanInPartial[]>();
  for (const { node, partial } of usage!.softs) {
    const value = node.hash?.pairs.find((pair) => pair.key === 'id')?.value;
    if (value?.type !== 'StringLiteral') continue;
    const name = (value as hbs.AST.StringLiteral).value;
    const there = partial === undefined ? undefined : usage!.partials.get(partial);
    const [start, end] = spanOfNode(there?.body ?? body!, value);
    if (partial !== undefined) {
      const span: Span = [start + 1, end - 1];
      partials.set(name, [
        ...(partials.get(name) ?? []),
        { partial, ...(there?.text.slice(...span) === name && { span }) },
      ]);
      continue;
    }
    const inner: Span = [parts.body.start + start + 1, parts.body.start + end - 1];
    names.set(name, [...(names.get(name) ?? []), analysis.text.slice(...inner) === name ? inner : undefined]);
  }
  const taken = new Set([...names.keys(), ...partials.keys()]);
  return [...names].map(([name, spans]) => ({
    ...candidate('soft', name, spans),
    inPartials: distinct(partials.get(name)),
    taken,
  }));
}

function candidate(
  kind: RenameCandidate['kind'],
  name: string,
  spans: readonly (Span | undefined)[],
): Omit<RenameCandidate, 'taken' | 'inPartials'> {
  const known = spans.filter((span) => span !== undefined).sort((a, b) => a[0] - b[0]);
  const own = known.filter((span, index) => span[0] !== known[index - 1]?.[0]);
  const refusal =
    known.length < spans.length
      ? l10n.t`"${name}" is written in a form that cannot be changed in one step.`
      : undefined;
  return { kind, name, spans: own, ...(refusal !== undefined && { refusal }) };
}

/** Each span once, also of a partial that is included twice. */
export function distinct(spans: readonly SpanInPartial[] = []): readonly SpanInPartial[] {
  return spans.filter(
    ({ partial, span }, index) =>
      spans.findIndex((other) => other.partial === partial && other.span?.[0] === span?.[0]) === index,
  );
}

/** Returns a function that finds the spans of a use: in its path and, if the path opens a block, in the closing tag. */
function spansOfUses({ text, parts, usage }: Analysis): (use: Use) => {
  readonly own: readonly (Span | undefined)[];
  readonly inPartials: readonly SpanInPartial[];
} {
  const closing = closingNames(parts.body.text, parts.body.start);
  const closingInPartials = new Map([...usage!.partials].map(([name, partial]) => [name, closingNames(partial.text)]));
  return ({ name, span, partial, spanInPartial }) => {
    if (partial === undefined)
      return { own: spansInBlock(text, name, { span, closing: closing.get(span[0]) }), inPartials: [] };
    const there = usage!.partials.get(partial)?.text;
    if (there === undefined || !spanInPartial) return { own: [], inPartials: [{ partial }] };
    const spans = spansInBlock(there, name, {
      span: spanInPartial,
      closing: closingInPartials.get(partial)?.get(spanInPartial[0]),
    });
    return { own: [], inPartials: spans.map((span) => ({ partial, ...(span && { span }) })) };
  };
}

function spansInBlock(
  text: string,
  name: string,
  { span, closing }: { readonly span: Span; readonly closing?: Span },
): readonly (Span | undefined)[] {
  // The tags of {{{{raw}}}} blocks are not scanned.
  if (/\{{4}\s*$/.test(text.slice(Math.max(0, span[0] - 10), span[0]))) return [undefined];
  return [spanInPath(text, name, span), ...(closing ? [spanInPath(text, name, closing)] : [])];
}

/** The span of the name itself in a path such as `../name.length` or `this.[name]`. */
function spanInPath(text: string, name: string, span: Span): Span | undefined {
  const source = text.slice(...span);
  const prefix = /^(?:(?:\.\.?\/)|(?:this[./])|(?:@root[./]))*\[?/.exec(source)![0].length;
  if (!source.startsWith(name, prefix) || !/^(?:$|[./\]])/.test(source.slice(prefix + name.length))) return undefined;
  return [span[0] + prefix, span[0] + prefix + name.length];
}

/** The span of the name in a key such as `"name"` or `name(enum, meaning)`. */
function spanInKey({ text }: Analysis, { keySpan }: Entry, name: string): Span | undefined {
  const quoted = /^["']/.test(text.slice(...keySpan)) ? 1 : 0;
  const start = keySpan[0] + quoted;
  const rest = text.slice(start + name.length, keySpan[1]);
  return text.startsWith(name, start) && /^(?:$|["'(?\s])/.test(rest) ? [start, start + name.length] : undefined;
}

/** The fields of a schema with the entries that declare them. */
function schemaEntries(
  { frontMatter }: Analysis,
  side: 'input' | 'output',
): readonly { readonly entry: Entry; readonly name: string }[] {
  const part = frontMatter.value[side];
  const schema = isMapping(part) ? readSchema(part.schema) : undefined;
  if (!schema) return [];
  return entriesAt(frontMatter, [side, 'schema', ...(schema.within ? [schema.within] : [])]).flatMap((entry) => {
    const field = schema.fields.find(({ key }) => key === entry.key);
    return field ? [{ entry, name: field.name }] : [];
  });
}

/** Names of the row that a new name must differ from. */
function takenByRow(analysis: Analysis): readonly string[] {
  const declared = (['input', 'output'] as const).flatMap((side) =>
    schemaEntries(analysis, side).map(({ name }) => name),
  );
  return [...analysis.usage!.variables.map((use) => use.name), ...declared, ...Object.keys(analysis.defaults)];
}

/** Block parameters, also those in partials. */
function parametersOf({ parts, usage }: Analysis): readonly string[] {
  const whole = [parts.body.text, ...[...usage!.partials.values()].map(({ text }) => text)].join('\n');
  return [...whole.matchAll(/\|([^|{}]*)\|/g)].flatMap((match) => match[1]!.split(/\s+/).filter(Boolean));
}
