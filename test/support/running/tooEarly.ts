/** Stands in for @vscode/l10n while modules are loaded, before which nobody can have said the language. */
export function t(sentence: string | TemplateStringsArray): never {
  throw new Error(`This is said before the language is known: ${String(sentence)}`);
}

export function config(): void {
  throw new Error('A module chooses the language by being loaded.');
}
