/** Vectors of virtual tokens, one row each. */
export interface SoftPrompt {
  readonly rows: number;
  readonly hiddenSize: number;
  /** `[rows, hidden]`, row-major */
  readonly values: Float32Array;
}

export const copyPrompt = (prompt: SoftPrompt): SoftPrompt => ({ ...prompt, values: prompt.values.slice() });
