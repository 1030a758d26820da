import * as l10n from '@vscode/l10n';
import type { FormField } from '../../src/views/train/contract';
import { textField } from '../controls';
import { element } from '../element';

/** A setting on the page. */
export interface FieldView {
  readonly name: string;
  readonly element: HTMLElement;
  /** Shows what is wrong with the text, or nothing. */
  problem(text: string | undefined): void;
  /** Whether the methods chosen read the setting at all. */
  enable(used: boolean): void;
}

/** Name, meaning, text and quick choices of a setting. @param change gets the text with every key */
export function createField(field: FormField, value: string, change: (text: string) => void): FieldView {
  const problem = element('p', { class: 'problem', role: 'alert' });
  problem.hidden = true;
  const chips: HTMLButtonElement[] = [];
  const single = field.name.startsWith('data.');
  const label = `tune.${field.name}`;
  const input = textField(label, value, (text) => {
    mark(text);
    change(text);
  });
  input.setAttribute(
    'placeholder',
    field.written ? l10n.t`${field.otherwise} (template)` : l10n.t`${field.otherwise} (default)`,
  );
  const mark = (text: string) => {
    const chosen = single ? [text.trim()] : valuesIn(text);
    for (const chip of chips) chip.setAttribute('aria-pressed', String(chosen.includes(chip.dataset.value ?? '')));
  };
  const toggle = (choice: string) => {
    const before = single ? [input.value.trim()] : valuesIn(input.value);
    const after = single
      ? before[0] === choice
        ? []
        : [choice]
      : before.includes(choice)
        ? before.filter((each) => each !== choice)
        : [...before, choice];
    input.value = after.join(', ');
    mark(input.value);
    change(input.value);
  };
  for (const choice of field.choices) {
    const chip = element(
      'button',
      { type: 'button', class: 'chip', 'data-value': choice, 'aria-pressed': 'false' },
      choice,
    );
    chip.addEventListener('click', () => toggle(choice));
    chips.push(chip);
  }
  mark(value);

  const made = element(
    'div',
    { class: 'field', 'data-field': field.name },
    element(
      'div',
      { class: 'about' },
      element('code', { class: 'name' }, label),
      element('p', { class: 'meaning', ...(field.paper !== null && { title: field.paper }) }, field.meaning),
      // Where all that may be written is beside the text, it needs no words.
      ...(field.choices.length > 1 && !single
        ? []
        : [element('p', { class: 'range' }, l10n.t`${capital(field.range)}.`)]),
    ),
    element(
      'div',
      { class: 'entry' },
      input,
      ...(chips.length > 0
        ? [
            element(
              'div',
              { class: 'chips', role: 'group', 'aria-label': l10n.t`Choices for tune.${field.name}` },
              ...chips,
            ),
          ]
        : []),
      problem,
    ),
  );
  return {
    name: field.name,
    element: made,
    problem(text) {
      input.setAttribute('aria-invalid', String(text !== undefined));
      input.setAttribute('aria-label', text === undefined ? label : `${label}. ${text}`);
      problem.hidden = text === undefined;
      if (problem.textContent !== (text ?? '')) problem.textContent = text ?? '';
    },
    enable(used) {
      made.hidden = !used;
    },
  };
}

/** The values of a list as it is written: `a, b` or `[a, b]`. */
function valuesIn(text: string): readonly string[] {
  return text
    .trim()
    .replace(/^\[|\]$/g, '')
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
