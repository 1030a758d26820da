"""What Hugging Face's tokenizers make of texts, for every part that a tokenizer.json may hold, in every setting.

Run: python tokenizerParts.py   (tokenizers 0.23, sentencepiece, protobuf)
Writes tokenizerParts.json beside itself: the texts, and for each part its record with what it makes of them.
"""
import io, json, os, random, tempfile
import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = os.path.dirname(os.path.abspath(__file__))

TEXTS = [
    '', ' ', '  ', '\n', 'a', ' a', 'a ', '  two  spaces  ', 'Hello, world!', "I'll say it's John's, we'd've gone; THEY'RE",
    'schön', 'scho\u0308n', 'Ünïcödé', 'ΟΔΟΣ Ὀδυσσεύς', 'İstanbul ISTANBUL ıi', 'ﬁne ﬂow ½ ² ³ Ⅷ ①', 'naïve café déjà vu',
    '1234567890', '12.5% of 3,000', 'x1y22z333', '３４５ ٣٤٥ १२३', 'a\tb\nc\r\nd\re', 'line one\n\n  line two\n\t\tthree', '\u00a0nbsp\u00a0here',
    'zero\u200bwidth\u200djoin', 'feff\ufeffmark', 'next\u0085line', 'ls\u2028ps\u2029', '\u3000全角\u3000', '你好，世界。こんにちは 세계 한국어', '漢字かなカナABC',
    'emoji 👩‍👩‍👧‍👦 🇩🇪 👍🏽 done', 'سلام عليكم ١', 'हिन्दी में', 'ไทยภาษา', 'עברית', '\u1100\u1161\u11a8 jamo', 'e\u0301\u0323 stack', 'a_b-c.d/e\\f|g',
    '<s>tag</s> <pad>', '[CLS] x [SEP]', '$5 + €6 = £7 <=> ^~`', '«quotes» “curly” ‘single’ „low“', 'end.', '... --- !!!', '#hash @at &amp;',
    '▁lower▁line ▁', 'Ġbyte Ċ', 'ß ẞ ſ ŉ ǰ', 'ﷺ ﷻ', '\x00null\x07bell\x7fdel\x1b', 'tab\x0bvt\x0cff', 'soft\u00adhyphen', '𝒜𝓁𝓅𝒽𝒶 𐍈 😀', 'ﾊﾝｶｸ ｶﾞ', 'K Å ℌ',
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'THE QUICK brown FoX', "can't WON'T don’t", '  \t mixed \u2003 white \n', 'https://ex.org/a?b=c&d=1', 'C# C++ .NET', '​', '�',
]
ALPHABETS = ['abc de', 'ABc1 .', 'äöüé\u0301\u0308', ' \t\n\r\u00a0\u3000', '漢字かな。，', '😀👍🏽\u200d', '0123٣½', "',.!?-_'’", '\u0000\u0085\u200b\ufeff', '▁<s>[]/', 'ﬁİßΣσς', 'ไทहि']


def drawn(count, seed):
    chance = random.Random(seed)
    texts = []
    for _ in range(count):
        letters = ''.join(chance.sample(ALPHABETS, chance.randint(1, 4)))
        texts.append(''.join(chance.choice(letters) for _ in range(chance.randint(1, 24))))
    return texts


TEXTS += drawn(90, 5)
WORDS = [text for text in TEXTS if text.strip()]
BOOLS = [True, False]


# What SentencePiece writes as a map of characters: source code points, then what stands for them.
RULES = ['FF21\t41', 'FF22\t42', '3000\t20', '9\t20', 'A\t20', 'D A\t20', '65 301\tE9', 'FB01\t66 69', '200B\t', 'FEFF\t', 'BD\t31 2F 32', '1F44D 1F3FD\t1F44D', '1F468 200D\t4D', 'E4\t61 65', 'AD\t']


