"""What ONNX Runtime makes of the models of packExports.py by themselves, one text at a time, each time from its beginning:
greedy texts and the loss of answers of causal models, logits of masked ones. Written to test/field/runtime.json.

    python runExports.py FOLDER      # FOLDER/NAME holds the models as they were written

Needs onnxruntime 1.30 and numpy.
"""

import json
import pathlib
import sys

import numpy as np
import onnxruntime as ort

here = pathlib.Path(__file__).parent.parent.parent / "field"
prompts = [[1, 301, 413, 304, 422, 467, 291, 268, 315], [1, 301, 413, 304], [1, 422, 467, 368, 302, 298, 309, 261]]
answer = [263, 316, 2]
most = 6
causal = {
    "quantized-gpt2": "onnx/model_quantized.onnx",
    "num-logits": "model.onnx",
    "optimum-merged-smollm2": "onnx/decoder_model_merged.onnx",
    "optimum-mla-deepseek3": "model.onnx",
    "builder-tied-llama3": "model.onnx",
    "builder-last-logits-llama3": "model.onnx",
    "builder-int4-tied-llama3": "model.onnx",
    "builder-conv-lfm2": "model.onnx",
    "optimum-window-gemma3": "model.onnx",
}
masked = {"deberta-v2": "model.onnx", "mobilebert": "model.onnx", "convbert": "model.onnx"}


def feeds(session, ids):
    given = {}
    for value in session.get_inputs():
        name, shape = value.name, value.shape
        if name == "input_ids":
            given[name] = np.array([ids], np.int64)
        elif name == "attention_mask":
            given[name] = np.ones((1, len(ids)), np.int64)
        elif name == "position_ids":
            given[name] = np.arange(len(ids), dtype=np.int64)[None]
        elif name == "token_type_ids":
            given[name] = np.zeros((1, len(ids)), np.int64)
        elif name == "num_logits_to_keep":
            given[name] = np.array(0, np.int64)
        elif name == "use_cache_branch":
            given[name] = np.array([True])
        else:
            heads = [size for size in shape if isinstance(size, int)]
            if name.startswith("past_conv"):
                given[name] = np.zeros([1, *shape[1:]], np.float32)
            else:
                size = shape[3] if isinstance(shape[3], int) else size_of[session]
                given[name] = np.zeros([1, heads[0], 0, size], np.float32)
    return given


size_of = {}


def last(session, ids):
    return session.run(["logits"], feeds(session, ids))[0][0]


def log_softmax(row):
    row = row.astype(np.float64)
    return row - row.max() - np.log(np.exp(row - row.max()).sum())


results = {}
for name, file in causal.items():
    folder = pathlib.Path(sys.argv[1]) / name
    config = json.load(open(folder / "config.json"))
    session = ort.InferenceSession(str(folder / file), providers=["CPUExecutionProvider"])
    heads = config.get("num_attention_heads", config.get("n_head"))
    size_of[session] = config.get("head_dim") or config.get("hidden_size", 0) // heads
    generated, loss = [], []
    for prompt in prompts:
        ids = list(prompt)
        for _ in range(most):
            ids.append(int(last(session, ids)[-1].argmax()))
        generated.append(ids[len(prompt):])
        loss += [-log_softmax(last(session, prompt + answer[:i])[-1])[answer[i]] for i in range(len(answer))]
    results[name] = {"loss": float(np.mean(loss)), "generated": generated}
for name, file in masked.items():
    folder = pathlib.Path(sys.argv[1]) / name
    session = ort.InferenceSession(str(folder / file), providers=["CPUExecutionProvider"])
    texts = [[2, 40, 41, 42, 3], [2, 50, 51, 52, 53, 54, 55, 56, 57, 58, 3], [2, 60, 3]]
    loss = [-log_softmax(last(session, ids)[1])[7] for ids in texts]
    results[name] = {"texts": texts, "position": 1, "token": 7, "loss": [float(each) for each in loss]}
json.dump({"prompts": prompts, "answer": answer, "models": results}, open(here / "runtime.json", "w"))
print(json.dumps(results, indent=None))
