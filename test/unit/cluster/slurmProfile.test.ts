import { describe, expect, it } from 'vitest';
import { parseProfile, withOptions } from '../../../src/cluster/slurmProfile';

describe('the profile of a project', () => {
  it('says what is asked of Slurm', () => {
    const text = `partition: long
time: "2:00:00"
cpus: 8
mem: 16G
arrayLimit: 20
sbatch: --qos=low --comment "a study"
prologue: |
  module load node
  ulimit -c 0
`;
    expect(parseProfile(text, 'slurm.yaml')).toEqual({
      partition: 'long',
      time: '2:00:00',
      cpus: 8,
      mem: '16G',
      arrayLimit: 20,
      sbatch: ['--qos=low', '--comment', 'a study'],
      prologue: ['module load node', 'ulimit -c 0'],
    });
    expect(parseProfile('# nothing yet\n', 'slurm.yaml')).toEqual({});
  });

  it.each([
    ['partition: a\nmemory: 3G\n', 'There is no key "memory" in the profile.', 2],
    ['cpus: many\n', 'The value of "cpus" cannot be read.', 1],
    ['a: [\n', 'The profile is not valid YAML', 2],
    ['- a\n', 'The profile holds no keys.', 1],
    ['sbatch: --comment "open\n', 'The value of "sbatch" cannot be read.', 1],
  ])('that says %j is refused with its line', (text, message, line) => {
    expect(() => parseProfile(text, 'slurm.yaml')).toThrow(
      expect.objectContaining({
        code: 'slurm-options',
        message: expect.stringContaining(message) as string,
        location: expect.objectContaining({ file: 'slurm.yaml', line }) as object,
      }) as Error,
    );
  });

  it('is outranked by what is said beside it, and further options are put together', () => {
    expect(
      withOptions({ partition: 'a', cpus: 2, sbatch: ['--qos=x'] }, { partition: 'b', sbatch: ['--exclusive'] }),
    ).toEqual({ partition: 'b', cpus: 2, sbatch: ['--qos=x', '--exclusive'] });
  });
});
