import type { Side } from '../../channel/messageChannel';
import {
  both,
  isFlag,
  isNumber,
  isText,
  listOf,
  nullable,
  object,
  oneOf,
  optional,
  tableOf,
  type Infer,
} from '../../channel/guards';
import { isTrainingEstimate } from '../../inspection/estimate/trainingEstimate';

export const trainableMethods = ['soft', 'v1', 'v2'] as const;
const isTrainableMethod = oneOf(...trainableMethods);
export type TrainableMethod = Infer<typeof isTrainableMethod>;

/** What a form may make: trainings, or measurements of the text where its model runs elsewhere. */
const isFormMethod = oneOf('hard', ...trainableMethods);
export type FormMethod = Infer<typeof isFormMethod>;

/** One setting as the form asks for it. Values are text, written as in the front matter. */
const isFormField = object({
  /** `steps`, or `data.train`. */
  name: isText,
  group: isText,
  /** What it means, in a sentence or two. */
  meaning: isText,
  /** What may be written, in a few words. */
  range: isText,
  /** What holds when nothing is written here: the template's own value, else the default. */
  otherwise: isText,
  /** Whether the template writes it. */
  written: isFlag,
  /** Values to choose from; others may be written where there is a list. */
  choices: listOf(isText),
  /** Methods that it means something to. */
  methods: listOf(isFormMethod),
  paper: nullable(isText),
});
export type FormField = Infer<typeof isFormField>;

/** What may be asked of Slurm; what is empty is as profile and settings say, and of memory as it is measured. */
const isSlurmChoice = object({ partition: isText, time: isText, mem: isText });
export type SlurmChoice = Infer<typeof isSlurmChoice>;

/** What the person has filled in. */
const isFormValues = object({
  /** Absent where this machine trains. */
  slurm: optional(isSlurmChoice),
  methods: listOf(isFormMethod),
  /** Name of a setting → text; what is left empty is not there. */
  set: tableOf(isText),
});
export type FormValues = Infer<typeof isFormValues>;

/** What the form is made of; it changes only with the template. */
const isFormState = object({
  /** Absolute path of the template. */
  file: isText,
  template: isText,
  model: isText,
  /** Methods to choose from. */
  offered: listOf(isFormMethod),
  /** Why the text can only be measured, where the model runs elsewhere; null where it runs here. */
  elsewhere: nullable(isText),
  fields: listOf(isFormField),
  /** What the person has filled in before, or the run to train again has. */
  values: isFormValues,
  /** Folder of the adapter whose vectors the training starts from; null where it starts from the beginning. */
  from: nullable(isText),
  /** What profile and settings ask of Slurm; null where this machine has none. */
  slurm: nullable(isSlurmChoice),
  /** Why nothing can be trained, if so. */
  problem: nullable(isText),
});
export type FormState = Infer<typeof isFormState>;

/** What the form says of its values while one types. */
const isFormCheck = object({
  /** Name of a setting → what is wrong with its value. */
  problems: tableOf(isText),
  /** What is wrong with all of it together, such as too large a grid. */
  problem: nullable(isText),
  /** What it costs that no rows are kept for dev or test; null where it does not. */
  cost: nullable(isText),
  /** Trainings that it makes, or measurements. */
  runs: isNumber,
  /** The form in which the model reads the prompts, and why; null where it varies, or nothing can be trained. */
  form: nullable(object({ name: isText, why: isText })),
  /** Settings that vary between them. */
  varied: listOf(isText),
  /** Numbers that each method trains, as far as they are known without opening the model. */
  trained: listOf(object({ method: isTrainableMethod, numbers: nullable(isNumber) })),
  /** Models elsewhere that are asked to write instructions for it. */
  writers: listOf(isText),
});
export type FormCheck = Infer<typeof isFormCheck>;

/** What a training by one method would cost. */
const isMethodEstimate = both(isTrainingEstimate, object({ method: isTrainableMethod }));
export type MethodEstimate = Infer<typeof isMethodEstimate>;

/** What the editor keeps of the form over a restart. */
export const isKeptForm = object({ file: isText, values: isFormValues, from: nullable(isText) });
export type KeptForm = Infer<typeof isKeptForm>;

/** The extension's side of the channel; the page serves nothing. */
export const formSide = {
  calls: {
    show: { request: object({}), result: isFormState },
    check: { request: isFormValues, result: isFormCheck },
    /** Takes a real step of each method, with the first value of every list. */
    measure: { request: isFormValues, result: listOf(isMethodEstimate) },
    /** What will be sent elsewhere at most, a line for each fact; nothing is sent. */
    plan: { request: isFormValues, result: listOf(listOf(isText)) },
    /** Writes the values into the template's front matter. @returns how many settings were written */
    save: { request: isFormValues, result: isNumber },
    /**
     * Puts the trainings into the queue, or measures elsewhere once a person agrees.
     * @returns how many; none where nobody has agreed
     */
    start: { request: isFormValues, result: isNumber },
  },
  events: { state: isFormState },
} as const satisfies Side;
