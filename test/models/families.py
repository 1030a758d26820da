"""Makes tiny random-weight models of families that are opened from their weights alone, and what PyTorch computes with
them.

Run: python families.py [name …]   (torch, transformers, safetensors, gguf), after architectures.py
Writes architectures/<name>/{model.safetensors, config.json, expected.json} beside itself, as transformers saves them;
model.gguf where llama.cpp has the architecture, as its converter writes it; and hub.json: the same configuration as
older files on the hub spell it, or with as little in it as they hold. For models of architectures.py, which have an
ONNX export, it adds the weights.
"""

import json, os, shutil, sys, tempfile
import gguf
import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoModelForImageTextToText
from architectures import ARCHITECTURES, HERE, HIDDEN, INNER, expected, grouped, make, write
from checkpoints import permuted

wide = dict(grouped, head_dim=8)
vision = dict(
    hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=2, image_size=8, patch_size=4
)
# As little as the hub's files of the larger Gemma 3 state.
MINIMAL = dict(
    model_type='gemma3_text',
    vocab_size=64,
    hidden_size=HIDDEN,
    intermediate_size=INNER,
    num_hidden_layers=6,
    head_dim=4,
    sliding_window=4,
    rope_scaling=dict(rope_type='linear', factor=8.0),
)
WITHOUT_EXPORT = {
    'gemma': dict(wide, model_type='gemma'),
    'gemma3-layers': dict(
        wide,
        model_type='gemma3_text',
        num_hidden_layers=6,
        sliding_window=4,
        query_pre_attn_scalar=8,
        final_logit_softcapping=3.0,
        rope_parameters=dict(
            full_attention=dict(rope_type='linear', factor=8.0, rope_theta=1e6),
            sliding_attention=dict(rope_type='default', rope_theta=500.0),
        ),
    ),
    'gemma3-nested': dict(
        model_type='gemma3',
        text_config=MINIMAL,
        vision_config=vision,
        mm_tokens_per_image=4,
        image_token_index=62,
    ),
    'phi4': dict(
        grouped,
        model_type='phi3',
        hidden_size=32,
        rope_parameters=dict(
            rope_type='longrope',
            rope_theta=10000.0,
            partial_rotary_factor=0.5,
            short_factor=[1.25, 2.5],
            long_factor=[3.0, 7.0],
        ),
        original_max_position_embeddings=24,
        sliding_window=6,
        tie_word_embeddings=True,
    ),
    'granite-bias': dict(
        ARCHITECTURES['granite'], attention_bias=True, mlp_bias=True, tie_word_embeddings=True
    ),
    'smollm3-layers': dict(grouped, model_type='smollm3', num_hidden_layers=5, tie_word_embeddings=True),
    'smollm3-window': dict(
        grouped, model_type='smollm3', no_rope_layer_interval=2, use_sliding_window=True, sliding_window=3
    ),
    'ernie': dict(wide, model_type='ernie4_5'),
    'ernie-bias': dict(wide, model_type='ernie4_5', use_bias=True, tie_word_embeddings=False),
    'qwen3-moe': dict(
        wide,
        model_type='qwen3_moe',
        num_experts=5,
        num_experts_per_tok=2,
        moe_intermediate_size=8,
        norm_topk_prob=True,
    ),
    'qwen3-moe-dense': dict(
        wide,
        model_type='qwen3_moe',
        num_hidden_layers=3,
        num_experts=4,
        num_experts_per_tok=3,
        moe_intermediate_size=8,
        mlp_only_layers=[1],
        attention_bias=True,
        use_sliding_window=True,
        sliding_window=4,
    ),
    'qwen3-window': dict(
        wide, model_type='qwen3', use_sliding_window=True, sliding_window=4, max_window_layers=1
    ),
    'smolvlm-nested': dict(
        model_type='smolvlm',
        text_config=dict(grouped, model_type='llama', tie_word_embeddings=True),
        vision_config=vision,
        scale_factor=1,
        image_token_id=62,
        pad_token_id=0,
        tie_word_embeddings=True,
    ),
    'mistral-nested': dict(
        model_type='mistral3',
        text_config=dict(grouped, model_type='mistral', sliding_window=None, head_dim=4),
        vision_config=dict(vision, model_type='pixtral', head_dim=4),
        tie_word_embeddings=False,
    ),
}
"""`general.architecture` of those that llama.cpp has and whose settings its files can hold."""
GGUF = {
    'gemma': 'gemma',
    'gemma2': 'gemma2',
    'gemma3-layers': 'gemma3',
    'phi3': 'phi3',
    'phi4': 'phi3',
    'granite': 'granite',
    'granite-bias': 'granite',
    'smollm3-layers': 'smollm3',
    'olmo2': 'olmo2',
    'ernie': 'ernie4_5',
    'qwen3-moe': 'qwen3moe',
}
"""Of architectures.py, beside their exports."""
EXPORTED = ['gemma2', 'gemma3', 'phi3', 'granite', 'smollm3', 'olmo2']


