"""Trains a small tokenizer of each kind that GGUF files hold, and writes what its own library makes of random texts.

Run: python ggufTokenizers.py   (tokenizers, sentencepiece)
Writes ggufTokenizers.json beside itself. The patterns are those of the families' own tokenizer.json on the hub:
GPT-2, Llama 3 (`llama-bpe`), Qwen 2 (`qwen2`), SmolLM (`smollm`), Mistral NeMo (`tekken`); `llama` is SentencePiece
itself.
"""

import json, os, random, tempfile
import sentencepiece
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

HERE = os.path.dirname(os.path.abspath(__file__))
CONTRACTIONS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
REST = r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
LLAMA3 = CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|" + REST
QWEN2 = CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|" + REST
UPPER, LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
TEKKEN = (
    rf"[^\r\n\p{{L}}\p{{N}}]?{UPPER}*{LOWER}+|[^\r\n\p{{L}}\p{{N}}]?{UPPER}+{LOWER}*|\p{{N}}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def split(pattern):
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pattern), 'isolated'),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )


KINDS = {
    'gpt-2': dict(cut=pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)),
    'llama-bpe': dict(cut=split(LLAMA3), ignore_merges=True),
    'qwen2': dict(cut=split(QWEN2), normalizer=normalizers.NFC()),
    'smollm': dict(
        cut=pre_tokenizers.Sequence(
            [
                pre_tokenizers.Digits(individual_digits=True),
                pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
            ]
        )
    ),
    'tekken': dict(cut=split(TEKKEN), ignore_merges=True),
}

WORDS = [
    "it's",
    "DON'T",
    "we'LL",
    "I've",
    "o'clock",
    'the',
    'The',
    'soup',
    'bread',
    'fresh',
    'token',
    'XMLHttp',
    'camelCase',
    'HTMLParser',
    'naïve',
    'cafe\u0301',
    'Ångström',
    'straße',
    'ΑΒΓ',
    'привет',
    'МИР',
    '東京',
    '日本語',
    '한국어',
    '中文字',
    'हिन्दी',
    'สวัสดี',
    'مرحبا',
    '🙂',
    '👩‍👩‍👧',
    '🇫🇷',
    '…',
    '—',
    '!!',
    '?!',
    '://',
    '/*',
    '*/',
    '({[',
    ']})',
    '$',
    '^~',
    '_',
    '__init__',
    "'",
    '"',
    '#',
    '@',
    '\\',
    'a/b\n',
    '..\n\n',
    '1',
    '12',
    '123',
    '1234',
    '12345',
    '3.14',
    '1,000',
    '²',
    '½',
    '٣٤',
    'Ⅷ',
    '\u200b',
    '\ufeff',
    '\u00a0',
    '\u3000',
]
GAPS = ['', ' ', ' ', ' ', '  ', '   ', '\n', '\n\n', ' \n', '\n ', '\r\n', '\t', '\t\t ', '      ', ' \n \n']


def texts(count, seed):
    pick = random.Random(seed)
    made = [''.join(pick.choice(WORDS) + pick.choice(GAPS) for _ in range(pick.randint(1, 9))) for _ in range(count)]
    return made + [' ', '  ', '\n', ' a', '   a   ', 'a ', "''s", "x's's", '1 2  3', 'ab' * 40]


def byte_level(cut, normalizer=None, ignore_merges=False):
    tokenizer = Tokenizer(models.BPE(ignore_merges=ignore_merges))
    tokenizer.pre_tokenizer = cut
    if normalizer:
        tokenizer.normalizer = normalizer
    trainer = trainers.BpeTrainer(
        vocab_size=420,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=[AddedToken('<|end|>', special=True)],
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts(1500, 1), trainer)
    tokenizer.decoder = decoders.ByteLevel()
    definition = json.loads(tokenizer.to_str())['model']
    tokens = sorted(definition['vocab'], key=definition['vocab'].get)
    return (
        dict(
            model='gpt2',
            tokens=tokens,
            types=[3] + [1] * (len(tokens) - 1),
            merges=[' '.join(merge) for merge in definition['merges']],
        ),
        lambda text: tokenizer.encode(text, add_special_tokens=False).ids,
    )


def pieces():
    with tempfile.TemporaryDirectory() as folder:
        prefix = os.path.join(folder, 'm')
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(text.replace('\n', ' ') for text in texts(1500, 1)),
            model_prefix=prefix,
            model_type='bpe',
            vocab_size=460,
            byte_fallback=True,
            character_coverage=0.98,
            normalization_rule_name='identity',
            remove_extra_whitespaces=False,
            split_digits=True,
            allow_whitespace_only_pieces=True,
            minloglevel=2,
        )
        processor = sentencepiece.SentencePieceProcessor(model_file=prefix + '.model')
    count = processor.get_piece_size()
    kind = lambda i: (
        2 if processor.is_unknown(i) else 3 if processor.is_control(i) else 6 if processor.is_byte(i) else 1
    )
    packed = dict(
        model='llama',
        tokens=[processor.id_to_piece(i) for i in range(count)],
        types=[kind(i) for i in range(count)],
        scores=[processor.get_score(i) for i in range(count)],
    )
    return packed, processor.encode


def main():
    found = {}
    samples = texts(140, 2)
    for name, (packed, encode) in {
        **{name: byte_level(**kind) for name, kind in KINDS.items()},
        'llama': pieces(),
    }.items():
        found[name] = dict(packed, ids=[encode(text) for text in samples])
    with open(os.path.join(HERE, 'ggufTokenizers.json'), 'w') as file:
        json.dump(dict(texts=samples, tokenizers=found), file, ensure_ascii=True, separators=(',', ':'))


if __name__ == '__main__':
    main()
