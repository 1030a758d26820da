import * as l10n from '@vscode/l10n';
import { labelsOf, proposeKeys, proposeValues } from './completeFrontMatter';
import { itemsAt } from './completionItem';
import type { CompletionItem, Proposal } from './completionItem';
import type { TemplateContext } from '../read/templateContext';
import { helperShapes } from '../syntax/helpers';
import { itemNames, listAround, parametersAround, rowNames, samplesOf } from './offeredNames';
import type { OfferedName } from './offeredNames';
import { tolerantParse } from '../syntax/tolerantParse';
import type { TolerantParse } from '../syntax/tolerantParse';
import { openBlocksAt, openTagAt, wordsOfTag } from '../syntax/tagAt';
import type { OpenTag } from '../syntax/tagAt';
import { roles, type Role } from '../render/renderedPrompt';
import { outlineYaml } from '../syntax/yamlOutline';

/**
 * The completions at an offset, whether or not the file parses: keys and values are found by indentation and brackets,
 * names by searching backwards for an open tag.
 * @param offset from 0, in UTF-16 units; outside the text it counts as the nearest end
 */
export function completeAt(text: string, offset: number, context: TemplateContext): readonly CompletionItem[] {
  const at = Math.min(Math.max(offset, 0), text.length);
  const parsed = tolerantParse(text);
  const { frontMatter, body } = parsed;
  if (
    frontMatter &&
    at >= frontMatter.start &&
    at <= frontMatter.start + frontMatter.text.length &&
    !insideBody(parsed, at)
  )
    return inFrontMatter(parsed, at, context);
  const tag = at >= body.start ? openTagAt(text, at, body.start) : undefined;
  return tag ? inTag(parsed, at, tag, context) : [];
}

function insideBody({ frontMatter, body, closed }: TolerantParse, at: number): boolean {
  return (
    (closed && at >= body.start && body.text !== '') ||
    (!closed && frontMatter !== undefined && at > frontMatter.start + frontMatter.text.length)
  );
}

