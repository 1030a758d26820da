"""A server that asks of prompt embeddings what vLLM does (vllm/renderers/embed_utils.py), for one program.

Prints what it was sent and what the program printed. usage: embeddingsServer.py PROGRAM
"""

import base64
import io
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import torch


class Server(BaseHTTPRequestHandler):
    def do_POST(self):
        assert self.path == '/v1/completions', self.path
        body = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
        with torch.sparse.check_sparse_tensor_invariants():
            saved = io.BytesIO(base64.b64decode(body['prompt_embeds'], validate=True))
            tensor = torch.load(saved, weights_only=True, map_location='cpu').to_dense()
        assert tensor.dtype in (torch.float32, torch.bfloat16, torch.float16) and tensor.dim() == 2
        rows, hidden = tensor.shape
        print(json.dumps({'rows': rows, 'hidden': hidden, 'keys': sorted(body)}), flush=True)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({'choices': [{'index': 0, 'text': ' good'}]}).encode())

    def log_message(self, *_):
        pass


server = HTTPServer(('127.0.0.1', 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
environment = {**os.environ, 'PROMPT_SERVER': f'http://127.0.0.1:{server.server_port}/v1'}
done = subprocess.run([sys.executable, sys.argv[1]], env=environment, capture_output=True, text=True)
sys.stderr.write(done.stderr)
print(done.stdout, end='')
sys.exit(done.returncode)
