"""A real web server that hands out credentials as the metadata service of an EC2 instance and the endpoint of a container do.

    metadata_server.py ROLE [SOCKET]

With SOCKET it listens there, and not on a port. Without a token, which is asked for with PUT, nothing is told. An empty ROLE
is an instance without one. Credentials are good for six hours; each time they are asked for, others are given.
"""

import datetime
import http.server
import itertools
import json
import os
import socketserver
import sys
import threading

ROLE = sys.argv[1] if len(sys.argv) > 1 else ""
TOKEN = "a-token-of-the-metadata-service"
FOLDER = "/latest/meta-data/iam/security-credentials/"
numbers = itertools.count(1)


def credentials():
    end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=6)
    return {
        "Code": "Success", "AccessKeyId": f"ASIA{next(numbers):04}", "SecretAccessKey": "instance-secret", "Token": "instance-token",
        "Expiration": end.strftime("%Y-%m-%dT%H:%M:%SZ")}


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

    def do_PUT(self):
        wanted = self.headers.get("X-aws-ec2-metadata-token-ttl-seconds")
        if self.path != "/latest/api/token" or wanted is None or "X-Forwarded-For" in self.headers:
            return self.say(400, "")
        self.say(200, TOKEN)

    def do_GET(self):
        if self.path == "/container":
            allowed = self.headers.get("Authorization") == "container-token"
            return self.say(200, json.dumps(credentials())) if allowed else self.say(401, "")
        if self.headers.get("X-aws-ec2-metadata-token") != TOKEN:
            return self.say(401, "")
        if self.path == FOLDER and ROLE:
            return self.say(200, ROLE)
        if self.path == FOLDER + ROLE and ROLE:
            return self.say(200, json.dumps(credentials()))
        self.say(404, "")

    def say(self, status, text):
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())


if len(sys.argv) > 2:
    server, address = socketserver.ThreadingUnixStreamServer(sys.argv[2], Handler), f"unix:{sys.argv[2]}"
else:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    address = f"http://127.0.0.1:{server.server_port}"
threading.Thread(target=server.serve_forever, daemon=True).start()
print(address, flush=True)
sys.stdin.buffer.read()
os._exit(0)
