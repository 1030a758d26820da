import { beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { modelTokenizer } from '../../../../src/workspace/modelTokenizer';
import { resolveSettings } from '../../../../src/template/read/resolveSettings';
import type { Method } from '../../../../src/template/settings/settings';
import { readTemplate, type PromptTemplate } from '../../../../src/template/read/template';
import type { PreviewPiece } from '../../../../src/views/preview/contract';
import { openChatModel } from '../../../support/chat/chatModels';
import { countPieces, previewPrompt, type TokenReader } from '../../../../src/views/preview/pieces';

let tokenizer: TokenReader;
beforeAll(async () => {
  ({ tokenizer } = await modelTokenizer('builtin', '.'));
});

const head = '---\nmodel: builtin\noutput:\n  schema:\n    label(enum): [a, b]\n---\n';

const templates = new Map<string, PromptTemplate>();

/** One template a body, because a template is compiled once. */
function templateOf(body: string): PromptTemplate {
  const { template } = templates.has(body)
    ? { template: templates.get(body) }
    : readTemplate(head + body, '/w/t.prompt');
  templates.set(body, template!);
  return template!;
}

function piecesOf(
  body: string,
  row: Readonly<Record<string, unknown>>,
  { method = 'soft' as Method, read = tokenizer as TokenReader | null } = {},
): readonly PreviewPiece[] {
  const template = templateOf(body);
  return previewPrompt(template, row, resolveSettings(template, method, {}), read ?? undefined).pieces;
}

const textOf = (pieces: readonly PreviewPiece[]) =>
  pieces.map((piece) => (piece.kind === 'text' ? piece.text : '')).join('');

describe('the pieces of a preview', () => {
  it('are a piece for each token, whose texts together are the prompt', () => {
    const pieces = piecesOf(
      '{{#instruction}}Say it.{{/instruction}}\nQuestion: {{text}}\nType:{{label}}\n',
      { text: 'Who wrote Emma?' },
      { method: 'hard' },
    );
    expect(textOf(pieces)).toBe('Say it.\nQuestion: Who wrote Emma?\nType:');
    const texts = pieces.filter((piece) => piece.kind === 'text');
    expect(texts.every(({ ids }) => ids.length === 1)).toBe(true);
    expect(
      texts
        .filter(({ instruction }) => instruction)
        .map(({ text }) => text)
        .join(''),
    ).toMatch(/^Say it\.\n?$/);
    expect(tokenizer.decode(texts.flatMap(({ ids }) => ids))).toBe(textOf(pieces));
  });

  it('hold virtual tokens where the template places them, and in front where it places none', () => {
    const placed = piecesOf('A {{soft 8 init="x" id="task"}} b {{soft 4}} c {{soft 8 id="task"}}{{label}}', {});
    expect(
      placed.flatMap((piece) => (piece.kind === 'soft' ? [[piece.slot, piece.id, piece.length, piece.init]] : [])),
    ).toEqual([
      [0, 'task', 8, 'x'],
      [1, '#1', 4, null],
      [0, 'task', 8, 'x'],
    ]);
    const [first] = piecesOf('Hello{{label}}', {});
    expect(first).toMatchObject({ kind: 'soft', length: 20 });
    expect(countPieces(placed).virtual).toBe(20);
  });

  it('hold a prefix for v2, and nothing learned for the text alone', () => {
    expect(piecesOf('A {{soft 8}}{{label}}', {}, { method: 'v2' })[0]).toMatchObject({ kind: 'prefix' });
    expect(countPieces(piecesOf('A {{soft 8}}{{label}}', {}, { method: 'hard' })).virtual).toBe(0);
  });

  it('are whole stretches without a tokenizer', () => {
    expect(piecesOf('{{text}} there{{soft 3}}!{{label}}', { text: 'you' }, { read: null })).toEqual([
      { kind: 'text', text: 'you there', instruction: false, ids: [] },
      { kind: 'soft', slot: 0, id: '#1', length: 3, init: null },
      { kind: 'text', text: '!', instruction: false, ids: [] },
    ]);
  });

  it('keep every character of any text: emoji, combining marks, controls, right-to-left', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(textOf(piecesOf('<{{text}}>{{label}}', { text }))).toBe(`<${text}>`);
      }),
      { numRuns: 300 },
    );
  });

  it('keep the text where a tokenizer spells it otherwise', () => {
    const loose: TokenReader = {
      firstVirtualToken: 10,
      encode: (text) => Array.from(text, () => 1),
      decode: () => 'never this',
      token: () => undefined,
    };
    expect(piecesOf('abc{{label}}', {}, { method: 'hard', read: loose })).toEqual([
      { kind: 'text', text: 'abc', instruction: true, ids: [1, 1, 1] },
    ]);
  });
});

