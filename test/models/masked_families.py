"""Saves the models of masked.py without a graph, as transformers saves them, and makes those that have no export there,
with what PyTorch computes with them.

Run: python masked_families.py [name …]   (torch, transformers, tokenizers, safetensors), after masked.py
Writes masked/<name>/model.safetensors beside itself; config.json and expected.json where masked.py does not.
"""

import json, os, shutil, sys, tempfile
from architectures import write
from masked import FAMILIES, HERE, HEADS, HIDDEN, INNER, LAYERS, VOCABULARY, expected, make, sizes, tokenizer_of

SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']
deberta = dict(
    sizes,
    model_type='deberta-v2',
    relative_attention=True,
    position_buckets=4,
    norm_rel_ebd='layer_norm',
    share_att_key=True,
    pos_att_type='p2c|c2p',
    position_biased_input=False,
    type_vocab_size=0,
    pad_token_id=0,
)
WITHOUT_EXPORT = {
    'modernbert': dict(sizes, model_type='modernbert', num_hidden_layers=LAYERS, local_attention=6,
                       global_attn_every_n_layers=2, pad_token_id=0, cls_token_id=2, sep_token_id=3,
                       bos_token_id=2, eos_token_id=3, norm_bias=True, attention_bias=True, mlp_bias=True,
                       classifier_bias=True),
    'deberta-v2': deberta,
    # As the first of its kind: distances have matrices of their own, positions and types are added to words.
    'deberta-v2-apart': dict(
        deberta,
        share_att_key=False,
        norm_rel_ebd='none',
        position_buckets=-1,
        max_relative_positions=5,
        position_biased_input=True,
        type_vocab_size=2,
        legacy=False,
    ),
    'albert-groups': dict(
        sizes, model_type='albert', embedding_size=HIDDEN // 2, num_hidden_groups=2, hidden_act='relu', pad_token_id=0
    ),
    'electra-wide': dict(sizes, model_type='electra', embedding_size=HIDDEN, pad_token_id=0),
}


def save(model, folder):
    with tempfile.TemporaryDirectory() as saved:
        model.save_pretrained(saved)
        shutil.copy(os.path.join(saved, 'model.safetensors'), folder)
        with open(os.path.join(saved, 'config.json')) as file:
            return json.load(file)


def main(names):
    for name in names or [*FAMILIES, *WITHOUT_EXPORT]:
        folder = os.path.join(HERE, 'masked', name)
        os.makedirs(folder, exist_ok=True)
        model = make(WITHOUT_EXPORT.get(name) or FAMILIES[name]['config'])
        config = save(model, folder)
        if name in WITHOUT_EXPORT:
            config.pop('transformers_version', None)
            write(os.path.join(folder, 'config.json'), config)
            write(os.path.join(folder, 'expected.json'), expected(model, tokenizer_of(SPECIAL), SPECIAL[4]))
        print(name, os.path.getsize(os.path.join(folder, 'model.safetensors')) // 1000, 'KB', flush=True)


if __name__ == '__main__':
    main(sys.argv[1:])