def older(config):
    """A configuration of transformers 5 in the words of version 4."""
    config = {k: v for k, v in config.items() if k != 'dtype'}
    config['torch_dtype'] = 'float32'
    rope = config.pop('rope_parameters', None)
    if rope and 'full_attention' in rope:
        config['rope_theta'] = rope['full_attention']['rope_theta']
        config['rope_local_base_freq'] = rope['sliding_attention']['rope_theta']
        config['rope_scaling'] = scaling(rope['full_attention'])
        config.pop('_sliding_window_pattern', None)
        config['sliding_window_pattern'] = config.pop('layer_types').index('full_attention') + 1
    elif rope:
        config['rope_theta'] = rope['rope_theta']
        config['rope_scaling'] = scaling(rope)
        if 'partial_rotary_factor' in rope and config['model_type'] == 'phi3':
            config['partial_rotary_factor'] = rope['partial_rotary_factor']
    if config['model_type'] == 'gemma':
        config['hidden_act'] = 'gelu'
    return config


def scaling(rope):
    rest = {k: v for k, v in rope.items() if k not in ('rope_theta', 'partial_rotary_factor', 'rope_type')}
    kind = rope['rope_type']
    return None if kind == 'default' else {'type' if kind == 'longrope' else 'rope_type': kind, **rest}


LAYER = {
    'input_layernorm': 'attn_norm',
    'self_attn.q_proj': 'attn_q',
    'self_attn.k_proj': 'attn_k',
    'self_attn.v_proj': 'attn_v',
    'self_attn.qkv_proj': 'attn_qkv',
    'self_attn.o_proj': 'attn_output',
    'self_attn.q_norm': 'attn_q_norm',
    'self_attn.k_norm': 'attn_k_norm',
    'post_attention_layernorm': 'ffn_norm',
    'mlp.gate_proj': 'ffn_gate',
    'mlp.up_proj': 'ffn_up',
    'mlp.gate_up_proj': 'ffn_up',
    'mlp.down_proj': 'ffn_down',
    'mlp.gate': 'ffn_gate_inp',
    'mlp.experts.gate_proj': 'ffn_gate_exps',
    'mlp.experts.up_proj': 'ffn_up_exps',
    'mlp.experts.down_proj': 'ffn_down_exps',
}
AROUND = {
    'post_attention_layernorm': 'post_attention_norm',
    'pre_feedforward_layernorm': 'ffn_norm',
    'post_feedforward_layernorm': 'post_ffw_norm',
}
SINGLE = {'model.embed_tokens': 'token_embd', 'model.norm': 'output_norm', 'lm_head': 'output'}


def name_in_gguf(name, architecture):
    stem, part = name.rsplit('.', 1)
    if stem in SINGLE:
        return f'{SINGLE[stem]}.{part}'
    _, _, layer, rest = stem.split('.', 3)
    table = {**LAYER, **(AROUND if architecture in ('gemma2', 'gemma3', 'olmo2') else {})}
    return f'blk.{layer}.{table[rest]}.{part}'


def tensors_of(weights, architecture, config):
    """What llama.cpp's converter makes of a checkpoint's tensors."""
    stacks = {}
    for name, value in weights.items():
        if architecture in ('gemma', 'gemma2', 'gemma3') and name.endswith('norm.weight'):
            value = value + 1
        if architecture in ('granite', 'smollm3') and '.q_proj.' in name:
            value = permuted(value, config.num_attention_heads)
        if architecture in ('granite', 'smollm3') and '.k_proj.' in name:
            value = permuted(value, config.num_key_value_heads)
        if '.experts.' in name:
            before, after = name.split('.experts.')
            expert, rest = after.split('.', 1)
            stacks.setdefault(f'{before}.experts.{rest}', {})[int(expert)] = value
        else:
            yield name_in_gguf(name, architecture), value
    for name, experts in stacks.items():
        yield name_in_gguf(name, architecture), torch.stack([experts[i] for i in range(len(experts))])


