"""A real web server whose answers are written down before: it gives each request the next one, and tells what it was asked.

    answering_server.py

Answers are put with PUT /answers, a JSON array of {"status", "headers", "body"}; an answer that is null
closes the connection without a word, one with "cut" breaks off after that many bytes of its body. GET /requests tells what came.
"""

import http.server
import json
import os
import sys
import threading

lock = threading.Lock()
answers = []
requests = []


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with lock:
            if self.path == "/answers":
                answers[:] = json.loads(body)
                requests.clear()
                return self.say({"status": 200})
            if self.path == "/requests":
                return self.say({"status": 200, "body": json.dumps(requests)})
            requests.append({
                "method": self.command, "path": self.path, "body": body.decode(errors="replace"),
                "headers": {name.lower(): value for name, value in self.headers.items()}})
            answer = answers.pop(0) if answers else {"status": 500, "body": "no answer is left"}
        self.say(answer)

    def say(self, answer):
        if answer is None:
            self.close_connection = True
            return
        body = answer.get("body", "").encode()
        self.send_response(answer["status"])
        for name, value in answer.get("headers", {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if "cut" in answer:
            body = body[:answer["cut"]]
            self.close_connection = True
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_PUT = do_POST = do_PATCH = do_HEAD = do_DELETE = handle_any

    def send_response(self, code, message=None):
        self.send_response_only(code, message)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(f"http://127.0.0.1:{server.server_port}", flush=True)
sys.stdin.buffer.read()
os._exit(0)
