"""PEFT's side of the speed of training steps: the same weights, rows, lengths and threads.

usage: steps_peer.py MODEL_FOLDER WORK_FILE THREADS STEPS
"""

import json
import math
import resource
import sys
import time
import warnings

warnings.filterwarnings('ignore')
import torch
from peft import PrefixTuningConfig, PromptTuningConfig, get_peft_model
from transformers import AutoModelForCausalLM

folder, file, threads, count = sys.argv[1:5]
torch.set_num_threads(int(threads))
work = json.load(open(file))
kind = PromptTuningConfig if work['method'] == 'soft' else PrefixTuningConfig
model = get_peft_model(
    AutoModelForCausalLM.from_pretrained(folder).float(),
    kind(task_type='CAUSAL_LM', num_virtual_tokens=work['virtual']),
)
model.train()
trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
with torch.no_grad():
    for parameter in trained:
        wave = torch.tensor([math.sin(i) / 10 for i in range(parameter.numel())])
        parameter.copy_(wave.reshape(parameter.shape))


def tensors(rows):
    longest = max(len(row['ids']) + 1 for row in rows)
    pad = lambda values, fill: values + [fill] * (longest - len(values))
    ids = torch.tensor([pad(row['ids'] + [row['answer']], 0) for row in rows])
    labels = torch.tensor([pad([-100] * len(row['ids']) + [row['answer']], -100) for row in rows])
    mask = torch.tensor([pad([1] * (len(row['ids']) + 1), 0) for row in rows])
    return dict(input_ids=ids, attention_mask=mask, labels=labels)


batches = [tensors(rows) for rows in work['batches']]


def step(batch):
    loss = model(**batch).loss
    for parameter in trained:
        parameter.grad = None
    loss.backward()
    return loss.item()


losses = [step(batch) for batch in batches]
seconds, cpu = [], time.process_time()
for i in range(int(count)):
    began = time.perf_counter()
    step(batches[i % len(batches)])
    seconds.append(time.perf_counter() - began)
print(
    json.dumps(
        {
            'seconds': seconds,
            'cpuSeconds': (time.process_time() - cpu) / int(count),
            'losses': losses,
            'peakMemoryBytes': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        }
    )
)
