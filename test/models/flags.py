"""What transformers computes where a configuration says something unusual: losses of the prompts and answers of
architectures.py, written to flags.json.

Run: python flags.py   (torch, transformers), after checkpoints.py
"""

import json, os, shutil, tempfile
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

HERE = os.path.dirname(os.path.abspath(__file__))

# Architecture, keys of the configuration, and weights that are saved under another name.
CASES = {
    'gpt2 without the scale of a head': ('gpt2', {'scale_attn_weights': False}, {}),
    'gpt2 scaled by layer': ('gpt2', {'scale_attn_by_inverse_layer_idx': True}, {}),
    'gpt2 scaled by layer alone': (
        'gpt2',
        {'scale_attn_weights': False, 'scale_attn_by_inverse_layer_idx': True},
        {},
    ),
    'gpt2 reordered': ('gpt2', {'reorder_and_upcast_attn': True}, {}),
    'llama called tied, with a head of its own': ('llama', {'tie_word_embeddings': True}, {}),
    'qwen3 called tied, with a head of its own': ('qwen3', {'tie_word_embeddings': True}, {}),
    'llama tied, saved under the name of the head': (
        'llama-tied',
        {},
        {'model.embed_tokens.weight': 'lm_head.weight'},
    ),
}


def loss(model, expected):
    total, tokens = 0.0, 0
    for prompt, answer in zip(expected['prompts'], expected['answers']):
        logits = model(torch.tensor([prompt + answer])).logits[0].log_softmax(-1)
        for i, token in enumerate(answer):
            total -= logits[len(prompt) - 1 + i, token].item()
            tokens += 1
    return total / tokens


results = {}
for name, (architecture, keys, renamed) in CASES.items():
    source = os.path.join(HERE, 'architectures', architecture)
    with tempfile.TemporaryDirectory() as folder, torch.no_grad():
        config = {**json.load(open(os.path.join(source, 'config.json'))), **keys}
        json.dump(config, open(os.path.join(folder, 'config.json'), 'w'))
        weights = load_file(os.path.join(source, 'model.safetensors'))
        save_file({renamed.get(key, key): value for key, value in weights.items()},
                  os.path.join(folder, 'model.safetensors'), metadata={'format': 'pt'})
        model = AutoModelForCausalLM.from_pretrained(folder, attn_implementation='eager').eval()
        expected = json.load(open(os.path.join(source, 'expected.json')))
        results[name] = {'architecture': architecture, 'keys': keys, 'renamed': renamed, 'loss': loss(model, expected),
                         'usual': loss(AutoModelForCausalLM.from_pretrained(source).eval(), expected)}
        print(name, results[name]['loss'], results[name]['usual'], expected['loss'])
json.dump(results, open(os.path.join(HERE, 'flags.json'), 'w'), indent=2)
