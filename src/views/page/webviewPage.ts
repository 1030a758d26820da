import { randomBytes } from 'node:crypto';
import { h, htmlDocument, onLines } from '../../html';

export interface PageParts {
  readonly title: string;
  readonly script: string;
  readonly style: string;
  /** Where styles, images and fonts may come from. */
  readonly source: string;
  /** Of what the page says, such as `zh-cn`; English without. */
  readonly language?: string;
  /** What the page says in that language, by the English sentences; what is missing is said in English. */
  readonly sentences?: Readonly<Record<string, string>>;
}

/**
 * The only way a page of ours is built: nothing loads but its own style sheet and the script with this page's nonce.
 * The controls try out a rule in a style element of their own, for which they look up the nonce in `csp-nonce`.
 */
export function webviewPage({ title, script, style, source, language = 'en', sentences }: PageParts): string {
  const nonce = randomBytes(18).toString('base64');
  const policy = [
    "default-src 'none'",
    `style-src ${source} 'nonce-${nonce}'`,
    `img-src ${source}`,
    `font-src ${source}`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  const head = h(
    'head',
    {},
    onLines([
      h('meta', { charset: 'utf-8' }),
      h('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
      h('meta', { property: 'csp-nonce', content: nonce }),
      h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      h('title', {}, title),
      h('link', { rel: 'stylesheet', href: style }),
    ]),
  );
  const body = h(
    'body',
    {},
    onLines([
      h('main', { id: 'page', 'data-sentences': sentences && JSON.stringify(sentences) }),
      h('script', { nonce, src: script }),
    ]),
  );
  return htmlDocument(h('html', { lang: language }, onLines([head, body])));
}
