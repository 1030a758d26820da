"""Loss and prompt gradient of the reference rows with weights and label smoothing, by PyTorch.

usage: smoothed.py FOLDER   (of gpt2-tiny, qwen3-tiny and stories260k with their model.safetensors)
Writes smoothed.json beside this file. Made with torch 2.13, transformers 5.18.
The weighted loss is the mean over all answer tokens, each counting as its row does.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

here = Path(__file__).parent
reference = here.parent.parent / 'models' / 'reference'
weights = [1.0, 3.0, 0.5]
smoothing = 0.1

found = {}
for name in ('gpt2-tiny', 'qwen3-tiny', 'stories260k'):
    rows = json.load(open(reference / name / 'expected.json'))
    arrays = load_file(reference / name / 'peft' / 'prompt_tuning' / 'trainable.safetensors')
    prompt = arrays['param.default.embedding.weight'].clone().requires_grad_(True)
    model = AutoModelForCausalLM.from_pretrained(Path(sys.argv[1]) / name).float().eval()
    cases = {}
    for kind, share in (('weighted', 0.0), ('smoothed', smoothing)):
        prompt.grad = None
        total, count = 0.0, 0.0
        for ids, mask, labels, weight in zip(rows['input_ids'], rows['attention_mask'], rows['labels'], weights):
            length = sum(mask)
            embedded = model.get_input_embeddings()(torch.tensor([ids[:length]]))
            inputs = torch.cat([prompt.unsqueeze(0), embedded], 1)
            logits = model(inputs_embeds=inputs).logits[0]
            targets = torch.tensor([-100] * len(prompt) + labels[:length])
            loss = torch.nn.functional.cross_entropy(
                logits[:-1], targets[1:], ignore_index=-100, reduction='sum', label_smoothing=share
            )
            total = total + weight * loss
            count += weight * sum(label >= 0 for label in labels[:length])
        loss = total / count
        loss.backward()
        cases[kind] = {'loss': float(loss), 'gradient': [round(float(x), 10) for x in prompt.grad.flatten()]}
    found[name] = cases

with open(here / 'smoothed.json', 'w') as file:
    json.dump({'weights': weights, 'smoothing': smoothing, 'models': found}, file)
    file.write('\n')
