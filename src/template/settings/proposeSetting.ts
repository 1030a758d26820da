import * as l10n from '@vscode/l10n';
import { enumerated } from '../../words/listed';
import { shownValue } from '../text/shownValue';

/** Ways of asking a model for an instruction; each is a prompt file in the package. */
export const proposeWays = ['examples', 'mistakes', 'history'] as const;
export type ProposeWay = (typeof proposeWays)[number];

/**
 * The prompts that ask for instructions: ways by name and files of one's own, relative to the template. `auto` is all
 * ways where the model has a chat template, and none elsewhere.
 */
export type Propose = 'auto' | 'none' | readonly string[];

/** Reads `auto`, `none`, a way, a path, or a list of both. */
export function readPropose(written: unknown): { readonly value: Propose } | { readonly problem: string } {
  if (written === 'auto' || written === 'none') return { value: written };
  const list: readonly unknown[] = Array.isArray(written) ? written : [written];
  const wrong = list.find((entry) => typeof entry !== 'string' || !isPromptName(entry));
  if (list.length > 0 && wrong === undefined) return { value: [...new Set(list as readonly string[])] };
  return {
    problem: l10n.t`tune.propose must be auto, none, or one or more of ${enumerated(proposeWays)} and paths of \
.prompt files, not ${shownValue(wrong ?? written)}.`,
  };
}

export const isProposeWay = (entry: string): entry is ProposeWay => proposeWays.some((way) => way === entry);

const isPromptName = (entry: string): boolean => isProposeWay(entry) || /[^/\\]\.prompt$/.test(entry);
