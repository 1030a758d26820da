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
    'Q4_K': (256, 144, [0, 2]),
    'Q6_K': (256, 210, [208]),
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
    values = gguf.quants.dequantize(data.reshape(1, -1), gguf.GGMLQuantizationType[name])
    cases[name] = {
        'type': int(gguf.GGMLQuantizationType[name]),
        'bytes': base64.b64encode(data.tobytes()).decode(),
        'values': [float(v) for v in values.flatten()],
    }
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'quantizedBlocks.json'), 'w') as file:
    json.dump(cases, file)
    file.write('\n')
