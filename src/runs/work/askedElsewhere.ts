import { hostedModelOf } from '../../template/read/hostedModel';
import { loadTemplate } from '../../template/read/loadTemplate';
import { resolveSettings } from '../../template/read/resolveSettings';
import type { NewRunRequest } from '../queue/queue';
import { hostedProposals } from './study/planProposals';

/** A model elsewhere that runs would send rows to. */
export interface AskedElsewhere {
  readonly model: string;
  /** The prompt of `tune.propose` that asks it for instructions; absent where it answers the rows itself. */
  readonly prompt?: string;
}

/**
 * The first model elsewhere that runs would ask: whoever starts them where nobody can be asked must know of it.
 * @throws Failure of a template, a setting or a prompt that is wrong
 */
export async function askedElsewhere(
  requests: readonly Pick<NewRunRequest, 'file' | 'method' | 'set'>[],
): Promise<AskedElsewhere | undefined> {
  for (const { file, method, set } of requests) {
    const template = await loadTemplate(file);
    if (hostedModelOf(template.model)) return { model: template.model };
    const [first] = await hostedProposals(template, resolveSettings(template, method, set));
    if (first) return { model: first.template.model, prompt: first.template.path };
  }
  return undefined;
}
