/**
 * An answer without what a model thinks before it, which some servers leave in the text; empty where the model has not
 * come to an end with it.
 */
export function withoutThought(text: string): string {
  const [, name] = /^\s*<(think|thinking|thought|reasoning)>/.exec(text) ?? [];
  if (name === undefined) return text;
  const end = text.indexOf(`</${name}>`);
  return end < 0 ? '' : text.slice(end + name.length + 3);
}
