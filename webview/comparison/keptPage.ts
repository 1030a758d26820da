// eslint-disable-next-line no-restricted-imports -- the guards are code of both ends
import {
  isFlag,
  isNumber,
  isText,
  listOf,
  nullable,
  oneOf,
  shape,
  tableOf,
  type Guard,
} from '../../src/channel/guards';
// eslint-disable-next-line no-restricted-imports -- see above
import { isChoice, type ComparisonChoice } from '../../src/views/comparison/contract';

export const tabKeys = ['summary', 'figures', 'rows', 'learned', 'try'] as const;
export type TabKey = (typeof tabKeys)[number];
export const rowModes = ['all', 'different', 'wrong', 'fixed', 'broken'] as const;
export type RowMode = (typeof rowModes)[number];
export const smoothings = ['none', '10', '50'] as const;

/** How the page is looked at: what a person has chosen and would choose again. */
export interface PageLook {
  readonly tab: TabKey;
  /** Column of the summary and direction; null keeps templates and methods in order. */
  readonly sort: { readonly column: string; readonly down: boolean } | null;
  /** Columns of the summary that are left out. */
  readonly hidden: readonly string[];
  readonly methods: boolean;
  readonly smoothing: (typeof smoothings)[number];
  readonly logarithmic: boolean;
  readonly curve: 'loss' | 'accuracy';
  /** Figures shown as tables. */
  readonly tables: readonly string[];
  readonly confusionDifference: boolean;
  readonly rows: {
    readonly mode: RowMode;
    readonly study: string;
    readonly filter: string;
    readonly at: number;
    readonly open: number | null;
  };
  /** Run whose vectors are looked at. */
  readonly anatomy: string | null;
  readonly input: Readonly<Record<string, string>>;
}

export const firstLook: PageLook = {
  tab: 'summary',
  sort: null,
  hidden: ['macroF1', 'memory', 'trainingRows'],
  methods: false,
  smoothing: '10',
  logarithmic: false,
  curve: 'loss',
  tables: [],
  confusionDifference: false,
  rows: { mode: 'all', study: 'any', filter: '', at: 0, open: null },
  anatomy: null,
  input: {},
};

export type KeptPage = ComparisonChoice & { readonly look: PageLook };

const isLook: Guard<PageLook> = shape<PageLook>({
  tab: oneOf(...tabKeys),
  sort: nullable(shape<NonNullable<PageLook['sort']>>({ column: isText, down: isFlag })),
  hidden: listOf(isText),
  methods: isFlag,
  smoothing: oneOf(...smoothings),
  logarithmic: isFlag,
  curve: oneOf('loss', 'accuracy'),
  tables: listOf(isText),
  confusionDifference: isFlag,
  rows: shape<PageLook['rows']>({
    mode: oneOf(...rowModes),
    study: isText,
    filter: isText,
    at: isNumber,
    open: nullable(isNumber),
  }),
  anatomy: nullable(isText),
  input: tableOf(isText),
});

/** What the editor kept of the page; whatever of it another version wrote gives way to the first look. */
export function keptPage(kept: unknown): KeptPage {
  const choice = isChoice(kept)
    ? { family: kept.family, older: kept.older, baseline: kept.baseline }
    : { family: null, older: false, baseline: null };
  const look: unknown = typeof kept === 'object' && kept !== null && 'look' in kept ? kept.look : undefined;
  return { ...choice, look: isLook(look) ? look : firstLook };
}
