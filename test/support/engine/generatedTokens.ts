import { openGenerator } from '../../../src/decoding/generator';
import type { DecodeOptions } from '../../../src/decoding/answer';
import type { LanguageModel } from '../../../src/model/openModel';
import type { SoftPrompt } from '../../../src/objective/prompt';

/** The tokens that a model writes behind each prompt. */
export async function generatedTokens(
  model: LanguageModel,
  prompts: readonly (readonly number[])[],
  { soft, ...options }: DecodeOptions & { readonly soft?: SoftPrompt },
): Promise<readonly (readonly number[])[]> {
  const generator = await openGenerator(model);
  const answers = await generator.generate(prompts, soft, options).finally(() => generator.close());
  return answers.map(({ tokens }) => tokens);
}
