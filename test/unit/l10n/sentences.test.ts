import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import {
  bundleText,
  collectSentences,
  placesOf,
  sourceFiles,
  syntaxTree,
} from '../../../media/l10n/collectSentences.mjs';
import { repository } from '../../support/running/paths';
import { unwrappedIn } from '../../support/text/unwrappedSentences';

const files = sourceFiles();
const textOf = (name: string): string => readFileSync(join(repository, 'media', 'l10n', name), 'utf8');
const english = JSON.parse(textOf('bundle.l10n.json')) as Readonly<Record<string, string>>;
const chinese = JSON.parse(textOf('bundle.l10n.zh-cn.json')) as Readonly<Record<string, string>>;

/** What speaks to programs, agents or whoever writes programs, and files that have a language of their own. */
const untranslated: readonly RegExp[] = [
  // Programs and documents beside an export, and the README of a shared run.
  /^src\/adapters\/(?:chatSnippets|exportReadme|exportSnippets|peft|readmeParts|servedSnippets)\.ts$/,
  /^src\/use\/export\/(?:card\.ts$|formats\/)/,
  /^src\/use\/share\/shared(?:Files|Readme|Record)\.ts$/,
  /^src\/cluster\/(?:batchScript|jobLines|studyTask)\.ts$/,
  /^src\/runs\/store\/runFolder\.ts$/,
  // The documentation, which is in English, and what packs the product.
  /^src\/(?:documentation|packaging)\//,
  // The command line's own words, the answers of the server, the tools of agents, and errors as Jinja says them.
  /^src\/(?:cli\.ts$|commands\/|serve\/(?!server)|tools\/|trainer\.ts$|chat\/)/,
  // Names in graphs, files of models, patterns, and states of scanners.
  /^src\/(?:autodiff|onnx)\//,
  /^src\/model\/(?:gguf\/tokenizer|hub\/variants|stores\/storeFolders|tokenizer\/(?:decoders|preTokenizers))\.ts$/,
  /^src\/data\/(?:table\/delimited|json)\.ts$/,
  /^src\/decoding\/grammar\/xgrammarModule\.ts$/,
  /^src\/html\.ts$/,
  // Titles of metrics, which a run's record keeps.
  /^src\/(?:metrics\/(?:check|json|text)\/|scoring\/metricFace)/,
  // Texts of templates, and words that they are guessed or rewritten by.
  /^src\/template\/import\/(?:promptfoo\/promptfooChecks|table\/(?:guessAnswers|tableTemplate))\.ts$/,
  /^src\/template\/(?:language\/completion|syntax\/tags)\.ts$/,
  /^src\/tuning\/search\/proposals\//,
];

/** Programs, which begin to work where they are loaded. */
const programs = /^src\/(cli|trainer|extension)\.ts$|Worker\.ts$/;

describe('the sentences of the sources', () => {
  it('are those of the English bundle, which `npm run sentences` writes', () => {
    const keys = collectSentences(files);
    expect(textOf('bundle.l10n.json')).toBe(bundleText(keys.map((key) => [key, key])));
  });

  it('are all marked as such, but for what is no sentence to a person', () => {
    const paths = files.filter((path) => !untranslated.some((pattern) => pattern.test(path)));
    expect(paths.flatMap((path) => unwrappedIn(syntaxTree(path)))).toEqual([]);
  });

  it('are said by nothing that is loaded before the language is known', async () => {
    const modules = files.filter((path) => path.startsWith('src/') && !programs.test(path));
    const program = join('out', 'test', 'l10n', 'allModules.cjs');
    await build({
      stdin: {
        contents: modules.map((path, index) => `export * as m${index} from './${path}';`).join('\n'),
        resolveDir: repository,
      },
      outfile: program,
      bundle: true,
      platform: 'node',
      target: 'node20',
      sourcemap: 'inline',
      treeShaking: false,
      external: ['onnxruntime-node'],
      alias: {
        vscode: join(repository, 'test/support/standIns/vscodeStub.ts'),
        '@vscode/l10n': join(repository, 'test/support/running/tooEarly.ts'),
      },
      logLevel: 'error',
    });
    expect(execFileSync(process.execPath, ['--enable-source-maps', program], { encoding: 'utf8' })).toBe('');
  });

  it('of a page are translated from its first import on', () => {
    const pages = files.filter((path) => /^webview\/[^/]+\/main\.ts$/.test(path));
    expect(pages.length).toBeGreaterThan(4);
    for (const path of pages) expect(syntaxTree(path).statements[0]?.getText()).toBe("import '../translations';");
  });
});

describe('the Chinese sentences', () => {
  it('are of English ones that there are', () => {
    expect(Object.keys(chinese).filter((key) => !(key in english))).toEqual([]);
  });

  it('have the places of the English ones', () => {
    const sorted = (text: string) => [...placesOf(text)].sort().join();
    expect(Object.entries(chinese).filter(([key, text]) => sorted(key) !== sorted(text))).toEqual([]);
  });

  it('leave none out', () => {
    expect(Object.keys(english).filter((key) => !(key in chinese))).toEqual([]);
  });
});
