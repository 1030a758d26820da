import { extendGraph } from '../onnx/builder';
import { ElementType, valuesRead, type Graph, type Model, type Value } from '../onnx/graph';
import { letGo } from '../onnx/runtime/letGo';
import { openSession, type Feeds } from '../onnx/runtime/session';
import { tensorNumbers } from '../onnx/tensor';

/** A dimension's size where it is the same for every input, else undefined. */
export type Dim = number | undefined;

/**
 * What differentiation must know of a graph's values: their rank, which dimensions are fixed, and the numbers of small
 * integer operands (slice bounds and the like) where these are fixed.
 */
export interface Shapes {
  /** Whether the dimensions of a computed value were asked for. */
  has(value: string): boolean;
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
  const [first, second] = await runProbes(model, { shapeOf, numbersOf }, probes);
  const dims = new Map(shapeOf.map((name) => [name, agreed(first!.dims, second!.dims, name)]));
  const known = new Map(numbersOf.map((name) => [name, agreed(first!.numbers, second!.numbers, name)]));
  return {
    has: (name) => dims.has(name),
    dims(name) {
      const found = initializers.get(name)?.dims ?? dims.get(name);
      if (!found) throw new Error(`No shape was asked for of "${name}".`);
      return found;
    },
    seen: (name) => (initializers.has(name) ? [] : [first!, second!].map((run) => run.dims.get(name)!)),
    known(name) {
      const tensor = initializers.get(name);
      if (tensor) return tensorNumbers(tensor);
      const numbers = known.get(name);
      return numbers?.every((value) => value !== undefined) ? (numbers as number[]) : undefined;
    },
  };
}

type Sizes = ReadonlyMap<string, readonly number[]>;

const agreed = (first: Sizes, second: Sizes, name: string): readonly Dim[] => {
  const other = second.get(name)!;
  return first.get(name)!.map((size, axis) => (size === other[axis] ? size : undefined));
};

/** What is asked of a graph's values, each by its name. */
interface Asked {
  readonly shapeOf: readonly string[];
  readonly numbersOf: readonly string[];
}

async function runProbes(
  model: Model,
  asked: Asked,
  probes: readonly Feeds[],
): Promise<readonly { readonly dims: Sizes; readonly numbers: Sizes }[]> {
  if (asked.shapeOf.length + asked.numbersOf.length === 0)
    return probes.map(() => ({ dims: new Map(), numbers: new Map() }));
  const handedOut = computedFromInputs(model.graph);
  const graph = withReports(model.graph, asked, handedOut);
  const session = await openSession({ ...model, graph }, { optimize: false, threads: 1 });
  const reports = [];
  for (const probe of probes) {
    const results = await session.run(probe);
    const numbers = (name: string): readonly number[] => Array.from(results[name]!.data, Number);
    reports.push({
      dims: new Map(
        asked.shapeOf.map((name) => [name, handedOut.has(name) ? results[name]!.dims : numbers(`${name}/shape`)]),
      ),
      numbers: new Map(asked.numbersOf.map((name) => [name, numbers(`${name}/numbers`)])),
    });
    letGo(Object.values(results));
  }
  await session.release();
  return reports;
}

/** Small for a small input, whatever the model's size: what is made of weights alone may be as large as they are. */
function computedFromInputs({ inputs, nodes }: Graph): ReadonlySet<string> {
  const varying = new Set(inputs.map((input) => input.name));
  for (const node of nodes)
    if (valuesRead(node).some((value) => varying.has(value))) for (const output of node.outputs) varying.add(output);
  for (const { name } of inputs) varying.delete(name);
  return varying;
}

/**
 * The graph with what is asked as its outputs. Values are handed out themselves where they are small: the runtime then
 * has no memory to plan for them, which takes most of the time that it opens a large graph in.
 */
function withReports(graph: Graph, { shapeOf, numbersOf }: Asked, handedOut: ReadonlySet<string>): Graph {
  const builder = extendGraph(graph, 'probe/');
  const report = (value: string, name: string): Value => ({
    name: builder.alias(value, name),
    type: ElementType.int64,
  });
  return builder.graph([
    ...shapeOf.map((name) =>
      handedOut.has(name)
        ? { name, type: ElementType.undefined }
        : report(builder.op('Shape', [name]), `${name}/shape`),
    ),
    ...numbersOf.map((name) => report(builder.op('Cast', [name], { to: ElementType.int64 }), `${name}/numbers`)),
  ]);
}
