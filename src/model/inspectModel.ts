import { operatorsWithoutRule } from '../autodiff/gradient';
import type { ModelConfiguration } from './configuration';
import type { LanguageModel } from './openModel';

/** What a model is, and what can be trained through it. */
export interface ModelInspection {
  readonly id: string;
  readonly folder: string;
  readonly sha256: string;
  readonly parameters: number;
  readonly configuration: ModelConfiguration;
  readonly opset: number;
  /** Operator type → how often the graph holds it. */
  readonly operators: Readonly<Record<string, number>>;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Whether the opening that prompts share can be run once. */
  readonly keyValueCache: boolean;
  readonly trainable: boolean;
  /** Operators between the embeddings and the logits that have no gradient rule. */
  readonly operatorsWithoutRule: readonly string[];
}

/** Reads everything off the graph; nothing is run. */
export function inspectModel({ id, folder, sha256, parameters, configuration, model, signature }: LanguageModel): ModelInspection {
  const { graph } = model;
  const operators = new Map<string, number>();
  for (const { op, domain } of graph.nodes) {
    const name = domain ? `${domain}.${op}` : op;
    operators.set(name, (operators.get(name) ?? 0) + 1);
  }
  const lacking = operatorsWithoutRule(graph, signature.logits, [signature.embedded]);
  return {
    id, folder, sha256, parameters, configuration,
    opset: model.opsets.get('') ?? 0,
    operators: Object.fromEntries([...operators].sort(([, a], [, b]) => b - a)),
    inputs: graph.inputs.map((input) => input.name),
    outputs: graph.outputs.map((output) => output.name),
    keyValueCache: signature.cache.length > 0,
    trainable: lacking.length === 0,
    operatorsWithoutRule: lacking,
  };
}
