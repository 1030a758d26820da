import * as l10n from '@vscode/l10n';
import { basename, dirname, join, resolve } from 'node:path';
import { Failure } from '../../failure';
import { sha256 } from '../../files/sha256';
import { mediaFolder } from '../../mediaFolder';
import { loadTemplate } from '../../template/read/loadTemplate';
import { hostedModelOf, type HostedModel } from '../../template/read/hostedModel';
import type { PromptTemplate } from '../../template/read/template';
import { isProposeWay, proposeWays, type Propose } from '../../template/settings/proposeSetting';
import { decodingFrom, type Decoding } from '../../decoding/decoding';
import { enumerated } from '../../words/listed';
import { usableDecoding } from '../../template/settings/decoding/decodingKeys';

/** What a prompt that asks for an instruction may show. */
export const proposeVariables = ['rows', 'mistakes', 'history', 'current', 'original', 'labels'] as const;
export type ProposeVariable = (typeof proposeVariables)[number];

/** A prompt that asks a model for an instruction. */
export interface ProposePrompt {
  readonly template: PromptTemplate;
  /** What it was called by, and the hash of its text: the origin of what is written for it. */
  readonly origin: string;
  /** What it shows. */
  readonly shows: readonly ProposeVariable[];
  readonly decoding: Decoding;
  /** Who is asked where that is not the tuned model. */
  readonly hosted?: HostedModel;
}

/**
 * Reads the prompts that a setting names.
 * @param hasChat whether the tuned model has a chat template, without which it is not asked
 * @throws Failure "template-missing" and others of a file, "invalid-value" for one that shows what nobody knows, that
 * shows nothing, or that names a model of this machine
 */
export async function proposePrompts(
  propose: Propose,
  { template, hasChat }: { readonly template: Pick<PromptTemplate, 'path'>; readonly hasChat: boolean },
): Promise<readonly ProposePrompt[]> {
  if (propose === 'none' || (propose === 'auto' && !hasChat)) return [];
  const names = propose === 'auto' ? proposeWays : propose;
  const prompts = await Promise.all(names.map((name) => readPrompt(name, dirname(resolve(template.path)))));
  const own = prompts.find(({ hosted }) => !hosted);
  if (own && !hasChat)
    throw new Failure(
      'chat-missing',
      l10n.t`The model has no chat template, so that it cannot be asked for an instruction.`,
      { file: template.path },
      l10n.t`Set tune.propose to none, or name in ${basename(own.template.path)} a model of an endpoint.`,
    );
  return prompts;
}

async function readPrompt(name: string, folder: string): Promise<ProposePrompt> {
  const path = isProposeWay(name) ? join(mediaFolder, 'propose', `${name}.prompt`) : resolve(folder, name);
  const template = await loadTemplate(path);
  const refuse = (message: string, remedy: string): Failure =>
    new Failure('invalid-value', message, { file: path }, remedy);
  const unknown = template.variables.find((variable) => !proposeVariables.some((known) => known === variable));
  if (unknown !== undefined)
    throw refuse(
      l10n.t`A prompt that asks for an instruction shows ${enumerated(proposeVariables)}; nothing provides \
"${unknown}".`,
      l10n.t`Correct the name, or give it a value in input.default.`,
    );
  const shows = proposeVariables.filter((variable) => template.variables.includes(variable));
  if (shows.length === 0)
    throw refuse(
      l10n.t`The prompt shows nothing of the task.`,
      l10n.t`Show at least one of ${enumerated(proposeVariables)}.`,
    );
  const hosted = hostedModelOf(template.model);
  if (!hosted && template.model !== 'builtin')
    throw refuse(
      l10n.t`The prompt names the model "${template.model}"; it is the tuned model that is asked, or one of an \
endpoint.`,
      l10n.t`Leave the model out, or name one such as openai:NAME.`,
    );
  return {
    template,
    origin: `${name} ${sha256(template.text).slice(0, 12)}`,
    shows,
    decoding: decodingFrom(usableDecoding(template.written.config ?? {})),
    ...(hosted && { hosted }),
  };
}
