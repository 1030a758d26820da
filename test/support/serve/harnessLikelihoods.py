"""Measures a served prompt with lm-evaluation-harness and compares each likelihood with transformers, or with PEFT.

Run by hand, in a Python with lm_eval (its API model), torch, transformers and peft, beside a server:

    prompt-tuner export RUN --format peft --to exported
    prompt-tuner serve RUN plain.prompt
    python harnessLikelihoods.py http://127.0.0.1:8080/v1 exported RUN plain rows.jsonl

where plain.prompt is a template of the embedded model whose body is `{{text}}{{story}}`, and rows.jsonl has rows of
`text` and `label`.
"""

import json
import sys

import torch
from lm_eval.api.instance import Instance
from lm_eval.models.openai_completions import LocalCompletionsAPI
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

address, exported, run, plain, rows_file = sys.argv[1:6]
base_folder = f'{exported}/base'
rows = [json.loads(line) for line in open(rows_file)][:40]
labels = sorted({row['label'] for row in rows})
pairs = [(f"Message: {row['text']}\nThis is about", f' {label}') for row in rows for label in labels]
tokenizer = AutoTokenizer.from_pretrained(base_folder)


def likelihood(model, context, continuation):
    """The log-likelihood of a continuation, token by token behind the whole text before it."""
    whole = tokenizer(context + continuation, add_special_tokens=False).input_ids
    begin = len(tokenizer(context, add_special_tokens=False).input_ids)
    with torch.no_grad():
        logits = model(torch.tensor([whole])).logits[0, -len(whole) :]
    told = torch.log_softmax(logits, -1)
    return sum(told[i - 1, whole[i]].item() for i in range(begin, len(whole)))


def accuracy(values):
    count = len(labels)
    best = [max(range(count), key=lambda j: values[i * count + j]) for i in range(len(rows))]
    return sum(labels[j] == row['label'] for j, row in zip(best, rows)) / len(rows)


def compare(name, model):
    harness = LocalCompletionsAPI(
        model=name,
        base_url=f'{address}/completions',
        tokenizer_backend='huggingface',
        tokenizer=base_folder,
        batch_size=8,
        max_length=1024,
    )
    requests = [Instance('loglikelihood', {}, pair, i) for i, pair in enumerate(pairs)]
    measured = [value for value, _ in harness.loglikelihood(requests, disable_tqdm=True)]
    expected = [likelihood(model, *pair) for pair in pairs]
    apart = max(abs(a - b) / max(1, abs(b)) for a, b in zip(measured, expected))
    print(f'{name}: {len(pairs)} requests, largest relative difference {apart:.2g},', end=' ')
    print(f'accuracy {accuracy(measured):.3f} and {accuracy(expected):.3f}')


base = AutoModelForCausalLM.from_pretrained(base_folder, dtype=torch.float32).eval()
compare(plain, base)
compare(run, PeftModel.from_pretrained(base, exported).eval())
