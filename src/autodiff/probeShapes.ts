import { extendGraph } from '../onnx/builder';
import { ElementType, type Graph, type Model, type Value } from '../onnx/graph';
import { openSession, type Feeds } from '../onnx/runtime/session';
import { tensorNumbers } from '../onnx/tensor';

/** A dimension's size where it is the same for every input, else undefined. */
export type Dim = number | undefined;

/**
 * What differentiation must know of a graph's values: their rank, which dimensions are fixed, and the numbers of small
 * integer operands (slice bounds and the like) where these are fixed.
 */
export interface Shapes {
  dims(value: string): readonly Dim[];
  known(value: string): readonly number[] | undefined;
  /** The dimensions of a computed value for each of the two inputs. */
  seen(value: string): readonly (readonly number[])[];
}

/**
 * Finds shapes by running the graph on two tiny inputs that differ in every variable size: what is equal in both is
 * fixed. The runtime itself is the only shape inference, so operators need no rules for it.
 * @param wanted values whose dimensions are asked for
 * @param operands integer values whose numbers are asked for
 */
export async function probeShapes(
  model: Model,
  wanted: Iterable<string>,
  operands: Iterable<string>,
  probes: readonly [Feeds, Feeds],
): Promise<Shapes> {
  const { initializers } = model.graph;
  const shapeOf = [...new Set(wanted)].filter((name) => !initializers.has(name));
  const numbersOf = [...new Set(operands)].filter((name) => !initializers.has(name));
  const [first, second] = await runProbes(model, shapeOf, numbersOf, probes);
  const agreed = (name: string): Dim[] => {
    const other = second!.get(name)!;
    return first!.get(name)!.map((size, axis) => (size === other[axis] ? size : undefined));
  };
  const dims = new Map(shapeOf.map((name) => [name, agreed(`${name}/shape`)]));
  const known = new Map(numbersOf.map((name) => [name, agreed(`${name}/numbers`)]));
  return {
    dims(name) {
      const found = initializers.get(name)?.dims ?? dims.get(name);
      if (!found) throw new Error(`No shape was asked for of "${name}".`);
      return found;
    },
    seen: (name) => (initializers.has(name) ? [] : [first!, second!].map((run) => run.get(`${name}/shape`)!)),
    known(name) {
      const tensor = initializers.get(name);
      if (tensor) return tensorNumbers(tensor);
      const numbers = known.get(name);
      return numbers?.every((value) => value !== undefined) ? (numbers as number[]) : undefined;
    },
  };
}

async function runProbes(
  model: Model,
  shapeOf: readonly string[],
  numbersOf: readonly string[],
  probes: readonly Feeds[],
): Promise<ReadonlyMap<string, readonly number[]>[]> {
  if (shapeOf.length + numbersOf.length === 0) return probes.map(() => new Map());
  const session = await openSession(
    { ...model, graph: withReports(model.graph, shapeOf, numbersOf) },
    { optimize: false, threads: 1 },
  );
  const reported: Map<string, readonly number[]>[] = [];
  for (const probe of probes) {
    const results = await session.run(probe);
    reported.push(new Map(Object.entries(results).map(([name, { data }]) => [name, Array.from(data, Number)])));
  }
  await session.release();
  return reported;
}

function withReports(graph: Graph, shapeOf: readonly string[], numbersOf: readonly string[]): Graph {
  const builder = extendGraph(graph, 'probe/');
  const outputs: Value[] = [];
  const report = (value: string, name: string): void =>
    void outputs.push({ name: builder.alias(value, name), type: ElementType.int64 });
  for (const name of shapeOf) report(builder.op('Shape', [name]), `${name}/shape`);
  for (const name of numbersOf) report(builder.op('Cast', [name], { to: ElementType.int64 }), `${name}/numbers`);
  return builder.graph(outputs);
}
