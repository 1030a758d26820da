"""Makes the file variants that hubs hold out of exports that architectures.py made: halves, four- and eight-bit
weights, quantised activations, merged decoders.

Run after architectures.py: python variants.py   (onnx, onnxruntime with its quantisation tools,
onnxconverter-common's float16 as shipped in onnxruntime)
Writes variants/<name>.onnx beside itself; tests read them with the other files of the architecture they came from.
variants/generated.json
holds, for variants that compute other numbers than the float model, what ONNX Runtime generates with the file as it
is, without a cache.
"""

import json, os
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_bnb4_quantizer import MatMulBnb4Quantizer
from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer
from onnxruntime.transformers import optimizer
from onnxruntime.transformers.float16 import convert_float_to_float16
from onnxruntime.transformers.fusion_options import FusionOptions
import architectures
import torch

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, 'variants')


def source(name):
    return os.path.join(HERE, 'architectures', name, 'model.onnx')


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


def table_too(path):
    """Four-bit weights, those of the embedding table too (GatherBlockQuantized)."""
    config = DefaultWeightOnlyQuantConfig(
        block_size=16,
        is_symmetric=False,
        accuracy_level=0,
        bits=4,
        op_types_to_quantize=('MatMul', 'Gather'),
        quant_axes=(('MatMul', 0), ('Gather', 1)),
    )
    quantizer = MatMulNBitsQuantizer(onnx.load(path), algo_config=config)
    quantizer.process()
    return quantizer.model.model


def bits_and_bytes(path, kind):
    quantizer = MatMulBnb4Quantizer(onnx.load(path), kind, 16)
    quantizer.process()
    return quantizer.model.model


def reordered(model):
    """Columns of each four-bit weight belong to blocks in another order than they stand in, as GPTQ with act-order
    leaves them (g_idx)."""
    graph, read = model.graph, {tensor.name: tensor for tensor in model.graph.initializer}
    for node in [node for node in graph.node if node.op_type == 'MatMulNBits']:
        size = {attribute.name: attribute.i for attribute in node.attribute}
        columns, block = size['K'], size['block_size']
        groups = np.arange(columns) // block
        order = np.array([(i * 5 + 3) % columns for i in range(columns)])
        tensor = numpy_helper.from_array(groups[order].astype(np.int32), node.name + '_g_idx')
        graph.initializer.append(tensor)
        while len(node.input) < 4:
            node.input.append('')
        node.input.append(tensor.name)
    return model


def generated(path):
    """Greedy tokens by the file itself, each pass over the whole sequence with an empty past."""
    session = onnxruntime.InferenceSession(path, providers=['CPUExecutionProvider'])
    rows = []
    for prompt in architectures.PROMPTS:
        ids = list(prompt)
        for _ in range(architectures.NEW):
            feeds = {
                'input_ids': np.array([ids]),
                'attention_mask': np.ones((1, len(ids)), dtype=np.int64),
                'position_ids': np.arange(len(ids))[None],
            }
            for value in session.get_inputs():
                if value.name.startswith('past_key_values'):
                    feeds[value.name] = np.zeros(
                        (1, value.shape[1], 0, value.shape[3]),
                        dtype=np.float16 if 'float16' in value.type else np.float32,
                    )
            ids.append(int(session.run(['logits'], feeds)[0][0, -1].argmax()))
        rows.append(ids[len(prompt) :])
    return rows


def merged(model):
    """Both passes in one graph behind `use_cache_branch`, as optimum merges decoders; the pass without a past knows
    an empty one."""
    graph = model.graph
    pasts = [value for value in graph.input if value.name.startswith('past_key_values')]
    empty = [
        helper.make_tensor(
            value.name + '/none',
            TensorProto.FLOAT,
            [2, value.type.tensor_type.shape.dim[1].dim_value, 0, value.type.tensor_type.shape.dim[3].dim_value],
            [],
        )
        for value in pasts
    ]
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

    choice = helper.make_node(
        'If',
        ['use_cache_branch'],
        [value.name for value in graph.output],
        name='optimum::if',
        then_branch=branch('_then', {}, []),
        else_branch=branch('_else', swap, empty),
    )
    switch = helper.make_tensor_value_info('use_cache_branch', TensorProto.BOOL, [1])
    whole = helper.make_graph([choice], 'merged', [*graph.input, switch], list(graph.output), list(graph.initializer))
    return helper.make_model(whole, opset_imports=model.opset_import, ir_version=model.ir_version)


def as_function(model):
    """The middle of the graph as a function of the model, as PyTorch's newer exporter keeps modules."""
    graph = model.graph
    norm = next(i for i, node in enumerate(graph.node) if node.op_type == 'Sigmoid')
    gate = graph.node[norm]
    body = [
        helper.make_node('Neg', ['x'], ['n']),
        helper.make_node('Exp', ['n'], ['e']),
        helper.make_node('Constant', [], ['one'], value_float=1.0),
        helper.make_node('Add', ['e', 'one'], ['d']),
        helper.make_node('Reciprocal', ['d'], ['y']),
    ]
    function = helper.make_function(
        'local', 'Sigmoid', ['x'], ['y'], body, [helper.make_opsetid('', model.opset_import[0].version)]
    )
    gate.op_type, gate.domain = 'Sigmoid', 'local'
    model.functions.append(function)
    model.opset_import.append(helper.make_opsetid('local', 1))
    return model


