import * as l10n from '@vscode/l10n';
import Handlebars from 'handlebars';
import type { Body } from '../../syntax/body';
import { hasArguments } from '../../syntax/calls';
import { helperShapes, textHelper } from '../../syntax/helpers';
import type { Draft } from '../../text/finding';
import { offsetAt } from '../../text/position';
import type { Span } from '../../text/position';
import type { Usage } from '../usage';

/**
 * Compile options of dotprompt (js/src/dotprompt.ts), with our helpers known too. Handlebars runs whitespace control
 * again over a tree it is given; a tree that was cut or wrapped must keep what the whole template decided.
 */
export const compileOptions = {
  knownHelpers: Object.fromEntries(
    [...Object.keys(helperShapes), textHelper].map((name) => [name, true]),
  ) as KnownHelpers,
  knownHelpersOnly: true,
  noEscape: true,
  ignoreStandalone: true,
};

/**
 * The errors that only Handlebars' compiler finds, such as a partial with two contexts.
 * @param start offset of the body in the file
 */
export function compileProblems({
  body,
  usage,
  start,
}: {
  readonly body: Body;
  readonly usage: Usage;
  readonly start: number;
}): readonly Draft[] {
  const whole: Span = [start, start + body.lines.length];
  const trees = [
    { name: '', tree: body.tree },
    ...[...usage.partials].map(([name, partial]) => ({ name, tree: partial.body.tree })),
  ];
  return trees.flatMap(({ name, tree }): readonly Draft[] => {
    try {
      // The compiler writes into the tree that it is given.
      Handlebars.precompile(structuredClone(reduced(tree)), compileOptions);
      return [];
    } catch (error) {
      const { message, lineNumber, column, endLineNumber, endColumn } = error as Handlebars.Exception;
      const located = name === '' && typeof lineNumber === 'number' && typeof endLineNumber === 'number';
      const span: Span = located
        ? [
            start + offsetAt(body.lines, lineNumber - 1, column),
            start + offsetAt(body.lines, endLineNumber - 1, endColumn),
          ]
        : whole;
      const reason = message.replace(/ - \d+:\d+$/, '');
      return [
        {
          code: 'template-syntax',
          severity: 'error',
          span,
          message: name
            ? l10n.t`Handlebars refuses the partial "${name}": ${reason}.`
            : l10n.t`Handlebars refuses this: ${reason}.`,
        },
      ];
    }
  });
}

/**
 * A tree with the first of each kind of statement that the compiler can refuse: plain text and plain values always
 * compile, and would take most of the time for a long template.
 */
function reduced(tree: hbs.AST.Program): hbs.AST.Program {
  const seen = new Set<string>();
  const kept = tree.body
    .filter((node) => !isPlain(node))
    .map((node) => {
      const { program, inverse } = node as Partial<hbs.AST.BlockStatement>;
      return { ...node, ...(program && { program: reduced(program) }), ...(inverse && { inverse: reduced(inverse) }) };
    })
    .filter((node) => {
      const shape = JSON.stringify(node, (key, value: unknown) =>
        key === 'loc' || /strip$/i.test(key) ? undefined : value,
      );
      return !seen.has(shape) && seen.add(shape);
    });
  return { ...tree, body: kept };
}

function isPlain(node: hbs.AST.Statement): boolean {
  if (node.type === 'ContentStatement' || node.type === 'CommentStatement') return true;
  return node.type === 'MustacheStatement' && !hasArguments(node as hbs.AST.MustacheStatement);
}
