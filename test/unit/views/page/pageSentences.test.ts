import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as vscode from 'vscode';
import { pageSentences } from '../../../../src/views/page/pageSentences';
import { webviewPage } from '../../../../src/views/page/webviewPage';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'page-sentences-'));
  writeFileSync(join(folder, 'run.sentences.json'), JSON.stringify(['Loss', 'Say "{0}".', 'Steps']));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const sentencesIn = (bundle: Readonly<Record<string, string>> | undefined) => {
  vi.spyOn(vscode.l10n, 'bundle', 'get').mockReturnValue(bundle);
  return pageSentences(vscode.Uri.file(folder), 'run');
};

describe('the sentences of a page', () => {
  it('are those that it says, of the language of the window', () => {
    expect(sentencesIn({ Loss: '损失', 'Say "{0}".': '说“{0}”。', Other: '其他' })).toEqual({
      Loss: '损失',
      'Say "{0}".': '说“{0}”。',
    });
  });

  it('are none in English, where no file is read', () => {
    rmSync(join(folder, 'run.sentences.json'));
    expect(sentencesIn(undefined)).toBeUndefined();
  });

  it('stand in the page, escaped', () => {
    const parts = { title: 'Run', script: 'run.js', style: 'run.css', source: 'https://editor' };
    const page = webviewPage({ ...parts, language: 'zh-cn', sentences: { 'Say "{0}".': '<b>' } });
    expect(page).toContain('<html lang="zh-cn">');
    expect(page).toContain('data-sentences="{&quot;Say \\&quot;{0}\\&quot;.&quot;:&quot;&lt;b&gt;&quot;}"');
    expect(webviewPage(parts)).not.toContain('data-sentences');
  });
});
