import { describe, expect, it } from 'vitest';
import { readExitCodes, readSacct, readSqueue, secondsOf } from '../../../src/cluster/jobLines';

describe('what squeue says of tasks', () => {
  it('is read field by field, with a reason that holds anything', () => {
    const text = [
      '12|0|RUNNING|1-02:03:04|2-00:00:00|n[1-2]|study|None',
      '12|3|PENDING|0:00|30:00||study|ReqNodeNotAvail, UnavailableNodes:n[1-4]|x',
      '13|N/A|CANCELLED|0:00|UNLIMITED||study|JobHeldUser',
      'slurm_load_jobs error: something else',
      '',
    ].join('\n');
    expect(readSqueue(text)).toEqual([
      {
        job: '12',
        index: 0,
        name: 'study',
        state: { state: 'RUNNING', node: 'n[1-2]', elapsed: 93784, limit: 172800 },
      },
      {
        job: '12',
        index: 3,
        name: 'study',
        state: {
          state: 'PENDING',
          reason: 'ReqNodeNotAvail, UnavailableNodes:n[1-4]|x',
          elapsed: 0,
          limit: 1800,
        },
      },
      { job: '13', name: 'study', state: { state: 'CANCELLED', reason: 'JobHeldUser', elapsed: 0 } },
    ]);
  });

  it('lacks exit codes, which scontrol has', () => {
    const text = [
      'JobId=7 ArrayJobId=5 ArrayTaskId=2 JobName=x JobState=FAILED Reason=NonZeroExitCode ExitCode=0:9 Node=n1',
      'JobId=5 ArrayJobId=5 ArrayTaskId=3-9 JobName=x JobState=PENDING ExitCode=0:0',
    ].join('\n');
    expect([...readExitCodes(text)]).toEqual([['5_2', '0:9']]);
  });
});

describe('what sacct says of tasks', () => {
  it('is read with who cancelled left out, and steps and jobs that are no tasks too', () => {
    const text = [
      '12_3|CANCELLED by 1000|61|60|n2|0:15|study|None',
      '12_4|OUT_OF_MEMORY|5|UNLIMITED|n2|0:125|study|',
      '12_4.batch|OUT_OF_MEMORY|5||n2|0:125|study|',
      '14|COMPLETED|5|60|n2|0:0|study|',
    ].join('\n');
    expect(readSacct(text)).toEqual([
      {
        job: '12',
        index: 3,
        name: 'study',
        state: { state: 'CANCELLED', node: 'n2', elapsed: 61, limit: 3600, exit: '0:15' },
      },
      { job: '12', index: 4, name: 'study', state: { state: 'OUT_OF_MEMORY', node: 'n2', elapsed: 5, exit: '0:125' } },
    ]);
  });
});

describe('a time as Slurm writes it', () => {
  it.each([
    ['0:07', 7],
    ['12:34', 754],
    ['1:00:00', 3600],
    ['2-00:00:01', 172801],
    ['UNLIMITED', undefined],
    ['INVALID', undefined],
    ['', undefined],
  ])('%s is %s seconds', (text, seconds) => {
    expect(secondsOf(text)).toBe(seconds);
  });
});