def write_gguf(weights, config, path, architecture):
    writer = gguf.GGUFWriter(path, architecture)
    head = getattr(config, 'head_dim', None) or config.hidden_size // config.num_attention_heads
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_eos_token_id(2)
    rope = config.rope_parameters
    if architecture not in ('phi3', 'granite'):
        writer.add_key_length(head)
        writer.add_value_length(head)
    if architecture not in ('gemma', 'gemma2'):
        writer.add_rope_freq_base(rope.get('full_attention', rope)['rope_theta'])
    if architecture in ('granite', 'smollm3'):
        writer.add_vocab_size(config.vocab_size)
        writer.add_rope_dimension_count(head)
    if architecture == 'gemma2':
        writer.add_attn_logit_softcapping(config.attn_logit_softcapping)
    if architecture in ('gemma2', 'gemma3'):
        writer.add_final_logit_softcapping(config.final_logit_softcapping)
        writer.add_sliding_window(config.sliding_window)
    if architecture == 'gemma3':
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(rope['full_attention']['factor'])
        writer.add_rope_freq_base_swa(rope['sliding_attention']['rope_theta'])
    if architecture == 'phi3':
        writer.add_rope_scaling_orig_ctx_len(config.original_max_position_embeddings)
        writer.add_rope_dimension_count(int(rope['partial_rotary_factor'] * head))
        writer.add_sliding_window(config.sliding_window or 0)
        if rope['rope_type'] == 'longrope':
            writer.add_rope_scaling_attn_factors(longrope_stretch(config))
            for kind in ('long', 'short'):
                factors = torch.tensor(rope[f'{kind}_factor'], dtype=torch.float32).numpy()
                writer.add_tensor(f'rope_factors_{kind}.weight', factors)
    if architecture == 'granite':
        writer.add_attention_scale(config.attention_multiplier)
        writer.add_embedding_scale(config.embedding_multiplier)
        writer.add_residual_scale(config.residual_multiplier)
        writer.add_logit_scale(config.logits_scaling)
    if architecture == 'qwen3moe':
        writer.add_expert_count(config.num_experts)
        writer.add_expert_used_count(config.num_experts_per_tok)
        writer.add_expert_feed_forward_length(config.moe_intermediate_size)
    for name, value in tensors_of(weights, architecture, config):
        writer.add_tensor(name, value.contiguous().float().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def longrope_stretch(config):
    import math

    scale = config.max_position_embeddings / config.original_max_position_embeddings
    return math.sqrt(1 + math.log(scale) / math.log(config.original_max_position_embeddings))


def save(name, model, folder):
    """As transformers saves it; the configuration without what says which version did."""
    with tempfile.TemporaryDirectory() as saved:
        model.save_pretrained(saved)
        shutil.copy(os.path.join(saved, 'model.safetensors'), folder)
        with open(os.path.join(saved, 'config.json')) as file:
            config = json.load(file)
    config.pop('transformers_version', None)
    if name not in EXPORTED:
        write(os.path.join(folder, 'config.json'), config)
    if name == 'gemma3-nested':
        config = dict(config, text_config=MINIMAL)
        del config['tie_word_embeddings']
    write(os.path.join(folder, 'hub.json'), config if 'text_config' in config else older(config))
    if name in GGUF:
        weights = load_file(os.path.join(folder, 'model.safetensors'))
        write_gguf(weights, model.config, os.path.join(folder, 'model.gguf'), GGUF[name])


def main(names):
    for name in names or [*WITHOUT_EXPORT, *EXPORTED]:
        folder = os.path.join(HERE, 'architectures', name)
        os.makedirs(folder, exist_ok=True)
        settings = WITHOUT_EXPORT.get(name) or ARCHITECTURES[name]
        model = make(settings, AutoModelForImageTextToText if 'text_config' in settings else AutoModelForCausalLM)
        if name in WITHOUT_EXPORT:
            write(os.path.join(folder, 'expected.json'), expected(model))
        save(name, model, folder)
        print(name, os.path.getsize(os.path.join(folder, 'model.safetensors')) // 1000, 'KB', flush=True)


if __name__ == '__main__':
    main(sys.argv[1:])