def charsmap():
    """The map as it stands in a SentencePiece model: a double array over UTF-8, then the replacements."""
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, 'rules.tsv'), 'w') as file:
            file.write('\n'.join(RULES) + '\n')
        model = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(WORDS * 20), model_writer=model, vocab_size=300, hard_vocab_limit=False, normalization_rule_tsv=os.path.join(folder, 'rules.tsv'), minloglevel=2)
    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString(model.getvalue())
    return proto.normalizer_spec.precompiled_charsmap


NORMALIZERS = [
    *[normalizers.BertNormalizer(clean_text=c, handle_chinese_chars=h, strip_accents=s, lowercase=l) for c in BOOLS for h in BOOLS for s in [None, True, False] for l in BOOLS],
    *[normalizers.Strip(left=l, right=r) for l in BOOLS for r in BOOLS],
    normalizers.StripAccents(), normalizers.NFC(), normalizers.NFD(), normalizers.NFKC(), normalizers.NFKD(), normalizers.Lowercase(), normalizers.Nmt(), normalizers.ByteLevel(),
    normalizers.Precompiled(charsmap()), normalizers.Prepend('▁'), normalizers.Prepend(''), normalizers.Prepend(' x'),
    normalizers.Replace(' ', '▁'), normalizers.Replace('a', ''), normalizers.Replace('.', '$&'), normalizers.Replace(Regex(' {2,}'), ' '), normalizers.Replace(Regex(r'\s+'), ' '),
    normalizers.Replace(Regex(r'[^\w\s]'), '*'), normalizers.Replace(Regex(r'(?i)the'), 'A'), normalizers.Replace(Regex(r'\p{Lu}'), '_'), normalizers.Replace(Regex(r'x*'), '-'), normalizers.Replace(Regex(r'\d'), '$1'),
    normalizers.Sequence([normalizers.NFD(), normalizers.Lowercase(), normalizers.StripAccents()]), normalizers.Sequence([]),
    normalizers.Sequence([normalizers.Prepend('▁'), normalizers.Replace(' ', '▁')]),
]
BEHAVIOURS = ['removed', 'isolated', 'merged_with_previous', 'merged_with_next', 'contiguous']
PATTERNS = [' ', 'a', Regex(r'\s+'), Regex(r'\w+|[^\w\s]+'), Regex(r'\d'), Regex(r'\p{P}'), Regex(r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"),
            Regex(r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"),
            Regex(r'[\r\n]'), Regex(r'x*'), Regex(r'^a'), Regex(r'(?<=\d)(?=(\d{3})+$)'), Regex(r'[一-龥぀-ゟ゠-ヿ]+')]
PRE_TOKENIZERS = [
    pre_tokenizers.BertPreTokenizer(), pre_tokenizers.Whitespace(), pre_tokenizers.WhitespaceSplit(), pre_tokenizers.UnicodeScripts(),
    *[pre_tokenizers.ByteLevel(add_prefix_space=a, trim_offsets=True, use_regex=r) for a in BOOLS for r in BOOLS],
    *[pre_tokenizers.CharDelimiterSplit(c) for c in ' a_'],
    *[pre_tokenizers.Metaspace(replacement=c, prepend_scheme=p, split=s) for c in '▁_' for p in ['always', 'first', 'never'] for s in BOOLS],
    *[pre_tokenizers.Punctuation(b) for b in BEHAVIOURS], *[pre_tokenizers.Digits(individual_digits=i) for i in BOOLS],
    *[pre_tokenizers.Split(p, b, invert=i) for p in PATTERNS for b in BEHAVIOURS for i in BOOLS],
    *[pre_tokenizers.FixedLength(length=n) for n in (1, 3, 5)],
    pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation('isolated')]),
    pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(r'\p{N}{1,3}'), 'isolated'), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]),
    pre_tokenizers.Sequence([pre_tokenizers.Whitespace(), pre_tokenizers.ByteLevel(add_prefix_space=True)]),
    pre_tokenizers.Sequence([pre_tokenizers.Metaspace(), pre_tokenizers.Digits(individual_digits=True)]), pre_tokenizers.Sequence([]),
]
TOKENS = [
    [], ['a'], ['▁Hello', '▁wor', 'ld', '!'], ['Hello', '##s', ',', 'I', "'", 'm', 'n', "'t", '.', 'do', "n't"], ['ĠHello', 'Ċ', 'Ġw', 'Ã¶', 'Ã'], ['<0xE4>', '<0xBD>', '<0xA0>', 'x'], ['<0xE4>', '<0xBD>', 'x', '<0xFF>'],
    ['<0xe4>', '<0x4>', '<0xZZ>', '<0x41>'], ['low</w>', 'er</w>', 'est'], ['▁▁', '▁', 'x'], [' lead', 'trail ', '  two'], ['h', 'h', 'e', '<pad>', 'l', 'l', '<pad>', 'l', 'o', '|', 'w'], ['##x', 'y'], ['[UNK]', '[CLS]'], ['é', 'Ġé', '漢'], ['a.', ' ,', ' ?', " 's"], ['▁', 'a▁b', ''], ['x', '##.', '##!'],
    ['ð', 'Ł', 'ĺ', 'Ģ', 'Ġ', 'ð', 'Ł'], ['<0xF0>', '<0x9F>', '<0x98>', '<0x80>', '<0xF0>', '<0x9F>'],
]
DECODERS = [
    decoders.ByteLevel(), *[decoders.WordPiece(prefix=p, cleanup=c) for p in ['##', '@@'] for c in BOOLS], *[decoders.Metaspace(replacement=c, prepend_scheme=p) for c in '▁_' for p in ['always', 'first', 'never']],
    decoders.BPEDecoder(suffix='</w>'), decoders.BPEDecoder(suffix='@@'), *[decoders.CTC(pad_token='<pad>', word_delimiter_token='|', cleanup=c) for c in BOOLS],
    decoders.Fuse(), decoders.ByteFallback(), decoders.Replace('▁', ' '), decoders.Replace(Regex(r'\s'), '_'), decoders.Replace('a', '$&'), *[decoders.Strip(content=c, left=l, right=r) for c in ' ▁' for l, r in [(1, 0), (0, 1), (2, 2), (0, 0)]],
    decoders.Sequence([decoders.Replace('▁', ' '), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(content=' ', left=1, right=0)]), decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace()]), decoders.Sequence([]),
]


