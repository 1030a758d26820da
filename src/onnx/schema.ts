import protobuf from 'protobufjs/light';

type Field = protobuf.IField;

const one = (type: string, id: number): Field => ({ type, id });
const many = (type: string, id: number, packed = false): Field => ({ type, id, rule: 'repeated', options: { packed } });

/**
 * The messages of ONNX's protobuf schema, field numbers as in onnx/onnx.proto (ONNX 1.19, IR version 12).
 * Documentation strings and training info are left out: nothing here reads them.
 */
const messages: Record<string, Record<string, Field>> = {
  ModelProto: {
    ir_version: one('int64', 1),
    producer_name: one('string', 2),
    producer_version: one('string', 3),
    graph: one('GraphProto', 7),
    opset_import: many('OperatorSetIdProto', 8),
    metadata_props: many('StringStringEntryProto', 14),
    functions: many('FunctionProto', 25),
  },
  OperatorSetIdProto: { domain: one('string', 1), version: one('int64', 2) },
  StringStringEntryProto: { key: one('string', 1), value: one('string', 2) },
  FunctionProto: {
    name: one('string', 1),
    input: many('string', 4),
    output: many('string', 5),
    attribute: many('string', 6),
    node: many('NodeProto', 7),
    opset_import: many('OperatorSetIdProto', 9),
    domain: one('string', 10),
    attribute_proto: many('AttributeProto', 11),
    overload: one('string', 13),
  },
  GraphProto: {
    node: many('NodeProto', 1),
    name: one('string', 2),
    initializer: many('TensorProto', 5),
    input: many('ValueInfoProto', 11),
    output: many('ValueInfoProto', 12),
    value_info: many('ValueInfoProto', 13),
  },
  NodeProto: {
    input: many('string', 1),
    output: many('string', 2),
    name: one('string', 3),
    op_type: one('string', 4),
    attribute: many('AttributeProto', 5),
    domain: one('string', 7),
    overload: one('string', 8),
  },
  AttributeProto: {
    name: one('string', 1),
    f: one('float', 2),
    i: one('int64', 3),
    s: one('bytes', 4),
    t: one('TensorProto', 5),
    g: one('GraphProto', 6),
    floats: many('float', 7),
    ints: many('int64', 8),
    strings: many('bytes', 9),
    tensors: many('TensorProto', 10),
    graphs: many('GraphProto', 11),
    type: one('int32', 20),
    ref_attr_name: one('string', 21),
  },
  TensorProto: {
    dims: many('int64', 1),
    data_type: one('int32', 2),
    float_data: many('float', 4, true),
    int32_data: many('int32', 5, true),
    string_data: many('bytes', 6),
    int64_data: many('int64', 7, true),
    name: one('string', 8),
    raw_data: one('bytes', 9),
    double_data: many('double', 10, true),
    uint64_data: many('uint64', 11, true),
    external_data: many('StringStringEntryProto', 13),
    data_location: one('int32', 14),
  },
  ValueInfoProto: { name: one('string', 1), type: one('TypeProto', 2) },
  TypeProto: { tensor_type: one('TensorTypeProto', 1) },
  TensorTypeProto: { elem_type: one('int32', 1), shape: one('TensorShapeProto', 2) },
  TensorShapeProto: { dim: many('DimensionProto', 1) },
  DimensionProto: { dim_value: one('int64', 1), dim_param: one('string', 2) },
};

// ONNX is proto2: an absent size differs from size 0, and names need not be valid UTF-8.
const root = protobuf.Root.fromJSON({
  nested: Object.fromEntries(Object.entries(messages).map(([name, fields]) => [name, { fields, edition: 'proto2' }])),
});

export const modelProto = root.lookupType('ModelProto');
