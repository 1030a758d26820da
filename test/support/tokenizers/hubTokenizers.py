"""Trains a small tokenizer of each kind that tokenizer.json files on the hub hold, and writes what Hugging Face's
library makes of random texts.

Run: python hubTokenizers.py   (tokenizers)
Writes hubTokenizers.json beside itself: the texts, and for each kind its tokenizer.json with the ids of the texts.
"""

import json, os
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
from ggufTokenizers import HERE, texts

TRAINING, SAMPLES = texts(1500, 1), texts(60, 3)
ALPHABET = pre_tokenizers.ByteLevel.alphabet()


def trained(model, trainer, normalizer=None, cut=None, training=TRAINING):
    tokenizer = Tokenizer(model)
    if normalizer:
        tokenizer.normalizer = normalizer
    if cut:
        tokenizer.pre_tokenizer = cut
    tokenizer.train_from_iterator(training, trainer)
    return tokenizer


def word_pieces(lowercase):
    normalizer = normalizers.BertNormalizer(
        clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=lowercase
    )
    return trained(
        models.WordPiece(unk_token='[UNK]'),
        trainers.WordPieceTrainer(vocab_size=360, special_tokens=['[UNK]'], show_progress=False),
        normalizer,
        pre_tokenizers.BertPreTokenizer(),
    )


def unigram():
    normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(' {2,}'), ' ')])
    return trained(
        models.Unigram(),
        trainers.UnigramTrainer(vocab_size=300, special_tokens=['<unk>'], unk_token='<unk>', show_progress=False),
        normalizer,
        pre_tokenizers.Metaspace(),
    )


def pieces(normalizer=None, cut=None):
    special = ['<unk>'] + [f'<0x{byte:02X}>' for byte in range(256)]
    return trained(
        models.BPE(unk_token='<unk>', byte_fallback=True, fuse_unk=True),
        trainers.BpeTrainer(vocab_size=460, special_tokens=special, limit_alphabet=80, show_progress=False),
        normalizer,
        cut,
        [text[:60] for text in TRAINING[:400]],
    )


def byte_level(*cuts):
    return trained(
        models.BPE(),
        trainers.BpeTrainer(vocab_size=340, initial_alphabet=ALPHABET, show_progress=False),
        None,
        pre_tokenizers.Sequence(list(cuts)),
    )


BYTES = pre_tokenizers.ByteLevel(add_prefix_space=False)
KINDS = {
    'BERT, uncased': word_pieces(True),
    'BERT, cased': word_pieces(False),
    'Unigram': unigram(),
    'Gemma': pieces(normalizers.Replace(' ', '▁'), pre_tokenizers.Split(' ', 'merged_with_previous')),
    'Llama 2': pieces(normalizers.Sequence([normalizers.Prepend('▁'), normalizers.Replace(' ', '▁')])),
    'Llama 2, by metaspace': pieces(
        None, pre_tokenizers.Metaspace(replacement='▁', prepend_scheme='first', split=False)
    ),
    'Falcon': byte_level(
        pre_tokenizers.Punctuation('contiguous'), BYTES, pre_tokenizers.Digits(individual_digits=False)
    ),
    'signs alone': byte_level(pre_tokenizers.Punctuation(), BYTES),
    'GPT-2': byte_level(BYTES),
    'SmolLM': byte_level(pre_tokenizers.Digits(individual_digits=True), BYTES),
}


def packed(tokenizer):
    return dict(
        definition=json.loads(tokenizer.to_str()),
        ids=[tokenizer.encode(text, add_special_tokens=False).ids for text in SAMPLES],
    )


if __name__ == '__main__':
    with open(os.path.join(HERE, 'hubTokenizers.json'), 'w') as file:
        json.dump(
            dict(texts=SAMPLES, tokenizers={name: packed(tokenizer) for name, tokenizer in KINDS.items()}),
            file,
            ensure_ascii=True,
            separators=(',', ':'),
        )
