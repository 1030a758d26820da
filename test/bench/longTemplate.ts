/** A template of so many lines: text, variables, blocks and virtual tokens. */
export function longTemplate(lines: number): string {
  const body = Array.from({ length: lines }, (_, line) => {
    if (line % 10 === 0) return `{{#if text}}Line ${line}: {{text}}{{/if}}`;
    if (line % 97 === 0) return '{{soft 2 id="shared"}}';
    return line % 3 === 0
      ? `A line about {{text}}, the ${line}th`
      : `A line of words, the ${line}th, that says nothing.`;
  });
  return `---\ninput: { schema: { text: string } }\noutput: { schema: { label(enum): [person, place] } }\ntune.length: 4\n---\n${body.join('\n')}\n{{label}}`;
}