describe.each(['qwen2_5', 'llama3_1', 'gemma2', 'deepseek_v3', 'mistral-llama2'] as const)(
  'the pieces of a conversation on %s',
  (name) => {
    const { tokenizer: reader } = openChatModel(name);
    const show = (body: string, row: Readonly<Record<string, unknown>> = {}) => {
      const template = templateOf(body);
      return previewPrompt(template, row, resolveSettings(template, 'soft', {}), reader);
    };
    const said = ({ pieces }: ReturnType<typeof show>, message: number) =>
      pieces
        .filter((piece) => 'message' in piece && piece.message === message)
        .map((piece) => (piece.kind === 'text' ? piece.text : `[${piece.kind}]`))
        .join('');

    it('belong to their messages, and what ends turns is a mark that no row can write', () => {
      const row = { text: 'Grüße 🎯 <|im_end|> </s> <end_of_turn>\n' };
      const shown = show('{{role "user"}}\nSort this: {{soft 3}} {{text}}{{role "model"}}\nMood: {{label}}', row);
      expect(shown.messages).toEqual([
        { role: 'user', isHistory: false, dropped: null },
        { role: 'model', isHistory: false, dropped: null },
      ]);
      // Some chat templates strip their messages.
      expect(said(shown, 0).trim()).toBe(`Sort this: [soft] ${row.text}`.trim());
      expect(said(shown, 1).trim()).toBe('Mood:');
      expect(shown.pieces.some(({ kind }) => kind === 'special')).toBe(true);
      const own = shown.pieces.filter((piece) => !('message' in piece));
      expect(own.some((piece) => piece.kind === 'text' && piece.text.includes('Grüße'))).toBe(false);
    });
  },
);

describe('messages of a preview', () => {
  const chat = (name: 'gemma3' | 'mistral-llama2', body: string, row: Readonly<Record<string, unknown>> = {}) => {
    const template = templateOf(body);
    return previewPrompt(template, row, resolveSettings(template, 'hard', {}), openChatModel(name).tokenizer);
  };

  it('say which are the history of the row, and what the chat template leaves out', () => {
    const messages = [
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Yes?' },
    ];
    expect(
      chat('gemma3', '{{history}}{{role "user"}}{{text}}{{label}}', { messages, text: 'Go', label: 'a' }).messages,
    ).toEqual([
      { role: 'user', isHistory: true, dropped: null },
      { role: 'model', isHistory: true, dropped: null },
      { role: 'user', isHistory: false, dropped: null },
    ]);
    expect(chat('mistral-llama2', '{{role "system"}}Be brief.{{label}}').messages).toEqual([
      { role: 'system', isHistory: false, dropped: 'Be brief.' },
    ]);
  });

  it('are those of the template where the model is not at hand', () => {
    const template = templateOf('{{role "system"}}\nBe brief.\n{{role "user"}}\n{{text}}{{label}}');
    const { pieces, messages } = previewPrompt(
      template,
      { text: 'x' },
      resolveSettings(template, 'hard', {}),
      undefined,
    );
    expect(messages?.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(pieces.map((piece) => (piece.kind === 'text' ? [piece.message, piece.text] : []))).toEqual([
      [0, 'Be brief.'],
      [1, 'x'],
    ]);
  });
});
