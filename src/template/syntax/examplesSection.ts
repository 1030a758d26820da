import { isSimpleName } from './calls';

/** Begins the worked examples that stand in a body; nothing is rendered, and no instruction reaches beyond it. */
export const examplesSection = '{{section "examples"}}';

export function isExamplesSection(node: hbs.AST.Node): boolean {
  if (node.type !== 'MustacheStatement') return false;
  const { path, params } = node as hbs.AST.MustacheStatement;
  const [name] = params;
  const isOfExamples = name?.type === 'StringLiteral' && (name as hbs.AST.StringLiteral).value === 'examples';
  return isOfExamples && isSimpleName(path) && path.parts[0] === 'section';
}
