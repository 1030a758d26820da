/**
 * Draws a part of the page again only when what it shows has changed,
 * and gives the focus back to the control of the same name.
 */
export function createRedraw(root: HTMLElement): (key: unknown, build: () => readonly (Node | string)[]) => void {
  let drawn: string | undefined;
  return (key, build) => {
    const now = JSON.stringify(key);
    if (now === drawn) return;
    drawn = now;
    const active = document.activeElement;
    const focused = active && root.contains(active) ? active.getAttribute('data-focus') : null;
    root.replaceChildren(...build());
    if (focused !== null) root.querySelector<HTMLElement>(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
  };
}

/** Names a control, so that the focus finds it again in what is drawn next. */
export function focusable<T extends Element>(name: string, control: T): T {
  control.setAttribute('data-focus', name);
  return control;
}
