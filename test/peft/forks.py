"""Runs Python programs as they stand, each in a fork of this process, which has loaded what takes each of them seconds,
or in a process of its own where there are no forks. A line of JSON in, `{folder, script, args, input}`, for a line of
JSON out, `{code, out, err}`."""

import json
import os
import runpy
import subprocess
import sys
import tempfile
import traceback

import onnxruntime  # noqa: F401
import peft  # noqa: F401
import tokenizers  # noqa: F401
import torch  # noqa: F401
import transformers  # noqa: F401


def run(folder, script, args, files):
    """Never returns: the process is the program's. `files` become its standard input, output and error."""
    for number, file in enumerate(files):
        os.dup2(file.fileno(), number)
    sys.stdin = open(0, closefd=False)
    code = 0
    try:
        os.chdir(folder)
        sys.argv = [script, *args]
        sys.path[0] = os.path.dirname(os.path.abspath(script))
        runpy.run_path(script, run_name="__main__")
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


for line in sys.stdin:
    job = json.loads(line)
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(job.get("input", "").encode())
        given.seek(0)
        if hasattr(os, "fork"):
            child = os.fork()
            if child == 0:
                run(job["folder"], job["script"], job["args"], [given, out, err])
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        else:
            words = [sys.executable, job["script"], *job["args"]]
            code = subprocess.run(words, cwd=job["folder"], stdin=given, stdout=out, stderr=err).returncode
        printed = []
        for file in (out, err):
            file.seek(0)
            printed.append(file.read().decode())
    print(json.dumps({"code": code, "out": printed[0], "err": printed[1]}), flush=True)
