"""Makes a tiny random-weight model of each architecture, its ONNX export, and what PyTorch computes with it.

Run: python architectures.py [name …]   (torch, transformers, onnx)
Writes architectures/<name>/{model.onnx, config.json, expected.json} beside itself, and the tokenizer that all of them
share.

Each export has the inputs of hub exports: input_ids, attention_mask, position_ids where the model takes them,
past_key_values.{i}.{key,value}.
The prompt and the prefix are formulas (see `wave`), so that only what PyTorch found is stored.
"""

import json, math, os, sys, warnings

warnings.filterwarnings('ignore')
import onnx
import torch
from transformers import AutoConfig, AutoModelForCausalLM, DynamicCache

HERE = os.path.dirname(os.path.abspath(__file__))
VOCABULARY, HIDDEN, INNER, LAYERS, HEADS, KV_HEADS, HEAD = 64, 16, 24, 2, 4, 2, 4
VIRTUAL, PREFIX, NEW = 3, 2, 6

modern = dict(
    vocab_size=VOCABULARY,
    hidden_size=HIDDEN,
    intermediate_size=INNER,
    num_hidden_layers=LAYERS,
    num_attention_heads=HEADS,
    max_position_embeddings=64,
    bos_token_id=1,
    eos_token_id=2,
    pad_token_id=0,
)
grouped = dict(modern, num_key_value_heads=KV_HEADS)
ARCHITECTURES = {
    'gpt2': dict(
        model_type='gpt2',
        vocab_size=VOCABULARY,
        n_embd=HIDDEN,
        n_layer=LAYERS,
        n_head=HEADS,
        n_inner=INNER,
        n_positions=64,
        bos_token_id=1,
        eos_token_id=2,
    ),
    'gpt-neo': dict(
        model_type='gpt_neo',
        vocab_size=VOCABULARY,
        hidden_size=HIDDEN,
        num_layers=LAYERS,
        num_heads=HEADS,
        intermediate_size=INNER,
        attention_types=[[['global', 'local'], 1]],
        window_size=4,
        max_position_embeddings=64,
        bos_token_id=1,
        eos_token_id=2,
    ),
    'gpt-neox': dict(modern, model_type='gpt_neox', rotary_pct=0.5),
    'gpt-j': dict(
        model_type='gptj',
        vocab_size=VOCABULARY,
        n_embd=HIDDEN,
        n_layer=LAYERS,
        n_head=HEADS,
        n_inner=INNER,
        n_positions=64,
        rotary_dim=2,
        bos_token_id=1,
        eos_token_id=2,
    ),
    'opt': dict(
        model_type='opt',
        vocab_size=VOCABULARY,
        hidden_size=HIDDEN,
        ffn_dim=INNER,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        max_position_embeddings=64,
        word_embed_proj_dim=HIDDEN,
        pad_token_id=0,
    ),
    'opt-projected': dict(
        model_type='opt',
        vocab_size=VOCABULARY,
        hidden_size=HIDDEN,
        ffn_dim=INNER,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        max_position_embeddings=64,
        word_embed_proj_dim=8,
        do_layer_norm_before=False,
        pad_token_id=0,
    ),
    'bloom': dict(
        model_type='bloom', vocab_size=VOCABULARY, hidden_size=HIDDEN, n_layer=LAYERS, n_head=HEADS, seq_length=64
    ),
    'llama': dict(grouped, model_type='llama'),
    'llama-tied': dict(
        grouped,
        model_type='llama',
        tie_word_embeddings=True,
        attention_bias=True,
        rope_parameters=dict(
            rope_type='llama3',
            rope_theta=10000.0,
            factor=8.0,
            low_freq_factor=1.0,
            high_freq_factor=4.0,
            original_max_position_embeddings=16,
        ),
    ),
    'mistral': dict(grouped, model_type='mistral', sliding_window=4),
    'qwen2': dict(grouped, model_type='qwen2', tie_word_embeddings=True),
    'qwen3': dict(grouped, model_type='qwen3', head_dim=HEAD, tie_word_embeddings=True),
    'gemma2': dict(
        grouped,
        model_type='gemma2',
        head_dim=HEAD,
        sliding_window=4,
        query_pre_attn_scalar=4,
        attn_logit_softcapping=2.0,
        final_logit_softcapping=3.0,
    ),
    'gemma3': dict(
        grouped,
        model_type='gemma3_text',
        head_dim=HEAD,
        sliding_window=4,
        query_pre_attn_scalar=4,
        layer_types=['sliding_attention', 'full_attention'],
    ),
    'phi': dict(grouped, model_type='phi', partial_rotary_factor=0.5),
    'phi3': dict(grouped, model_type='phi3', sliding_window=None, original_max_position_embeddings=64),
    'stablelm': dict(grouped, model_type='stablelm', partial_rotary_factor=0.5, use_qkv_bias=True),
    'falcon': dict(
        model_type='falcon',
        vocab_size=VOCABULARY,
        hidden_size=HIDDEN,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        ffn_hidden_size=INNER,
        multi_query=True,
        parallel_attn=True,
        alibi=False,
        bias=False,
        new_decoder_architecture=False,
    ),
    'mpt': dict(
        model_type='mpt',
        vocab_size=VOCABULARY,
        d_model=HIDDEN,
        n_layers=LAYERS,
        n_heads=HEADS,
        expansion_ratio=2,
        max_seq_len=64,
    ),
    'olmo': dict(grouped, model_type='olmo', clip_qkv=1.0),
    'olmo2': dict(grouped, model_type='olmo2'),
    'smollm3': dict(
        grouped, model_type='smollm3', no_rope_layers=[1, 0], no_rope_layer_interval=2, tie_word_embeddings=True
    ),
    'granite': dict(
        grouped,
        model_type='granite',
        embedding_multiplier=3.0,
        attention_multiplier=0.3,
        residual_multiplier=0.5,
        logits_scaling=2.0,
    ),
}
PROMPTS = [[1, 7, 12, 33, 5, 20, 41, 9], [1, 50, 3, 28, 60], [1, 17, 44, 8, 31, 26]]
ANSWERS = [[14, 22], [37, 6, 58], [11]]


