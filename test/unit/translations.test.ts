import * as l10n from '@vscode/l10n';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { counted } from '../../src/words/formatNumbers';
import { languageEnvironment, useLanguage, useLanguageOfEnvironment } from '../../src/translations';

afterEach(() => {
  vi.unstubAllEnvs();
  l10n.config({ contents: {} });
});

describe('the language of a process', () => {
  it('is the one that its environment names', () => {
    vi.stubEnv('PROMPT_TUNER_LANGUAGE', 'zh-CN');
    useLanguageOfEnvironment();
    expect(counted(3, 'row')).toBe('3 行');
  });

  it.each(['', 'tlh', '../l10n/bundle.l10n.zh-cn', 'zh-cn.json'])('is English where that is %j', (name) => {
    vi.stubEnv('PROMPT_TUNER_LANGUAGE', name);
    useLanguageOfEnvironment();
    expect(counted(3, 'row')).toBe('3 rows');
  });

  it('goes to the processes that it starts', () => {
    expect(languageEnvironment()).toEqual({});
    useLanguage('zh-cn', { '{0} rows': '{0} 行' });
    expect(counted(3, 'row')).toBe('3 行');
    expect(languageEnvironment()).toEqual({ PROMPT_TUNER_LANGUAGE: 'zh-cn' });
  });
});
