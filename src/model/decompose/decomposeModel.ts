import { extendGraph } from '../../onnx/builder';
import type { Graph, Model, Node } from '../../onnx/graph';
import { attention } from './attention';
import type { Decompositions } from './decomposition';
import { normalization } from './normalization';

/** Operators of ONNX Runtime's own domain are under its name. */
const decompositions: Decompositions = { ...attention, ...normalization };

/**
 * The same model with fused operators written out, so that every value between embeddings and logits has a gradient. A
 * form of an operator that cannot be written out stays, and its node says why: such a model can be run and tuned
 * without gradients.
 */
export function decomposeModel(model: Model): Model {
  if (!model.graph.nodes.some((node) => decompositions[nameOf(node)])) return model;
  return { ...model, graph: decomposeGraph(model.graph), opsets: new Map([['com.microsoft', 1], ...model.opsets]) };
}

const nameOf = ({ op, domain }: Node): string => (domain ? `${domain}.${op}` : op);

function decomposeGraph(graph: Graph): Graph {
  const b = extendGraph({ ...graph, nodes: [] }, 'decomposed/');
  const attentionMask = graph.inputs.find(({ name }) => name === 'attention_mask')?.name;
  for (const node of graph.nodes) {
    const decomposition = decompositions[nameOf(node)];
    if (!decomposition) {
      b.node(node);
      continue;
    }
    try {
      const values = decomposition(node, b, { graph, attentionMask });
      node.outputs.forEach((output, i) => output && values[i] !== undefined && b.alias(values[i], output));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      b.node({ ...node, name: `${node.name}, with ${error.message}` });
    }
  }
  return b.graph(graph.outputs);
}
