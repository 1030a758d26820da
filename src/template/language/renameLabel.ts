import * as l10n from '@vscode/l10n';
import type { Analysis } from '../read/analysis';
import { spanOfNode } from '../syntax/body';
import { entriesAt, nodeAt, spanAt } from '../syntax/frontMatter';
import type { Span } from '../text/position';
import { distinct } from './renameNames';
import type { SpanInPartial, RenameCandidate } from './renameNames';
import { isMapping } from '../syntax/schema';

/**
 * Labels of the enum: in the enum, under `tune.labels`, as answers of demonstrations, and in comparisons in the body.
 */
export function labelCandidates(analysis: Analysis): readonly RenameCandidate[] {
  const { output } = analysis;
  if (!output?.values) return [];
  const literals = literalsOf(analysis);
  const taken = takenLabels(analysis);
  return [...new Set(output.values)].map((label) => {
    const spans = [
      ...enumSpans(analysis, label),
      ...labelKeys(analysis)
        .filter(({ name }) => name === label)
        .map(({ span }) => span),
      ...demonstratedAnswers(analysis)
        .filter(({ name }) => name === label)
        .map(({ span }) => span),
      ...literals.filter(({ name, partial }) => name === label && partial === undefined).map(({ span }) => span),
    ];
    const inPartials = literals.flatMap(({ name, span, partial }): readonly SpanInPartial[] =>
      name === label && partial !== undefined ? [{ partial, ...(span && { span }) }] : [],
    );
    const known = spans.filter((span) => span !== undefined).sort((a, b) => a[0] - b[0]);
    const refusal =
      known.length < spans.length
        ? l10n.t`"${label}" is written in a form that cannot be changed in one step.`
        : undefined;
    return {
      kind: 'label',
      name: label,
      spans: known,
      inPartials: distinct(inPartials),
      taken,
      ...(refusal !== undefined && { refusal }),
    };
  });
}

/** Every text that is written where a label is expected. */
function takenLabels(analysis: Analysis): ReadonlySet<string> {
  return new Set([
    ...(analysis.output?.values ?? []),
    ...[...labelKeys(analysis), ...demonstratedAnswers(analysis), ...literalsOf(analysis)].map(({ name }) => name),
  ]);
}

interface LabelUse {
  readonly name: string;
  readonly span: Span | undefined;
  /** The partial in which it is written. */
  readonly partial?: string;
}

function enumSpans(analysis: Analysis, label: string): readonly (Span | undefined)[] {
  const { output, outputPath, frontMatter } = analysis;
  const path = nodeAt(frontMatter, [...outputPath, 'enum']) ? [...outputPath, 'enum'] : outputPath;
  const count = listLength(frontMatter.root && nodeAt(frontMatter, path));
  // Empty items of the list are no labels, so positions in the YAML and in the enum differ.
  const found = Array.from({ length: count }, (_, index) => [...path, String(index)]).filter((item) => {
    const node = nodeAt(frontMatter, item);
    return typeof node === 'object' && node !== null && 'value' in node && String(node.value) === label;
  });
  return found.length === output!.values!.filter((value) => value === label).length
    ? found.map((item) => scalarIn(analysis.text, spanAt(frontMatter, item)!, label))
    : [undefined];
}

function listLength(node: unknown): number {
  return typeof node === 'object' && node !== null && 'items' in node && Array.isArray(node.items)
    ? node.items.length
    : 0;
}

function labelKeys(analysis: Analysis): readonly LabelUse[] {
  return entriesAt(analysis.frontMatter, ['tune.labels']).map(({ key, keySpan }) => ({
    name: key,
    span: scalarIn(analysis.text, keySpan, key),
  }));
}

function demonstratedAnswers(analysis: Analysis): readonly LabelUse[] {
  const { defaults, output, frontMatter } = analysis;
  if (!output) return [];
  return Object.entries(defaults).flatMap(([list, items]) =>
    Array.isArray(items)
      ? items.flatMap((item: unknown, index) => {
          if (!isMapping(item) || !Object.hasOwn(item, output.name)) return [];
          const path = ['input', 'default', list, String(index), output.name];
          const name = String(item[output.name]);
          const span = spanAt(frontMatter, path);
          return [{ name, span: span && scalarIn(analysis.text, span, name) }];
        })
      : [],
  );
}

/** Quoted texts that `ifEquals` and `unlessEquals` compare the answer with, in the body and its partials. */
function literalsOf({ body, parts, text, output, usage }: Analysis): readonly LabelUse[] {
  const found: LabelUse[] = [];
  const visit = (tree: hbs.AST.Program | undefined, add: (value: hbs.AST.StringLiteral) => void): void => {
    for (const node of tree?.body ?? []) {
      const block = node as hbs.AST.BlockStatement;
      if (node.type === 'BlockStatement') {
        const { original } = block.path as hbs.AST.PathExpression;
        const names = block.params.map((value) =>
          value.type === 'PathExpression' ? (value as hbs.AST.PathExpression).parts.at(-1) : undefined,
        );
        if ((original === 'ifEquals' || original === 'unlessEquals') && names.includes(output!.name)) {
          for (const value of block.params) if (value.type === 'StringLiteral') add(value as hbs.AST.StringLiteral);
        }
      }
      if ('program' in node) visit(block.program, add);
      if ('inverse' in node) visit(block.inverse, add);
    }
  };
  visit(body?.tree, (value) => {
    const [start, end] = spanOfNode(body!, value);
    found.push({
      name: value.value,
      span: scalarIn(text, [parts.body.start + start, parts.body.start + end], value.value),
    });
  });
  for (const [partial, there] of usage?.partials ?? []) {
    visit(there.body.tree, (value) =>
      found.push({
        name: value.value,
        partial,
        span: scalarIn(there.text, spanOfNode(there.body, value), value.value),
      }),
    );
  }
  return found;
}

function scalarIn(text: string, [start, end]: Span, value: string): Span | undefined {
  const source = text.slice(start, end);
  if (source === value) return [start, end];
  return /^["']/.test(source) && source.slice(1, -1) === value ? [start + 1, end - 1] : undefined;
}
