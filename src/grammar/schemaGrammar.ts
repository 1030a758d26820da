import * as l10n from '@vscode/l10n';
import { openJsonRules, type JsonRules } from './jsonRules';
import type { Maker, Unenforced } from './maker';
import { satisfiesIn } from './satisfies';
import { flattened, GrammarProblem } from './schemaParts';
import { valueOf } from './valueRules';

/** What answers are held to while they are written. */
export interface AnswerGrammar {
  /** In the notation of xgrammar. */
  readonly ebnf: string;
  /** Each once, in the order of the schema. */
  readonly unenforced: readonly Unenforced[];
}

export interface GrammarOptions {
  /** Whether a space may stand between any two parts of the JSON. */
  readonly spaced?: boolean;
}

/** Levels of a schema that are followed at most; what parses a grammar has a small stack. */
const mostDepth = 40;
const mostRules = 20_000;

/** Any JSON. */
export const jsonGrammar = ({ spaced }: GrammarOptions = {}): AnswerGrammar => {
  const json = openJsonRules(spaced);
  return { ebnf: json.rules.text(`${json.lead} ${json.value}`), unenforced: [] };
};

/**
 * The answers that satisfy a JSON Schema (draft 2020-12, or 7), in compact form: the properties of an object in the
 * schema's order; others only where `additionalProperties` says so, or no property is named; a schema without `type`
 * has that of its other keywords.
 * @throws GrammarProblem for a schema that is none, that nothing satisfies, or that is too deep or too large
 */
export function schemaGrammar(schema: unknown, { spaced }: GrammarOptions = {}): AnswerGrammar {
  const json = openJsonRules(spaced);
  const made = openMaker(schema, json);
  const root = made.maker.rule([{ schema, pointer: '' }], 0);
  if (root === undefined) throw new GrammarProblem(l10n.t`no JSON satisfies it`);
  return { ebnf: json.rules.text(`${json.lead} ${root}`), unenforced: made.unenforced() };
}

function openMaker(root: unknown, json: JsonRules): { readonly maker: Maker; unenforced(): readonly Unenforced[] } {
  const missed = new Map<string, Unenforced>();
  const known = new Map<string, string | undefined>();
  /** Rules that are being made, and whether they refer to themselves. */
  const open = new Map<string, { readonly name: string; refersToItself: boolean }>();
  const maker: Maker = {
    json,
    root,
    miss: (keyword, pointer) => void missed.set(`${pointer}#${keyword}`, { keyword, pointer }),
    satisfies: satisfiesIn(root),
    rule(parts, depth) {
      if (depth > mostDepth) throw new GrammarProblem(l10n.t`it is more than ${mostDepth} levels deep`);
      if (json.rules.size > mostRules) throw new GrammarProblem(l10n.t`it is too large`);
      const flat = flattened(root, parts);
      if (!flat) return undefined;
      const key = [...new Set(flat.map(({ pointer }) => pointer))].sort().join(' ');
      if (known.has(key)) return known.get(key);
      const again = open.get(key);
      if (again) {
        again.refersToItself = true;
        return again.name;
      }
      const self = { name: json.rules.reserve(), refersToItself: false };
      open.set(key, self);
      const body = valueOf(flat, maker, depth);
      open.delete(key);
      if (body === undefined && self.refersToItself)
        throw new GrammarProblem(l10n.t`no JSON satisfies it at ${key || l10n.t`its top`}`);
      if (body !== undefined) json.rules.define(self.name, body);
      known.set(key, body === undefined ? undefined : self.name);
      return known.get(key);
    },
  };
  return { maker, unenforced: () => [...missed.values()] };
}
