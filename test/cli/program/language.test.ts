import { afterEach, describe, expect, it, vi } from 'vitest';
import { runProcess, workspace } from '../../support/runs/runCli';

describe('the language of the command line', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('is that of the environment for sentences, and never for codes', async () => {
    const folder = await workspace({ 'a.prompt': '---\nmodel: nothing/there\n---\n{{text}}\n' });
    vi.stubEnv('PROMPT_TUNER_LANGUAGE', 'zh-cn');
    const { out } = await runProcess(folder, 'check', 'a.prompt');
    expect(out).toMatch(/“nothing\/there”.* \[model-unknown\]/);
    expect(out).not.toContain('is not on this machine');
  });
});
