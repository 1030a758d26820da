import type { TrainingEstimate } from '../../inspection/measureTraining';
import type { Side } from '../../channel/messageChannel';
import { isFlag, isNumber, isText, listOf, nullable, oneOf, shape, tableOf } from '../../channel/guards';

export const trainableMethods = ['soft', 'v1', 'v2'] as const;
export type TrainableMethod = (typeof trainableMethods)[number];

/** One setting as the form asks for it. Values are text, written as in the front matter. */
export interface FormField {
  /** `steps`, or `data.train`. */
  readonly name: string;
  readonly group: string;
  /** What it means, in a sentence or two. */
  readonly meaning: string;
  /** What may be written, in a few words. */
  readonly range: string;
  /** What holds when nothing is written here: the template's own value, else the default. */
  readonly otherwise: string;
  /** Whether the template writes it. */
  readonly written: boolean;
  /** Values to choose from; others may be written where there is a list. */
  readonly choices: readonly string[];
  /** Methods that it means something to. */
  readonly methods: readonly TrainableMethod[];
  readonly paper: string | null;
}

/** What the form is made of; it changes only with the template. */
export interface FormState {
  /** Absolute path of the template. */
  readonly file: string;
  readonly template: string;
  readonly model: string;
  readonly fields: readonly FormField[];
  /** What the person has filled in before, or the run to train again has. */
  readonly values: FormValues;
  /** Whether the training starts from the vectors of a run. */
  readonly from: string | null;
  /** Why nothing can be trained, if so. */
  readonly problem: string | null;
}

export interface FormValues {
  readonly methods: readonly TrainableMethod[];
  /** Name of a setting → text; what is left empty is not there. */
  readonly set: Readonly<Record<string, string>>;
}

/** What the form says of its values while one types. */
export interface FormCheck {
  /** Name of a setting → what is wrong with its value. */
  readonly problems: Readonly<Record<string, string>>;
  /** What is wrong with all of it together, such as too large a grid. */
  readonly problem: string | null;
  /** Trainings that it makes. */
  readonly runs: number;
  /** Settings that vary between them. */
  readonly varied: readonly string[];
  /** Numbers that each method trains, as far as they are known without opening the model. */
  readonly trained: readonly { readonly method: TrainableMethod; readonly numbers: number | null }[];
}

export interface FormCalls {
  show(request: object): FormState;
  check(values: FormValues): FormCheck;
  /** Takes a real step of each method, with the first value of every list. */
  measure(values: FormValues): readonly MethodEstimate[];
  /** Writes the values into the template's front matter. @returns how many settings were written */
  save(values: FormValues): number;
  /** Puts the trainings into the queue. @returns how many */
  start(values: FormValues): number;
}

export interface MethodEstimate extends TrainingEstimate {
  readonly method: TrainableMethod;
}

export interface FormEvents {
  readonly state: FormState;
}

/** What the editor keeps of the form over a restart. */
export interface KeptForm {
  readonly file: string;
  readonly values: FormValues;
  readonly from: string | null;
}

const isMethod = oneOf(...trainableMethods);
const isValues = shape<FormValues>({ methods: listOf(isMethod), set: tableOf(isText) });
export const isKeptForm = shape<KeptForm>({ file: isText, values: isValues, from: nullable(isText) });

const isField = shape<FormField>({
  name: isText,
  group: isText,
  meaning: isText,
  range: isText,
  otherwise: isText,
  written: isFlag,
  choices: listOf(isText),
  methods: listOf(isMethod),
  paper: nullable(isText),
});

const isState = shape<FormState>({
  file: isText,
  template: isText,
  model: isText,
  fields: listOf(isField),
  values: isValues,
  from: nullable(isText),
  problem: nullable(isText),
});

/** The extension's side of the channel; the page serves nothing. */
export const formSide: Side<FormCalls, FormEvents> = {
  calls: {
    show: { request: shape<object>({}), result: isState },
    check: {
      request: isValues,
      result: shape<FormCheck>({
        problems: tableOf(isText),
        problem: nullable(isText),
        runs: isNumber,
        varied: listOf(isText),
        trained: listOf(shape<FormCheck['trained'][number]>({ method: isMethod, numbers: nullable(isNumber) })),
      }),
    },
    measure: {
      request: isValues,
      result: listOf(
        shape<MethodEstimate>({
          method: isMethod,
          trainedParameters: isNumber,
          stepSeconds: isNumber,
          examplesPerSecond: isNumber,
          rowSeconds: isNumber,
          seconds: isNumber,
          peakMemoryBytes: isNumber,
          mostMemoryBytes: isNumber,
        }),
      ),
    },
    save: { request: isValues, result: isNumber },
    start: { request: isValues, result: isNumber },
  },
  events: { state: isState },
};
