import * as l10n from '@vscode/l10n';
import type { Draft } from '../text/finding';
import { replacement } from '../text/finding';
import { helperShapes } from './helpers';
import type { Span } from '../text/position';
import { nearest, orNearest } from '../text/suggest';

type Call =
  | Pick<hbs.AST.MustacheStatement, 'path' | 'params' | 'hash' | 'loc' | 'type'>
  | hbs.AST.BlockStatement
  | hbs.AST.SubExpression;

/** Whether a path is one bare name, the only form in which a helper can be called. */
export function isSimpleName(node: hbs.AST.Node): node is hbs.AST.PathExpression {
  if (node.type !== 'PathExpression') return false;
  const { data, depth, parts, original } = node as hbs.AST.PathExpression;
  return !data && depth === 0 && parts.length === 1 && !/^\.|this\b/.test(original);
}

export function hasArguments(node: { readonly params: readonly unknown[]; readonly hash?: hbs.AST.Hash }): boolean {
  return node.params.length > 0 || (node.hash?.pairs.length ?? 0) > 0;
}

/**
 * Whether an expression calls a helper, and what is wrong with the call. Without arguments an unknown name is a
 * variable; with arguments dotprompt refuses it (`knownHelpersOnly`).
 */
export function callProblems(
  node: Call,
  form: 'inline' | 'block' | 'nested',
  spanOf: (node: hbs.AST.Node) => Span,
): { calls: boolean; problems: readonly Draft[] } {
  const span = spanOf(node.path);
  const name = isSimpleName(node.path) ? node.path.parts[0]! : undefined;
  const shape = name !== undefined && Object.hasOwn(helperShapes, name) ? helperShapes[name] : undefined;
  const calls = shape !== undefined || form === 'nested' || hasArguments(node);
  if (!calls) return { calls, problems: [] };
  if (!shape) {
    const written = String('original' in node.path ? node.path.original : '');
    const suggestion = nearest(written, Object.keys(helperShapes));
    return {
      calls,
      problems: [
        {
          code: 'unknown-helper',
          severity: 'error',
          span,
          message: l10n.t`There is no helper "${written}"${orNearest(suggestion)}`,
          fixes: suggestion ? [replacement(l10n.t`Replace with "${suggestion}"`, span, suggestion)] : [],
        },
      ],
    };
  }
  const problem = misuse(name!, form, node.params.length);
  return { calls, problems: problem ? [{ code: 'template-syntax', severity: 'error', span, message: problem }] : [] };
}

function misuse(name: string, form: 'inline' | 'block' | 'nested', values: number): string | undefined {
  const {
    values: [fewest, most],
    block,
  } = helperShapes[name]!;
  if (block === 'only' && form !== 'block')
    return l10n.t`"${name}" is a block: ${`{{#${name} …}}`} … ${`{{/${name}}}`}.`;
  if (name === 'soft' && form !== 'inline') return l10n.t`"soft" is a tag of its own: {{soft 20}}.`;
  if (values < fewest || values > most)
    return fewest === 1
      ? l10n.t`"${name}" takes one value, not ${values}.`
      : l10n.t`"${name}" takes ${fewest} values, not ${values}.`;
  return undefined;
}
