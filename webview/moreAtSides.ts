/**
 * Says at which sides of what scrolls sideways there is more, for style sheets: `data-more-before`, `data-more-after`.
 * @param scroller its first child may be replaced at any time
 */
export function showMoreAtSides(scroller: HTMLElement): void {
  const say = (): void => {
    const { scrollLeft, scrollWidth, clientWidth } = scroller;
    scroller.toggleAttribute('data-more-before', scrollLeft > 0);
    scroller.toggleAttribute('data-more-after', scrollLeft + clientWidth < scrollWidth - 1);
  };
  const sizes = new ResizeObserver(say);
  const observe = (): void => {
    sizes.disconnect();
    for (const each of [scroller, ...scroller.children]) sizes.observe(each);
  };
  observe();
  new MutationObserver(observe).observe(scroller, { childList: true });
  scroller.addEventListener('scroll', say, { passive: true });
}
