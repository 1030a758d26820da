"""Random weights in the shape of a model that people begin with. usage: random_model.py 135M|360M FOLDER"""

import sys

import torch
from transformers import LlamaConfig, LlamaForCausalLM

shapes = {
    '135M': dict(
        hidden_size=576, intermediate_size=1536, num_hidden_layers=30, num_attention_heads=9, num_key_value_heads=3
    ),
    '360M': dict(
        hidden_size=960, intermediate_size=2560, num_hidden_layers=32, num_attention_heads=15, num_key_value_heads=5
    ),
}
torch.manual_seed(0)
LlamaForCausalLM(
    LlamaConfig(
        vocab_size=49152, max_position_embeddings=8192, rope_theta=100000.0, tie_word_embeddings=True,
        rms_norm_eps=1e-5, bos_token_id=1, eos_token_id=2, **shapes[sys.argv[1]],
    )
).save_pretrained(sys.argv[2])
