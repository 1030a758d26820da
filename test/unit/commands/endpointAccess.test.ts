import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { isAgreed } from '../../../src/commands/endpointAccess';

/** A terminal on which a person types a line as soon as they are asked. */
function terminal(line: string, isTTY = true) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let asked = '';
  output.on('data', (chunk: Buffer) => {
    asked += chunk.toString();
    if (asked.endsWith('[y/N] ')) input.write(`${line}\n`);
  });
  return {
    streams: { input: Object.assign(input, { isTTY }), output: Object.assign(output, { isTTY }) },
    asked: () => asked,
  };
}

describe('the question before rows are sent', () => {
  it.each([
    ['y', true],
    ['YES ', true],
    ['', false],
    ['n', false],
    ['yesterday', false],
  ])('takes nothing but y and yes for a yes: %j', async (line, isYes) => {
    const { streams, asked } = terminal(line);
    expect(await isAgreed(undefined, streams)).toBe(isYes);
    expect(asked()).toContain('Send them? [y/N] ');
  });

  it('is not asked where nobody sits, which is no yes', async () => {
    const { streams, asked } = terminal('y', false);
    expect(await isAgreed(undefined, streams)).toBe(false);
    expect(asked()).toBe('');
  });
});