def fused(name):
    """With the operators of ONNX Runtime's own domain, as its optimizer for transformers writes them."""
    path = os.path.join(OUT, f'{name}.fused.onnx')
    optimizer.optimize_model(
        source(name),
        model_type='gpt2',
        num_heads=architectures.HEADS,
        hidden_size=architectures.HIDDEN,
        optimization_options=FusionOptions('gpt2'),
        opt_level=0,
    ).save_model_to_file(path)
    model = onnx.load(path)
    if not any(entry.domain == 'com.microsoft' for entry in model.opset_import):
        model.opset_import.append(helper.make_opsetid('com.microsoft', 1))
    for tensor in model.graph.initializer:  # tables of angles, for more positions than the model has
        if len(tensor.dims) == 2 and tensor.dims[0] > 1024:
            tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor)[:64], tensor.name))
    onnx.save(model, path)
    architectures.shorten(path)


class FlatCache(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.decoder = architectures.Decoder(model, True)

    def forward(self, input_ids, attention_mask, position_ids, past):
        return self.decoder(input_ids, attention_mask, position_ids, *past)


def dynamo(name):
    """By PyTorch's newer exporter (torch.export)."""
    model = architectures.make(architectures.ARCHITECTURES[name])
    layers, heads, size = architectures.past_shape(model)
    batch, length, past = 2, 5, 3
    ids = torch.randint(3, architectures.VOCABULARY, (batch, length))
    places = torch.arange(past, past + length)[None].expand(batch, length).contiguous()
    parts = tuple(torch.randn(batch, heads, past, size) for _ in range(2 * layers))
    pairs = [(i, part) for i in range(layers) for part in ('key', 'value')]
    inputs = ['input_ids', 'attention_mask', 'position_ids'] + [f'past_key_values.{i}.{part}' for i, part in pairs]
    varying = torch.export.Dim.DYNAMIC
    row = {0: varying, 1: varying}
    path = os.path.join(OUT, f'{name}.dynamo.onnx')
    torch.onnx.export(
        FlatCache(model),
        (ids, torch.ones(batch, length + past, dtype=torch.long), places, parts),
        dynamo=True,
        input_names=inputs,
        output_names=['logits'] + [f'present.{i}.{part}' for i, part in pairs],
        opset_version=18,
        dynamic_shapes=(row, row, row, tuple({0: varying, 2: varying} for _ in parts)),
    ).save(path)
    architectures.shorten(path)


class Uncached(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask, position_ids):
        return self.model(
            input_ids=input_ids, attention_mask=attention_mask, position_ids=position_ids, use_cache=False
        ).logits


def uncached(name, opset, variant):
    """Without past and present."""
    path = os.path.join(OUT, f'{name}.{variant}.onnx')
    inputs = {
        'input_ids': torch.randint(3, architectures.VOCABULARY, (2, 5)),
        'attention_mask': torch.ones(2, 5, dtype=torch.long),
        'position_ids': torch.arange(5)[None].expand(2, 5),
    }
    row = {0: 'batch_size', 1: 'sequence_length'}
    torch.onnx.export(
        Uncached(architectures.make(architectures.ARCHITECTURES[name])),
        tuple(inputs.values()),
        path,
        input_names=list(inputs),
        output_names=['logits'],
        dynamic_axes={each: row for each in [*inputs, 'logits']},
        opset_version=opset,
        dynamo=False,
    )
    architectures.shorten(path)


if __name__ == '__main__':
    os.makedirs(OUT, exist_ok=True)
    uncached('llama', 14, 'uncached')
    uncached('gpt2', 11, 'opset11')
    fused('llama')
    dynamo('llama')
    save(halves(onnx.load(source('llama'))), 'llama.fp16')
    quantize_dynamic(
        source('llama'),
        os.path.join(OUT, 'llama.quantized.onnx'),
        weight_type=QuantType.QInt8,
        op_types_to_quantize=['MatMul', 'Gemm', 'Gather'],
    )
    # Their tables are narrower than their layers.
    for name in ('albert', 'electra'):
        quantize_dynamic(
            os.path.join(HERE, 'masked', name, 'model.onnx'),
            os.path.join(OUT, name + '.quantized.onnx'),
            weight_type=QuantType.QInt8,
            op_types_to_quantize=['MatMul', 'Gemm', 'Gather'],
        )
    save(blocks(source('llama'), True), 'llama.q4')
    save(blocks(source('llama'), False), 'llama.q4-zeros')
    save(blocks(source('llama'), True, 8), 'llama.q8')
    save(halves(onnx.load(os.path.join(OUT, 'llama.q4-zeros.onnx'))), 'llama.q4f16')
    save(table_too(os.path.join(OUT, 'llama.dynamo.onnx')), 'llama.q4-table')
    save(bits_and_bytes(source('llama'), MatMulBnb4Quantizer.NF4), 'llama.bnb4')
    save(bits_and_bytes(source('llama'), MatMulBnb4Quantizer.FP4), 'llama.bnb4-fp4')
    save(reordered(onnx.load(os.path.join(OUT, 'llama.q4-zeros.onnx'))), 'llama.q4-order')
    save(merged(onnx.load(source('llama'))), 'llama.merged')
    save(as_function(onnx.load(source('llama'))), 'llama.function')
    rounded = ['q4', 'q4-zeros', 'q4-table', 'q4f16', 'q8', 'bnb4', 'bnb4-fp4']
    architectures.write(
        os.path.join(OUT, 'generated.json'),
        {name: generated(os.path.join(OUT, f'llama.{name}.onnx')) for name in rounded},
    )
