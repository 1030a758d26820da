"""transformers' side of the speed of classifying: the same weights, prompts and words.

usage: scoring_peer.py MODEL_FOLDER WORK_FILE THREADS
"""

import json
import sys
import time
import warnings

warnings.filterwarnings('ignore')
import torch
from transformers import AutoModelForCausalLM

folder, file, threads = sys.argv[1:4]
torch.set_num_threads(int(threads))
work = json.load(open(file))
model = AutoModelForCausalLM.from_pretrained(folder).float().eval()
words, batch = work['words'], 32


def padded(rows):
    longest = max(len(row) for row in rows)
    ids = torch.tensor([[0] * (longest - len(row)) + row for row in rows])
    mask = torch.tensor([[0] * (longest - len(row)) + [1] * len(row) for row in rows])
    return dict(input_ids=ids, attention_mask=mask, position_ids=(mask.cumsum(1) - 1).clamp(min=0))


def likelihoods(prompts):
    """Mean log-likelihood of each word's tokens behind each prompt, by as few sequences as its tokens allow."""
    if all(len(word) == 1 for word in words):
        last = model(**padded(prompts), logits_to_keep=1).logits[:, -1].log_softmax(-1)
        return last[:, [word[0] for word in words]]
    length = len(words[0])
    rows = [prompt + word for prompt in prompts for word in words]
    logits = model(**padded(rows), logits_to_keep=length + 1).logits[:, :-1].log_softmax(-1)
    targets = torch.tensor([word for _ in prompts for word in words])
    return logits.gather(-1, targets[..., None]).mean((1, 2)).reshape(len(prompts), len(words))


def classify(prompts):
    order = sorted(range(len(prompts)), key=lambda row: len(prompts[row]))
    scores = [None] * len(prompts)
    together = batch if all(len(word) == 1 for word in words) else max(1, batch // len(words))
    for at in range(0, len(order), together):
        rows = order[at : at + together]
        for row, values in zip(rows, likelihoods([prompts[row] for row in rows]).softmax(-1).tolist()):
            scores[row] = values
    return scores


with torch.no_grad():
    classify(work['prompts'][:64])
    began, cpu = time.perf_counter(), time.process_time()
    found = classify(work['prompts'])
print(json.dumps({'seconds': time.perf_counter() - began, 'cpuSeconds': time.process_time() - cpu, 'scores': found}))
