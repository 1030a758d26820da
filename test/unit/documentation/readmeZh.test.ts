import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository } from '../../support/running/paths';

const read = (name: string): string => readFileSync(join(repository, name), 'utf8');
const addresses = (text: string): readonly string[] =>
  [...text.matchAll(/\[[^\]]*\]\(([^)\s#]+)(?:#[^)]*)?\)/g)].map(([, address]) => address!);
const commands = (text: string): readonly string[] =>
  [...text.matchAll(/^(?:npm|prompt-tuner) [^#\n]*/gm)].map(([line]) => line.trim());

describe('README in Chinese', () => {
  const [english, chinese] = ['README.md', 'README.zh-cn.md'].map(read);

  it('leads to what is there', () => {
    for (const address of addresses(chinese!).filter((each) => !/^https?:/.test(each)))
      expect(existsSync(join(repository, address)), address).toBe(true);
  });

  it('shows the pictures, pages and commands that the English one shows', () => {
    const other = (text: string) => new Set(addresses(text).filter((each) => !/^README/.test(each)));
    for (const address of other(english!)) expect(other(chinese!), address).toContain(address);
    for (const command of commands(english!)) expect(commands(chinese!), command).toContain(command);
  });

  it('has the headings of the English one in its order, and one on Chinese tasks', () => {
    const levels = (text: string) => text.match(/^#+ /gm)!.join('');
    expect(levels(chinese!)).toBe(levels(english!).replace('## ## ', '## ## ## '));
  });
});
