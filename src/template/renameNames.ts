import type { Analysis } from './analysis';
import { spanOfNode } from './body';
import { entriesAt } from './frontMatter';
import type { Entry } from './frontMatter';
import type { Span } from './place';
import type { NamedPlaces } from './rename';
import { isMapping } from './schema';

/** Places of one name, or why they cannot all be changed. */
export type RenameCandidate = NamedPlaces & { readonly refusal?: string };

interface Use {
  readonly name: string;
  readonly span: Span;
  readonly partial?: string;
}

/** Row variables: uses in the body, keys of the schemas and of the defaults. */
export function variablePlaces(analysis: Analysis): readonly RenameCandidate[] {
  const { usage, frontMatter, inputSchema, output, outputPath } = analysis;
  const names = new Map<string, (Span | undefined)[]>();
  const partials = new Map<string, string>();
  const add = (name: string, span: Span | undefined) => names.set(name, [...names.get(name) ?? [], span]);
  for (const use of usage!.variables) {
    if (use.partial !== undefined) partials.set(use.name, use.partial);
    else add(use.name, placeInPath(analysis, use));
  }
  const schemaPath = ['input', 'schema', ...inputSchema?.within ? [inputSchema.within] : []];
  const fields = [...inputSchema?.fields ?? []];
  for (const entry of entriesAt(frontMatter, schemaPath)) {
    const field = fields.find(({ key }) => key === entry.key);
    if (field) add(field.name, placeInKey(analysis, entry, field.name));
  }
  for (const entry of entriesAt(frontMatter, ['input', 'default'])) add(entry.key, placeInKey(analysis, entry, entry.key));
  const answer = output && entriesAt(frontMatter, outputPath.slice(0, -1)).find((entry) => entry.key === outputPath.at(-1));
  if (output && answer) add(output.name, placeInKey(analysis, answer, output.name));
  return [...names].map(([name, places]) => candidate('variable', name, places, partials.get(name)));
}

/** Fields of the items of a list: uses inside its block, keys of each demonstration. */
export function fieldPlaces(analysis: Analysis): readonly RenameCandidate[] {
  const { usage, frontMatter, defaults } = analysis;
  const names = new Map<string, { name: string; places: (Span | undefined)[]; partial?: string }>();
  const of = (list: string, name: string) => {
    const key = JSON.stringify([list, name]);
    const known = names.get(key) ?? { name, places: [] };
    names.set(key, known);
    return known;
  };
  for (const use of usage!.fields) {
    if (use.list === undefined) continue;
    const known = of(use.list, use.name);
    if (use.partial !== undefined) known.partial = use.partial;
    else known.places.push(placeInPath(analysis, use));
  }
  for (const [list, items] of Object.entries(defaults)) {
    if (!Array.isArray(items)) continue;
    items.forEach((item, index) => {
      if (!isMapping(item)) return;
      for (const entry of entriesAt(frontMatter, ['input', 'default', list, String(index)])) of(list, entry.key).places.push(placeInKey(analysis, entry, entry.key));
    });
  }
  return [...names.values()].map(({ name, places, partial }) => candidate('field', name, places, partial));
}

/** Ids of virtual tokens. */
export function softPlaces(analysis: Analysis): readonly RenameCandidate[] {
  const { usage, body, parts } = analysis;
  const names = new Map<string, (Span | undefined)[]>();
  const partials = new Map<string, string>();
  for (const { node, partial } of usage!.softs) {
    const value = node.hash?.pairs.find((pair) => pair.key === 'id')?.value;
    if (value?.type !== 'StringLiteral') continue;
    const name = (value as hbs.AST.StringLiteral).value;
    if (partial !== undefined) {
      partials.set(name, partial);
      continue;
    }
    const [start, end] = spanOfNode(body!, value);
    const inner: Span = [parts.body.start + start + 1, parts.body.start + end - 1];
    names.set(name, [...names.get(name) ?? [], analysis.text.slice(...inner) === name ? inner : undefined]);
  }
  return [...names].map(([name, places]) => candidate('soft', name, places, partials.get(name)));
}

function candidate(kind: NamedPlaces['kind'], name: string, places: readonly (Span | undefined)[], partial: string | undefined): RenameCandidate {
  const known = places.filter((place) => place !== undefined).sort((a, b) => a[0] - b[0]);
  const distinct = known.filter((place, index) => place[0] !== known[index - 1]?.[0]);
  const refusal = partial !== undefined ? `The partial "${partial}" uses "${name}" too.`
    : known.length < places.length ? `"${name}" is written in a form that cannot be changed in one step.` : undefined;
  return { kind, name, places: distinct, ...refusal !== undefined && { refusal } };
}

/** Where the name itself stands in a path such as `../name.length` or `this.[name]`. */
function placeInPath({ text }: Analysis, { name, span }: Use): Span | undefined {
  const source = text.slice(...span);
  const prefix = /^(?:(?:\.\.?\/)|(?:this[./])|(?:@root[./]))*\[?/.exec(source)![0].length;
  if (!source.startsWith(name, prefix) || !/^(?:$|[./\]])/.test(source.slice(prefix + name.length))) return undefined;
  return [span[0] + prefix, span[0] + prefix + name.length];
}

/** Where the name stands in a key such as `"name"` or `name(enum, meaning)`. */
function placeInKey({ text }: Analysis, { keySpan }: Entry, name: string): Span | undefined {
  const quoted = /^["']/.test(text.slice(...keySpan)) ? 1 : 0;
  const start = keySpan[0] + quoted;
  const rest = text.slice(start + name.length, keySpan[1]);
  return text.startsWith(name, start) && /^(?:$|["'(?\s])/.test(rest) ? [start, start + name.length] : undefined;
}

/** Names that a new one must not be mistaken for. */
export function takenNames(analysis: Analysis, kind: NamedPlaces['kind']): ReadonlySet<string> {
  const { usage, inputSchema, defaults, frontMatter, text, parts } = analysis;
  if (kind === 'soft') {
    return new Set(usage!.softs.flatMap(({ node }) => {
      const value = node.hash?.pairs.find((pair) => pair.key === 'id')?.value;
      return value?.type === 'StringLiteral' ? [(value as hbs.AST.StringLiteral).value] : [];
    }));
  }
  const outputs = entriesAt(frontMatter, ['output', 'schema']).flatMap((entry) => [entry.key.replace(/[?(].*$/s, '').trim(), ...entriesAt(frontMatter, ['output', 'schema', entry.key]).map((inner) => inner.key)]);
  const items = Object.keys(defaults).flatMap((name) => {
    return Array.isArray(defaults[name]) ? defaults[name].flatMap((item) => isMapping(item) ? Object.keys(item) : []) : [];
  });
  const parameters = [...text.slice(parts.body.start).matchAll(/\|([^|{}]*)\|/g)].flatMap((match) => match[1]!.split(/\s+/));
  return new Set([
    ...usage!.variables.map((use) => use.name), ...usage!.fields.map((use) => use.name),
    ...inputSchema?.fields.map((field) => field.name) ?? [], ...Object.keys(defaults), ...outputs, ...items, ...parameters,
  ]);
}
