import type { TokenEncoder } from '../../../../src/template/text/tokenEncoder';
import type { TemplateContext } from '../../../../src/template/read/templateContext';
import { lines } from '../../../support/text/lines';

/** A tokenizer whose tokens are words with the space before them. */
export const wordEncoder = {
  firstVirtualToken: 1000,
  encode: (text: string) =>
    [...text.matchAll(/ ?\w+|\W/g)].map(([token]) =>
      [...token].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1000, 7),
    ),
};

/** A template with one finding, and one without it. */
export interface Case {
  readonly code: string;
  /** The template with the finding; « and » mark its range. */
  readonly bad: string;
  readonly clean: string;
  /** `bad` after the first fix, where there is one. */
  readonly fixed?: string;
  readonly around?: TemplateContext;
  /** `error` where absent. */
  readonly severity?: string;
  readonly how?: string;
}

/** A classification of a text. @param keys further lines of front matter, each with its line break */
export const task = (body: string, keys = '') =>
  lines(
    '---',
    'input: { schema: { text: string } }',
    'output:',
    '  schema:',
    '    label(enum, kind): [person, place]',
    `${keys}---`,
    body,
  );

/** What was read of a data file with these row keys. */
export const seen = (keys: readonly string[]) => ({
  file: 'f',
  rows: keys.length,
  columns: ['text', 'label'],
  labels: {},
  keys: new Map(keys.map((key, row) => [key, row])),
  truncated: false,
});

/** A task with two demonstrations. @param word text of the first, between `open` and `close` */
export const shown = (word: string, open = '', close = '') =>
  task('{{#each xs}}{{text}}{{label}}{{/each}}{{text}}{{label}}', 'tune.data: { train: t, dev: d }\n').replace(
    'string }',
    `string }, default: { xs: [ ${open}{ text: ${word}, label: place }${close}, { text: y, label: place } ] }`,
  );

const special: Readonly<Record<number, string>> = { 1: '<s>', 2: '<g>', 3: '</s>', 4: ' ' };

/** Words and white space as tokens, and tokens that the tokenizer puts around a text. */
export function withTokens(opening: readonly number[], closing: readonly number[] = []): TokenEncoder {
  const ids = Object.fromEntries(Object.entries(special).map(([id, token]) => [token, Number(id)]));
  return {
    firstVirtualToken: wordEncoder.firstVirtualToken,
    encode(text, addSpecialTokens) {
      const tokens = text.match(/<\/?[sg]>|\s+|[^\s<]+|</g) ?? [];
      const inside = tokens.map((token) => ids[token.trim() || ' '] ?? 20 + token.length);
      return addSpecialTokens ? [...opening, ...inside, ...closing] : inside;
    },
    token: (id) => special[id],
  };
}

const markers = ['<|im_start|>', '<|im_end|>', '<s>'];

/** A model with a chat template, whose tokens are words and the marks of turns. */
export function withChat(template: string): TokenEncoder {
  const encode = (text: string): readonly number[] => wordEncoder.encode(text);
  return {
    firstVirtualToken: wordEncoder.firstVirtualToken,
    encode,
    encoderWithout: () => encode,
    added: markers.map((content, i) => ({
      id: 990 + i,
      content,
      special: true,
      normalized: false,
      singleWord: false,
      lstrip: false,
      rstrip: false,
    })),
    chatTemplates: { file: '/models/m/tokenizer_config.json', settings: { chat_template: template } },
  };
}

/** ChatML. @param before what the template does with a message first @param always what it writes in front */
export const chatMl = (before = '', always = ''): string =>
  `${always}{% for m in messages %}${before}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}` +
  '{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}';
