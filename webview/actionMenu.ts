import { element } from './element';
import { svg } from './svg';

/** What a menu offers. */
export interface MenuEntry {
  readonly label: string;
  press(): void;
}

export interface ActionMenu {
  readonly root: HTMLElement;
  /** Opens below a button, or above it where there is no room, and closes where it is open for that button. */
  open(anchor: HTMLElement, label: string, entries: readonly MenuEntry[]): void;
}

/** A menu above everything else on the page, which no table cuts off; one for all buttons that open one. */
export function createActionMenu(): ActionMenu {
  const root = element('div', { class: 'menu', role: 'menu', popover: 'manual' });
  let openedBy: string | undefined;
  const items = () => [...root.querySelectorAll('button')];

  /** What is drawn anew meanwhile has another button of the same name. */
  const anchorNow = () =>
    openedBy === undefined
      ? null
      : document.querySelector<HTMLElement>(`[aria-haspopup=menu][data-focus="${CSS.escape(openedBy)}"]`);
  const close = (): void => {
    if (openedBy === undefined) return;
    anchorNow()?.setAttribute('aria-expanded', 'false');
    openedBy = undefined;
    root.hidePopover();
  };
  const closeAndReturn = (): void => {
    const anchor = anchorNow();
    close();
    anchor?.focus();
  };
  const closeOutside = ({ target }: Event): void => {
    if (target instanceof Node && !root.contains(target) && !anchorNow()?.contains(target)) close();
  };

  root.addEventListener('keydown', (event) => {
    const all = items();
    const to = nextItem(event.key, all.indexOf(document.activeElement as HTMLButtonElement), all.length);
    if (to !== undefined) {
      event.preventDefault();
      all[to]?.focus();
    } else if (event.key === 'Escape' || event.key === 'Tab') closeAndReturn(); // Tab goes on from the button.
  });
  document.addEventListener('pointerdown', closeOutside);
  const follow = (): void => {
    const anchor = anchorNow();
    if (anchor) placeBeside(root, anchor);
    else close();
  };
  document.addEventListener('scroll', follow, { capture: true });
  window.addEventListener('resize', follow);
  window.addEventListener('blur', close);

  return {
    root,
    open(anchor, label, entries) {
      const isOpen = openedBy === anchor.dataset.focus;
      close();
      if (isOpen) return;
      root.setAttribute('aria-label', label);
      root.replaceChildren(
        ...entries.map((entry) => {
          const item = element('button', { role: 'menuitem', tabindex: '-1' }, entry.label);
          item.addEventListener('click', () => {
            closeAndReturn();
            entry.press();
          });
          return item;
        }),
      );
      openedBy = anchor.dataset.focus;
      anchor.setAttribute('aria-expanded', 'true');
      root.showPopover();
      placeBeside(root, anchor);
      items()[0]?.focus({ preventScroll: true });
    },
  };
}

/** The item that a key leads to from another; undefined for keys that lead to none. */
function nextItem(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return (at + 1) % count;
    case 'ArrowUp':
      return (Math.max(at, 0) - 1 + count) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}

function placeBeside(root: HTMLElement, anchor: HTMLElement): void {
  const gap = 2;
  const { right, top, bottom } = anchor.getBoundingClientRect();
  const { width, height } = root.getBoundingClientRect();
  const below = bottom + gap + height <= window.innerHeight;
  root.style.left = `${Math.max(gap, right - width)}px`;
  root.style.top = `${Math.max(gap, below ? bottom + gap : top - gap - height)}px`;
}

/** The button that opens it: three dots with a name. */
export function menuButton(name: string, press: (button: HTMLElement) => void): HTMLElement {
  const dots = [3, 8, 13].map((cx) => svg('circle', { cx, cy: 8, r: 1.4, fill: 'currentColor' }));
  const button = element(
    'button',
    {
      class: 'menu-button',
      'aria-label': name,
      title: name,
      'aria-haspopup': 'menu',
      'aria-expanded': 'false',
    },
    svg('svg', { viewBox: '0 0 16 16', 'aria-hidden': 'true' }, ...dots),
  );
  button.addEventListener('click', () => press(button));
  return button;
}
