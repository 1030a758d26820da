"""Label masses and likeliest tokens that PyTorch computes with models of this folder, written to label_mass.json.

Run: python label_mass.py   (torch, transformers), after checkpoints.py and masked.py
The mass is the probability that what is written behind the prompt begins with any of the words: a causal model's words
are followed token by token through all that the model could write, so that no formula for words is used; a masked
model's are read off the product of the distributions at its masks.
"""

import itertools, json, os
import torch
from transformers import AutoModelForCausalLM, AutoModelForMaskedLM

HERE = os.path.dirname(os.path.abspath(__file__))
# [label][word][token]: words of one and of several tokens, one that begins with another, and two of one label.
WORDS = [[[14], [14, 22]], [[37, 6, 58], [37, 6]], [[11], [20, 41]]]
MASKED_WORDS = [[[14], [15, 16]], [[11]], [[14, 12], [13]]]


def begins(text):
    return any(text[: len(word)] == word for label in WORDS for word in label)


def mass(model, prompt, written, depth):
    """Sum over everything that can be written, cut where it begins with a word or where no word can follow."""
    if begins(written):
        return 1.0
    if depth == 0 or not any(word[: len(written)] == written for label in WORDS for word in label):
        return 0.0
    probabilities = model(torch.tensor([prompt + written])).logits[0, -1].softmax(-1)
    return sum(p.item() * mass(model, prompt, written + [t], depth - 1) for t, p in enumerate(probabilities))


def causal(name):
    folder = os.path.join(HERE, 'architectures', name)
    model = AutoModelForCausalLM.from_pretrained(folder, attn_implementation='eager').double().eval()
    prompts = json.load(open(os.path.join(folder, 'expected.json')))['prompts']
    mean = torch.stack([model(torch.tensor([p])).logits[0, -1].softmax(-1) for p in prompts]).mean(0).topk(5)
    return {'words': WORDS, 'prompts': prompts, 'masses': [mass(model, p, [], 3) for p in prompts],
            'ids': mean.indices.tolist(), 'probabilities': mean.values.tolist()}


def masked(name):
    folder = os.path.join(HERE, 'masked', name)
    model = AutoModelForMaskedLM.from_pretrained(folder, attn_implementation='eager').double().eval()
    expected = json.load(open(os.path.join(folder, 'expected.json')))
    masses, first = [], []
    for ids, at in zip(expected['ids'], expected['masks']):
        one, two = model(torch.tensor([ids])).logits[0, at : at + 2].softmax(-1)
        first.append(one)
        pairs = itertools.product(range(len(one)), repeat=2)
        words = [word for label in MASKED_WORDS for word in label]
        masses.append(sum((one[a] * two[b]).item() for a, b in pairs
                          if any([a, b][: len(word)] == word for word in words)))
    mean = torch.stack(first).mean(0).topk(5)
    return {'words': MASKED_WORDS, 'prompts': expected['ids'], 'masks': expected['masks'], 'masses': masses,
            'ids': mean.indices.tolist(), 'probabilities': mean.values.tolist()}


with torch.no_grad():
    results = {f'architectures/{name}': causal(name) for name in ['llama', 'gpt2', 'qwen3']}
    results['masked/bert'] = masked('bert')
json.dump(results, open(os.path.join(HERE, 'label_mass.json'), 'w'), indent=1)
print({name: result['masses'] for name, result in results.items()})
