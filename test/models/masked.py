"""Makes a tiny random-weight masked language model of each family, its ONNX export, and what PyTorch computes with it.

Run: python masked.py [name …]   (torch, transformers, tokenizers, onnx)
Writes masked/<name>/{model.onnx, model_sdpa.onnx, model_dynamo.onnx, config.json, expected.json} beside itself, and
the tokenizer
that all of them share; RoBERTa has its own.

The exports have the layout of transformers' own: input_ids, attention_mask, token_type_ids for BERT; logits [batch,
sequence, vocabulary].
Scores are those of PET's single pass (Schick & Schütze 2021, eq. 5): as many masks as the longest word has tokens,
each token of a word read at
its own mask, averaged over the word's tokens; a label with several words has the mean of their likelihoods.
"""

import json, os, sys, warnings

warnings.filterwarnings('ignore')
import torch
from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers, processors
from transformers import AutoConfig, AutoModelForMaskedLM
from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS, eager_mask
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS
from architectures import shorten, wave, write

HERE = os.path.dirname(os.path.abspath(__file__))
HIDDEN, INNER, LAYERS, HEADS, VIRTUAL, PREFIX = 16, 24, 2, 4, 3, 2
VOCABULARY = 72

sizes = dict(
    vocab_size=VOCABULARY,
    hidden_size=HIDDEN,
    intermediate_size=INNER,
    num_hidden_layers=LAYERS,
    num_attention_heads=HEADS,
    max_position_embeddings=64,
)
FAMILIES = {
    'bert': dict(
        config=dict(sizes, model_type='bert', pad_token_id=0), special=['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']
    ),
    'roberta': dict(
        config=dict(sizes, model_type='roberta', type_vocab_size=1, pad_token_id=1, bos_token_id=0, eos_token_id=2),
        special=['<s>', '<pad>', '</s>', '<unk>', '<mask>'],
    ),
    'electra': dict(
        config=dict(sizes, model_type='electra', embedding_size=HIDDEN // 2, pad_token_id=0),
        special=['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'],
    ),  # a narrow embedding table, then a projection
    'distilbert': dict(
        config=dict(
            model_type='distilbert',
            vocab_size=VOCABULARY,
            dim=HIDDEN,
            hidden_dim=INNER,
            n_layers=LAYERS,
            n_heads=HEADS,
            max_position_embeddings=64,
            pad_token_id=0,
        ),
        special=['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'],
    ),
    'albert': dict(
        config=dict(
            sizes,
            model_type='albert',
            embedding_size=HIDDEN // 2,
            inner_group_num=1,
            num_hidden_groups=1,
            pad_token_id=0,
        ),
        special=['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'],
    ),
}
WORDS = 'good bad very fine awful film plot cast dull warm slow fun it was all in told . truly review : says'.split()
TEXTS = ['warm film fun cast', 'dull plot', 'slow film dull cast plot fun warm']
LABELS = {'positive': ['good', 'very fine'], 'negative': ['bad'], 'mixed': ['all in all']}
TARGETS = [0, 1, 2]
BEFORE, AFTER = 'review : {} it was', '. truly told'
MASKS = 3  # tokens of "all in all"


def tokenizer_of(special):
    words = {word: i for i, word in enumerate(special + WORDS)}
    words.update({f'w{i}': i for i in range(len(words), VOCABULARY)})
    unknown = next(word for word in special if 'unk' in word.lower())
    tokenizer = Tokenizer(models.WordPiece(words, unk_token=unknown, max_input_chars_per_word=100))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    roberta = special[0] == '<s>'
    tokenizer.add_special_tokens(
        [AddedToken(word, special=True, normalized=False, lstrip=word == '<mask>') for word in special]
    )
    first, last = ('<s>', '</s>') if roberta else ('[CLS]', '[SEP]')
    tokenizer.post_processor = (
        processors.RobertaProcessing((last, words[last]), (first, words[first]))
        if roberta
        else processors.TemplateProcessing(
            single=f'{first} $A {last}',
            pair=f'{first} $A {last} $B:1 {last}:1',
            special_tokens=[(first, words[first]), (last, words[last])],
        )
    )
    return tokenizer


def make(settings):
    settings = dict(settings)
    config = AutoConfig.for_model(settings.pop('model_type'), **settings)
    torch.manual_seed(7)
    model = AutoModelForMaskedLM.from_config(config, attn_implementation='eager').eval().float()
    with torch.no_grad():
        for name, value in model.named_parameters():
            value.copy_(
                torch.randn_like(value) * 0.3 + (1 if 'norm' in name.lower() and name.endswith('weight') else 0)
            )
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    return model


class Filler(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask, token_type_ids=None):
        types = {} if token_type_ids is None else {'token_type_ids': token_type_ids}
        return self.model(input_ids=input_ids, attention_mask=attention_mask, **types).logits


def export(model, path, dynamo=False):
    row = {0: 'batch_size', 1: 'sequence_length'}
    inputs = {'input_ids': torch.randint(5, VOCABULARY, (2, 7)), 'attention_mask': torch.ones(2, 7, dtype=torch.long)}
    if model.config.model_type in ('bert', 'electra', 'albert'):
        inputs['token_type_ids'] = torch.zeros(2, 7, dtype=torch.long)
    with torch.no_grad():
        if dynamo:
            free = {0: torch.export.Dim('batch_size'), 1: torch.export.Dim('sequence_length')}
            torch.onnx.export(
                Filler(model),
                tuple(inputs.values()),
                path,
                input_names=list(inputs),
                output_names=['logits'],
                dynamic_shapes={name: free for name in inputs},
                opset_version=18,
                dynamo=True,
                external_data=False,
            )
        else:
            torch.onnx.export(
                Filler(model),
                tuple(inputs.values()),
                path,
                input_names=list(inputs),
                output_names=['logits'],
                dynamic_axes={name: row for name in [*inputs, 'logits']},
                opset_version=14,
                dynamo=False,
            )
    shorten(path)


def attend_to_prefix(module, query, key, value, mask, scaling=None, **_):
    """softmax(q [kp k]ᵀ / √size + mask) [vp v] with the layer's prefix `module.prefix`, [2, heads, PREFIX, size], in
    front; the mask hides none of it."""
    past = [part.expand(len(key), -1, -1, -1) for part in module.prefix]
    key, value = torch.cat([past[0], key], 2), torch.cat([past[1], value], 2)
    scores = query @ key.transpose(2, 3) * (query.shape[-1] ** -0.5 if scaling is None else scaling)
    if mask is not None:
        scores = scores + torch.nn.functional.pad(mask, (PREFIX, 0))
    return (scores.softmax(-1) @ value).transpose(1, 2).contiguous(), None


ALL_ATTENTION_FUNCTIONS.register('prefixed', attend_to_prefix)
ALL_MASK_ATTENTION_FUNCTIONS.register('prefixed', eager_mask)


def attend_among_distances(module):
    """DeBERTa's attention with the layer's prefix in front: its keys are of contents alone, at no distance."""

    def forward(
        hidden_states, attention_mask, output_attentions=False, query_states=None, relative_pos=None, rel_embeddings=None
    ):
        apart = lambda x: x.view(*x.shape[:2], HEADS, -1).transpose(1, 2)
        query, key, value = (
            apart(project(hidden_states)) for project in (module.query_proj, module.key_proj, module.value_proj)
        )
        factor = 1 + sum(kind in module.pos_att_type for kind in ('c2p', 'p2c'))
        scale = (query.shape[-1] * factor) ** 0.5
        flat = lambda x: x.reshape(-1, *x.shape[2:])
        bias = module.disentangled_attention_bias(flat(query), flat(key), relative_pos, rel_embeddings, factor)
        scores = (query @ key.transpose(2, 3)) / scale + bias.view(len(query), HEADS, *bias.shape[1:])
        scores = scores.masked_fill(~attention_mask.bool(), torch.finfo(scores.dtype).min)
        past = [part.expand(len(query), -1, -1, -1) for part in module.prefix]
        weights = torch.cat([query @ past[0].transpose(2, 3) / scale, scores], -1).softmax(-1)
        context = weights @ torch.cat([past[1], value], 2)
        return context.transpose(1, 2).flatten(2), None

    return forward


def give_prefix(model, prefix):
    """`prefix` is [PREFIX, layers · 2 · hidden], laid out as PEFT's prefix tuning does. Positions of the text do not
    move."""
    parts = prefix.view(PREFIX, LAYERS, 2, HEADS, HIDDEN // HEADS).permute(1, 2, 3, 0, 4)
    layers = [
        module
        for name, module in model.named_modules()
        if name.endswith(('attention.self', '.attention', '.attn'))
        and (hasattr(module, 'is_causal') or hasattr(module, 'disentangled_attention_bias'))
    ]
    assert len(layers) == LAYERS
    for module, part in zip(layers, parts):
        module.prefix = part
        if hasattr(module, 'disentangled_attention_bias'):
            module.forward = attend_among_distances(module)
    if model.config.model_type != 'deberta-v2':
        model.set_attn_implementation('prefixed')


def scores_of(model, rows, masks, words, soft=None, at=None):
    """[rows, labels]; `soft` vectors stand at place `at` of each row."""
    longest = max(map(len, rows)) + (0 if soft is None else len(soft))
    table = model.get_input_embeddings()
    embedded, attention = [], []
    for i, ids in enumerate(rows):
        vectors = table(torch.tensor(ids))
        if soft is not None:
            vectors = torch.cat([vectors[: at[i]], soft, vectors[at[i] :]])
        attention.append([1] * len(vectors) + [0] * (longest - len(vectors)))
        embedded.append(torch.cat([vectors, torch.zeros(longest - len(vectors), table.embedding_dim)]))
    logits = model(inputs_embeds=torch.stack(embedded), attention_mask=torch.tensor(attention)).logits.log_softmax(-1)
    first = [mask + (0 if soft is None or at[i] > mask else len(soft)) for i, mask in enumerate(masks)]
    score = lambda i, word: torch.stack([logits[i, first[i] + t, token] for t, token in enumerate(word)]).mean()
    return torch.stack(
        [
            torch.stack(
                [
                    torch.stack([score(i, word) for word in label]).logsumexp(0) - torch.tensor(float(len(label))).log()
                    for label in words
                ]
            )
            for i in range(len(rows))
        ]
    )


def expected(model, tokenizer, mask):
    rows = [tokenizer.encode(' '.join([BEFORE.format(text), *[mask] * MASKS, AFTER])).ids for text in TEXTS]
    masks = [ids.index(tokenizer.token_to_id(mask)) for ids in rows]
    words = [[tokenizer.encode(word, add_special_tokens=False).ids for word in label] for label in LABELS.values()]
    targets = torch.tensor(TARGETS)
    loss = lambda scores: torch.nn.functional.cross_entropy(scores, targets)
    numbers = lambda t: [float(f'{v:.6g}') for v in t.flatten().tolist()]
    found = {'texts': TEXTS, 'labels': LABELS, 'targets': TARGETS, 'ids': rows, 'masks': masks, 'virtual': VIRTUAL}
    scores = scores_of(model, rows, masks, words)
    found.update(scores=numbers(scores), loss=loss(scores).item())
    for name, at in (('front', [0] * len(rows)), ('middle', masks), ('end', [mask + MASKS for mask in masks])):
        soft = wave((VIRTUAL, model.get_input_embeddings().embedding_dim), 0.0).requires_grad_()
        scores = scores_of(model, rows, masks, words, soft, at)
        loss(scores).backward()
        found[name] = {'scores': numbers(scores), 'loss': loss(scores).item(), 'gradient': numbers(soft.grad)}
    if model.config.model_type == 'albert':  # whose layers are one module, which could hold one prefix only
        return found
    prefix = wave((PREFIX, LAYERS * 2 * HIDDEN), 1.0).requires_grad_()
    give_prefix(model, prefix)
    scores = scores_of(model, rows, masks, words)
    loss(scores).backward()
    found['prefixRows'], found['prefix'] = PREFIX, {
        'scores': numbers(scores),
        'loss': loss(scores).item(),
        'gradient': numbers(prefix.grad),
    }
    if model.config.model_type != 'deberta-v2':
        model.set_attn_implementation('eager')
    return found


def main(names):
    for name in names or FAMILIES:
        folder = os.path.join(HERE, 'masked', name)
        os.makedirs(folder, exist_ok=True)
        special = FAMILIES[name]['special']
        model, tokenizer = make(FAMILIES[name]['config']), tokenizer_of(special)
        write(os.path.join(folder, 'expected.json'), expected(model, tokenizer, special[4]))
        shared = folder if name == 'roberta' else os.path.join(HERE, 'masked')
        write(os.path.join(shared, 'tokenizer.json'), json.loads(tokenizer.to_str()))
        write(
            os.path.join(shared, 'tokenizer_config.json'),
            {'tokenizer_class': 'PreTrainedTokenizerFast', 'mask_token': special[4]},
        )
        config = {
            k: v
            for k, v in json.loads(model.config.to_json_string(use_diff=False)).items()
            if k not in ('transformers_version', '_name_or_path')
        }
        write(os.path.join(folder, 'config.json'), dict(config, architectures=[type(model).__name__]))
        export(model, os.path.join(folder, 'model.onnx'))
        if name in ('electra', 'albert'):  # whose attention is BERT's
            continue
        model.set_attn_implementation('sdpa')
        export(model, os.path.join(folder, 'model_sdpa.onnx'))
        if name != 'roberta':
            export(model, os.path.join(folder, 'model_dynamo.onnx'), dynamo=True)
        print(name, os.path.getsize(os.path.join(folder, 'model.onnx')) // 1000, 'KB', flush=True)


if __name__ == '__main__':
    main(sys.argv[1:])
