import { describe, expect, it } from 'vitest';
import { webviewPage } from '../../../../src/views/page/webviewPage';

const parts = {
  title: 'Comparison',
  script: 'https://editor/comparison.js',
  style: 'https://editor/comparison.css',
  source: 'https://editor',
};
const policyOf = (page: string) => /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';

describe('a webview page', () => {
  it('forbids everything but its own style, pictures, fonts and the script with its nonce', () => {
    const page = webviewPage(parts);
    const nonce = /<script nonce="([^"]+)"/.exec(page)?.[1];
    expect(policyOf(page).split('; ')).toEqual([
      "default-src 'none'",
      `style-src https://editor 'nonce-${nonce}'`,
      'img-src https://editor',
      'font-src https://editor',
      `script-src 'nonce-${nonce}'`,
    ]);
    expect(page).not.toMatch(/unsafe|\son\w+=|style="/);
  });

  it('has another nonce each time', () => {
    expect(policyOf(webviewPage(parts))).not.toBe(policyOf(webviewPage(parts)));
  });
});
