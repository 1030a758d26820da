import type { Failure } from '../../failure';

/** A program that keeps models on this machine, by what a template writes before the colon. */
export type StoreName = 'ollama' | 'lmstudio' | 'llama.cpp';

/** A model that another program keeps. What lies in its store is read, and never written, moved or locked. */
export interface StoredModel {
  /** What to write as `model` in a template: `ollama:llama3.2:1b`. */
  readonly id: string;
  readonly store: StoreName;
  /** The file that is opened, or where it cannot be opened, the file that says so. */
  readonly file: string;
  readonly kind: 'gguf' | 'safetensors';
  /** Of all files of the model. */
  readonly bytes: number;
  /** Why it cannot be opened, as far as its store tells. */
  readonly failure?: Failure;
}

/** The models of one program. */
export interface ModelStore {
  readonly name: StoreName;
  /** As people call it. */
  readonly title: string;
  /** Where it keeps models on this machine, or would. */
  folders(): readonly string[];
  /** All its models, by their names. */
  list(): Promise<readonly StoredModel[]>;
  /**
   * The model of a name, without the program's in front.
   * @returns undefined where it is not there
   * @throws Failure for a name that fits several, or none that could be
   */
  find(name: string): Promise<StoredModel | undefined>;
  /** How a person gets a model of that name. */
  remedy(name: string): string;
}

/** Names in the order in which a person looks for them. */
export const byName = (a: StoredModel, b: StoredModel): number => a.id.localeCompare(b.id, 'en', { numeric: true });
