"""Serves the model: POST a list of features as JSON."""

import http.server
import json

from predict import probability

with open("model.json") as file:
    MODEL = json.load(file)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(200, {"features": MODEL["features"]})

    def do_POST(self):
        try:
            sample = [float(value) for value in json.loads(self.rfile.read(int(self.headers["Content-Length"])))]
            if len(sample) != len(MODEL["features"]):
                raise ValueError(f"expected {len(MODEL['features'])} features")
        except (TypeError, ValueError) as error:
            return self.answer(400, {"error": str(error)})
        self.answer(200, {"malignant": probability(MODEL, sample)})

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


http.server.ThreadingHTTPServer(("", 8080), Handler).serve_forever()
