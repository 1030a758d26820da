type Message = Readonly<Record<string, unknown>>;

const list = (value: unknown): readonly Message[] => (value as readonly Message[] | undefined) ?? [];
const strings = (value: unknown): readonly string[] => (value as readonly string[] | undefined) ?? [];
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * A model's graph with calls of its own functions replaced by their bodies (ONNX IR, "Functions"). Works on the file's
 * messages, since attributes of a body may refer to those of the call.
 */
export function expandFunctions(model: Message): Message {
  const functions = new Map(list(model.functions).map((body) => [keyOf(body, text(body.name)), body]));
  return functions.size ? expandGraph(model.graph as Message, functions) : (model.graph as Message);
}

type Functions = ReadonlyMap<string, Message>;

const keyOf = (message: Message, name: string): string => `${text(message.domain)}.${name}.${text(message.overload)}`;

const expandGraph = (graph: Message, functions: Functions): Message => ({
  ...graph,
  node: list(graph.node).flatMap((node) => expandNode(node, functions)),
});

function expandNode(node: Message, functions: Functions): readonly Message[] {
  const body = functions.get(keyOf(node, text(node.op_type)));
  if (!body)
    return [
      {
        ...node,
        attribute: list(node.attribute).map((attribute) =>
          attribute.g ? { ...attribute, g: expandGraph(attribute.g as Message, functions) } : attribute,
        ),
      },
    ];
  const [inputs, outputs] = [strings(node.input), strings(node.output)];
  const bound = new Map([
    ...strings(body.input).map((name, i) => [name, inputs[i] ?? ''] as const),
    ...strings(body.output).map((name, i) => [name, outputs[i] || `${text(node.name)}/${name}`] as const),
  ]);
  const prefix = `${text(node.name) || outputs[0]}/`;
  const given = new Map(
    [...list(body.attribute_proto), ...list(node.attribute)].map((attribute) => [text(attribute.name), attribute]),
  );
  const rename = (name: string): string => (name === '' ? '' : (bound.get(name) ?? prefix + name));
  const called = list(body.node).map((inner) => bind(inner, { rename, given, prefix }));
  return called.flatMap((inner) => expandNode(inner, functions));
}

interface Call {
  readonly rename: (name: string) => string;
  readonly given: ReadonlyMap<string, Message>;
  readonly prefix: string;
}

function bind(node: Message, call: Call): Message {
  const attributes = list(node.attribute).flatMap((attribute): readonly Message[] => {
    const reference = text(attribute.ref_attr_name);
    const found = reference ? call.given.get(reference) : attribute;
    if (!found) return [];
    return [
      {
        ...found,
        name: attribute.name,
        ...(attribute.g && !reference ? { g: bindGraph(attribute.g as Message, call) } : {}),
      },
    ];
  });
  return {
    ...node,
    name: call.prefix + (text(node.name) || call.rename(strings(node.output)[0] ?? '')),
    input: strings(node.input).map(call.rename),
    output: strings(node.output).map(call.rename),
    attribute: attributes,
  };
}

/** A branch inside a body: all its values are the body's, so all are renamed alike. */
const bindGraph = (graph: Message, call: Call): Message => ({
  ...graph,
  node: list(graph.node).map((node) => bind(node, call)),
  ...Object.fromEntries(
    ['initializer', 'input', 'output'].map((field) => [
      field,
      list(graph[field]).map((value) => ({ ...value, name: call.rename(text(value.name)) })),
    ]),
  ),
});
