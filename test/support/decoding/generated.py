"""What transformers and PEFT write behind prompts of the reference models, and the distributions they draw from.

usage: generated.py FOLDER   (of gpt2-tiny, qwen3-tiny and stories260k with their model.safetensors)
Writes generated.json and distributions.json beside this file. Made with torch 2.13, transformers 5.18, peft 0.21.
"""

import json
import random
import sys
from pathlib import Path

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, LogitsProcessorList, TemperatureLogitsWarper, TopKLogitsWarper
from transformers import TopPLogitsWarper

here = Path(__file__).parent
reference = here.parent.parent / 'models' / 'reference'
new_tokens = 24


def write(model, prompt):
    """Greedily, one prompt at a time, so that no padding has a part in it; nothing ends an answer."""
    # PEFT hands the prefix on as a cache of its own, which a loop of single passes takes as well.
    ids = torch.tensor([prompt])
    gaps = []
    for _ in range(new_tokens):
        logits = model(input_ids=ids, attention_mask=torch.ones_like(ids)).logits[0, -1]
        best = logits.topk(2).values
        gaps.append(float(best[0] - best[1]))
        ids = torch.cat([ids, logits.argmax().view(1, 1)], 1)
    return ids[0, len(prompt) :].tolist(), min(gaps)


def prompts_of(seed, vocabulary):
    """Six that begin alike and are of unlike length, one of them a single token longer than the opening."""
    rng = random.Random(seed)
    word = lambda: rng.randrange(4, vocabulary)
    opening = [word() for _ in range(9)]
    return [opening + [word() for _ in range(length)] for length in (1, 2, 7, 7, 12, 19)]


chat = json.load(open(reference / 'chat.json'))
found = {}
for name in ('gpt2-tiny', 'qwen3-tiny', 'stories260k'):
    folder = Path(sys.argv[1]) / name
    load = lambda: AutoModelForCausalLM.from_pretrained(folder).float().eval()
    plain = load()
    models = {
        kind: load() if adapter is None else PeftModel.from_pretrained(load(), reference / name / 'peft' / adapter).eval()
        for kind, adapter in (('plain', None), ('soft', 'prompt_tuning'), ('prefix', 'prefix_tuning'))
    }
    # Other prompts are tried until no two tokens are so nearly alike that rounding would decide.
    for attempt in range(100):
        prompts = prompts_of(f'{name} {attempt}', models['plain'].config.vocab_size)
        with torch.no_grad():
            written = {kind: [write(model, prompt) for prompt in prompts] for kind, model in models.items()}
        if min(gap for rows in written.values() for _, gap in rows) > 1e-3:
            break
    found[name] = {'prompts': prompts, **{kind: [tokens for tokens, _ in rows] for kind, rows in written.items()}}
    chats = [[id for id in ids] for place in ('chatml-like', 'llama2-like') for ids in chat['inputs'][place]['prompt_ids']]
    with torch.no_grad():
        found[name]['chat'] = [write(models['plain'], prompt)[0] for prompt in chats]
json.dump(found, open(here / 'generated.json', 'w'))

rng = torch.Generator().manual_seed(7)
cases = []
for size, spread in ((12, 1.0), (40, 3.0), (200, 6.0)):
    logits = torch.randn(size, generator=rng) * spread
    logits[size // 2] = logits[size // 3]  # two that are equal
    for temperature, top_k, top_p in (
        (1.0, None, None), (0.3, None, None), (2.5, None, None), (1.0, 1, None), (1.0, 5, None), (0.7, 1000, None),
        (1.0, None, 0.05), (1.0, None, 0.6), (1.0, None, 0.95), (0.7, 7, 0.8), (1.8, 9, 0.5), (1.3, size // 2, 0.9),
    ):
        processors = LogitsProcessorList([TemperatureLogitsWarper(temperature)])
        if top_k is not None:
            processors.append(TopKLogitsWarper(top_k))
        if top_p is not None:
            processors.append(TopPLogitsWarper(top_p))
        probabilities = processors(None, logits[None])[0].softmax(-1)
        cases.append(
            {
                'logits': logits.tolist(), 'temperature': temperature, 'topK': top_k, 'topP': top_p,
                'probabilities': [float(f'{p:.9g}') for p in probabilities.tolist()],
            }
        )
# The k-th largest is twice there: both stay.
tied = torch.tensor([1.0, 3.0, 2.0, 2.0, 0.0])
probabilities = TopKLogitsWarper(2)(None, tied[None])[0].softmax(-1)
cases.append(
    {'logits': tied.tolist(), 'temperature': 1.0, 'topK': 2, 'topP': None, 'probabilities': probabilities.tolist()}
)
json.dump(cases, open(here / 'distributions.json', 'w'))