def record(part):
    return json.loads(part.__getstate__())


def attempt(work):
    try:
        return work()
    except BaseException as error:  # The library panics on some; then it gives nothing to be equal to.
        return None


def model_of(tokenizer):
    return json.loads(tokenizer.to_str())['model']


def trained(model, trainer, cut=None, normalizer=None):
    tokenizer = Tokenizer(model)
    if cut:
        tokenizer.pre_tokenizer = cut
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.train_from_iterator(WORDS * 2, trainer)
    return tokenizer


BYTES = ['<unk>'] + [f'<0x{byte:02X}>' for byte in range(256)]


def bpe(byte_fallback=False, fuse_unk=False, unk='<unk>', ignore_merges=False, prefix=None, suffix=None, cut=None):
    arguments = dict(continuing_subword_prefix=prefix) if prefix else {}
    if suffix:
        arguments['end_of_word_suffix'] = suffix
    special = BYTES if byte_fallback else ['<unk>']
    tokenizer = trained(models.BPE(unk_token=unk, **arguments), trainers.BpeTrainer(vocab_size=len(special) + 160, special_tokens=special, limit_alphabet=60, show_progress=False, **arguments), cut or pre_tokenizers.WhitespaceSplit())
    model = model_of(tokenizer)
    return dict(model, byte_fallback=byte_fallback, fuse_unk=fuse_unk, unk_token=unk, ignore_merges=ignore_merges)


