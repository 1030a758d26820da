import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { h, htmlDocument, markupOf, onLines } from '../../src/html';

/** Texts with much of what HTML gives a meaning to. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", '/', 'b', '=', ' ', '-', '!', '#', ';') }),
);

/** What a browser reads where there is no markup. */
const read = (markup: string): string =>
  markup.replace(/&(amp|lt|gt|quot);/g, (_, name: 'amp' | 'lt' | 'gt' | 'quot') => {
    return { amp: '&', lt: '<', gt: '>', quot: '"' }[name];
  });

describe('an element', () => {
  it('has its attributes and children, texts escaped', () => {
    const made = h('p', { class: 'a "b"', hidden: true, title: undefined, 'data-x': false, 'data-y': 0 }, [
      'x < y & ',
      h('b', {}, 'z'),
      null,
      [undefined, ['!']],
    ]);
    expect(made.markup).toBe('<p class="a &quot;b&quot;" hidden data-y="0">x &lt; y &amp; <b>z</b>!</p>');
  });

  it('is closed as HTML and SVG want it', () => {
    expect(
      [h('br', {}), h('span', {}), h('line', { x1: 1 }), h('circle', { r: 3 }, h('title', {}, 'a'))].map(markupOf),
    ).toEqual(['<br>', '<span></span>', '<line x1="1"/>', '<circle r="3"><title>a</title></circle>']);
  });

  it('holds any text as that text', () => {
    fc.assert(
      fc.property(text, (any) => {
        const inside = /^<p>([^]*)<\/p>$/.exec(h('p', {}, any).markup)![1]!;
        expect(inside).not.toMatch(/[<>]/);
        expect(read(inside)).toBe(any);
      }),
    );
  });

  it('has any value as that value', () => {
    fc.assert(
      fc.property(text, (any) => {
        const value = /^<p title="([^"]*)"><\/p>$/.exec(h('p', { title: any }).markup)![1]!;
        expect(value).not.toMatch(/[<>"]/);
        expect(read(value)).toBe(any);
      }),
    );
  });

  it('takes a style sheet as it is, but none that could end early', () => {
    expect(h('style', {}, 'a > b { content: "&"; }').markup).toBe('<style>a > b { content: "&"; }</style>');
    expect(() => h('style', {}, '</style><script>')).toThrow(TypeError);
  });
});

describe('a page', () => {
  it('says what it is', () => {
    expect(htmlDocument(h('html', { lang: 'en' }, h('body', {}, 'a')))).toBe(
      '<!doctype html>\n<html lang="en"><body>a</body></html>\n',
    );
  });

  it('has a line for each piece that leaves something', () => {
    expect(markupOf(onLines(['a', null, h('b', {}), []]))).toBe('\na\n<b></b>\n');
  });
});
