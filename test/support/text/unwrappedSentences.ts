import ts from 'typescript';
import { isTranslated } from '../../../media/l10n/collectSentences.mjs';

/** Words with a space between them, or a capital at the beginning and a full stop at the end. */
const sentence = /\p{L}\S*\s+\S*\p{L}|^\p{Lu}.*\.$/u;

/** What a text says, its places left empty; undefined where a node is none. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('…');
}

/** Names, which are the same in every language, with what stands in for icons and numbers beside them. */
const properName =
  /^(?:\$\(\w+\) )?(?:Core ML|LM Studio|ONNX Runtime|Prompt Tuner|Prompt Tuner Server|Slurm|VS Code)(?: …)?$/;

/** Fields that style sheets and browsers read. */
const machineFields = /^(?:class|content|insert|paper|viewBox)$/;

/** Policies of HTML, functions of style sheets, commands for a shell, templates, pieces of YAML, names of papers. */
const machineText = new RegExp(
  [
    '^(?:[a-z]+-src |color-mix\\(|prompt-tuner (?:evaluate|score|train) )',
    '^(?:`model: builtin`$|tune\\.\\w+: |\\{\\{\\w+ |\\{ \\w+: |\\n {2}schema:)',
    '^\\p{Lu}[\\p{L} .]+ \\d{4}, ',
  ].join('|'),
  'u',
);

/** Functions whose text is a key, a class, a selector, a noun that is counted or a line of a log. */
const machineArguments =
  /(?:^|\.)(?:counted|createOutputChannel|appendLog|focusable|log|querySelector(?:All)?|upright|wideTable)$/;

/** The node whose value a text becomes: choices between texts and sums of them are looked through. */
function valueOf(node: ts.Node): ts.Node {
  const { parent } = node;
  const isThrough =
    ts.isParenthesizedExpression(parent) ||
    (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.PlusToken) ||
    (ts.isConditionalExpression(parent) && parent.condition !== node);
  return isThrough ? valueOf(parent) : node;
}

/** Whether a text is for the machine or for who works on the program: a type, an import, an error of the program. */
function isForMachines(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isTaggedTemplateExpression(parent)) return isTranslated(parent);
  const value = valueOf(node);
  const user = value.parent;
  if (ts.isNewExpression(user)) return /^(?:\w+)?Error$|^RegExp$/.test(user.expression.getText());
  if (ts.isPropertyAssignment(user) && user.initializer === value) return machineFields.test(user.name.getText());
  if (ts.isCallExpression(user)) return machineArguments.test(user.expression.getText());
  return (
    ts.isLiteralTypeNode(parent) ||
    ts.isImportDeclaration(parent) ||
    ts.isExportDeclaration(parent) ||
    (ts.isPropertyAssignment(parent) && parent.name === node) ||
    (ts.isBinaryExpression(parent) && parent.operatorToken.getText() === '===')
  );
}

/** Where a source has a text that reads like a sentence and is not translated: `path:line: text`. */
export function unwrappedIn(tree: ts.SourceFile): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const text = textOf(node);
    if (
      text !== undefined &&
      sentence.test(text) &&
      !properName.test(text) &&
      !machineText.test(text) &&
      !isForMachines(node)
    ) {
      const { line } = tree.getLineAndCharacterOfPosition(node.getStart());
      found.push(`${tree.fileName}:${line + 1}: ${text}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}