def wave(shape, phase):
    """0.5 sin(0.7 i + phase) at flat position i."""
    return (0.5 * torch.sin(0.7 * torch.arange(math.prod(shape), dtype=torch.float64) + phase)).float().reshape(shape)


def make(settings, auto=AutoModelForCausalLM):
    settings = dict(settings)
    config = AutoConfig.for_model(settings.pop('model_type'), **settings)
    torch.manual_seed(7)
    model = auto.from_config(config, attn_implementation='eager').eval().float()
    with torch.no_grad():
        for name, value in model.named_parameters():
            value.copy_(
                torch.randn_like(value) * 0.2
                + (1 if 'norm' in name.lower() or '.ln_' in name else 0)
                * (name.endswith('weight') and config.model_type[:6] not in ('gemma2', 'gemma3'))
            )
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    return model


def past_shape(model):
    with torch.no_grad():
        cache = model(input_ids=torch.tensor([[1, 2]]), use_cache=True).past_key_values
    return len(cache.layers), cache.layers[0].keys.shape[1], cache.layers[0].keys.shape[3]


class Decoder(torch.nn.Module):
    def __init__(self, model, positions):
        super().__init__()
        self.model, self.positions = model, positions

    def forward(self, input_ids, attention_mask, *rest):
        named = {}
        if self.positions:
            named['position_ids'], rest = rest[0], rest[1:]
        cache = DynamicCache()
        for i in range(len(rest) // 2):
            cache.update(rest[2 * i], rest[2 * i + 1], i)
        out = self.model(
            input_ids=input_ids, attention_mask=attention_mask, past_key_values=cache, use_cache=True, **named
        )
        return (out.logits, *[part for layer in out.past_key_values.layers for part in (layer.keys, layer.values)])


def takes_positions(model):
    return model.config.model_type not in ('bloom', 'mpt', 'opt', 'falcon')


def export(model, path, opset):
    layers, heads, size = past_shape(model)
    batch, length, past = 2, 5, 3
    positions = takes_positions(model)
    inputs = {
        'input_ids': torch.randint(3, VOCABULARY, (batch, length)),
        'attention_mask': torch.ones(batch, length + past, dtype=torch.long),
    }
    axes = {
        'input_ids': {0: 'batch_size', 1: 'sequence_length'},
        'attention_mask': {0: 'batch_size', 1: 'total_sequence_length'},
        'logits': {0: 'batch_size', 1: 'sequence_length'},
    }
    if positions:
        inputs['position_ids'] = torch.arange(past, past + length)[None].expand(batch, length).contiguous()
        axes['position_ids'] = {0: 'batch_size', 1: 'sequence_length'}
    outputs = ['logits']
    for i in range(layers):
        for part in ('key', 'value'):
            inputs[f'past_key_values.{i}.{part}'] = torch.randn(batch, heads, past, size)
            outputs.append(f'present.{i}.{part}')
            axes[f'past_key_values.{i}.{part}'] = {0: 'batch_size', 2: 'past_sequence_length'}
            axes[outputs[-1]] = {0: 'batch_size', 2: 'total_sequence_length'}
    with torch.no_grad():
        torch.onnx.export(
            Decoder(model, positions),
            tuple(inputs.values()),
            path,
            input_names=list(inputs),
            output_names=outputs,
            dynamic_axes=axes,
            opset_version=opset,
            dynamo=False,
        )
    shorten(path)


def shorten(path):
    """Inner names as numbers, no shapes of inner values, no documentation: a third of the file."""
    model = onnx.load(path)
    graph = model.graph
    kept = {value.name for value in [*graph.input, *graph.output]}
    names = {}
    short = lambda name: name if name == '' or name in kept else names.setdefault(name, f'v{len(names)}')
    for tensor in graph.initializer:
        tensor.name = short(tensor.name)
    for i, node in enumerate(graph.node):
        node.name, node.doc_string = f'n{i}', ''
        del node.metadata_props[:]
        node.input[:], node.output[:] = map(short, node.input), map(short, node.output)
    del graph.value_info[:], model.metadata_props[:], graph.metadata_props[:]
    onnx.save(model, path)


def padded(rows, fill):
    longest = max(map(len, rows))
    return torch.tensor([row + [fill] * (longest - len(row)) for row in rows])


def loss_of(model, front=0, embeds=None, prefix=None):
    """Mean negative log-likelihood of all answer tokens, right padding, as PEFT computes it. `front` virtual tokens
    stand before."""
    rows = [p + a for p, a in zip(PROMPTS, ANSWERS)]
    ids = padded(rows, 0)
    labels = padded([[-100] * len(p) + a for p, a in zip(PROMPTS, ANSWERS)], -100)
    mask = padded([[1] * len(row) for row in rows], 0)
    before = torch.ones(len(rows), front + (prefix.shape[0] if prefix is not None else 0), dtype=torch.long)
    labels = torch.cat([torch.full((len(rows), front), -100), labels], 1)
    table = model.get_input_embeddings()(ids)
    if embeds is not None:
        table = torch.cat([embeds[None].expand(len(rows), -1, -1), table], 1)
    cache = None
    if prefix is not None:
        layers, heads, size = past_shape(model)
        cache = DynamicCache()
        parts = prefix.view(prefix.shape[0], layers * 2, heads, size).permute(1, 2, 0, 3)
        for i in range(layers):
            cache.update(
                parts[2 * i][None].expand(len(rows), -1, -1, -1),
                parts[2 * i + 1][None].expand(len(rows), -1, -1, -1),
                i,
            )
    logits = model(
        inputs_embeds=table,
        attention_mask=torch.cat([before, mask], 1),
        past_key_values=cache,
        use_cache=prefix is not None,
    ).logits
    return torch.nn.functional.cross_entropy(
        logits[:, :-1].reshape(-1, logits.shape[-1]), labels[:, 1:].reshape(-1), ignore_index=-100
    )


def greedy(model, ids, embeds=None):
    table, new = model.get_input_embeddings(), []
    for _ in range(NEW):
        x = table(torch.tensor([ids + new]))
        x = x if embeds is None else torch.cat([embeds[None], x], 1)
        new.append(
            int(
                model(inputs_embeds=x, attention_mask=torch.ones(x.shape[:2], dtype=torch.long), use_cache=False)
                .logits[0, -1]
                .argmax()
            )
        )
    return new


def expected(model):
    layers, heads, size = past_shape(model)
    soft = wave((VIRTUAL, model.get_input_embeddings().weight.shape[1]), 0.0).requires_grad_()
    soft_loss = loss_of(model, VIRTUAL, embeds=soft)
    soft_loss.backward()
    prefix = wave((PREFIX, layers * 2 * heads * size), 1.0).requires_grad_()
    prefix_loss = loss_of(model, 0, prefix=prefix)
    prefix_loss.backward()
    numbers = lambda t: [float(f'{v:.6g}') for v in t.flatten().tolist()]
    with torch.no_grad():
        return {
            'prompts': PROMPTS,
            'answers': ANSWERS,
            'virtual': VIRTUAL,
            'prefix': PREFIX,
            'loss': loss_of(model).item(),
            'softLoss': soft_loss.item(),
            'softGradient': numbers(soft.grad),
            'prefixLoss': prefix_loss.item(),
            'prefixGradient': numbers(prefix.grad),
            'generated': [greedy(model, p) for p in PROMPTS],
            'softGenerated': [greedy(model, p, soft.detach()) for p in PROMPTS],
        }


def tokenizer():
    """A word a token: `<0>` … `<63>`, apart by spaces."""
    words = {f'<{i}>': i for i in range(VOCABULARY)}
    return {
        'version': '1.0',
        'truncation': None,
        'padding': None,
        'added_tokens': [],
        'normalizer': None,
        'pre_tokenizer': {'type': 'WhitespaceSplit'},
        'post_processor': None,
        'decoder': None,
        'model': {'type': 'WordLevel', 'vocab': words, 'unk_token': '<3>'},
    }


def write(path, value):
    with open(path, 'w') as file:
        json.dump(value, file)
        file.write('\n')


def main(names):
    write(os.path.join(HERE, 'architectures', 'tokenizer.json'), tokenizer())
    write(os.path.join(HERE, 'architectures', 'tokenizer_config.json'), {'tokenizer_class': 'PreTrainedTokenizerFast'})
    for name in names or ARCHITECTURES:
        folder = os.path.join(HERE, 'architectures', name)
        os.makedirs(folder, exist_ok=True)
        model = make(ARCHITECTURES[name])
        write(os.path.join(folder, 'expected.json'), expected(model))
        write(
            os.path.join(folder, 'config.json'),
            {
                k: v
                for k, v in json.loads(model.config.to_json_string(use_diff=False)).items()
                if k not in ('transformers_version', '_name_or_path')
            },
        )
        export(model, os.path.join(folder, 'model.onnx'), 14)
        print(name, os.path.getsize(os.path.join(folder, 'model.onnx')) // 1000, 'KB', flush=True)


if __name__ == '__main__':
    main(sys.argv[1:])
