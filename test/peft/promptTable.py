"""Reads the example of a prompt table as TensorRT-LLM does, with the weights of a model for transformers: a table is
loaded and flattened (runtime/model_runner.py), ids from the size of the vocabulary on select its rows
(layers/embedding.py, PromptTuningEmbedding).

usage: promptTable.py MODEL_FOLDER
"""

import ast
import re
import sys

import numpy as np
import torch
from transformers import AutoModelForCausalLM

program = open('use.py').read()
ids = torch.tensor(ast.literal_eval(re.search(r'ids = torch.tensor\((\[.*?\])', program).group(1)))
file = ast.literal_eval(re.search(r'prompt_table=(".*?")', program).group(1))
table = torch.from_numpy(np.load(file))
tasks, rows, hidden = table.shape
assert tasks == 1
table = table.view(-1, hidden)
model = AutoModelForCausalLM.from_pretrained(sys.argv[1]).float().eval()
embed = model.get_input_embeddings()
size = model.config.vocab_size
with torch.no_grad():
    words = embed(torch.where(ids < size, ids, 0))
    learned = table[torch.where(ids < size, 0, ids - size)]
    embeds = torch.where((ids < size)[:, None], words, learned)
    probabilities = model(inputs_embeds=embeds[None]).logits[0, -1].softmax(-1)
best = int(probabilities.argmax())
print(best, f'{float(probabilities[best]):.6f}')
