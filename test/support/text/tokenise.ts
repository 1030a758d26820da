import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import oniguruma from 'vscode-oniguruma';
import textmate from 'vscode-textmate';
import type { IGrammar } from 'vscode-textmate';

/** Stands for the editor's own grammar: enough YAML to see where it is used. */
const yaml = {
  scopeName: 'source.yaml',
  patterns: [{ name: 'entity.name.tag.yaml', match: '^\\s*[\\w.$-]+(?=\\s*:)' }],
};

/**
 * The grammar that Google's extension has under the same scope, reduced to its shape: tags and no scope for the front
 * matter.
 */
const google = {
  scopeName: 'source.dotprompt',
  patterns: [
    { begin: '^---\\s*$', end: '^---\\s*$', patterns: [{ include: 'source.yaml' }] },
    { begin: '\\{\\{', end: '\\}\\}', contentName: 'variable.parameter.handlebars' },
  ],
};

const files: Readonly<Record<string, string>> = {
  'source.dotprompt': 'media/syntaxes/dotprompt.tmLanguage.json',
  'prompt-tuner.injection': 'media/syntaxes/tuning.injection.tmLanguage.json',
};

/** A stretch of a line with the scopes it has, the language's own left out. */
export interface Scoped {
  readonly text: string;
  readonly scopes: readonly string[];
}

/** The grammar with its injection, as the editor puts them together. @param base whose grammar has the language */
export async function loadGrammar(base: 'own' | 'google' = 'own'): Promise<IGrammar> {
  const wasm = readFileSync(createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm'));
  await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) as ArrayBuffer);
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: (scope) => {
      if (scope === 'source.yaml') return Promise.resolve(yaml as never);
      if (scope === 'source.dotprompt' && base === 'google') return Promise.resolve(google as never);
      const file = files[scope];
      return Promise.resolve(file ? textmate.parseRawGrammar(readFileSync(file, 'utf8'), file) : null);
    },
    getInjections: (scope) => (scope === 'source.dotprompt' ? ['prompt-tuner.injection'] : []),
  });
  return (await registry.loadGrammar('source.dotprompt'))!;
}

/** Every stretch of a text with its scopes, in order. */
export function tokenise(grammar: IGrammar, text: string): readonly Scoped[] {
  let state = textmate.INITIAL;
  return text.split(/\r?\n/).flatMap((line) => {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    return tokens.map(({ startIndex, endIndex, scopes }) => ({
      text: line.slice(startIndex, endIndex),
      scopes: scopes.filter((scope) => scope !== 'source.dotprompt'),
    }));
  });
}

/** The innermost scopes of each stretch that reads like this. */
export function scopesOf(tokens: readonly Scoped[], text: string): readonly (string | undefined)[] {
  return tokens.filter((token) => token.text === text).map(({ scopes }) => scopes.at(-1));
}
