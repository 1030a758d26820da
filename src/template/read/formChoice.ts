import type { Analysis } from './analysis';

/** Whether a template runs on the model that comes with the product. */
export const isOnEmbeddedModel = ({ frontMatter: { value } }: Pick<Analysis, 'frontMatter'>): boolean =>
  typeof value.model !== 'string' || value.model === '' || value.model === 'builtin';

/** Whether it is the model that decides in which form it reads a prompt; of the embedded one it is known. */
export const isFormChosenByModel = (analysis: Pick<Analysis, 'frontMatter' | 'written'>): boolean =>
  (analysis.written.format ?? 'auto') === 'auto' && !isOnEmbeddedModel(analysis);
