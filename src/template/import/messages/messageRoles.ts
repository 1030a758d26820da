import * as l10n from '@vscode/l10n';
import type { Role } from '../../render/renderedPrompt';

/** Roles as tools and services write them; of those of tools and functions there is none here. */
const known: Readonly<Record<string, Role>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'model',
  model: 'model',
};

/** The role of a template; undefined where it has none of that kind. */
export function templateRole(written: string): Role | undefined {
  const name = written.trim().toLowerCase();
  return Object.hasOwn(known, name) ? known[name] : undefined;
}

/** What is said of the role `developer`, which chat templates do not know. */
export const developerNote = () =>
  l10n.t`The role "developer", as newer models of OpenAI call the system: it is "system" here.`;
