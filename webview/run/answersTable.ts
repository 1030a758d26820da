import type { GivenAnswer } from '../../src/views/run/contract';
import { element } from '../element';

/** Answers of a free text task beside what was expected. */
export function answersTable(answers: readonly GivenAnswer[]): HTMLElement {
  const heading = (text: string) => element('th', { scope: 'col' }, text);
  return element(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Answers' },
    element(
      'table',
      { class: 'samples answers' },
      element('caption', { class: 'hidden' }, 'Some answers beside what was expected'),
      element('thead', {}, element('tr', {}, ...['Row', 'Input', 'Expected', 'Answer'].map(heading))),
      element(
        'tbody',
        {},
        ...answers.map(({ row, input, expected, answer, isRight }) =>
          element(
            'tr',
            {},
            element('td', { class: 'number' }, String(row + 1)),
            element('th', { scope: 'row', class: 'input' }, text(input)),
            element('td', {}, text(expected)),
            element('td', { class: isRight ? 'right' : 'wrong' }, given(answer, isRight)),
          ),
        ),
      ),
    ),
  );
}

function given(answer: string, isRight: boolean): HTMLElement {
  return element(
    'div',
    { class: 'given' },
    element(
      'span',
      { 'aria-label': isRight ? 'right:' : 'otherwise:', role: 'img', class: 'verdict' },
      isRight ? '✓' : '✗',
    ),
    answer === '' ? element('span', { class: 'quiet' }, 'nothing') : text(answer),
  );
}

function text(value: string): HTMLElement {
  return element('span', { class: 'clipped', title: value, dir: 'auto' }, value);
}
