"""Random blocks of ggml's types and the numbers that the gguf package reads from them. Run: python quantizedBlocks.py
(numpy, gguf)"""

import base64, json, os
import gguf
import numpy as np

random = np.random.default_rng(3)
SIZES = {
    'F16': (1, 2, []),
    'BF16': (1, 2, []),
    'Q8_0': (32, 34, [0]),
    'Q4_0': (32, 18, [0]),
    'Q4_1': (32, 20, [0, 2]),
    'Q5_0': (32, 22, [0]),
    'Q5_1': (32, 24, [0, 2]),
    'Q2_K': (256, 84, [80, 82]),
    'Q3_K': (256, 110, [108]),
    'Q4_K': (256, 144, [0, 2]),
    'Q5_K': (256, 176, [0, 2]),
    'Q6_K': (256, 210, [208]),
    'Q8_K': (256, 292, []),
    'IQ4_NL': (32, 18, [0]),
    'IQ4_XS': (256, 136, [0]),
    'MXFP4': (32, 17, []),
}
cases = {}
for name, (elements, size, halves) in SIZES.items():
    blocks = 24 if elements == 1 else 2
    if elements == 1:
        data = gguf.quants.quantize(
            random.standard_normal((1, blocks)).astype(np.float32), gguf.GGMLQuantizationType[name]
        ).view(np.uint8)
    else:
        data = random.integers(0, 256, (blocks, size)).astype(np.uint8)
        for at in halves:
            data[:, at : at + 2] = (random.standard_normal((blocks, 1)) * 0.1).astype(np.float16).view(np.uint8)
        if name == 'Q8_K':
            data[:, :4] = (random.standard_normal((blocks, 1)) * 0.1).astype(np.float32).view(np.uint8)
        if name == 'MXFP4':
            data[:, 0] = [0, 125]
    if name == 'Q8_K':  # Not in the package: ggml-quants.c, dequantize_row_q8_K.
        values = data[:, :4].copy().view(np.float32) * data[:, 4:260].view(np.int8).astype(np.float32)
    else:
        values = gguf.quants.dequantize(data.reshape(1, -1), gguf.GGMLQuantizationType[name])
    cases[name] = {
        'type': int(gguf.GGMLQuantizationType[name]),
        'bytes': base64.b64encode(data.tobytes()).decode(),
        'values': [float(v) for v in values.flatten()],
    }
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'quantizedBlocks.json'), 'w') as file:
    json.dump(cases, file)
    file.write('\n')
