"""What PEFT computes for adapters: jobs as JSON in, logits after the last token of each prompt as JSON out,
`[job][prompt][token]`."""

import json
import sys

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM

torch.set_num_threads(1)
answers = []
for job in json.load(sys.stdin):
    base = AutoModelForCausalLM.from_pretrained(job["base"]).float()
    model = PeftModel.from_pretrained(base, job["adapter"]).eval()
    shared = {"task_ids": torch.tensor([0])} if model.active_peft_config.peft_type == "MULTITASK_PROMPT_TUNING" else {}
    with torch.no_grad():
        answers.append(
            [
                model(input_ids=torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long), **shared)
                .logits[0, -1]
                .tolist()
                for ids in job["prompts"]
            ]
        )
json.dump(answers, sys.stdout)
