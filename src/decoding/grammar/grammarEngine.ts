import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import { largest } from '../../lists';
import { byteLettersOf } from '../../model/tokenizer/bytes';
import type { TokenPieces } from '../../model/tokenizer/tokenPieces';
import { openXgrammar, type Disposable, type GrammarMatcher } from './xgrammarModule';

/** Which tokens an answer may go on with. */
export interface TokenMask {
  /** A bit for each token, the lowest first. */
  readonly bits: Int32Array;
}

/** How far an answer has come in its grammar. */
export interface AnswerMatcher {
  /** Takes a token, where the grammar allows it. */
  take(token: number): boolean;
  mask(): Promise<TokenMask>;
  /** Lets another answer have it. */
  release(): void;
}

/** The one library that knows grammars, behind what is asked of it; it takes memory that `close` gives back. */
export interface GrammarEngine {
  /** @throws Failure "grammar-failed" */
  match(ebnf: string): Promise<AnswerMatcher>;
  /** Lets go of the library's memory. */
  close(): void;
}

interface Compiled {
  readonly grammar: Disposable;
  /** Those that no answer has: their making leaves memory behind, so that they are used again. */
  readonly idle: GrammarMatcher[];
}

/**
 * @param stop tokens that end an answer, allowed only where the grammar may end
 * @throws Failure "grammar-failed" where the library does not start
 */
export async function openGrammarEngine(
  { bytes }: Pick<TokenPieces, 'bytes'>,
  { vocabularySize, stop }: { readonly vocabularySize: number; readonly stop: readonly number[] },
): Promise<GrammarEngine> {
  const size = largest(
    stop.map((id) => id + 1),
    vocabularySize,
  );
  const ends = new Set(stop);
  const vocabulary = Array.from({ length: size }, (_, id) => (ends.has(id) ? '' : byteLettersOf(bytes[id] ?? none)));
  return inLibrary(async () => {
    const library = openXgrammar();
    const info = await library.TokenizerInfo.createTokenizerInfo(vocabulary, 'byte_level', false, size, stop);
    const compiler = await library.GrammarCompiler.createGrammarCompiler(info, false);
    const compiled = new Map<string, Promise<Compiled>>();
    const compile = async (ebnf: string): Promise<Compiled> => ({
      grammar: await compiler.compileGrammar(ebnf),
      idle: [],
    });
    return {
      match: (ebnf) =>
        inLibrary(async () => {
          const known = compiled.get(ebnf) ?? compile(ebnf);
          compiled.set(ebnf, known);
          const { grammar, idle } = await known;
          const matcher = idle.pop() ?? (await library.GrammarMatcher.createGrammarMatcher(grammar));
          return {
            take(token) {
              try {
                return matcher.acceptToken(token);
              } catch (error) {
                throw asFailure(error);
              }
            },
            mask: () => inLibrary(async () => ({ bits: await matcher.getNextTokenBitmask() })),
            release() {
              matcher.reset();
              idle.push(matcher);
            },
          };
        }),
      // The instance has memory of its own, which goes with it.
      close: () => compiled.clear(),
    };
  });
}

const none = new Uint8Array();

async function inLibrary<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asFailure(error);
  }
}

/** Whatever the library throws, a number among it, is its own failure: what it was doing cannot be gone on with. */
function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const said = error instanceof Error ? error.message : String(error);
  return new Failure(
    'grammar-failed',
    l10n.t`The grammar that answers are held to could not be followed: ${said}.`,
    {},
    l10n.t`Simplify output.schema, or set tune.constrain to false.`,
  );
}
