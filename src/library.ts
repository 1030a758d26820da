/** All that `import … from 'prompt-tuner'` gives. What stands here stays as it is from one version to the next. */
import { defaultRunsFolder } from './runs/store/runFolder';
import { openPromptAt } from './use/openPromptAt';
import { promptOf } from './use/prompt';
import type { Prompt } from './use/promptTypes';

export { Failure } from './failure';
export type {
  CallOptions,
  Classification,
  GeneratedPiece,
  GeneratedText,
  Prompt,
  PromptInput,
  RowPrediction,
} from './use/promptTypes';

export interface OpenPromptOptions {
  /** The folder that a run's id is looked for in; `.prompt-tuner/runs` by default. */
  readonly runs?: string;
  /** The template of an adapter that was made elsewhere. */
  readonly template?: string;
  /** Settings that outrank those of a template, such as `{ 'tune.format': 'text' }`. */
  readonly set?: Readonly<Record<string, unknown>>;
}

/**
 * Opens what answers: a run by its folder or id, an adapter folder, or a template, whose text is used alone. Its data
 * need not be there; its model must be.
 * @throws Failure with a stable `code`, a sentence, and what to do as its `remedy`
 */
export async function openPrompt(
  runOrAdapterFolder: string,
  { runs = defaultRunsFolder, ...options }: OpenPromptOptions = {},
): Promise<Prompt> {
  return promptOf(await openPromptAt(runOrAdapterFolder, { runs, ...options }));
}
