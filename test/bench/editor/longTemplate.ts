import { lines } from '../../support/text/lines';

/** A template of so many lines: text, variables, blocks and virtual tokens. */
export function longTemplate(count: number): string {
  const body = Array.from({ length: count }, (_, line) => {
    if (line % 10 === 0) return `{{#if text}}Line ${line}: {{text}}{{/if}}`;
    if (line % 97 === 0) return '{{soft 2 id="shared"}}';
    return line % 3 === 0
      ? `A line about {{text}}, the ${line}th`
      : `A line of words, the ${line}th, that says nothing.`;
  });
  return lines(
    '---',
    'input: { schema: { text: string } }',
    'output: { schema: { label(enum): [person, place] } }',
    'tune.length: 4',
    '---',
    ...body,
    '{{label}}',
  );
}
