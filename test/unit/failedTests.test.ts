import { join } from 'node:path';
import { expect, it } from 'vitest';
import { failedInLines, failedInReport } from '../support/running/failedTests.mjs';

const escape = String.fromCharCode(27);

it('names each failed test of a report by its file, with the first line of its error in plain letters', () => {
  const report = {
    testResults: [
      {
        name: join(process.cwd(), 'test', 'unit', 'sums.test.ts'),
        status: 'failed',
        message: '',
        assertionResults: [
          { fullName: 'sums adds', status: 'passed', failureMessages: [] },
          {
            fullName: 'sums carries',
            status: 'failed',
            failureMessages: [`\n${escape}[31mAssertionError${escape}[39m: expected 1 to be 2\n    at sums.ts:1:1`],
          },
        ],
      },
    ],
  };
  expect(failedInReport(report)).toEqual([
    { test: join('test', 'unit', 'sums.test.ts') + ': sums carries', reason: 'AssertionError: expected 1 to be 2' },
  ]);
});

it('names a file that could not be loaded', () => {
  const name = join(process.cwd(), 'broken.test.ts');
  const report = { testResults: [{ name, status: 'failed', message: 'Cannot find x\n  at y', assertionResults: [] }] };
  expect(failedInReport(report)).toEqual([{ test: 'broken.test.ts', reason: 'Cannot find x' }]);
});

it('finds the names and the reasons in what a ring prints', () => {
  expect(failedInLines(['  ✓ opens', '  ✗ closes (2.0 s)', 'Error: it stayed open', '    at window.ts'])).toEqual([
    { test: 'closes (2.0 s)', reason: 'Error: it stayed open' },
  ]);
});

it('says what a ring without names calls an error, or its last lines', () => {
  expect(failedInLines(['src/a.ts', '  1:1  error  Unexpected any', '', '1 problem'])).toEqual([
    { test: 'the ring', reason: '1:1  error  Unexpected any' },
  ]);
  expect(failedInLines(['Segmentation fault', ''])).toEqual([{ test: 'the ring', reason: 'Segmentation fault' }]);
});
