import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import { extendGraph, type Builder } from '../../onnx/builder';
import { valuesRead, type Graph, type Model, type Node } from '../../onnx/graph';
import { unreadPart } from '../../onnx/operatorReading';
import { attention } from './attention';
import type { Decomposition, DecompositionContext, Decompositions } from './decomposition';
import { normalization } from './normalization';

/** Operators of ONNX Runtime's own domain are under its name. */
export const decompositions: Decompositions = { ...attention, ...normalization };

/**
 * The same model with fused operators written out, so that every value between embeddings and logits has a gradient. A
 * form of an operator that cannot be written out stays, and its node says why: such a model can be run and tuned
 * without gradients.
 * @throws Failure "model-operator" for an input or attribute that is not understood
 */
export function decomposeModel(model: Model): Model {
  if (!model.graph.nodes.some((node) => decompositions[nameOf(node)])) return model;
  return { ...model, graph: decomposeGraph(model.graph), opsets: new Map([['com.microsoft', 1], ...model.opsets]) };
}

const nameOf = ({ op, domain }: Node): string => (domain ? `${domain}.${op}` : op);

function decomposeGraph(graph: Graph): Graph {
  const b = extendGraph({ ...graph, nodes: [] }, 'decomposed/');
  const attentionMask = graph.inputs.find(({ name }) => name === 'attention_mask')?.name;
  const read = new Set([...graph.nodes.flatMap(valuesRead), ...graph.outputs.map(({ name }) => name)]);
  for (const node of graph.nodes) {
    const decomposition = decompositions[nameOf(node)];
    if (decomposition) decomposeNode(node, decomposition, b, { graph, attentionMask, read });
    else b.node(node);
  }
  return b.graph(graph.outputs);
}

type Surroundings = DecompositionContext & { readonly read: ReadonlySet<string> };

function decomposeNode(node: Node, decomposition: Decomposition, b: Builder, surroundings: Surroundings): void {
  const unread = unreadPart(node, decomposition);
  if (unread)
    throw new Failure(
      'model-operator',
      l10n.t`The operator ${nameOf(node)} (node "${node.name}") has the ${unread}, which is not understood.`,
      {},
      l10n.t`Export the model without it, or choose another file of the model.`,
    );
  try {
    const values = decomposition.write(node, b, surroundings);
    const lacking = node.outputs.findIndex((name, i) => name && surroundings.read.has(name) && !values[i]);
    if (lacking >= 0) throw new RangeError(`output ${lacking} in use`);
    node.outputs.forEach((output, i) => output && values[i] !== undefined && b.alias(values[i], output));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    b.node({ ...node, name: `${node.name}, with ${error.message}` });
  }
}
