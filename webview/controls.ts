import { provideVSCodeDesignSystem } from '@vscode/webview-ui-toolkit';

// The toolkit is archived, so nothing else imports it. A bundle has only the controls that its page names.
export {
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodePanels,
  vsCodePanelTab,
  vsCodePanelView,
  vsCodeProgressRing,
  vsCodeTextArea,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';

/** Registers the controls that a page uses: `registerControls(vsCodeButton())`. */
export function registerControls(
  ...controls: Parameters<ReturnType<typeof provideVSCodeDesignSystem>['register']>
): void {
  provideVSCodeDesignSystem().register(...controls);
}

/** A toolkit button. */
export function button(
  label: string,
  press: () => void,
  appearance: 'primary' | 'secondary' = 'secondary',
): HTMLElement {
  const element = document.createElement('vscode-button');
  element.setAttribute('appearance', appearance);
  element.textContent = label;
  element.addEventListener('click', press);
  return element;
}

/** A toolkit check box; `change` gets whether it is checked. */
export function checkBox(label: string, checked: boolean, change: (checked: boolean) => void): HTMLElement {
  const element = document.createElement('vscode-checkbox') as HTMLElement & { checked: boolean };
  element.textContent = label;
  element.toggleAttribute('checked', checked);
  let last = checked;
  // The state it starts with is reported as a change as well.
  element.addEventListener('change', () => {
    if (element.checked === last) return;
    last = element.checked;
    change(last);
  });
  return element;
}

/** A toolkit drop-down list with its label; `change` gets the key chosen. */
export function dropDown(
  label: string,
  options: readonly { readonly key: string; readonly name: string }[],
  chosen: string | null,
  change: (key: string) => void,
): HTMLElement {
  const element = document.createElement('vscode-dropdown') as HTMLElement & { value: string };
  element.setAttribute('aria-label', label);
  for (const { key, name } of options) {
    const option = document.createElement('vscode-option');
    option.setAttribute('value', key);
    option.toggleAttribute('selected', key === chosen);
    option.textContent = name;
    element.append(option);
  }
  let last = chosen;
  element.addEventListener('change', () => {
    if (element.value === last) return;
    last = element.value;
    change(element.value);
  });
  return element;
}

/** A drop-down list with its label in sight. */
export function labelledDropDown(...[label, options, chosen, change]: Parameters<typeof dropDown>): HTMLElement {
  const whole = document.createElement('span');
  whole.className = 'labelled';
  const visible = document.createElement('span');
  visible.textContent = label;
  visible.setAttribute('aria-hidden', 'true');
  whole.append(visible, dropDown(label, options, chosen, change));
  return whole;
}

/** A toolkit text field; `input` gets every change. */
export function textField(
  label: string,
  value: string,
  input: (value: string) => void,
): HTMLElement & { value: string } {
  return typed('vscode-text-field', { label, value, input });
}

/** A toolkit text area of several lines, with its label above it; `input` gets every change. */
export function textArea(
  label: string,
  value: string,
  input: (value: string) => void,
): HTMLElement & { value: string } {
  const element = typed('vscode-text-area', { label, value, input });
  element.setAttribute('resize', 'vertical');
  element.setAttribute('rows', '3');
  return element;
}

function typed(
  tag: string,
  { label, value, input }: { readonly label: string; readonly value: string; input(value: string): void },
): HTMLElement & { value: string } {
  const element = document.createElement(tag) as HTMLElement & { value: string };
  element.setAttribute('aria-label', label);
  keepLabel(element, label);
  element.setAttribute('value', value);
  element.value = value;
  element.addEventListener('input', () => input(element.value));
  return element;
}

/** The toolkit takes the label of a field without text of its own away as soon as it is in the document. */
function keepLabel(element: HTMLElement, label: string): void {
  new MutationObserver(() => {
    if (/^Text (?:field|area)$/.test(element.getAttribute('aria-label') ?? ''))
      element.setAttribute('aria-label', label);
  }).observe(element, { attributeFilter: ['aria-label'] });
}

/** A ring that turns while something is awaited; its text is read aloud. */
export function waiting(text: string): HTMLElement {
  const whole = document.createElement('p');
  whole.className = 'waiting';
  whole.setAttribute('role', 'status');
  const ring = document.createElement('vscode-progress-ring');
  ring.setAttribute('aria-hidden', 'true');
  whole.append(ring, text);
  return whole;
}

export interface Tab {
  readonly key: string;
  readonly name: string;
  readonly content: HTMLElement;
}

/** Tabs of which one is shown; `change` gets the key of the one chosen. */
export function tabs(label: string, all: readonly Tab[], chosen: string, change: (key: string) => void): HTMLElement {
  const panels = document.createElement('vscode-panels') as HTMLElement & {
    activeid: string;
    activeindicator: boolean;
  };
  // The line that glides to the chosen tab begins at the first one; the style sheet draws one that stays.
  panels.activeindicator = false;
  panels.setAttribute('aria-label', label);
  panels.setAttribute('activeid', `tab-${chosen}`);
  for (const { key, name } of all) {
    const tab = document.createElement('vscode-panel-tab');
    tab.id = `tab-${key}`;
    tab.textContent = name;
    panels.append(tab);
  }
  for (const { key, content } of all) {
    const view = document.createElement('vscode-panel-view');
    view.id = `view-${key}`;
    view.append(content);
    panels.append(view);
  }
  let last = chosen;
  panels.addEventListener('change', (event) => {
    // Changes of the controls within come up here as well.
    if (event.target !== panels) return;
    const key = panels.activeid.slice('tab-'.length);
    if (key === last) return;
    last = key;
    change(key);
  });
  return panels;
}
