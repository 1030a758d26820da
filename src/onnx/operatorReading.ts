import * as l10n from '@vscode/l10n';
import type { Attribute, Node } from './graph';

/** What a rule for an operator reads of a node; what a node states beyond it would be dropped without a word. */
export interface OperatorReading {
  /** Inputs that are read, in the operator's order; '' for one that is not covered, and may not be given. */
  readonly inputs: readonly string[];
  /** Attributes that are read. */
  readonly attributes: readonly string[];
  /** Attributes that change nothing at these values, and may have no other. */
  readonly idle?: Readonly<Record<string, Attribute['value']>>;
}

/** What of a node is not read, in words; undefined where all of it is. */
export function unreadPart(node: Node, { inputs, attributes, idle = {} }: OperatorReading): string | undefined {
  const input = node.inputs.findIndex((name, i) => name !== '' && !inputs[i]);
  if (input >= 0) return l10n.t`input ${input} ("${String(node.inputs[input])}")`;
  const attribute = Object.entries(node.attributes).find(
    ([name, { value }]) => !attributes.includes(name) && !(Object.hasOwn(idle, name) && idle[name] === value),
  );
  return attribute && l10n.t`attribute ${attribute[0]}${asText(attribute[1])}`;
}

const asText = ({ kind, value }: Attribute): string =>
  kind === 'tensor' || kind === 'graph' ? '' : ` (${Array.isArray(value) ? value.join(', ') : String(value)})`;
