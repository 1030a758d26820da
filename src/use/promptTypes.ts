/** What the library gives and takes. It imports nothing, so that its declarations stand alone. */

/** Values by the names of the template's variables. */
export type PromptInput = Readonly<Record<string, unknown>>;

/** One of the labels of a prompt. */
export interface Classification {
  readonly label: string;
  /** Of the label, from 0 to 1. */
  readonly probability: number;
  /** Of each label, in the template's order; their sum is 1. */
  readonly probabilities: Readonly<Record<string, number>>;
  /** Tokens in front of the answer, virtual ones among them. */
  readonly promptTokens: number;
}

/** What has been added to a text. */
export interface GeneratedPiece {
  /** The texts of all pieces are, put together, the answer. */
  readonly text: string;
  /** The whole answer, with the last piece. */
  readonly answer?: GeneratedText;
}

/** A text as a whole. */
export interface GeneratedText {
  readonly text: string;
  /** An end token of the model, a stop sequence, the budget of tokens, or a signal. */
  readonly ending: 'end' | 'stop' | 'budget' | 'stopped';
  /** New tokens, and those in front of them. */
  readonly tokens: number;
  readonly promptTokens: number;
  readonly seconds: number;
}

/** What became of one row. */
export interface RowPrediction {
  readonly row: PromptInput;
  /** The label or text; null where there is none. */
  readonly prediction: string | null;
  /** Of labels, as a {@link Classification} has them. */
  readonly probability?: number;
  readonly probabilities?: Readonly<Record<string, number>>;
  /** Of texts, whether the budget of tokens ended it. */
  readonly truncated?: boolean;
  /** Why there is no prediction, and its stable code. */
  readonly error?: string;
  readonly code?: string;
}

export interface CallOptions {
  /** Fails what is under way with its reason; a text that is being written ends with what there is. */
  readonly signal?: AbortSignal;
}

/** A prompt with its model, ready to answer. Several calls may be made at once; they take turns. */
export interface Prompt {
  readonly name: string;
  /** The model, as the template names it. */
  readonly model: string;
  /** Labels to choose from; empty for a prompt that writes text. */
  readonly labels: readonly string[];
  /** Names of the values that the template reads and has no default for. */
  readonly inputs: readonly string[];
  /** What may make its answers other than those that were measured, in sentences. */
  readonly warnings: readonly string[];
  /**
   * Chooses a label.
   * @throws Failure "invalid-value" for a prompt that writes text; "data-column", "prompt-too-long" … for the input
   */
  classify(input: PromptInput, options?: CallOptions): Promise<Classification>;
  /**
   * Writes a text and hands it out as it grows; nothing that was handed out is taken back.
   * @throws Failure "invalid-value" for a prompt that chooses labels; "data-column", "prompt-too-long" … for the
   * input
   */
  generate(input: PromptInput, options?: CallOptions): AsyncGenerator<GeneratedPiece>;
  /** Answers rows in their order, those that are there together; a row that cannot be answered says why. */
  predict(
    rows: AsyncIterable<PromptInput> | Iterable<PromptInput>,
    options?: CallOptions,
  ): AsyncGenerator<RowPrediction>;
  /** Gives back what the model takes, behind the calls that are under way. */
  close(): Promise<void>;
}
