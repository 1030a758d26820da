"""Writes few_shot.json: what transformers says of a few-shot prompt, and how alike its embeddings make texts.

Run by hand with torch and transformers: few_shot.py FOLDER_OF_STORIES260K
"""

import json
import pathlib
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

instruction = "Say how the day was."
shown = [["Rain fell on the town.", "wet"], ["The sun was out.", "dry"], ["He got his coat wet.", "wet"]]
asked = [["The road was full of water.", "wet"], ["Lily sat in the sun.", "dry"]]
labels = ["wet", "dry"]

tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
model = AutoModelForCausalLM.from_pretrained(sys.argv[1], dtype=torch.float32).eval()


def ids(text, special=False):
    return tokenizer(text, add_special_tokens=special)["input_ids"]


def score(prompt, word):
    """Mean log-likelihood of the word's tokens, by which Prompt Tuner scores words."""
    before, whole = ids(prompt, True), ids(prompt + word, True)
    assert whole[: len(before)] == before
    with torch.no_grad():
        logits = model(torch.tensor([whole])).logits[0].double().log_softmax(-1)
    places = range(len(before), len(whole))
    return sum(logits[i - 1, whole[i]].item() for i in places) / len(places)


def prompt(text):
    examples = "".join(f"{row}\nThe day was {label}\n\n" for row, label in shown)
    return f"{instruction}\n\n{examples}{text}\nThe day was"


def similarities(text):
    table = model.get_input_embeddings().weight.detach().double()
    vectors = [table[ids(row)].mean(0) - table.mean(0) for row in [text, *(row for row, _ in shown)]]
    return [torch.cosine_similarity(vectors[0], other, dim=0).item() for other in vectors[1:]]


rows = []
for text, expected in asked:
    scores = torch.tensor([score(prompt(text), f" {label}") for label in labels]).softmax(-1)
    rows.append(
        {
            "text": text,
            "expected": expected,
            "prompt": prompt(text),
            "probabilities": dict(zip(labels, scores.tolist())),
            "similarities": similarities(text),
        }
    )
out = pathlib.Path(__file__).with_name("few_shot.json")
out.write_text(json.dumps({"instruction": instruction, "shown": shown, "rows": rows}, indent=2) + "\n")
