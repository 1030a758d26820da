import { openPromptAt, type UsedPrompt } from '../use/openPromptAt';
import { isLoopback, startServing, type Serving } from '../serve/server';

export interface ServeCommand {
  /** Runs, adapters or templates. */
  readonly prompts: readonly string[];
  readonly runs: string;
  readonly port: number;
  readonly host: string;
  readonly apiKey?: string;
  readonly template?: string;
}

/** Opens prompts and serves each as a model. @param log hears of warnings and of each request */
export async function serve(
  { prompts: references, runs, template, ...options }: ServeCommand,
  log: (line: string) => void,
): Promise<Serving & { readonly models: readonly string[] }> {
  const prompts: UsedPrompt[] = [];
  for (const reference of references) {
    const prompt = await openPromptAt(reference, { runs, ...(template !== undefined && { template }) });
    prompt.warnings.forEach((sentence) => log(`warning: ${sentence}`));
    prompts.push(prompt);
  }
  if (!isLoopback(options.host))
    log(
      `warning: ${options.host} may be reached from other machines` +
        (options.apiKey === undefined ? '; without --api-key by anybody there.' : '; the connection is not encrypted.'),
    );
  const serving = await startServing({ ...options, prompts, log });
  return { ...serving, models: prompts.map(({ name }) => name) };
}
