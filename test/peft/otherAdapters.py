"""Writes adapters of PEFT's rarer kinds for a base model, one a folder: `otherAdapters.py BASE FOLDER`."""

import json
import sys
from pathlib import Path

import torch
from peft import (
    CartridgeConfig,
    CPTConfig,
    MultitaskPromptTuningConfig,
    PrefixTuningConfig,
    PromptTuningConfig,
    get_peft_model,
)
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

base, folder = sys.argv[1], Path(sys.argv[2])
common = {"task_type": "CAUSAL_LM", "num_virtual_tokens": 4}
kinds = {
    "cartridge": CartridgeConfig(**common),
    "cpt": CPTConfig(
        task_type="CAUSAL_LM", cpt_token_ids=[1, 2, 3, 4], cpt_mask=[1, 1, 1, 1], cpt_tokens_type_mask=[1, 2, 3, 4]
    ),
    "multitask": MultitaskPromptTuningConfig(**common, num_tasks=1, num_ranks=2),
    "early": PromptTuningConfig(**common),
    "early_prefix": PrefixTuningConfig(**common),
}
# What the configurations of PEFT 0.3 lack.
later = ["auto_mapping", "modules_to_save", "peft_version", "revision", "tokenizer_kwargs", "init_weights"]

torch.manual_seed(0)
for name, config in kinds.items():
    model = get_peft_model(AutoModelForCausalLM.from_pretrained(base).float(), config)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.requires_grad:
                parameter.add_(0.3 * torch.randn_like(parameter))
    model.save_pretrained(folder / name)
    if not name.startswith("early"):
        continue
    weights, settings = folder / name / "adapter_model.safetensors", folder / name / "adapter_config.json"
    save_file({key: value.to(torch.bfloat16) for key, value in load_file(weights).items()}, weights)
    settings.write_text(
        json.dumps({key: value for key, value in json.loads(settings.read_text()).items() if key not in later})
    )
