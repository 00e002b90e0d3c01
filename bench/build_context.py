#!/usr/bin/env python3
"""How long a build's context takes to send, next to Docker's own command line.

    bench/build_context.py --binary BINARY [--size MEGABYTES] [--rounds N]

Both send the same tree of files to the same place, an engine that reads and builds nothing, from the start of the program to its end.
Prints the medians, their ratio and the most memory that was needed, and ends with status 1 where they are over what is allowed.
"""

import argparse
import http.server
import os
import pathlib
import socketserver
import statistics
import subprocess
import tempfile
import threading
import time


# As a ratio to what Docker's own command line takes.
LONGEST = 1.5
# In MB, of a context of any size.
MOST_MEMORY = 100


class Sink(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


class SinkHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, body=b"OK"):
        self.send_response(200)
        for name, value in (("Api-Version", "1.41"), ("Builder-Version", "1"), ("Content-Length", len(body))):
            self.send_header(name, str(value))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_HEAD(self):
        self.answer()

    def do_GET(self):
        self.answer(b'{"ApiVersion": "1.41", "MinAPIVersion": "1.24"}' if self.path == "/version" else b"OK")

    def do_POST(self):
        while size := int(self.rfile.readline(), 16):
            while size:
                size -= len(self.rfile.read(min(size, 1 << 20)))
            self.rfile.readline()
        self.rfile.readline()
        self.answer(b'{"aux":{"ID":"sha256:1"}}\n{"stream":"done"}\n')

    def log_message(self, *_):
        pass


def make_tree(folder, megabytes):
    """A quarter in one file, a quarter in files of 1 MB, the rest in files of 10 kB."""
    (folder / "Dockerfile").write_text("FROM scratch\n")
    block = os.urandom(1 << 20)
    with (folder / "big").open("wb") as file:
        for _ in range(megabytes // 4):
            file.write(block)
    for number in range(megabytes // 4):
        place = folder / f"m{number % 10}"
        place.mkdir(exist_ok=True)
        (place / str(number)).write_bytes(block)
    for number in range(megabytes * 50):
        place = folder / f"s{number % 100}"
        place.mkdir(exist_ok=True)
        (place / str(number)).write_bytes(block[number % 1000:number % 1000 + 10_000])


def seconds(command, **options):
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **options)
    while process.stdout.read(1 << 20):
        pass
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, f"{command[0]} ended with {status}"
    return time.monotonic() - begin, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--size", type=int, default=1024)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="slipway-context-") as scratch:
        folder = pathlib.Path(scratch) / "tree"
        folder.mkdir()
        make_tree(folder, arguments.size)
        server = Sink(f"{scratch}/s", SinkHandler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        docker = ["docker", "--host", f"unix://{scratch}/s", "--config", scratch, "build", "--quiet", str(folder)]
        own = [str(arguments.binary), "debug", "dockerignore", "--root", str(folder), "--engine", f"unix://{scratch}/s"]
        environment = {**os.environ, "DOCKER_BUILDKIT": "0"}
        times = {"docker build": [], "slipway": []}
        for _ in range(arguments.rounds):
            times["docker build"].append(seconds(docker, env=environment))
            times["slipway"].append(seconds(own))
        server.shutdown()
        medians = {name: statistics.median(time for time, _ in found) for name, found in times.items()}
        for name, found in times.items():
            print(f"{name:14} {medians[name]:7.2f} s   {max(memory for _, memory in found):6.0f} MB of memory")
        ratio = medians["slipway"] / medians["docker build"]
        print(f"ratio          {ratio:7.2f}   (at most {LONGEST})")
        memory = max(memory for _, memory in times["slipway"])
        if ratio > LONGEST or memory > MOST_MEMORY:
            raise SystemExit("The context takes longer, or more memory, than it may.")


if __name__ == "__main__":
    main()
