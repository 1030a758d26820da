import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';

/** What is used of `@mlc-ai/web-xgrammar`; its own types are those of a module, which its file is not. */
export interface Xgrammar {
  readonly TokenizerInfo: {
    /** @param vocabulary GPT-2's letters for bytes, by token id; an empty one is never allowed */
    createTokenizerInfo(
      vocabulary: readonly string[],
      kind: 'byte_level',
      addsSpace: boolean,
      size: number,
      stop: readonly number[],
    ): Promise<Disposable>;
  };
  readonly GrammarCompiler: {
    createGrammarCompiler(info: Disposable, isCached: boolean): Promise<GrammarCompiler>;
  };
  readonly GrammarMatcher: {
    createGrammarMatcher(grammar: Disposable): Promise<GrammarMatcher>;
  };
}

export interface Disposable {
  dispose(): void;
}

export interface GrammarCompiler extends Disposable {
  compileGrammar(ebnf: string): Promise<Disposable>;
}

export interface GrammarMatcher extends Disposable {
  acceptToken(token: number): boolean;
  /** A bit for each token, the lowest first. */
  getNextTokenBitmask(): Promise<Int32Array>;
  isTerminated(): boolean;
  reset(): void;
}

/** Name and version, as runs record them. */
export const grammarLibrary = '@mlc-ai/web-xgrammar 0.1.27';

/** The file beside the bundles, or in the packages where the sources run as they are. */
function moduleFile(): string {
  const beside = join(__dirname, 'xgrammar.js');
  if (existsSync(beside)) return beside;
  return createRequire(join(__dirname, 'x.js')).resolve('@mlc-ai/web-xgrammar');
}

/**
 * An instance with memory of its own, which goes when nobody holds it.
 *
 * The file is a script of CommonJS that its package calls a module, so that neither `require` nor `import` reads it;
 * and a module would be one for the whole process, which keeps its memory and, once it has failed, its failure.
 */
export function openXgrammar(): Xgrammar {
  const file = moduleFile();
  const source = readFileSync(file, 'utf8').replace("await import('module')", "require('module')");
  const parameters = ['exports', 'module', 'require', '__filename', 'console'];
  const run = compileFunction(source, parameters, { filename: file }) as (...given: readonly unknown[]) => void;
  const module = { exports: {} };
  // What it says of a grammar goes to no console: it throws where that cannot be used.
  const silent = { log: () => undefined, warn: () => undefined, error: () => undefined };
  run(module.exports, module, createRequire(file), file, silent);
  return module.exports as Xgrammar;
}
