#!/usr/bin/env python3
"""Serves the Git repositories below a folder over HTTP, through `git http-backend`, on the loopback address.

Prints its port in a line of its own once it accepts connections, and serves until it is ended.

    git_http_server.py ROOT [--port 0] [--token TOKEN] [--fail-file FILE] [--certificate FILE --key FILE] [--push]

With --token, requests need HTTP basic authentication with the token as the password (any user name); without it they
get 401, with a wrong one 401 again. While the file of --fail-file exists, every request gets 503, so that a test can
take the server "down" and "up" again; if the file holds a number, that status instead. With --certificate the server
speaks HTTPS. With --push it takes pushes as well.
"""

import argparse
import base64
import os
import ssl
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class GitRequestHandler(BaseHTTPRequestHandler):
    """One request, answered by `git http-backend` in the role of a CGI program (RFC 3875)."""

    protocol_version = "HTTP/1.1"
    settings: argparse.Namespace

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def log_message(self, format: str, *arguments: object) -> None:
        if self.settings.verbose:
            super().log_message(format, *arguments)

    def answer(self) -> None:
        body = self.read_body()
        status = self.planned_failure()
        if status is not None:
            self.send_text(status, "this server was told to fail\n")
        elif not self.is_authorized():
            self.send_text(401, "a token is needed\n", {"WWW-Authenticate": 'Basic realm="git"'})
        else:
            self.run_backend(body)

    def planned_failure(self) -> int | None:
        path = self.settings.fail_file
        if path is None or not os.path.exists(path):
            return None
        with open(path, encoding="utf-8") as file:
            text = file.read().strip()
        return int(text) if text.isdigit() else 503

    def is_authorized(self) -> bool:
        if self.settings.token is None:
            return True
        scheme, _, value = self.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            password = base64.b64decode(value).decode().partition(":")[2]
        except ValueError:
            return False
        return password == self.settings.token

    def read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return b"".join(parts)

    def run_backend(self, body: bytes) -> None:
        url = urlsplit(self.path)
        environment = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "GIT_PROJECT_ROOT": self.settings.root,
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_NOSYSTEM": "1",
            "HOME": "/nonexistent",
            "GIT_CONFIG_COUNT": "2",
            "GIT_CONFIG_KEY_0": "safe.directory",
            "GIT_CONFIG_VALUE_0": "*",
            "GIT_CONFIG_KEY_1": "http.receivepack",
            "GIT_CONFIG_VALUE_1": "true" if self.settings.push else "false",
            "PATH_INFO": url.path,
            "QUERY_STRING": url.query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REMOTE_ADDR": self.client_address[0],
            "REMOTE_USER": "git",
        }
        result = subprocess.run(
            ["git", "http-backend"], input=body, env=environment, stdout=subprocess.PIPE, check=False
        )
        self.forward(result.stdout)

    def forward(self, output: bytes) -> None:
        head, _, content = output.partition(b"\r\n\r\n")
        status = 200
        headers = {}
        for line in head.decode().splitlines():
            name, _, value = line.partition(":")
            if name.lower() == "status":
                status = int(value.split()[0])
            elif name:
                headers[name] = value.strip()
        self.send_content(status, content, headers)

    def send_text(self, status: int, text: str, headers: dict[str, str] | None = None) -> None:
        self.send_content(status, text.encode(), {"Content-Type": "text/plain", **(headers or {})})

    def send_content(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up in the middle is what some tests are about."""


def end_with_parent() -> None:
    """Ends the server when its standard input ends, so that none outlives the test that started it."""
    sys.stdin.buffer.read()
    os._exit(0)


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve Git repositories over HTTP.")
    parser.add_argument("root", type=os.path.abspath, help="the folder of the repositories")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--token", help="the password that requests need")
    parser.add_argument("--fail-file", help="while it exists, every request fails")
    parser.add_argument("--certificate", help="speak HTTPS with this certificate (PEM)")
    parser.add_argument("--key", help="the certificate's key (PEM)")
    parser.add_argument("--push", action="store_true", help="take pushes")
    parser.add_argument("--until-input-ends", action="store_true", help="end with the standard input")
    parser.add_argument("--verbose", action="store_true", help="write a line for each request")
    GitRequestHandler.settings = parser.parse_args()
    server = QuietServer(("127.0.0.1", GitRequestHandler.settings.port), GitRequestHandler)
    if GitRequestHandler.settings.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(GitRequestHandler.settings.certificate, GitRequestHandler.settings.key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    if GitRequestHandler.settings.until_input_ends:
        threading.Thread(target=end_with_parent, daemon=True).start()
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
