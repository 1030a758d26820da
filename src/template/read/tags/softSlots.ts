import * as l10n from '@vscode/l10n';
import { counted } from '../../../words/formatNumbers';
import type { Draft } from '../../text/finding';
import { replacement } from '../../text/finding';
import type { Span } from '../../text/position';
import type { SoftUse } from '../usage';

/** One `{{soft …}}`; the order of distinct ids decides the rows of its vectors in the prompt matrix. */
export interface SoftSlot {
  /** `id="…"` as written, else a name made from its rank; slots with one id share vectors. */
  readonly id: string;
  /** Virtual tokens as written; undefined when the length is that of the init words. */
  readonly length?: number;
  readonly init?: string;
}

/** The distinct slots of a template, and which slot each `{{soft}}` fills. */
export interface SoftPlan {
  readonly slots: readonly SoftSlot[];
  readonly slotOf: ReadonlyMap<hbs.AST.Node, number>;
  /** The first `{{soft}}` of each slot. */
  readonly spans: readonly Span[];
  readonly problems: readonly Draft[];
}

interface Written {
  readonly id?: string;
  readonly length?: number;
  readonly init?: string;
  readonly lengthSpan: Span;
}

/**
 * Orders the slots by their first use. An unnamed `{{soft}}` is named by its rank among the unnamed (`#1`, `#2`, …),
 * so that moving text around it keeps its name. Uses of one id share vectors; any of them may have the length and init.
 */
export function planSoftSlots(uses: readonly SoftUse[]): SoftPlan {
  const slots: { id: string; length?: number; init?: string }[] = [];
  const spans: Span[] = [];
  const slotOf = new Map<hbs.AST.Node, number>();
  const problems: Draft[] = [];
  const named = new Set(uses.map((use) => stringOf(argument(use.node, 'id'))));
  let rank = 0;
  for (const use of uses) {
    const written = readSoft(use, problems);
    const id = written.id ?? nextName();
    const known = slots.findIndex((slot) => slot.id === id);
    const index = known < 0 ? slots.push({ id }) - 1 : known;
    if (known < 0) spans.push(use.span);
    const slot = slots[index]!;
    slotOf.set(use.node, index);
    if (slot.length !== undefined && written.length !== undefined && slot.length !== written.length) {
      problems.push({
        code: 'soft-id-length',
        severity: 'error',
        span: written.lengthSpan,
        message: l10n.t`"${id}" has ${counted(written.length, 'virtual token')} here and ${slot.length} at its first \
use.`,
        fixes: [replacement(l10n.t`Use ${slot.length}`, written.lengthSpan, String(slot.length))],
      });
    }
    slot.length ??= written.length;
    slot.init ??= written.init;
  }
  slots.forEach((slot, index) => {
    if (slot.length !== undefined || slot.init || problems.some((problem) => problem.code === 'soft-length')) return;
    problems.push({
      code: 'soft-length',
      severity: 'error',
      span: spans[index]!,
      message: l10n.t`A soft prompt needs a length or words to start from: {{soft 20}} or {{soft init="…"}}.`,
    });
  });
  return { slots, slotOf, spans, problems };

  function nextName(): string {
    do rank++;
    while (named.has(`#${rank}`));
    return `#${rank}`;
  }
}

function readSoft({ node, span }: SoftUse, problems: Draft[]): Written {
  const [lengthNode, ...surplus] = node.params;
  const nodeSpan = spanWithin(node, span);
  const lengthSpan = lengthNode ? nodeSpan(lengthNode) : span;
  if (surplus.length > 0) {
    problems.push({
      code: 'soft-length',
      severity: 'error',
      span: nodeSpan(surplus[0]!),
      message: l10n.t`"soft" takes one number, the count of its virtual tokens.`,
    });
  }
  for (const pair of node.hash?.pairs ?? []) {
    if (pair.key !== 'init' && pair.key !== 'id') {
      problems.push({
        code: 'invalid-value',
        severity: 'error',
        span: nodeSpan(pair),
        message: l10n.t`"soft" knows init and id, not "${pair.key}".`,
      });
    } else if (stringOf(pair.value) === undefined) {
      problems.push({
        code: 'invalid-value',
        severity: 'error',
        span: nodeSpan(pair.value),
        message: l10n.t`${pair.key} must be text in quotes.`,
      });
    }
  }
  const length = lengthNode?.type === 'NumberLiteral' ? (lengthNode as hbs.AST.NumberLiteral).value : undefined;
  const sound = length !== undefined && Number.isSafeInteger(length) && length >= 1;
  if (lengthNode && !sound) {
    problems.push({
      code: 'soft-length',
      severity: 'error',
      span: lengthSpan,
      message: l10n.t`The length of a soft prompt is a whole number, at least 1.`,
    });
  }
  return {
    id: stringOf(argument(node, 'id')),
    init: stringOf(argument(node, 'init')),
    length: sound ? length : undefined,
    lengthSpan,
  };
}

function argument(node: hbs.AST.MustacheStatement, key: string): hbs.AST.Expression | undefined {
  return node.hash?.pairs.find((pair) => pair.key === key)?.value;
}

function stringOf(node: hbs.AST.Expression | undefined): string | undefined {
  return node?.type === 'StringLiteral' ? (node as hbs.AST.StringLiteral).value : undefined;
}

/** Computes spans of nodes inside a tag; a tag that comes from a partial has only the span of the partial's call. */
function spanWithin(tag: hbs.AST.Node, span: Span): (node: hbs.AST.Node) => Span {
  const sameLine =
    tag.loc.start.line === tag.loc.end.line && span[1] - span[0] === tag.loc.end.column - tag.loc.start.column;
  return (node) =>
    sameLine
      ? [span[0] + node.loc.start.column - tag.loc.start.column, span[0] + node.loc.end.column - tag.loc.start.column]
      : span;
}
