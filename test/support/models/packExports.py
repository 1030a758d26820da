"""Packs models that real exporters wrote into test/field/exports, each weight once however many files hold it.

    python packExports.py FOLDER NAME...        # FOLDER/NAME holds config.json and .onnx files as they were written

Small files are copied. Each .onnx file and its data become a list of pieces, cut at the borders of weights; pieces lie
in exports.pack, float bytes sorted by their place in a number and deflated. test/support/models/fieldExports.ts puts
the files together again, byte for byte. A name with a `-` behind it gets weights of zero: such a model is refused
before its weights matter.

Needs onnx 1.20.
"""

import hashlib
import json
import pathlib
import shutil
import sys
import zlib

import onnx

smallest = 2048
here = pathlib.Path(__file__).parent.parent.parent / "field" / "exports"


def tensors(graph):
    yield from graph.initializer
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            if attribute.HasField("g"):
                yield from tensors(attribute.g)


def borders(path):
    """Where weights are: [(file, from, to)]."""
    data = path.read_bytes()
    at = 0
    for tensor in tensors(onnx.load(path, load_external_data=False).graph):
        entries = {entry.key: entry.value for entry in tensor.external_data}
        if tensor.data_location == onnx.TensorProto.EXTERNAL:
            start = int(entries.get("offset", 0))
            yield path.parent / entries["location"], start, start + int(entries["length"])
        elif len(tensor.raw_data) >= smallest:
            at = data.index(tensor.raw_data, at if data.find(tensor.raw_data, at) >= 0 else 0)
            yield path, at, at + len(tensor.raw_data)
            at += len(tensor.raw_data)


def packed(piece):
    planes = b"".join(piece[i::4] for i in range(4)) if len(piece) % 4 == 0 else piece
    return zlib.compress(planes, 9)


def main(source, names):
    shutil.rmtree(here, ignore_errors=True)
    pieces, pack, offset = {}, [], 0
    for name in names:
        empty = name.endswith("-")
        folder = pathlib.Path(source) / name.rstrip("-")
        cuts = {}
        for path in folder.rglob("*.onnx"):
            cuts.setdefault(path, set())
            for file, start, end in borders(path):
                cuts.setdefault(file, set()).add((start, end))
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            target = here / folder.name / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            if path not in cuts:
                target.write_bytes(path.read_bytes())
                continue
            data = bytearray(path.read_bytes())
            edges = {0, len(data)}
            for start, end in cuts[path]:
                edges |= {start, end}
                if empty:
                    data[start:end] = bytes(end - start)
            edges = sorted(edges)
            listed = []
            for start, end in zip(edges, edges[1:]):
                piece = bytes(data[start:end])
                key = hashlib.sha256(piece).hexdigest()[:16]
                if key not in pieces:
                    small = packed(piece)
                    pieces[key] = [offset, len(small), len(piece)]
                    pack.append(small)
                    offset += len(small)
                listed.append(key)
            target.with_name(target.name + ".pieces.json").write_text(json.dumps(listed) + "\n")
    (here / "exports.pack").write_bytes(b"".join(pack))
    (here / "exports.json").write_text(json.dumps(pieces) + "\n")
    print(offset)


main(sys.argv[1], sys.argv[2:])
