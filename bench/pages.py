#!/usr/bin/env python3
"""Measures the pages with a long history behind: 16 connections, the 99th percentile of each page.

    pages.py --binary .build/release/slipway --runs 100000

One run is executed, the store is filled by `history.py`, and the daemon is started again on it. Pages are asked for many times at
unchanged data, as people who look at a quiet daemon do, and once more with a change of the store before each request.
"""

import argparse
import concurrent.futures
import json
import pathlib
import shutil
import socket
import statistics
import tempfile
import time

import history
from rig import Rig

CONNECTIONS = 16
REQUESTS = 60
# DESIGN's figure for the list of runs and a run's page.
LIMIT = 0.010
PAGES = {
    "dashboard": "/", "repositories": "/repositories", "runs": "/runs", "runs, filtered": "/runs?repository=app&branch=main&status=failure",
    "runs, page in the middle": "/runs?before={middle}", "run": "/runs/{middle}", "timeline": "/runs/{middle}/timeline",
    "repository": "/repositories/app", "search, words and status": "/search?q=drift+status:lost", "search, commit": "/search?q=abcd12",
    "audit": "/audit", "API, runs": "/api/v1/runs",
}


def ask(port, path, count):
    """The seconds that each of some requests on one connection took. By the socket itself: a library for HTTP would take longer than
    what is measured."""
    taken = []
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/html\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        for _ in range(count):
            begun = time.monotonic()
            connection.sendall(request)
            answer = connection.recv(1 << 18)
            while (end := answer.find(b"\r\n\r\n")) < 0:
                answer += connection.recv(1 << 18)
            head = answer[:end].lower()
            size = int(head[head.index(b"content-length:") + 15:].split(b"\r\n", 1)[0])
            left = size - (len(answer) - end - 4)
            while left > 0:
                left -= len(connection.recv(1 << 18))
            taken.append(time.monotonic() - begun)
            if not head.startswith(b"http/1.1 200"):
                raise SystemExit(f"GET {path}: {answer[:300]!r}")
    return taken


def percentile(values, part):
    return sorted(values)[min(int(len(values) * part), len(values) - 1)]


def measure(rig, runs):
    places = {"middle": runs // 2}
    rows = []
    print(f"{'page':28} {'alone p50':>10} {'p50':>9} {'p99':>9}   at {CONNECTIONS} connections, {runs} runs behind")
    for name, pattern in PAGES.items():
        path = pattern.format(**places)
        fresh = []
        for _ in range(15):
            # A change makes every rendered page out of date.
            rig.request("POST", "/api/v1/repositories/app/poll")
            fresh += ask(rig.port, path, 1)
        with concurrent.futures.ThreadPoolExecutor(CONNECTIONS) as pool:
            taken = [one for many in pool.map(lambda _: ask(rig.port, path, REQUESTS), range(CONNECTIONS)) for one in many]
        row = {"page": name, "alone": statistics.median(fresh), "p50": percentile(taken, 0.5), "p99": percentile(taken, 0.99)}
        rows.append(row)
        verdict = "" if row["p99"] <= LIMIT else f"  over {LIMIT * 1000:.0f} ms"
        print(f"{name:28} {row['alone'] * 1000:8.1f} ms {row['p50'] * 1000:6.1f} ms {row['p99'] * 1000:6.1f} ms{verdict}", flush=True)
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True, type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--json", type=pathlib.Path, help="where the figures go as well")
    arguments = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="slipway-pages-"))
    rig = Rig(arguments.binary.resolve(), folder)
    try:
        rig.start()
        rig.push("""
            on: [push, workflow_dispatch]
            jobs:
              lint: {runs-on: ubuntu-latest, steps: [run: ":"]}
              test: {runs-on: ubuntu-latest, steps: [run: ":"]}
            """)
        rig.wait_until_quiet()
        rig.stop()
        history.fill(folder / "state" / "slipway.db", arguments.runs)
        rig.launch()
        rows = measure(rig, arguments.runs)
    finally:
        rig.stop()
        shutil.rmtree(folder, ignore_errors=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
