"""transformers' side of the speed of writing answers; of some batch sizes the fastest counts.

usage: decoding_peer.py MODEL_FOLDER WORK_FILE THREADS
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
prompts = torch.tensor(work['prompts'])
options = dict(
    max_new_tokens=work['answer'], min_new_tokens=work['answer'], do_sample=False, eos_token_id=None, pad_token_id=0
)


def write(batch):
    found = []
    for ids in prompts.split(batch):
        found += model.generate(ids, attention_mask=torch.ones_like(ids), **options)[:, ids.shape[1] :].tolist()
    return found


with torch.no_grad():
    model.generate(prompts[:2], attention_mask=torch.ones_like(prompts[:2]), max_new_tokens=2, pad_token_id=0)
    best = None
    for batch in (64, len(prompts)) if len(prompts) > 64 else (len(prompts),):
        began, cpu = time.perf_counter(), time.process_time()
        tokens = write(batch)
        seconds = time.perf_counter() - began
        if best is None or seconds < best['seconds']:
            best = {'seconds': seconds, 'cpuSeconds': time.process_time() - cpu, 'tokens': tokens, 'batch': batch}
print(json.dumps(best))
