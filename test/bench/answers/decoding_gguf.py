"""Writes a Llama checkpoint as a GGUF file of floats, without its vocabulary, for llama.cpp's side of writing answers.

usage: decoding_gguf.py MODEL_FOLDER GGUF_FILE
"""

import json
import sys

import gguf
import torch
from safetensors.torch import load_file

folder, file = sys.argv[1:3]
config = json.load(open(f'{folder}/config.json'))
heads, shared = config['num_attention_heads'], config['num_key_value_heads']
rope = config.get('rope_parameters') or config
writer = gguf.GGUFWriter(file, 'llama')
writer.add_block_count(config['num_hidden_layers'])
writer.add_context_length(config['max_position_embeddings'])
writer.add_embedding_length(config['hidden_size'])
writer.add_feed_forward_length(config['intermediate_size'])
writer.add_head_count(heads)
writer.add_head_count_kv(shared)
writer.add_layer_norm_rms_eps(config['rms_norm_eps'])
writer.add_rope_freq_base(rope['rope_theta'])
writer.add_file_type(gguf.LlamaFileType.ALL_F32)
# Tokens are given by their numbers; llama.cpp opens no model without words, and these are none.
writer.add_tokenizer_model('gpt2')
writer.add_tokenizer_pre('default')
writer.add_token_list([f'<{token}>' for token in range(config['vocab_size'])])
writer.add_token_types([gguf.TokenType.NORMAL] * config['vocab_size'])
writer.add_token_merges(['< 1'])
names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, config['num_hidden_layers'])


def by_neighbours(weight, count):
    """llama.cpp rotates neighbours where transformers rotates halves."""
    return weight.reshape(count, 2, -1, weight.shape[-1]).swapaxes(1, 2).reshape(weight.shape)


for name, weight in load_file(f'{folder}/model.safetensors').items():
    weight = weight.to(torch.float32).numpy()
    if name.endswith('q_proj.weight'):
        weight = by_neighbours(weight, heads)
    if name.endswith('k_proj.weight'):
        weight = by_neighbours(weight, shared)
    writer.add_tensor(names.get_name(name, try_suffixes=('.weight',)), weight)
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