def byte_level_bpe(ignore_merges=False):
    model = model_of(trained(models.BPE(), trainers.BpeTrainer(vocab_size=330, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False), pre_tokenizers.ByteLevel(add_prefix_space=False)))
    return dict(model, ignore_merges=ignore_merges)


def unigram(byte_fallback):
    vocab = [['<unk>', 0.0]] + ([[piece, -20.0] for piece in BYTES[1:]] if byte_fallback else []) + [['▁', -3.0], ['a', -4.0], ['b', -4.5], ['c', -5.0], ['▁a', -3.5], ['ab', -5.5], ['bc', -5.25], ['abc', -7.0], ['e', -4.0], ['▁the', -5.0], ['l', -4.0], ['o', -4.0], ['ll', -6.0], ['ö', -8.0], ['.', -4.0], ['▁▁', -9.0], ['1', -5.0], ['12', -7.5], ['漢字', -9.0]]
    return dict(type='Unigram', unk_id=0, vocab=vocab, byte_fallback=byte_fallback)


WORDPIECE = ['[UNK]', 'a', 'b', '##a', '##b', 'ab', '##ab', 'the', 'hello', 'world', '##s', ',', '!', 's', '##c', '##ö', 'sch', '##ön', '##n', '1', '##1', '##2']
MODELS = {
    'BPE': bpe(), 'BPE, unknown fused': bpe(fuse_unk=True), 'BPE without unknown': bpe(unk=None), 'BPE, bytes for what is unknown': bpe(byte_fallback=True), 'BPE, bytes, fused': bpe(byte_fallback=True, fuse_unk=True),
    'BPE, words before merges': bpe(ignore_merges=True), 'BPE, prefix': bpe(prefix='##'), 'BPE, suffix': bpe(suffix='</w>'), 'BPE of bytes': byte_level_bpe(), 'BPE of bytes, words before merges': byte_level_bpe(True),
    'Unigram': unigram(False), 'Unigram, bytes': unigram(True),
    'WordPiece': dict(type='WordPiece', unk_token='[UNK]', continuing_subword_prefix='##', max_input_chars_per_word=100, vocab={word: i for i, word in enumerate(WORDPIECE)}),
    'WordPiece, short words': dict(type='WordPiece', unk_token='[UNK]', continuing_subword_prefix='', max_input_chars_per_word=5, vocab={word: i for i, word in enumerate(dict.fromkeys(word.replace('##', '') for word in WORDPIECE))}),
    'WordLevel': dict(type='WordLevel', unk_token='<unk>', vocab={'<unk>': 0, 'a': 1, 'Hello,': 2, 'world!': 3, 'the': 4}),
}
CUTS = {'BPE of bytes': dict(type='ByteLevel', add_prefix_space=False, trim_offsets=True, use_regex=True), 'Unigram': dict(type='Metaspace', replacement='▁', prepend_scheme='always', split=True), 'WordPiece': dict(type='BertPreTokenizer')}
SPLIT = dict(type='WhitespaceSplit')


def cut_of(name):
    return next((cut for start, cut in CUTS.items() if name.startswith(start)), SPLIT)


def definition(model, **parts):
    return dict(dict(version='1.0', truncation=None, padding=None, added_tokens=[], normalizer=None, pre_tokenizer=None, post_processor=None, decoder=None, model=model), **parts)


def added(content, id, **flags):
    return dict(dict(id=id, content=content, single_word=False, lstrip=False, rstrip=False, normalized=False, special=True), **flags)


BASE = bpe()
SIZE = len(BASE['vocab'])


