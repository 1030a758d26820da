// Which tests of a ring failed and the first line of why: what the end of `npm test` says, where logs are cut to it.
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const mark = /^\s*✗ /;
/** Lines kept of a ring that failed and names no test. */
const mostLines = 5;

const firstLine = (text) =>
  stripVTControlCharacters(text)
    .split('\n')
    .find((line) => line.trim() !== '')
    ?.trim() ?? 'no reason was given';

/** @returns of each test that failed, and of each file that could not be run, its name and the first line of why */
export function failedInReport({ testResults }) {
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(process.cwd(), name);
    const failed = assertionResults.filter((each) => each.status === 'failed');
    if (failed.length === 0 && status === 'failed') return [{ test: file, reason: firstLine(message) }];
    return failed.map(({ fullName, failureMessages }) => ({
      test: `${file}: ${fullName}`,
      reason: firstLine(failureMessages.join('\n')),
    }));
  });
}

/** The same of a ring that prints `✗ name` and the reason below; of one that names no test, what it says is wrong. */
export function failedInLines(lines) {
  const named = lines.flatMap((line, at) =>
    mark.test(line) ? [{ test: line.replace(mark, '').trim(), reason: firstLine(lines[at + 1] ?? '') }] : [],
  );
  if (named.length > 0) return named;
  const filled = lines.map((line) => stripVTControlCharacters(line).trim()).filter(Boolean);
  const wrong = filled.filter((line) => /error|warn/i.test(line)).slice(0, mostLines);
  return (wrong.length > 0 ? wrong : filled.slice(-mostLines)).map((reason) => ({ test: 'the ring', reason }));
}
