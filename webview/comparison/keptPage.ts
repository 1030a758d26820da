import {
  isFlag,
  isNumber,
  isText,
  listOf,
  nullable,
  object,
  oneOf,
  tableOf,
  type Infer,
} from '../../src/channel/guards';
import { choiceIn, type ComparisonChoice } from '../../src/views/comparison/contract';

export const tabKeys = ['summary', 'figures', 'rows', 'learned', 'try'] as const;
export type TabKey = (typeof tabKeys)[number];
export const rowModes = ['all', 'different', 'wrong', 'fixed', 'broken'] as const;
export type RowMode = (typeof rowModes)[number];
export const smoothings = ['none', '10', '50'] as const;

/** How the page is looked at: what a person has chosen and would choose again. */
const isLook = object({
  tab: oneOf(...tabKeys),
  /** Column of the summary and direction; null keeps templates and methods in order. */
  sort: nullable(object({ column: isText, down: isFlag })),
  /** Columns of the summary that are left out. */
  hidden: listOf(isText),
  methods: isFlag,
  smoothing: oneOf(...smoothings),
  logarithmic: isFlag,
  curve: oneOf('loss', 'accuracy'),
  /** Figures shown as tables. */
  tables: listOf(isText),
  confusionDifference: isFlag,
  /** Metric whose scores are shown one by one; null for the one that decides. */
  distribution: nullable(isText),
  rows: object({ mode: oneOf(...rowModes), study: isText, filter: isText, at: isNumber, open: nullable(isNumber) }),
  /** Run whose vectors are looked at. */
  anatomy: nullable(isText),
  input: tableOf(isText),
});
export type PageLook = Infer<typeof isLook>;

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
  distribution: null,
  rows: { mode: 'all', study: 'any', filter: '', at: 0, open: null },
  anatomy: null,
  input: {},
};

export type KeptPage = ComparisonChoice & { readonly look: PageLook };

/** What the editor kept of the page; whatever of it another version wrote gives way to the first look. */
export function keptPage(kept: unknown): KeptPage {
  const look: unknown = typeof kept === 'object' && kept !== null && 'look' in kept ? kept.look : undefined;
  return { ...choiceIn(kept), look: isLook(look) ? look : firstLook };
}