function inFrontMatter(parsed: TolerantParse, at: number, context: TemplateContext): readonly CompletionItem[] {
  const { text, lines } = parsed;
  const { location } = outlineYaml(parsed.frontMatter!, at);
  const lineStart = Math.max(text.lastIndexOf('\n', at - 1), text.lastIndexOf('\r', at - 1)) + 1;
  if (/(?:^|\s)#/.test(text.slice(lineStart, at).replace(/"[^"]*"|'[^']*'/g, ''))) return [];
  const wordStart = Math.min(location.wordStart, at);
  const rest = text.slice(at);
  if (location.role === 'key') {
    const tail = /^[\w.-]*/.exec(rest)![0].length;
    const writtenAt = (path: readonly string[]) =>
      new Set(
        parsed.keys
          .filter(
            (key) =>
              key.start !== wordStart &&
              key.path.length === path.length + 1 &&
              path.every((step, index) => step === key.path[index]),
          )
          .map((key) => key.path.at(-1)!.replace(/[?(].*$/s, '')),
      );
    const proposals = proposeKeys(parsed, location, context, writtenAt);
    // What follows already has its colon and value; only the name is replaced.
    const renamed = /^\s*:/.test(rest.slice(tail))
      ? proposals.map((proposal) => ({ ...proposal, snippet: undefined, insert: proposal.label }))
      : proposals;
    return itemsAt(lines, [wordStart, at + tail], renamed);
  }
  const tail = (location.flow ? /^[^\r\n,{}[\]#]*/ : /^[^\r\n#]*/).exec(rest)![0].trimEnd().length;
  const missingSpace = text[wordStart - 1] === ':' ? ' ' : '';
  const proposals = proposeValues(parsed, location, context).map((proposal) => ({
    ...proposal,
    insert: missingSpace + (proposal.insert ?? proposal.label),
  }));
  return itemsAt(lines, [wordStart, at + tail], proposals);
}

function inTag(parsed: TolerantParse, at: number, tag: OpenTag, context: TemplateContext): readonly CompletionItem[] {
  const { text, lines } = parsed;
  const [name] = tag.words;
  const end =
    at +
    (tag.quoted === undefined
      ? /^[\p{L}\p{N}\p{M}_./@-]*/u.exec(text.slice(at, at + 200))![0].length
      : /^[^"'}\r\n]*/.exec(text.slice(at, at + 200))![0].length);
  const propose = (proposals: readonly Proposal[], start = tag.wordStart) => itemsAt(lines, [start, end], proposals);
  if (tag.quoted !== undefined) return propose(inQuotes(parsed, tag, context));
  if (tag.sign.includes('/')) return tag.words.length === 0 ? propose(closers(parsed, tag)) : [];
  if (tag.sign.includes('>'))
    return tag.words.length === 0
      ? propose(
          (context.partialNames ?? []).map((partial) => ({
            label: partial,
            kind: 'partial',
            detail: `_${partial}.prompt`,
          })),
        )
      : propose(variables(parsed, tag, context));
  if (tag.sign.startsWith('#') || tag.sign.startsWith('^')) {
    return tag.words.length === 0
      ? propose([...blocks(parsed, tag), ...variables(parsed, tag, context)])
      : propose(argumentsOf(name!, parsed, tag, context));
  }
  if (tag.words.length > 0) return propose(argumentsOf(name!, parsed, tag, context));
  return propose([...variables(parsed, tag, context), ...inlineHelpers(), ...elseOf(parsed, tag)]);
}

function variables(parsed: TolerantParse, tag: OpenTag, context: TemplateContext): readonly Proposal[] {
  const { inside, list } = listAround(parsed, tag.start);
  const row = rowNames(parsed, context);
  const parameters = parametersAround(parsed, tag.start).map((name): Proposal => ({
    label: name,
    kind: 'variable',
    detail: l10n.t`of this block`,
  }));
  if (!inside) return [...row.map((name) => variable(name, context)), ...parameters];
  return [
    ...(list ? itemNames(parsed, list).map((name) => variable(name, context)) : []),
    ...parameters,
    ...['this', '@index', '@first', '@last'].map((name): Proposal => ({
      label: name,
      kind: 'variable',
      detail: l10n.t`of this round of the list`,
    })),
    ...row.map((name) => ({ ...variable(name, context), label: `../${name.name}` })),
  ];
}

function variable({ name, origin, type, description, list }: OfferedName, context: TemplateContext): Proposal {
  const detail = {
    input: type,
    default: l10n.t`has a default`,
    output: l10n.t`the answer`,
    column: l10n.t`column of the data`,
    item: l10n.t`of ${String(list)}`,
    parameter: l10n.t`of this block`,
  }[origin];
  const samples = samplesOf(name, context)
    .map((sample) => `- ${sample}`)
    .join('\n');
  const documentation = [description, samples && l10n.t`In the data:\n\n${samples}`].filter(Boolean).join('\n\n');
  return {
    label: name,
    kind: origin === 'column' ? 'column' : 'variable',
    detail,
    ...(documentation && { documentation }),
  };
}

function inlineHelpers(): readonly Proposal[] {
  const snippets: Readonly<Record<string, string>> = {
    soft: 'soft ${1:8}',
    role: `role "\${1|user,model,system|}"`,
    json: `json \${1:value}`,
  };
  const rank = (name: string) => (name in snippets ? Object.keys(snippets).indexOf(name) : Infinity);
  const inline = Object.entries(helperShapes)
    .filter(([, shape]) => shape.block === 'never')
    .sort(([a], [b]) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
  return inline.map(([name, { meaning }]) => ({
    label: name,
    kind: 'helper',
    documentation: meaning(),
    detail: 'helper',
    ...(snippets[name] && { insert: snippets[name], snippet: true as const }),
  }));
}

function blocks({ text }: TolerantParse, tag: OpenTag): readonly Proposal[] {
  // The editor closes braces by itself; where it has, only the name can be inserted.
  const closed = /^[^{\r\n]*\}\}/.test(text.slice(tag.wordStart, tag.wordStart + 200));
  return Object.entries(helperShapes)
    .filter(([, shape]) => shape.block === 'only')
    .map(
      ([
        name,
        {
          meaning,
          values: [fewest],
        },
      ]) => {
        const given = ['${1:value}', '${2:other}']
          .slice(0, fewest)
          .map((value) => ` ${value}`)
          .join('');
        const whole = { insert: `${name}${given}}}$0{{/${name}}}`, snippet: true as const };
        return {
          label: name,
          kind: 'block',
          detail: 'block',
          documentation: meaning(),
          ...(closed ? { insert: name } : whole),
        };
      },
    );
}

function elseOf(parsed: TolerantParse, tag: OpenTag): readonly Proposal[] {
  return openBlocksAt(parsed.tags, tag.start).length > 0
    ? [{ label: 'else', kind: 'block', detail: l10n.t`the other branch` }]
    : [];
}

function closers(parsed: TolerantParse, tag: OpenTag): readonly Proposal[] {
  return [...openBlocksAt(parsed.tags, tag.start)]
    .reverse()
    .map((block) => ({ label: block.name, kind: 'block', detail: l10n.t`closes the block` }));
}

function argumentsOf(
  helper: string,
  parsed: TolerantParse,
  tag: OpenTag,
  context: TemplateContext,
): readonly Proposal[] {
  if (helper === 'soft') {
    const written = new Set(tag.words.flatMap((word) => /^([\w-]+)=/.exec(word)?.[1] ?? []));
    const attributes: readonly Proposal[] = [
      {
        label: 'init',
        kind: 'attribute',
        insert: 'init="$1"',
        snippet: true,
        documentation: l10n.t`Words whose embeddings the virtual tokens start from, repeated or cut to the length.`,
      },
      {
        label: 'id',
        kind: 'attribute',
        insert: 'id="$1"',
        snippet: true,
        documentation: l10n.t`A name; places of one name share their vectors.`,
      },
    ];
    const lengths =
      tag.words.length === 1
        ? ['8', '20', '50'].map((length): Proposal => ({
            label: length,
            kind: 'value',
            detail: l10n.t`virtual tokens`,
          }))
        : [];
    return [...lengths, ...attributes.filter((attribute) => !written.has(attribute.label))];
  }
  if (helper === 'each') {
    const lists = Object.keys(parsed.defaults)
      .filter((name) => Array.isArray(parsed.defaults[name]))
      .map((name): Proposal => ({ label: name, kind: 'variable', detail: l10n.t`a list` }));
    if (tag.words.length === 1) return [...lists, ...variables(parsed, tag, context)];
  }
  if (helper === 'role') return roles.map((role) => ({ label: `"${role}"`, kind: 'value', detail: whoSpeaks[role]() }));
  if ((helper === 'ifEquals' || helper === 'unlessEquals') && tag.words.length >= 2) {
    return [
      ...labelsOf(parsed).map((label): Proposal => ({ label: JSON.stringify(label), kind: 'label', detail: 'label' })),
      ...variables(parsed, tag, context),
    ];
  }
  return variables(parsed, tag, context);
}

const whoSpeaks: Readonly<Record<Role, () => string>> = {
  system: () => l10n.t`what holds for the whole conversation`,
  user: () => l10n.t`what the model is asked`,
  model: () => l10n.t`what the model says, also called assistant`,
};

function inQuotes(parsed: TolerantParse, tag: OpenTag, context: TemplateContext): readonly Proposal[] {
  const [name] = tag.words;
  const labels = labelsOf(parsed).map((label): Proposal => ({ label, kind: 'label', detail: 'label' }));
  if (name === 'role') return roles.map((role) => ({ label: role, kind: 'value', detail: whoSpeaks[role]() }));
  if (name !== 'soft') return labels;
  if (tag.quoted === 'id') {
    const ids = parsed.tags
      .filter((each) => each.name === 'soft' && each.span[0] !== tag.start)
      .flatMap((each) =>
        wordsOfTag(parsed.text, each)
          .filter((word) => word.attribute === 'id')
          .map((word) => word.text),
      );
    return [...new Set(ids)]
      .filter(Boolean)
      .map((id) => ({ label: id, kind: 'attribute', detail: l10n.t`shares its vectors` }));
  }
  const description = parsed.value.description;
  return [
    ...(typeof description === 'string' && !description.includes('"')
      ? [{ label: description, kind: 'label', detail: l10n.t`the description` } as const]
      : []),
    ...labels,
    ...(context.columns ?? []).map((column): Proposal => ({ label: column, kind: 'column' })),
  ];
}
