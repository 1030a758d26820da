import { Failure } from '../../failure';
import { hostedProposals } from '../../runs/work/study/planProposals';
import { planStudy } from '../../runs/work/study/planStudy';
import { hostedModelOf } from '../../template/read/hostedModel';
import { resolveSettings } from '../../template/read/resolveSettings';
import type { PromptTemplate } from '../../template/read/template';
import type { FormValues } from './contract';
import { overridesOf } from './formOverrides';

/**
 * Models that run elsewhere and would be asked to write instructions for what a form makes, each once.
 * @returns none where what was filled in is wrong, which the check of the form says
 */
export async function writersElsewhere(template: PromptTemplate, values: FormValues): Promise<readonly string[]> {
  if (hostedModelOf(template.model)) return [];
  try {
    const { runs } = planStudy(template, values.methods, overridesOf(values));
    // The cells of a grid mostly name the same prompts, which are read once.
    const searches = new Map(
      runs.map(({ method, set }) => {
        const { instruction, propose } = resolveSettings(template, method, set);
        return [JSON.stringify([method, instruction, propose]), { method, instruction, propose }];
      }),
    );
    const prompts = await Promise.all([...searches.values()].map((search) => hostedProposals(template, search)));
    return [...new Set(prompts.flat().map((prompt) => prompt.template.model))];
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}