def processor(kind):
    pieces = lambda *names: [dict(SpecialToken=dict(id=name, type_id=0)) if name != 'A' else dict(Sequence=dict(id='A', type_id=0)) for name in names]
    template = lambda *names: dict(type='TemplateProcessing', single=pieces(*names), pair=pieces(*names) + [dict(Sequence=dict(id='B', type_id=1))], special_tokens={name: dict(id=name, ids=[SIZE + '<s> </s>'.split().index(name)], tokens=[name]) for name in names if name != 'A'})
    return {
        'opens': template('<s>', 'A'), 'opens and closes': template('<s>', 'A', '</s>'), 'closes': template('A', '</s>'), 'neither': template('A'),
        'Bert': dict(type='BertProcessing', sep=['</s>', SIZE + 1], cls=['<s>', SIZE]), 'Roberta': dict(type='RobertaProcessing', sep=['</s>', SIZE + 1], cls=['<s>', SIZE], trim_offsets=True, add_prefix_space=True),
        'bytes': dict(type='ByteLevel', add_prefix_space=True, trim_offsets=False, use_regex=True), 'sequence': dict(type='Sequence', processors=[dict(type='ByteLevel', add_prefix_space=True, trim_offsets=False, use_regex=True), template('<s>', 'A')]),
    }[kind]


ENDS = [added('<s>', SIZE), added('</s>', SIZE + 1)]
FLAGS = [dict(), dict(lstrip=True), dict(rstrip=True), dict(lstrip=True, rstrip=True), dict(single_word=True), dict(normalized=True), dict(normalized=True, special=False), dict(special=False), dict(special=False, lstrip=True, single_word=True)]
PIPELINES = {
    **{f'model {name}': definition(model, pre_tokenizer=cut_of(name)) for name, model in MODELS.items()},
    **{f'model {name}, uncut': definition(model) for name, model in MODELS.items() if 'of bytes' not in name},
    **{f'processor {kind}': definition(BASE, added_tokens=ENDS, pre_tokenizer=SPLIT, post_processor=processor(kind)) for kind in ['opens', 'opens and closes', 'closes', 'neither', 'Bert', 'Roberta', 'bytes', 'sequence']},
    **{f'added {json.dumps(flags)}': definition(BASE, pre_tokenizer=SPLIT, normalizer=dict(type='Lowercase'), added_tokens=[added(content, SIZE + i, **flags) for i, content in enumerate(['<s>', 'the', 'Hello', 'ab', 'a', '漢', 'é', 'QUICK', ' ', '👍'])]) for flags in FLAGS},
    **{f'added before metaspace, {scheme}': definition(MODELS['Unigram'], added_tokens=[added('<s>', 40), added('</s>', 41)], pre_tokenizer=dict(type='Metaspace', replacement='▁', prepend_scheme=scheme, split=True)) for scheme in ['always', 'first', 'never']},
}


def run(parts):
    tokenizer = Tokenizer.from_str(json.dumps(parts))
    ids = [attempt(lambda: tokenizer.encode(text, add_special_tokens=False).ids) for text in TEXTS]
    return dict(definition=parts, ids=ids, special=[attempt(lambda: tokenizer.encode(text).ids) for text in TEXTS[:20]] if parts['post_processor'] else None)


if __name__ == '__main__':
    made = dict(
        texts=TEXTS,
        normalizers=[dict(record=record(part), made=[attempt(lambda: part.normalize_str(text)) for text in TEXTS]) for part in NORMALIZERS],
        preTokenizers=[dict(record=record(part), made=[attempt(lambda: [piece for piece, _ in part.pre_tokenize_str(text)]) for text in TEXTS]) for part in PRE_TOKENIZERS],
        tokens=TOKENS,
        decoders=[dict(record=record(part), made=[attempt(lambda: part.decode(tokens)) for tokens in TOKENS]) for part in DECODERS],
        pipelines={name: run(parts) for name, parts in PIPELINES.items()},
    )
    with open(os.path.join(HERE, 'tokenizerParts.json'), 'w') as file:
        json.dump(made, file, ensure_ascii=True, separators=(',', ':'))
    print(os.path.getsize(os.path.join(HERE, 'tokenizerParts.json')))
