import { parseArgs } from 'node:util';
import { checkTemplate } from '../../../src/template/check/check';
import { completeAt } from '../../../src/template/language/completion';
import type { TemplateContext } from '../../../src/template/read/templateContext';
import { foldsOf } from '../../../src/template/language/folding';
import { hoverAt } from '../../../src/template/language/hover';
import { inlaysOf } from '../../../src/template/language/inlay';
import { lensesOf } from '../../../src/template/language/lenses';
import { occurrencesAt } from '../../../src/template/language/rename';
import { symbolsOf } from '../../../src/template/language/symbols';
import { longTemplate } from './longTemplate';

const { values } = parseArgs({ options: { keystrokes: { type: 'string', default: '20' } } });
const lengths = [50, 500, 5000];

const context: TemplateContext = {
  columns: ['text', 'label'],
  sampleRows: [{ text: 'a row', label: 'person' }],
  contextLength: 1 << 20,
  encoder: { firstVirtualToken: 256, encode: (text) => Array.from(text, (letter) => letter.charCodeAt(0) & 255) },
};

/** What an editor asks after a key was pressed: at once for completion, after a pause for the rest. */
const work: Readonly<Record<string, (text: string, at: number) => unknown>> = {
  completion: (text, at) => completeAt(text, at, context),
  hover: (text, at) => hoverAt(text, at, context),
  occurrences: (text, at) => occurrencesAt(text, at, context),
  'outline and folds': (text) => [symbolsOf(text), foldsOf(text)],
  'findings of the text': (text) => checkTemplate(text, 'bench.prompt', { columns: context.columns }),
  'findings with tokens': (text) => checkTemplate(text, 'bench.prompt', context),
  'hints and lenses': (text) => [inlaysOf(text, 'bench.prompt', context), lensesOf(text, 'bench.prompt', context)],
};

const median = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!;

console.log(['lines', ...Object.keys(work), 'whole keystroke'].join(' | '));
for (const lines of lengths) {
  const whole = longTemplate(lines);
  const middle = whole.indexOf('{{text}}', whole.length >> 1) + 2;
  const times: Record<string, number[]> = {};
  for (let key = 0; key < Number(values.keystrokes) + 3; key++) {
    // Each keystroke is a text that nothing remembers.
    const text = `${whole.slice(0, middle)}t${'e'.repeat(key % 7)}${key}${whole.slice(middle)}`;
    let sum = 0;
    for (const [name, run] of Object.entries(work)) {
      const start = performance.now();
      run(text, middle + 1);
      const milliseconds = performance.now() - start;
      sum += milliseconds;
      // The first keystrokes are still being compiled.
      if (key >= 3) (times[name] ??= []).push(milliseconds);
    }
    if (key >= 3) (times.all ??= []).push(sum);
  }
  console.log(
    [
      lines,
      ...Object.keys(work).map((name) => `${median(times[name]!).toFixed(1)} ms`),
      `${median(times.all!).toFixed(1)} ms`,
    ].join(' | '),
  );
}
