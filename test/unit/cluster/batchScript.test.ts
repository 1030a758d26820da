import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrayArguments, batchScript } from '../../../src/cluster/batchScript';
import { shellQuoted, shellWords } from '../../../src/cluster/shellWords';

const planned = { id: 'study', folder: '/', node: process.execPath, program: '/dev/null', options: {} };

const bash = (script: string, env: NodeJS.ProcessEnv = process.env) =>
  execFileSync('bash', ['-c', script], { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'] });

describe.skipIf(process.platform === 'win32')('a batch script', () => {
  it('becomes the program, with as many threads as Slurm has given it cores', () => {
    const program = `${process.cwd()}/test/support/standIns/showThreads.cjs`;
    const script = batchScript({ ...planned, program, options: { prologue: ['export OF_PROLOGUE=yes'] } }, ["it's"]);
    const env = { ...process.env, SLURM_CPUS_PER_TASK: '3' };
    expect(JSON.parse(bash(script, env))).toEqual({ threads: '3', prologue: 'yes', given: ["it's"], folder: '/' });
  });

  it('says what is missing where there is no such program', () => {
    expect(() => bash(batchScript({ ...planned, program: '/not/there.js' }, []))).toThrow(
      expect.objectContaining({
        status: 127,
        stderr: expect.stringContaining('the program (/not/there.js) cannot be found on') as string,
      }) as Error,
    );
  });
});

describe('a job array', () => {
  it('asks for what was said, and what was said last outranks', () => {
    const parts = { count: 12, log: '/x/log', name: 'n', isHeld: false };
    const args = arrayArguments({ arrayLimit: 4, cpus: 2, mem: '1G', sbatch: ['--mem=2G'] }, parts);
    expect(args).toContain('--array=0-11%4');
    expect(args).toContain('--cpus-per-task=2');
    expect(args.indexOf('--mem=2G')).toBeGreaterThan(args.indexOf('--mem=1G'));
  });
});

describe('words of a shell', () => {
  it.skipIf(process.platform === 'win32')('are parted and quoted as a shell does it', () => {
    for (const text of ['a b', `--comment "a \\"b\\" c" 'd e'f \\ g`, '  x  ', ''])
      expect(shellWords(text)).toEqual(
        bash(`printf '%s\\0' ${text}`)
          .split('\0')
          .slice(0, text.trim() ? -1 : 0),
      );
    expect(shellWords('"open')).toBeUndefined();
  });

  it('come back from their quotes', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        expect(shellWords(shellQuoted(text))).toEqual([text]);
      }),
    );
  });
});
