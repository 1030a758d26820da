"""What PEFT reaches on the embedded model: prompt tuning, P-tuning and prefix tuning, label objective, swept learning
rate.

usage: quality_peer.py MODEL_DIR DATA_DIR TASK [--rows 500] [--steps 300] [--seeds 3] [--length 20]
"""

import argparse, json, random, sys, time
import torch, torch.nn.functional as F
from transformers import AutoModelForCausalLM, AutoTokenizer
from peft import PromptTuningConfig, PromptEncoderConfig, PrefixTuningConfig, get_peft_model

ap = argparse.ArgumentParser()
ap.add_argument('model')
ap.add_argument('data')
ap.add_argument('task')
ap.add_argument('--rows', type=int, default=500)
ap.add_argument('--steps', type=int, default=300)
ap.add_argument('--seeds', type=int, default=3)
ap.add_argument('--length', type=int, default=20)
ap.add_argument('--batch', type=int, default=16)
ap.add_argument('--methods', default='soft,v1,v2')
ap.add_argument('--threads', type=int, default=2)
a = ap.parse_args()
torch.set_num_threads(a.threads)
TASKS = {
    'trec': (
        'Question: {text}\nThe question asks for a',
        dict(
            person=' person',
            location=' place',
            number=' number',
            description=' description',
            entity=' thing',
            abbreviation=' letter',
        ),
    ),
    'sst2': ('Review: {text}\nThe film is', dict(positive=' good', negative=' bad')),
    'cr': ('Review: {text}\nThe product is', dict(positive=' good', negative=' bad')),
}
template, words = TASKS[a.task]
tok = AutoTokenizer.from_pretrained(a.model)
labels = sorted(words)
wid = [tok(words[l]).input_ids for l in labels]
assert all(len(w) == 1 for w in wid), dict(zip(labels, wid))
wid = torch.tensor([w[0] for w in wid])
load = lambda s: [json.loads(l) for l in open(f'{a.data}/{a.task}/{s}.jsonl')]


def encode(rows):
    return [(tok(template.format(text=r['text'][:600])).input_ids[-220:], labels.index(r['label'])) for r in rows]


full = load('train')
random.Random(0).shuffle(full)
train = encode(full[: a.rows])
dev = encode(load('dev')[:500])
test = encode(load('test'))


def collate(b):
    n = max(len(x) for x, _ in b)
    ids = torch.tensor([x + [0] * (n - len(x)) for x, _ in b])
    mask = torch.tensor([[1] * len(x) + [0] * (n - len(x)) for x, _ in b])
    return ids, mask, torch.tensor([len(x) - 1 for x, _ in b]), torch.tensor([y for _, y in b])


def scores(m, b):
    ids, mask, last, y = collate(b)
    o = m(input_ids=ids, attention_mask=mask).logits
    off = o.shape[1] - ids.shape[1]
    return o[torch.arange(len(b)), last + off][:, wid], y


@torch.no_grad()
def evaluate(m, rows):
    m.eval()
    rows = sorted(rows, key=lambda r: len(r[0]))
    ok = loss = 0.0
    for i in range(0, len(rows), 32):
        s, y = scores(m, rows[i : i + 32])
        ok += (s.argmax(1) == y).sum().item()
        loss += F.cross_entropy(s, y, reduction='sum').item()
    m.train()
    return ok / len(rows), loss / len(rows)


def build(kind, base):
    n = a.length
    if kind == 'soft':
        c = PromptTuningConfig(task_type='CAUSAL_LM', num_virtual_tokens=n, prompt_tuning_init='SAMPLE_VOCAB')
    if kind == 'v1':
        c = PromptEncoderConfig(
            task_type='CAUSAL_LM',
            num_virtual_tokens=n,
            encoder_reparameterization_type='LSTM',
            encoder_hidden_size=base.config.hidden_size,
        )
    if kind == 'v1mlp':
        c = PromptEncoderConfig(
            task_type='CAUSAL_LM', num_virtual_tokens=n, encoder_hidden_size=base.config.hidden_size
        )
    if kind == 'v2':
        c = PrefixTuningConfig(task_type='CAUSAL_LM', num_virtual_tokens=n)
    if kind == 'v2zero':
        c = PrefixTuningConfig(task_type='CAUSAL_LM', num_virtual_tokens=n, init_weights='zero')
    if kind == 'v2proj':
        c = PrefixTuningConfig(
            task_type='CAUSAL_LM',
            num_virtual_tokens=n,
            prefix_projection=True,
            encoder_hidden_size=base.config.hidden_size,
        )
    return get_peft_model(base, c)


def fit(kind, lr, seed, steps):
    torch.manual_seed(seed)
    rng = random.Random(seed)
    base = AutoModelForCausalLM.from_pretrained(a.model).float()
    m = build(kind, base)
    m.train()
    ps = [p for p in m.parameters() if p.requires_grad]
    opt = torch.optim.AdamW(ps, lr=lr, weight_decay=0.01)
    best = (-1, None, None)
    t0 = time.time()
    n = 0
    for s in range(steps):
        for g in opt.param_groups:
            g['lr'] = lr * min(1, (s + 1) / 20) * (1 - s / steps)
        b = rng.sample(train, a.batch)
        sc, y = scores(m, b)
        l = F.cross_entropy(sc, y)
        opt.zero_grad()
        l.backward()
        torch.nn.utils.clip_grad_norm_(ps, 1.0)
        opt.step()
        n += len(b)
        if (s + 1) % 100 == 0 or s + 1 == steps:
            d = evaluate(m, dev)
            if d[0] > best[0]:
                best = (d[0], s + 1, {k: v.clone() for k, v in m.prompt_encoder.state_dict().items()})
    return m, best, time.time() - t0


base = AutoModelForCausalLM.from_pretrained(a.model).float()
maj = max(sum(y == k for _, y in test) for k in range(len(labels))) / len(test)
print(json.dumps({'task': a.task, 'n_test': len(test), 'majority': maj, 'hard': evaluate(base, test)}), flush=True)
grid = {
    'soft': [0.003, 0.01, 0.03, 0.1, 0.3],
    'v1': [0.0003, 0.001, 0.003, 0.01],
    'v1mlp': [0.0003, 0.001, 0.003, 0.01],
    'v2': [0.003, 0.01, 0.03, 0.1],
    'v2zero': [0.003, 0.01, 0.03, 0.1],
    'v2proj': [0.0003, 0.001, 0.003, 0.01],
}
for kind in a.methods.split(','):
    sweep = {lr: fit(kind, lr, 0, a.steps)[1][0] for lr in grid[kind]}
    lr = max(sweep, key=sweep.get)
    res = []
    secs = 0
    for seed in range(1, a.seeds + 1):
        m, best, s = fit(kind, lr, seed, a.steps)
        m.prompt_encoder.load_state_dict(best[2])
        res.append(evaluate(m, test)[0])
        secs += s
    mean = sum(res) / len(res)
    print(
        json.dumps(
            {
                'method': kind,
                'lr': lr,
                'sweep_dev': sweep,
                'test': [round(r, 4) for r in res],
                'mean': round(mean, 4),
                'seconds': round(secs / a.seeds, 1),
            }
        ),
        flush=True,
    )
