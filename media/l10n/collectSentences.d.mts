import type { Node, SourceFile, TaggedTemplateExpression } from 'typescript';

export function sourceFiles(): readonly string[];
export function syntaxTree(path: string): SourceFile;
export function isTranslated(node: Node): node is TaggedTemplateExpression;
export function keyOf(node: TaggedTemplateExpression): string;
export function placesOf(sentence: string): readonly string[];
export function sentencesIn(
  tree: SourceFile,
): readonly { readonly node: TaggedTemplateExpression; readonly key: string }[];
export function collectSentences(paths: readonly string[]): readonly string[];
export function bundleText(sentences: readonly (readonly [string, string | undefined])[]): string;
