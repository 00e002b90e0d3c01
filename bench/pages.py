#!/usr/bin/env python3
"""Measures the pages with a long history behind: 16 connections, the 99th percentile of each page.

    pages.py --binary .build/release/slipway --runs 100000

Ends with status 1 where the dashboard, the list of runs or a run's page takes longer than 10 ms at the 99th percentile: at unchanged
data, as for people who look at a quiet daemon, and "alone", with a change of the store before each request and each time another
run's page, so that nothing is rendered yet. One run is executed, the store is filled by `history.py`, and the daemon is started again
on it.
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
# Requests for a page that is not rendered yet: of those that are held to the limit, and of the others. Even numbers, so that the
# remote is back in the end.
FRESH_HELD, FRESH_OTHER = 200, 16
# What the pages that people have open all day may take at the 99th percentile; others are measured to be looked at.
LIMIT = 0.010
HELD = ["dashboard", "runs", "run"]
# Pages that a change of the repository does not concern: another one each time.
OTHERS = {"run": "/runs/{other}"}
PAGES = {
    "dashboard": "/", "repositories": "/repositories", "runs": "/runs", "runs, filtered": "/runs?repository=app&branch=main&status=failure",
    "runs, page in the middle": "/runs?before={middle}", "run": "/runs/{middle}", "timeline": "/runs/{middle}/timeline",
    "repository": "/repositories/app", "search, words and status": "/search?q=drift+status:lost", "search, commit": "/search?q=abcd12",
    "metrics": "/repositories/app/metrics?gate=quality", "metrics, a branch": "/repositories/app/metrics?gate=quality&branch=feature/1",
    "compare": "/compare?left={earlier}&right={gated}", "run with a gate": "/runs/{gated}",
    "environments": "/environments", "environment": "/repositories/app/environments/production",
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


def is_over(row):
    return row["limit"] is not None and max(row["p99"], row["alone_p99"]) > row["limit"]


def change(rig):
    """Has every rendered page that shows the repository be out of date: its remote goes away, or comes back. Nothing else tells the
    pages so much at so little work that would go on beside what is measured."""
    away = rig.bare.with_suffix(".away")
    comes_back = away.exists()
    source, target = (away, rig.bare) if comes_back else (rig.bare, away)
    source.rename(target)
    rig.request("POST", "/api/v1/repositories/app/poll")
    rig.wait(lambda: rig.get("/api/v1/repositories/app")["remote"]["reachable"] == comes_back, "the look at the remote")
    # The store's news is under way to the pages.
    time.sleep(0.005)


def ask_fresh(rig, name, pattern, runs, places):
    taken = []
    for number in range(FRESH_HELD if name in HELD else FRESH_OTHER):
        change(rig)
        # Not one after the other: neighbours are on one page of the database. The first run is the pattern of all others.
        other = 2 + number * 7919 % runs
        taken += ask(rig.port, OTHERS.get(name, pattern).format(**places, other=other), 1)
    rig.hang_up()
    return taken


def measure(rig, runs, places):
    rows = []
    print(f"{'page':28} {'alone p50':>12} {'p99':>9} {'p50':>9} {'p99':>9}   at {CONNECTIONS} connections, {runs} runs behind")
    for name, pattern in PAGES.items():
        path = pattern.format(**places)
        fresh = ask_fresh(rig, name, pattern, runs, places)
        with concurrent.futures.ThreadPoolExecutor(CONNECTIONS) as pool:
            taken = [one for many in pool.map(lambda _: ask(rig.port, path, REQUESTS), range(CONNECTIONS)) for one in many]
        row = {
            "page": name, "alone": statistics.median(fresh), "alone_p99": percentile(fresh, 0.99), "p50": percentile(taken, 0.5),
            "p99": percentile(taken, 0.99)}
        rows.append(row)
        row["limit"] = LIMIT if name in HELD else None
        verdict = f"  over {LIMIT * 1000:.0f} ms" if is_over(row) else ""
        figures = " ".join(f"{row[figure] * 1000:6.1f} ms" for figure in ("alone_p99", "p50", "p99"))
        print(f"{name:28} {row['alone'] * 1000:9.1f} ms {figures}{verdict}", flush=True)
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
              gate:
                runs-on: ubuntu-latest
                environment: production
                steps:
                  - run: echo '{"f1":0.9}' > metrics.json
                  - uses: slipway/gate@v1
                    with: {name: quality, metrics: metrics.json, conditions: f1 >= 0.8}
            """)
        rig.wait_until_quiet()
        rig.stop()
        gated = history.fill(folder / "state" / "slipway.db", arguments.runs)
        rig.launch()
        rows = measure(
            rig, arguments.runs, {"middle": arguments.runs // 2, "earlier": gated[-2], "gated": gated[-1]})
    finally:
        rig.stop()
        shutil.rmtree(folder, ignore_errors=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=2) + "\n")
    if slow := [row["page"] for row in rows if is_over(row)]:
        raise SystemExit(f"over {LIMIT * 1000:.0f} ms at the 99th percentile: {', '.join(slow)}")


if __name__ == "__main__":
    main()
