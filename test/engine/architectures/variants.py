"""Makes the file variants that hubs hold out of exports that recipe.py made: halves, four- and eight-bit weights, quantised activations, merged decoders.

Run after recipe.py: python variants.py   (onnx, onnxruntime with its quantisation tools, onnxconverter-common's float16 as shipped in onnxruntime)
Writes _variants/<name>.onnx beside itself; tests read them with the other files of the architecture they came from.
"""
import os
import onnx
from onnx import TensorProto, helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer
from onnxruntime.transformers.float16 import convert_float_to_float16

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, '_variants')


def source(name):
    return os.path.join(HERE, name, 'model.onnx')


def save(model, name):
    onnx.save(model, os.path.join(OUT, name + '.onnx'))


def halves(model):
    """As hubs do: weights, cache and logits in float16."""
    return convert_float_to_float16(model, keep_io_types=False)


def blocks(path, symmetric, bits=4):
    config = DefaultWeightOnlyQuantConfig(block_size=16, is_symmetric=symmetric, accuracy_level=0, bits=bits)
    quantizer = MatMulNBitsQuantizer(onnx.load(path), algo_config=config)
    quantizer.process()
    return quantizer.model.model


def merged(model):
    """Both passes in one graph behind `use_cache_branch`, as optimum merges decoders; the pass without a past knows an empty one."""
    graph = model.graph
    pasts = [value for value in graph.input if value.name.startswith('past_key_values')]
    empty = [helper.make_tensor(value.name + '/none', TensorProto.FLOAT, [2, value.type.tensor_type.shape.dim[1].dim_value, 0, value.type.tensor_type.shape.dim[3].dim_value], []) for value in pasts]
    swap = {value.name: value.name + '/none' for value in pasts}

    def branch(name, rename, extra):
        own = {output for node in graph.node for output in node.output}
        inner = lambda value: rename.get(value, value + name if value in own else value)
        nodes = []
        for node in graph.node:
            copy = onnx.NodeProto()
            copy.CopyFrom(node)
            copy.name += name
            copy.input[:], copy.output[:] = map(inner, node.input), map(inner, node.output)
            nodes.append(copy)
        outputs = [helper.make_empty_tensor_value_info(inner(value.name)) for value in graph.output]
        return helper.make_graph(nodes, name, [], outputs, extra)

    choice = helper.make_node('If', ['use_cache_branch'], [value.name for value in graph.output], name='optimum::if',
                              then_branch=branch('_then', {}, []), else_branch=branch('_else', swap, empty))
    switch = helper.make_tensor_value_info('use_cache_branch', TensorProto.BOOL, [1])
    whole = helper.make_graph([choice], 'merged', [*graph.input, switch], list(graph.output), list(graph.initializer))
    return helper.make_model(whole, opset_imports=model.opset_import, ir_version=model.ir_version)


def as_function(model):
    """The middle of the graph as a function of the model, as PyTorch's newer exporter keeps modules."""
    graph = model.graph
    norm = next(i for i, node in enumerate(graph.node) if node.op_type == 'Sigmoid')
    gate = graph.node[norm]
    body = [helper.make_node('Neg', ['x'], ['n']), helper.make_node('Exp', ['n'], ['e']), helper.make_node('Constant', [], ['one'], value_float=1.0),
            helper.make_node('Add', ['e', 'one'], ['d']), helper.make_node('Reciprocal', ['d'], ['y'])]
    function = helper.make_function('local', 'Sigmoid', ['x'], ['y'], body, [helper.make_opsetid('', model.opset_import[0].version)])
    gate.op_type, gate.domain = 'Sigmoid', 'local'
    model.functions.append(function)
    model.opset_import.append(helper.make_opsetid('local', 1))
    return model


if __name__ == '__main__':
    os.makedirs(OUT, exist_ok=True)
    for name in ('llama', 'gpt2'):
        save(halves(onnx.load(source(name))), f'{name}.fp16')
        quantize_dynamic(source(name), os.path.join(OUT, f'{name}.quantized.onnx'), weight_type=QuantType.QInt8 if name == 'llama' else QuantType.QUInt8, op_types_to_quantize=['MatMul', 'Gemm', 'Gather'])
    save(blocks(source('llama'), True), 'llama.q4')
    save(blocks(source('llama'), False), 'llama.q4-zeros')
    save(blocks(source('llama'), True, 8), 'llama.q8')
    save(halves(onnx.load(os.path.join(OUT, 'llama.q4-zeros.onnx'))), 'llama.q4f16')
    save(merged(onnx.load(source('llama'))), 'llama.merged')
    save(as_function(onnx.load(source('llama'))), 'llama.function')
