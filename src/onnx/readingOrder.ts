import { append } from '../lists';
import { valuesRead, type Node } from './graph';

/**
 * What some nodes need, and they themselves, each right behind what it reads and no earlier than its first reader asks
 * for it; nothing where nodes wait for one another.
 * @param made value → the node that computes it; other values are there from the beginning
 */
export function inReadingOrder(wanted: readonly Node[], made: ReadonlyMap<string, Node>): readonly Node[] | undefined {
  const ordered = new Set<Node>();
  const entered = new Set<Node>();
  const waiting = [...wanted].reverse();
  while (waiting.length > 0) {
    const node = waiting.at(-1)!;
    const before = ordered.has(node)
      ? []
      : valuesRead(node)
          .flatMap((value) => made.get(value) ?? [])
          .filter((other) => !ordered.has(other));
    if (before.length === 0) ordered.add(waiting.pop()!);
    else if (entered.has(node)) return undefined;
    else {
      entered.add(node);
      append(waiting, before.reverse());
    }
  }
  return [...ordered];
}
