import { describe, expect, it } from 'vitest';
import { pathsMatching } from '../../../../src/template/import/importFiles';

describe('a pattern of files', () => {
  it('means the files that it would mean to a shell', () => {
    const tree: Readonly<Record<string, readonly string[]>> = {
      '.': ['a.txt', 'b.md', 'sub/', 'node_modules/'],
      sub: ['c.txt', 'deep/'],
      'sub/deep': ['d.txt', 'e.(1).txt'],
      node_modules: ['x.txt'],
    };
    const paths = (pattern: string) => pathsMatching(pattern, { listFolder: (path) => tree[path || '.'] ?? [] });
    expect(paths('*.txt')).toEqual(['a.txt']);
    expect(paths('**/*.txt')).toEqual(['a.txt', 'sub/c.txt', 'sub/deep/d.txt', 'sub/deep/e.(1).txt']);
    expect(paths('sub/*.txt')).toEqual(['sub/c.txt']);
    expect(paths('./{a,b}.{txt,md}')).toEqual(['a.txt', 'b.md']);
    expect(paths('sub/deep/?.txt')).toEqual(['sub/deep/d.txt']);
    expect(paths('plain.txt')).toEqual(['plain.txt']);
  });
});
