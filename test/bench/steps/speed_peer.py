"""PEFT's side of the speed comparison: the same weights, batches, objective, optimizer and threads.

usage: speed_peer.py MODEL_FOLDER BATCHES_FILE THREADS SECONDS
"""

import json
import resource
import sys
import time
import warnings

warnings.filterwarnings('ignore')
import torch
import torch.nn.functional as F
from peft import PromptTuningConfig, get_peft_model
from transformers import AutoModelForCausalLM

folder, file, threads, seconds = sys.argv[1:5]
torch.set_num_threads(int(threads))
torch.manual_seed(0)
work = json.load(open(file))
model = get_peft_model(
    AutoModelForCausalLM.from_pretrained(folder).float(),
    PromptTuningConfig(task_type='CAUSAL_LM', num_virtual_tokens=work['virtualTokens']),
)
model.train()
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-3, weight_decay=0.0)
words = torch.tensor([word[0] for word in work['words']])


def label_loss(batch):
    longest = max(len(example['ids']) for example in batch)
    ids = torch.tensor([example['ids'] + [0] * (longest - len(example['ids'])) for example in batch])
    mask = torch.tensor([[1] * len(example['ids']) + [0] * (longest - len(example['ids'])) for example in batch])
    last = torch.tensor([len(example['ids']) - 1 for example in batch]) + work['virtualTokens']
    logits = model(input_ids=ids, attention_mask=mask).logits[torch.arange(len(batch)), last][:, words]
    return F.cross_entropy(logits, torch.tensor([example['label'] for example in batch]))


def token_loss(batch):
    rows = [(example['ids'] + example['answer'], [-100] * len(example['ids']) + example['answer']) for example in batch]
    longest = max(len(ids) for ids, _ in rows)
    pad = lambda values, fill: values + [fill] * (longest - len(values))
    ids = torch.tensor([pad(ids, 0) for ids, _ in rows])
    labels = torch.tensor([pad(labels, -100) for _, labels in rows])
    mask = torch.tensor([pad([1] * len(ids), 0) for ids, _ in rows])
    return model(input_ids=ids, attention_mask=mask, labels=labels).loss


loss_of = label_loss if work['objective'] == 'label' else token_loss
taken = 0


def step():
    global taken
    loss = loss_of(work['batches'][taken % len(work['batches'])])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    taken += 1


for _ in range(5):
    step()
began, start = time.perf_counter(), taken
while time.perf_counter() - began < float(seconds):
    step()
elapsed = time.perf_counter() - began
print(
    json.dumps(
        {
            'examplesPerSecond': (taken - start) * len(work['batches'][0]) / elapsed,
            'peakMemoryBytes': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        }
    )
)
