import type { Side } from '../../channel/messageChannel';
import type { RunStatus } from '../../runs/store/record';
import type { RunSample, SamplesLine } from '../../runs/store/samples';
import {
  isFlag,
  isNothing,
  isNumber,
  isText,
  listOf,
  nullable,
  oneOf,
  optional,
  shape,
  type Guard,
} from '../../channel/guards';
import { hues, type Hue } from '../runs/runColours';

/** A name and what it stands for, as a person reads them. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** What can be done with a run from its page; each is a command of the same name. */
export const runActions = [
  'stop',
  'resume',
  'trainAgain',
  'continueRun',
  'openComparison',
  'openTemplate',
  'exportRun',
  'showLog',
  'revealRun',
] as const;
export type RunAction = (typeof runActions)[number];

/** Everything the page shows but curves, samples and log. */
export interface RunPageState {
  readonly run: string;
  readonly title: string;
  readonly subtitle: string;
  readonly status: RunStatus;
  /** What the run is doing, or how it ended. */
  readonly state: string;
  /** How far it is; null where there is nothing to count. */
  readonly progress: { readonly step: number; readonly steps: number } | null;
  readonly timeLeft: string | null;
  /** Why it failed, with what to do. */
  readonly problem: string | null;
  readonly note: string | null;
  /** Letter and colour while it is chosen for comparison. */
  readonly mark: { readonly letter: string; readonly hue: Hue } | null;
  /** The numbers that matter most now. */
  readonly tiles: readonly Fact[];
  readonly facts: readonly Fact[];
  readonly settings: readonly Fact[];
  /** The task description before and after the search, where one was made. */
  readonly rewritten: { readonly before: string; readonly after: string } | null;
  readonly actions: readonly { readonly action: RunAction; readonly label: string }[];
}

/** Step, loss (null where it was not a number), learning rate, examples a second, bytes of resident memory. */
export type TrainingPoint = readonly [
  step: number,
  loss: number | null,
  rate: number | null,
  examplesPerSecond: number | null,
  memoryBytes: number | null,
];
export type DevPoint = readonly [step: number, loss: number | null, accuracy: number | null];

/** New points. `from` is how many training and dev points went before; 0 starts the curves afresh. */
export interface RunPoints {
  readonly from: number;
  readonly training: readonly TrainingPoint[];
  readonly dev: readonly DevPoint[];
}

/** New lines of the log; `fresh` says that they are all there are. */
export interface LogLines {
  readonly fresh: boolean;
  readonly lines: readonly string[];
}

/** What the editor keeps of the page over a restart. */
export interface KeptRunPage {
  readonly run: string;
}

export interface RunPageCalls {
  /** Answers with the state and, as events, everything else from the beginning. */
  show(request: object): RunPageState;
  act(request: { readonly action: RunAction }): void;
}

export interface RunPageEvents {
  readonly state: RunPageState;
  readonly points: RunPoints;
  readonly samples: readonly SamplesLine[];
  readonly log: LogLines;
}

export const isKeptRunPage = shape<KeptRunPage>({ run: isText });

const isFacts = listOf(shape<Fact>({ name: isText, value: isText }));
const isMeasure = nullable(isNumber);
const isAction = oneOf(...runActions);

function isTuple<T extends readonly (number | null)[]>(length: T['length']): Guard<T> {
  return (value): value is T => listOf(isMeasure)(value) && value.length === length && isNumber(value[0]);
}

const isState = shape<RunPageState>({
  run: isText,
  title: isText,
  subtitle: isText,
  status: oneOf('queued', 'running', 'done', 'stopped', 'failed', 'lost'),
  state: isText,
  progress: nullable(shape<NonNullable<RunPageState['progress']>>({ step: isNumber, steps: isNumber })),
  timeLeft: nullable(isText),
  problem: nullable(isText),
  note: nullable(isText),
  mark: nullable(shape<NonNullable<RunPageState['mark']>>({ letter: isText, hue: oneOf(...hues) })),
  tiles: isFacts,
  facts: isFacts,
  settings: isFacts,
  rewritten: nullable(shape<NonNullable<RunPageState['rewritten']>>({ before: isText, after: isText })),
  actions: listOf(shape<RunPageState['actions'][number]>({ action: isAction, label: isText })),
});

const isSamples = listOf(
  shape<SamplesLine>({
    step: isNumber,
    samples: listOf(
      shape<RunSample>({
        row: isNumber,
        input: isText,
        expected: isText,
        predicted: optional(isText),
        probability: isNumber,
      }),
    ),
  }),
);

/** The extension's side of the channel; the page serves nothing. */
export const runPageSide: Side<RunPageCalls, RunPageEvents> = {
  calls: {
    show: { request: shape<object>({}), result: isState },
    act: { request: shape<{ readonly action: RunAction }>({ action: isAction }), result: isNothing },
  },
  events: {
    state: isState,
    points: shape<RunPoints>({
      from: isNumber,
      training: listOf(isTuple<TrainingPoint>(5)),
      dev: listOf(isTuple<DevPoint>(3)),
    }),
    samples: isSamples,
    log: shape<LogLines>({ fresh: isFlag, lines: listOf(isText) }),
  },
};
