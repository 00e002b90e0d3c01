"""Serves what a student's hours of study let expect."""

import http.server
import json
import pathlib
import urllib.parse

MODEL = json.loads((pathlib.Path(__file__).parent / "artifacts" / "model.json").read_text())


def score(hours):
    return min(100, MODEL["base"] + MODEL["per_hour"] * hours)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        query = urllib.parse.parse_qs(urllib.parse.urlparse(self.path).query)
        body = json.dumps({"score": score(float(query.get("hours", ["0"])[0]))}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    http.server.ThreadingHTTPServer(("0.0.0.0", 8000), Handler).serve_forever()
