const roles: Readonly<Record<string, string>> = { assistant: 'model', developer: 'system', function: 'tool' };

/** Lines that begin a message, by the pattern of Prompty's own parser, with the roles of all its versions. */
const roleLine = new RegExp(
  String.raw`^[ \t]*#?[ \t]*(?:(system|user|assistant|developer|tool|function)(\[[^\]\n]*\])?[ \t]*:` +
    String.raw`|!\[(thread)\][^\r\n]*)[ \t]*(?=\r?$)`,
  'gim',
);

/** A line whose value becomes the role when Prompty has filled it in. */
const computedRole = /^[ \t]*#?[ \t]*(\{\{[^{}\n]+\}\})[ \t]*:[ \t]*\r?$/m;

/**
 * Puts marks for the lines that begin messages. Text before the first of them is the system's, as Prompty has it.
 * @param notCarried gets a sentence for what such a line says besides
 */
export function markRoles(body: string, notCarried: string[]): string {
  const marked = body.replace(roleLine, (line, role: string | undefined, attributes: string | undefined) => {
    if (attributes !== undefined) notCarried.push(`${attributes} of the line ${line.trim()}`);
    return mark(role?.toLowerCase() ?? 'thread');
  });
  const computed = computedRole.exec(body)?.[1];
  if (computed !== undefined)
    notCarried.push(`The line ${computed}: begins a message in Prompty where its value is a role; here it is text.`);
  const first = marked.search(new RegExp(roleMark.source));
  return first > 0 && marked.slice(0, first).trim() !== '' ? `${mark('system')}\n${marked}` : marked;
}

const mark = (role: string): string => `\uE000${role}\uE001`;

/** Stands for a role's line until the text is cut at its tags: only a whole line is one. */
const roleMark = /\uE000(\w+)\uE001/g;

/** The tags that the marks become. */
export const roleTags = {
  pattern: roleMark,
  tag: ([, role]: RegExpMatchArray): string => (role === 'thread' ? 'history' : `role "${roles[role!] ?? role}"`),
};
