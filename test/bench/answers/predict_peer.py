"""transformers' side of the speed of predicting: the same rows, prompt, words and weights, from file to file.

usage: predict_peer.py MODEL_FOLDER WORK_FILE ROWS_FILE OUTPUT_FILE THREADS
"""

import json
import sys
import time
import warnings

warnings.filterwarnings('ignore')
import torch
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

folder, work_file, rows_file, output, threads = sys.argv[1:6]
torch.set_num_threads(int(threads))
work = json.load(open(work_file))
tokenizer = Tokenizer.from_file(f'{folder}/tokenizer.json')
model = AutoModelForCausalLM.from_pretrained(folder).float().eval()
labels = list(work['words'])
batch = 32


def encode(text):
    return tokenizer.encode(text, add_special_tokens=True).ids


def scores(prompts, words):
    """The log-probability of each label's words behind each prompt, mean over its tokens."""
    columns = []
    for word in words:
        rows = [prompt + word for prompt in prompts]
        longest = max(map(len, rows))
        ids = torch.tensor([[0] * (longest - len(row)) + row for row in rows])
        mask = torch.tensor([[0] * (longest - len(row)) + [1] * len(row) for row in rows])
        positions = (mask.cumsum(1) - 1).clamp(min=0)
        keep = len(word) + 1
        out = model(input_ids=ids, attention_mask=mask, position_ids=positions, logits_to_keep=keep).logits
        told = out[:, :-1].log_softmax(-1)
        targets = torch.tensor([word] * len(rows))
        columns.append(told.gather(-1, targets[..., None]).mean((1, 2)))
    return torch.stack(columns, 1)


def one_token_scores(prompts, words):
    longest = max(map(len, prompts))
    ids = torch.tensor([[0] * (longest - len(row)) + row for row in prompts])
    mask = torch.tensor([[0] * (longest - len(row)) + [1] * len(row) for row in prompts])
    positions = (mask.cumsum(1) - 1).clamp(min=0)
    last = model(input_ids=ids, attention_mask=mask, position_ids=positions, logits_to_keep=1).logits[:, -1]
    return last.log_softmax(-1)[:, [word[0] for word in words]]


def predict(rows):
    prompts = [encode(work['before'] + row['text'] + work['behind']) for row in rows]
    words = [encode('a' + word)[len(encode('a')) :] for word in work['words'].values()]
    rate = one_token_scores if all(len(word) == 1 for word in words) else scores
    order = sorted(range(len(prompts)), key=lambda row: len(prompts[row]))
    found = [None] * len(prompts)
    for at in range(0, len(order), batch):
        some = order[at : at + batch]
        for row, values in zip(some, rate([prompts[row] for row in some], words).softmax(-1).tolist()):
            found[row] = values
    return found


with torch.no_grad():
    first = [json.loads(line) for line in list(open(rows_file))[:64]]
    predict(first)
    began = time.perf_counter()
    rows = [json.loads(line) for line in open(rows_file)]
    with open(output, 'w') as file:
        for row, values in zip(rows, predict(rows)):
            best = max(range(len(values)), key=values.__getitem__)
            told = {f'probability.{label}': value for label, value in zip(labels, values)}
            line = {**row, 'prediction': labels[best], 'probability': values[best], **told}
            file.write(json.dumps(line, ensure_ascii=False) + '\n')
    seconds = time.perf_counter() - began
print(json.dumps({'seconds': seconds}))
