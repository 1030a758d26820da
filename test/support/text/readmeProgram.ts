import { readFileSync } from 'node:fs';

/** A program that README shows, with another prompt in it. @param number in its order, from 0 */
export function readmeProgram(number: number, prompt: string): string {
  const readme = readFileSync('README.md', 'utf8');
  const section = readme.slice(readme.indexOf('## Use it in a program'));
  const code = [...section.matchAll(/```js\n(.*?)```/gs)][number]![1]!;
  return code.replace(/'\.prompt-tuner\/runs\/[^']+'/, JSON.stringify(prompt));
}
