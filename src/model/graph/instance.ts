import type { Builder } from '../../onnx/builder';
import type { Node } from '../../onnx/graph';
import { renameValues } from '../../onnx/inline';
import { constantValues } from './constantValues';
import type { Signature } from './signature';
import type { TrainingGraph } from './trainingGraph';

/** Replacements for the model's graph inputs: input name → name of a value in the graph under construction. */
export type Bindings = Readonly<Record<string, string>>;

/** One use of the model's body inside a larger graph. */
export interface Instance {
  /** The name of a value of the model in the larger graph. */
  readonly value: (name: string) => string;
}

/**
 * Appends the model's body to a graph, its inputs bound to given values. Weights and whatever follows from weights
 * alone are shared by all instances; everything else gets the prefix.
 * @param virtual where set, token ids from `firstVirtualToken` on select rows of this prompt matrix `[virtual tokens,
 * hidden]`
 */
export function instantiate(
  builder: Builder,
  source: { readonly graph: TrainingGraph; readonly signature: Signature },
  {
    prefix,
    bindings,
    virtual,
  }: {
    readonly prefix: string;
    readonly bindings: Bindings;
    readonly virtual?: { readonly prompt: string; readonly firstVirtualToken: number };
  },
): Instance {
  const constant = constantValues(source.graph);
  const value = (name: string): string => (constant.has(name) ? name : (bindings[name] ?? prefix + name));
  for (const node of source.graph.nodes) {
    if (node.outputs.every((output) => constant.has(output))) continue;
    const renamed = { ...renameValues([node], value)[0]!, name: prefix + node.name };
    const { embedding, embedded } = source.signature;
    const looks = virtual && node === embedding;
    const embeds = virtual && node.outputs.includes(embedded);
    if (!looks && !embeds) {
      builder.node(renamed);
      continue;
    }
    const { isVirtual, wordIds, rows } = extendedIds(builder, value(embedding.inputs[1]!), virtual);
    const known = looks
      ? { ...renamed, inputs: renamed.inputs.map((input, i) => (i === 1 ? wordIds : input)) }
      : renamed;
    builder.node(embeds ? { ...known, outputs: [`${renamed.outputs[0]}/words`] } : known);
    if (embeds)
      builder.node({
        op: 'Where',
        domain: '',
        name: `${renamed.name}/virtual`,
        inputs: [isVirtual, rows, `${renamed.outputs[0]}/words`],
        outputs: [renamed.outputs[0]!],
        attributes: {},
      });
  }
  return { value };
}

/** Nodes that follow from weights alone; they occur once, in front of all instances. */
export function constantNodes(graph: TrainingGraph): readonly Node[] {
  const constant = constantValues(graph);
  return graph.nodes.filter((node) => node.outputs.every((output) => constant.has(output)));
}

/**
 * The embedding of an extended vocabulary: ids below `firstVirtualToken` look up the table, the others the prompt
 * matrix, so that virtual tokens may be anywhere in a sequence.
 * @param ids `[batch, sequence]`
 */
function extendedIds(
  builder: Builder,
  ids: string,
  { prompt, firstVirtualToken }: { readonly prompt: string; readonly firstVirtualToken: number },
): { readonly isVirtual: string; readonly wordIds: string; readonly rows: string } {
  const like = (value: number): string => builder.op('CastLike', [builder.op('Squeeze', [builder.ints([value])]), ids]);
  const isVirtual = builder.op('GreaterOrEqual', [ids, like(firstVirtualToken)]);
  return {
    isVirtual: builder.op('Unsqueeze', [isVirtual, builder.ints([-1])]),
    wordIds: builder.op('Where', [isVirtual, like(0), ids]),
    rows: builder.op(
      'Gather',
      [prompt, builder.op('Where', [isVirtual, builder.op('Sub', [ids, like(firstVirtualToken)]), like(0)])],
      { axis: 0 },
    ),
  };
}
