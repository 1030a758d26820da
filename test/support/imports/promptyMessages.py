"""Writes the messages that Prompty makes of the files in promptyMessages.json into that file.

Needs Python 3.11, jinja2, and both versions of prompty with what they import: PYTHONPATH is that of 2.0.0b3, the first
argument the folder of version 1 (0.1.x).
"""

import json
import pathlib
import sys
import tempfile
import types

import prompty
from prompty.core import pipeline
from prompty.parsers.prompty import PromptyChatParser
from prompty.renderers._common import _thread_nonces_local
from prompty.renderers.jinja2 import Jinja2Renderer

recorded = pathlib.Path(__file__).with_name("promptyMessages.json")


def first_parser():
    """The parser of version 1, without the package around it, which renders what this one reads."""
    source = pathlib.Path(sys.argv[1], "prompty", "parsers.py").read_text()
    source = source.replace("from .core import Prompty\nfrom .invoker import Parser\n", "")
    module = types.ModuleType("first")
    exec(f"Parser = Prompty = object\n{source}", module.__dict__)
    parser = module.PromptyChatParser.__new__(module.PromptyChatParser)
    parser.roles = ["assistant", "function", "system", "user", "tools"]
    return parser


def messages_of(case):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "a.prompty")
        path.write_text(case["text"])
        agent = prompty.load(str(path))
    inputs = {**{p.name: p.default for p in agent.inputs or [] if p.default is not None}, **case["inputs"]}
    _thread_nonces_local.nonces = {}
    rendered = Jinja2Renderer()._render(agent, agent.instructions, inputs)
    messages = PromptyChatParser()._parse(agent, rendered)
    rich = {p.name: p.kind for p in agent.inputs or [] if p.kind == "thread"}
    expanded = pipeline._finalize_messages(messages, _thread_nonces_local.nonces, inputs, rich)
    return [[m.role, m.text] for m in expanded], rendered


cases = json.loads(recorded.read_text())
for case in cases:
    case["messages"], rendered = messages_of(case)
    if "first" in case:
        case["first"] = [[m["role"], m["content"]] for m in first_parser().parse(rendered)]
recorded.write_text(json.dumps(cases, indent=2, ensure_ascii=False) + "\n")
