"""Saves the models of architectures.py without a graph: as model.safetensors, and as model.gguf the way llama.cpp's
converter writes it.

Run: python checkpoints.py [name …]   (torch, transformers, safetensors, gguf), after architectures.py; expected.json
beside them holds for these files too.
"""

import os, sys
import gguf
import torch
from safetensors.torch import save_file
from architectures import ARCHITECTURES, HERE, make

FAMILIES = {
    'llama': 'llama',
    'llama-tied': 'llama',
    'mistral': None,
    'qwen2': 'qwen2',
    'qwen3': 'qwen3',
    'gpt2': 'gpt2',
    'gpt-neox': 'gptneox',
}

GATED = {
    'input_layernorm': 'attn_norm',
    'self_attn.q_proj': 'attn_q',
    'self_attn.k_proj': 'attn_k',
    'self_attn.v_proj': 'attn_v',
    'self_attn.o_proj': 'attn_output',
    'self_attn.q_norm': 'attn_q_norm',
    'self_attn.k_norm': 'attn_k_norm',
    'post_attention_layernorm': 'ffn_norm',
    'mlp.gate_proj': 'ffn_gate',
    'mlp.up_proj': 'ffn_up',
    'mlp.down_proj': 'ffn_down',
    'model.embed_tokens': 'token_embd',
    'model.norm': 'output_norm',
    'lm_head': 'output',
}
GPT2 = {
    'ln_1': 'attn_norm',
    'attn.c_attn': 'attn_qkv',
    'attn.c_proj': 'attn_output',
    'ln_2': 'ffn_norm',
    'mlp.c_fc': 'ffn_up',
    'mlp.c_proj': 'ffn_down',
    'transformer.wte': 'token_embd',
    'transformer.wpe': 'position_embd',
    'transformer.ln_f': 'output_norm',
}
NEOX = {
    'input_layernorm': 'attn_norm',
    'attention.query_key_value': 'attn_qkv',
    'attention.dense': 'attn_output',
    'post_attention_layernorm': 'ffn_norm',
    'mlp.dense_h_to_4h': 'ffn_up',
    'mlp.dense_4h_to_h': 'ffn_down',
    'gpt_neox.embed_in': 'token_embd',
    'gpt_neox.final_layer_norm': 'output_norm',
    'embed_out': 'output',
    'lm_head': 'output',
}


def weights(model):
    tied = model.config.tie_word_embeddings
    return {
        name: value.contiguous()
        for name, value in model.state_dict().items()
        if not (tied and name in ('lm_head.weight', 'embed_out.weight'))
        and not name.endswith(('.attn.bias', '.attn.masked_bias'))
    }


def name_in_gguf(name, table):
    stem, part = name.rsplit('.', 1)
    pieces = stem.split('.')
    for i, piece in enumerate(pieces):
        if piece.isdigit():
            return f"blk.{piece}.{table['.'.join(pieces[i + 1:])]}.{part}"
    return f'{table[stem]}.{part}'


def permuted(value, heads):
    """Rows as llama.cpp rotates them: neighbours instead of halves."""
    return value.reshape(heads, 2, value.shape[0] // heads // 2, *value.shape[1:]).swapaxes(1, 2).reshape(value.shape)


def write_gguf(model, path, architecture):
    config = model.config
    table = {'gpt2': GPT2, 'gptneox': NEOX}.get(architecture, GATED)
    writer = gguf.GGUFWriter(path, architecture)
    heads, size = config.num_attention_heads, config.hidden_size // config.num_attention_heads
    writer.add_context_length(64)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.n_inner if architecture == 'gpt2' else config.intermediate_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_head_count(heads)
    writer.add_eos_token_id(2)
    if table is GATED:
        writer.add_head_count_kv(config.num_key_value_heads)
        writer.add_layer_norm_rms_eps(config.rms_norm_eps)
        writer.add_rope_freq_base(10000.0)
    else:
        writer.add_layer_norm_eps(1e-5)
    if architecture == 'gptneox':
        writer.add_rope_dimension_count(size // 2)
        writer.add_parallel_residual(True)
    rope = getattr(config, 'rope_parameters', None) or {}
    if rope.get('rope_type') == 'llama3':
        plain = 10000.0 ** (-torch.arange(0, size, 2).double() / size)
        writer.add_tensor('rope_freqs.weight', (plain / model.model.rotary_emb.inv_freq.double()).float().numpy())
    for name, value in weights(model).items():
        stem = name.rsplit('.', 1)[0]
        if architecture == 'llama' and stem.endswith(('q_proj', 'k_proj')):
            value = permuted(value, heads if stem.endswith('q_proj') else config.num_key_value_heads)
        if architecture == 'gpt2' and stem.endswith(('c_attn', 'c_proj', 'c_fc')) and value.dim() == 2:
            value = value.T
        if architecture == 'gptneox' and 'query_key_value' in stem:
            value = value.reshape(heads, 3, size, *value.shape[1:]).swapaxes(0, 1).reshape(value.shape)
        writer.add_tensor(name_in_gguf(name, table), value.contiguous().float().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main(names):
    for name in names or FAMILIES:
        model = make(ARCHITECTURES[name])
        folder = os.path.join(HERE, 'architectures', name)
        save_file(weights(model), os.path.join(folder, 'model.safetensors'), {'format': 'pt'})
        if FAMILIES[name]:
            write_gguf(model, os.path.join(folder, 'model.gguf'), FAMILIES[name])
        print(name, os.path.getsize(os.path.join(folder, 'model.safetensors')) // 1000, 'KB', flush=True)


if __name__ == '__main__':
    main(sys.argv[1:])
