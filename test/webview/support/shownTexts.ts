import type { Page } from 'playwright-core';

/** A text of a page, and what shows it. */
export interface ShownText {
  readonly text: string;
  readonly where: string;
}

/** All that a person reads of a page or hears of it: texts in sight, names, hints and descriptions of controls. */
export function shownTexts(page: Page): Promise<readonly ShownText[]> {
  return page.evaluate(() => {
    const attributes = ['aria-label', 'title', 'placeholder', 'alt', 'aria-valuetext'];
    const found: { text: string; where: string }[] = [];
    const nameOf = (element: Element): string =>
      `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`.replace(/\.$/, '');
    const visit = (root: Document | ShadowRoot): void => {
      for (const element of root.querySelectorAll('*')) {
        if (element.closest('[hidden], head, script, style, [aria-hidden=true], .word')) continue;
        for (const name of attributes) {
          const text = element.getAttribute(name);
          if (text) found.push({ text, where: `${name} of ${nameOf(element)}` });
        }
        // A heading is cut into its words, each of which breaks by itself.
        const own = (node: ChildNode): boolean => node.nodeType === 3 || (node as Element).className === 'word';
        const text = [...element.childNodes].map((node) => (own(node) ? node.textContent : '')).join('');
        if (text.trim() !== '') found.push({ text, where: nameOf(element) });
        if (element.shadowRoot) visit(element.shadowRoot);
      }
    };
    visit(document);
    return found;
  });
}

/**
 * Texts that there is no room for: of boxes that hide or cut what is too wide, and of a page that is wider than its
 * window.
 */
export function cutTexts(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const visit = (root: Document | ShadowRoot): void => {
      for (const element of root.querySelectorAll<HTMLElement>('*')) {
        const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
        if (element.shadowRoot) visit(element.shadowRoot);
        // Cells of the table of rows say the whole of their text to whoever points at them.
        if (!hasText || element.closest('[hidden], .hidden, [role=gridcell], svg, script, style')) continue;
        const { overflowX, overflowY, display } = getComputedStyle(element);
        if (display === 'none' || element.getClientRects().length === 0) continue;
        const isWide = overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1;
        const isHigh = overflowY === 'hidden' && element.scrollHeight > element.clientHeight + 2;
        // What is cut on purpose says the whole of it to whoever points at it.
        const isSaid = element.title !== '' || element.closest('[title]') !== null;
        const scrolls = /auto|scroll/.test(overflowX);
        if ((isWide && !isSaid && !scrolls) || (isHigh && !isSaid))
          found.push(`${element.tagName.toLowerCase()}.${element.className}: ${element.textContent?.trim()}`);
      }
    };
    visit(document);
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth + 1) found.push(`The page is ${scrollWidth} wide in a window of ${clientWidth}.`);
    return found;
  });
}
