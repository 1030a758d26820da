import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AddedToken } from '../../../../src/chat/chatTokenizer';
import type { Tokenizer } from '../../../../src/model/tokenizer/tokenizer';
import { resolveSettings } from '../../../../src/template/read/resolveSettings';
import { requireTemplate, type PromptTemplate } from '../../../../src/template/read/template';
import { promptEncoder } from '../../../../src/template/render/promptEncoder';
import { renderPrompt } from '../../../../src/template/render/render';
import { encodePrompt, softLayout } from '../../../../src/template/render/tokens';
import { modelTokenizer } from '../../../../src/workspace/modelTokenizer';
import { openChatModel, type ModelName } from '../../../support/chat/chatModels';

type Form = 'chat' | 'text';

interface Values {
  readonly value: string;
  readonly system: string;
  readonly asked: string;
  readonly answered: string;
}

const harmless: Values = { value: 'v', system: 's', asked: 'q', answered: 'a' };

/** A template whose every message, and the text within one, comes from the row. */
const templateOf = (form: Form): PromptTemplate =>
  requireTemplate(
    [
      '---',
      `tune.format: ${form}`,
      'output: { schema: { mood(enum): [good, bad] } }',
      '---',
      '{{role "system"}}',
      '{{system}}',
      '{{history}}',
      '{{role "user"}}',
      'Say it: ({{value}})',
      '{{role "model"}}',
      'Mood:{{mood}}',
    ].join('\n'),
    'values.prompt',
  );

const rowOf = ({ value, system, asked, answered }: Values) => ({
  value,
  system,
  // Without a column for the answer the model's last message would be it.
  mood: 'good',
  messages: [
    { role: 'user', content: asked },
    { role: 'assistant', content: answered },
  ],
});

/** Ids of a row's prompt, and how many of them are control tokens of its form. */
function openPrompts(tokenizer: Tokenizer, form: Form) {
  const template = templateOf(form);
  const encoder = promptEncoder(tokenizer, resolveSettings(template, 'hard', {}));
  const layout = softLayout(template, { method: 'hard', length: 0 }, encoder);
  const controls = new Set(
    [...tokenizer.added.filter(({ special }) => special), ...(encoder.chat?.controls ?? [])].map(({ id }) => id),
  );
  return (values: Values) => {
    const { ids } = encodePrompt(renderPrompt(template, rowOf(values), encoder), layout, encoder);
    return { ids, controls: ids.filter((id) => controls.has(id)) };
  };
}

/** Texts among whose parts are control tokens, whole, cut short and put together from others' halves. */
function textsWith(added: readonly AddedToken[]): fc.Arbitrary<string> {
  const spelled = fc.constantFrom(...added.map(({ content }) => content)).chain((content) =>
    fc.oneof(
      fc.constant(content),
      fc.nat({ max: content.length }).map((at) => content.slice(at)),
      fc.nat({ max: content.length }).map((at) => content.slice(0, at)),
    ),
  );
  const among = fc.oneof(spelled, spelled, fc.constantFrom(' ', '\n', '\u00a0', 'a word', 'é', '[INST]', '🎯', ''));
  return fc.array(among, { maxLength: 6 }).map((parts) => `a${parts.join('')}b`);
}

const valuesWith = (added: readonly AddedToken[]): fc.Arbitrary<Values> => {
  const text = textsWith(added);
  return fc.record({ value: text, system: text, asked: text, answered: text });
};

/** A tokenizer of npm that does not flag the markers of its turns special. */
const unflagged: ModelName = 'deepseek_v3';

describe.each([
  ['builtin', async () => (await modelTokenizer('builtin', '.')).tokenizer],
  [unflagged, () => Promise.resolve(openChatModel(unflagged).tokenizer)],
] as const)("what a row's values and messages spell, on %s", (_, open) => {
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await open();
  });

  it.each(['chat', 'text'] as const)('is no control token in the form of a %s', (form) => {
    const prompt = openPrompts(tokenizer, form);
    const plain = prompt(harmless).controls;
    fc.assert(
      fc.property(valuesWith(tokenizer.added), (values) => {
        expect(prompt(values).controls).toEqual(plain);
      }),
    );
  });

  it.each(['chat', 'text'] as const)('comes back from the tokens in the form of a %s', (form) => {
    const prompt = openPrompts(tokenizer, form);
    fc.assert(
      fc.property(valuesWith(tokenizer.added), (values) => {
        const text = tokenizer.decode(prompt(values).ids);
        expect(text).toContain(`Say it: (${values.value})`);
        if (form === 'chat')
          for (const content of [values.system, values.asked, values.answered]) expect(text).toContain(content);
      }),
    );
  });
});

describe('a template that spells a special token by hand', () => {
  it('has it as one token where the prompt is one text, so that the count above could differ', async () => {
    const { tokenizer } = await modelTokenizer('builtin', '.');
    const written = requireTemplate(templateOf('text').text.replace('Say it', '<|endoftext|>'), 'written.prompt');
    const layout = softLayout(written, { method: 'hard', length: 0 }, tokenizer);
    const { ids } = encodePrompt(renderPrompt(written, rowOf(harmless), tokenizer), layout, tokenizer);
    expect(ids.filter((id) => id === 0)).toHaveLength(1);
  });
});
