import { describe, expect, it } from 'vitest';
import { completeAt } from '../../../../src/template/language/completion';
import { hoverAt } from '../../../../src/template/language/hover';
import type { TemplateContext } from '../../../../src/template/read/templateContext';
import { chatMl, task, withChat, withTokens } from '../check/checkCase';

const thinks = chatMl('', '{% if enable_thinking %}{{ date_string }}{% endif %}');
const chat: TemplateContext = { encoder: withChat(thinks) };
const several: TemplateContext = {
  encoder: {
    ...withChat(''),
    chatTemplates: {
      file: 'f',
      settings: {
        chat_template: [
          { name: 'default', template: thinks },
          { name: 'rag', template: chatMl() },
        ],
      },
    },
  },
};
const base: TemplateContext = { encoder: withTokens([]) };

const offered = (marked: string, around: TemplateContext) =>
  completeAt(marked.replace('¦', ''), marked.indexOf('¦'), around);
const labels = (marked: string, around: TemplateContext) => offered(marked, around).map(({ label }) => label);
const hover = (marked: string, around: TemplateContext) =>
  hoverAt(marked.replace('¦', ''), marked.indexOf('¦'), around)?.markdown ?? '';

describe('completion of messages', () => {
  it('offers the three roles that there are', () => {
    expect(labels(task('{{role ¦}}{{text}}{{label}}'), chat)).toEqual(['"system"', '"user"', '"model"']);
    expect(labels(task('{{role "¦"}}{{text}}{{label}}'), chat)).toEqual(['system', 'user', 'model']);
  });

  it('offers what tune.format takes, and the variables that the chat template of the model reads', () => {
    expect(labels(task('{{text}}{{label}}', 'tune.format: ¦\n'), chat)).toEqual(['auto', 'chat', 'text']);
    const inChat = task('{{text}}{{label}}', 'tune.chat: { ¦ }\n');
    expect(labels(inChat, chat)).toEqual(['enable_thinking', 'date_string']);
    expect(labels(inChat, several)).toEqual(['enable_thinking', 'date_string', 'chat_template']);
    expect(labels(inChat, base)).toEqual([]);
    expect(labels(task('{{text}}{{label}}', 'tune.chat: { enable_thinking: ¦ }\n'), chat)).toEqual(['true', 'false']);
    const template = task('{{text}}{{label}}', 'tune.chat: { chat_template: ¦ }\n');
    expect(labels(template, several)).toEqual(['default', 'rag']);
  });

  it('offers label words in their place: without a space where they open the turn of the model', () => {
    const words = (body: string, around: TemplateContext) =>
      offered(task(body, 'tune.labels: ¦\n'), around).map(({ insert }) => insert.trim());
    expect(words('{{text}}{{label}}', chat)).toEqual(['{ person: "person", place: "place" }']);
    expect(words('{{text}}{{role "model"}}It is a{{label}}', chat)).toEqual(['{ person: " person", place: " place" }']);
    expect(words('{{text}}{{label}}', base)).toEqual(['{ person: " person", place: " place" }']);
    expect(labels(task('{{text}}{{label}}', 'tune.labels: { person: ¦ }\n'), chat)).toEqual(['"person"']);
  });
});

describe('hovering over what a prompt is read as', () => {
  const byTemplate =
    "Read as **chat: the model's chat template**. tune.format is auto, and the model has a chat template.";

  it.each([
    task('{{¦role "user"}}{{text}}{{label}}'),
    task('{{¦history}}{{text}}{{label}}'),
    task('{{text}}{{la¦bel}}'),
    task('{{text}}{{label}}', 'mo¦del: m\n'),
    task('{{text}}{{label}}', 'tune.for¦mat: auto\n'),
  ])('says the form and why: %s', (text) => {
    expect(hover(text, chat)).toContain(byTemplate);
    expect(hover(text, base)).toContain('Read as **text**. tune.format is auto, and the model has no chat template.');
    expect(hover(text, {})).not.toContain('Read as');
    expect(hover(text, { noTokens: 'The model is not there.' })).toContain('a form that is not known');
  });

  it('says where in a chat the answer stands', () => {
    expect(hover(task('{{text}}{{la¦bel}}'), chat)).toContain("The answer opens the model's turn.");
    expect(hover(task('{{text}}{{role "model"}}It is a{{la¦bel}}'), chat)).toContain("goes on with the model's turn");
  });

  it('shows the word of a label in its place', () => {
    const about = (body: string, around: TemplateContext) =>
      hover(task(body, 'model: m\n').replace('[person', '[per¦son'), around);
    expect(about('{{text}}{{label}}', chat)).toContain('- `person`: 1 token');
    expect(about('{{text}}{{role "model"}}It is a{{label}}', chat)).toContain('- `  person `: 1 token');
    expect(about('{{text}}{{label}}', base)).toContain('- `  person `');
    const unread = { noTokens: 'The model is not there.' };
    const either =
      /- `  person `[\s\S]*The model could not be read; if it has a chat template .* the word is `person`\./;
    expect(about('{{text}}{{label}}', unread)).toMatch(either);
    expect(about('{{text}}{{label}}', {})).not.toContain('could not be read');
    const asText = task('{{text}}{{label}}', 'model: m\ntune.format: text\n').replace('[person', '[per¦son');
    expect(hover(asText, unread)).not.toContain('could not be read');
  });
});
