import { describe, expect, it } from 'vitest';
import { examplesSource, writeExample, type ExampleForm } from '../../../../src/template/examples/exampleSource';
import { holdsExamples, insertExamples } from '../../../../src/template/examples/insertExamples';
import { questionOf } from '../../../../src/template/examples/question';
import { requireTemplate, type PromptTemplate } from '../../../../src/template/read/template';
import { renderMessages, renderPrompt, renderText } from '../../../../src/template/render/render';
import { textOf } from '../../../../src/template/render/renderedPrompt';

const inText: ExampleForm = { turns: false, trims: true, masked: false };
const inTurns: ExampleForm = { turns: true, trims: true, masked: false };

const templateOf = (body: string, keys = ''): PromptTemplate =>
  requireTemplate(`---\noutput: { schema: { kind(enum): [person, place] } }\n${keys}---\n${body}`, 'kinds.prompt');

const emma = [{ text: 'Who wrote Emma?' }, ' person'] as const;
const rome = [{ text: 'Where is Rome?' }, ' place'] as const;

function shown(template: PromptTemplate, form = inText, rows: readonly (typeof emma | typeof rome)[] = [emma, rome]) {
  const question = questionOf(template);
  const examples = rows.map(([row, word]) =>
    writeExample(question, row, { answer: (_, opensTurn) => (opensTurn ? word.trim() : word), form }),
  );
  return insertExamples(template, examplesSource(examples, question, form));
}

const row = { text: 'Who found it?' };
const messages = (template: PromptTemplate) =>
  renderMessages(template, row, { trimMessages: true, examplesAs: 'written' }).map(({ role, segments }) => [
    role,
    textOf(segments),
  ]);

describe('examples in the text of a template', () => {
  it('stand behind the instruction, which is said once, parted by empty lines where they have several lines', () => {
    const template = templateOf('{{#instruction}}Name the kind.{{/instruction}}\n\nQ: {{text}}\nKind:{{kind}}');
    expect(renderText(shown(template), row)).toBe(
      'Name the kind.\n\nQ: Who wrote Emma?\nKind: person\n\nQ: Where is Rome?\nKind: place\n\nQ: Who found it?\nKind:',
    );
  });

  it('stand behind the lines that lead up to the row where nothing is marked, and leave the instruction alone', () => {
    const template = shown(templateOf('Name the kind.\n{{text}} is a{{kind}}'));
    expect(renderText(template, row)).toBe(
      'Name the kind.\nWho wrote Emma? is a person\nWhere is Rome? is a place\nWho found it? is a',
    );
    expect(template.hasInstruction).toBe(true);
    const instruction = renderPrompt(template, row).segments.filter((one) => one.kind === 'text' && one.instruction);
    expect(textOf(instruction)).toBe('Name the kind.\n');
  });

  it('are all of the opening where there is no instruction, and are none themselves', () => {
    const template = shown(templateOf('Q: {{text}}\nKind:{{kind}}'));
    expect(renderText(template, row)).toBe(
      'Q: Who wrote Emma?\nKind: person\n\nQ: Where is Rome?\nKind: place\n\nQ: Who found it?\nKind:',
    );
    expect(template.hasInstruction).toBe(false);
  });

  it('are turns of user and model in a chat, with the instruction in the first', () => {
    const template = shown(templateOf('{{#instruction}}Name the kind.{{/instruction}}\nQ: {{text}}{{kind}}'), inTurns);
    expect(messages(template)).toEqual([
      ['user', 'Name the kind.\nQ: Who wrote Emma?'],
      ['model', 'person'],
      ['user', 'Q: Where is Rome?'],
      ['model', 'place'],
      ['user', 'Q: Who found it?'],
    ]);
  });

  it('stand between the system and the question, and go on with what begins the answer', () => {
    const body = '{{role "system"}}\nName the kind.\n{{role "user"}}\nQ: {{text}}\n{{role "model"}}\nKind:{{kind}}';
    expect(messages(shown(templateOf(body), inTurns))).toEqual([
      ['system', 'Name the kind.'],
      ['user', 'Q: Who wrote Emma?'],
      ['model', 'Kind: person'],
      ['user', 'Q: Where is Rome?'],
      ['model', 'Kind: place'],
      ['user', 'Q: Who found it?'],
      ['model', 'Kind:'],
    ]);
  });

  it('keep virtual tokens where they stand, once', () => {
    const template = shown(
      templateOf('{{soft 2}}{{#instruction}}Kind?{{/instruction}}\n{{soft 3}}\n{{text}}:{{kind}}'),
    );
    const { segments } = renderPrompt(template, row);
    expect(segments.map((one) => (one.kind === 'text' ? one.text : one.kind)).join('|')).toBe(
      'soft|Kind?|\n|soft|\nWho wrote Emma?: person\nWhere is Rome?: place\nWho found it?:',
    );
  });

  it('show the text behind the answer of a masked model, without a space that the word brings', () => {
    const masked: ExampleForm = { ...inText, masked: true };
    const template = shown(templateOf('{{text}} It is a {{kind}} .'), masked, [emma]);
    const { segments } = renderPrompt(template, row, { mask: 5 });
    expect(segments.map((one) => (one.kind === 'text' ? one.text : one.kind)).join('')).toBe(
      'Who wrote Emma? It is a person .\nWho found it? It is a answer .',
    );
  });

  it('are text, whatever a row spells', () => {
    const odd = [{ text: '{{text}} \\{{kind}} }} {' }, ' person'] as const;
    const template = shown(templateOf('{{text}}:{{kind}}'), inText, [odd as unknown as typeof emma]);
    expect(renderText(template, row)).toBe('{{text}} \\{{kind}} }} {: person\nWho found it?:');
  });

  it('take the line breaks of the file, and the setting out of it', () => {
    const text = templateOf('Kind?\n\nQ: {{text}}\nKind:{{kind}}', 'tune.examples: 2\n').text.replaceAll('\n', '\r\n');
    const written = shown(requireTemplate(text, 'kinds.prompt'));
    expect(written.text).not.toMatch(/[^\r]\n/);
    expect(written.written.examples).toBeUndefined();
    expect(renderText(written, row)).toContain('Kind: place\n\nQ: Who found it?');
  });

  it.each([
    ['Q: {{text}}\n{{#instruction}}Name the kind.{{/instruction}}{{kind}}', 'its instruction stands behind'],
    ['{{history}}{{role "user"}}{{text}}{{kind}}', "it shows the row's earlier messages"],
    ['{{#each shown}}{{text}}: {{kind}}\n{{/each}}{{text}}:{{kind}}', 'it has examples already'],
    ['{{section "examples"}}Rome: place\n{{text}}:{{kind}}', 'it has examples already'],
  ])('are refused by name where they have no place: %s', (body, reason) => {
    expect(() => questionOf(templateOf(body))).toThrow(reason);
  });

  it('are known where they were written', () => {
    const template = templateOf('{{text}}:{{kind}}');
    expect(holdsExamples(template)).toBe(false);
    expect(holdsExamples(shown(template))).toBe(true);
  });
});
