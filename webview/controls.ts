import { provideVSCodeDesignSystem, vsCodeButton, vsCodeCheckbox, vsCodeDropdown, vsCodeOption } from '@vscode/webview-ui-toolkit';

/** Registers the controls that our pages use; the toolkit is archived, so nothing else imports it. */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox(), vsCodeDropdown(), vsCodeOption());
}

/** A toolkit button. */
export function button(label: string, press: () => void, appearance: 'primary' | 'secondary' = 'secondary'): HTMLElement {
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
  // The state it starts with is reported as a change as well.
  element.addEventListener('change', () => {
    if (element.checked !== checked) change(element.checked);
  });
  return element;
}

/** A toolkit drop-down list with its label; `change` gets the key chosen. */
export function dropDown(label: string, options: readonly { readonly key: string; readonly name: string }[], chosen: string | null, change: (key: string) => void): HTMLElement {
  const element = document.createElement('vscode-dropdown') as HTMLElement & { value: string };
  element.setAttribute('aria-label', label);
  for (const { key, name } of options) {
    const option = document.createElement('vscode-option');
    option.setAttribute('value', key);
    option.toggleAttribute('selected', key === chosen);
    option.textContent = name;
    element.append(option);
  }
  element.addEventListener('change', () => {
    if (element.value !== chosen) change(element.value);
  });
  return element;
}
