/** The colours and fonts that a canvas needs from the editor's theme, which style sheets get by themselves. */
export interface Theme {
  readonly foreground: string;
  readonly grid: string;
  readonly font: string;
  /** Six hues; a series tells itself apart by its badge and dashes as well. */
  readonly series: readonly string[];
}

const hues = ['blue', 'orange', 'green', 'purple', 'red', 'yellow'] as const;

/** The theme as it is now. */
export function readTheme(): Theme {
  // Of the body, whose style sheet may have a hue of its own.
  const style = getComputedStyle(document.body);
  const colour = (name: string, otherwise: string) => style.getPropertyValue(name).trim() || otherwise;
  const foreground = colour('--vscode-foreground', getComputedStyle(document.body).color);
  return {
    foreground,
    grid: `color-mix(in srgb, ${foreground} 25%, transparent)`,
    font: `12px ${colour('--vscode-font-family', 'sans-serif')}`,
    series: hues.map((hue) => colour(`--vscode-charts-${hue}`, foreground)),
  };
}

/** Calls the listener whenever the editor changes its theme. */
export function onThemeChange(listener: () => void): void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
  observer.observe(document.body, {
    attributes: true,
    attributeFilter: ['class', 'data-vscode-theme-kind', 'data-vscode-theme-id'],
  });
}
