#!/usr/bin/env python3
"""Measures Slipway against the floor: a Git hook that runs a bash script. Both in one run, on one machine, in turns.

    bench.py --binary FILE [--samples 15] [--history 0] [--only ROW] [--json FILE]

Ratios hold between machines, absolute times do not. With --history N, N runs are made first, and lie behind everything
that is measured.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import statistics
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from floor import Floor
from rig import Rig

MEGABYTES = 200


def milliseconds(values):
    return statistics.median(values) * 1000


class Report:
    """The rows, as they are measured."""

    def __init__(self):
        self.rows = []

    def add(self, name, floor, ours, unit, target, is_met, note=""):
        self.rows.append(
            {"name": name, "floor": floor, "ours": ours, "unit": unit, "target": target, "met": is_met, "note": note})
        ratio = f"{ours / floor:.2f} ×" if floor else ""
        shown = f"{floor:.2f}" if floor else "–"
        verdict = "met" if is_met else "MISSED"
        print(f"{name:<54} {shown:>9} {ours:>9.2f} {unit:<5} {ratio:>9}   {target:<22} {verdict:<7} {note}", flush=True)

    def head(self):
        print(f"{'measure':<54} {'floor':>9} {'ours':>9} {'':<5} {'ratio':>9}   target")


def hook_to_first_command(rig, floor, report, samples):
    """From the hook, or the webhook, until the job's first command after a small checkout."""
    workflow = """
        on: push
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v4
              - run: echo "first $EPOCHREALTIME"
        """
    rig.push(workflow)
    rig.wait_until_quiet()
    theirs, ours = [], []
    for number in range(samples + 3):
        theirs.append(floor.hook_to_first_command(rig.bare))
        commit = rig.commit(f"sample {number}")
        begun, run = rig.deliver(commit)
        log = rig.log_of(run)
        ours.append(float(re.search(r"first (\d+\.\d+)", log.split("##[endgroup]")[-1])[1]) - begun)
    # The first few fill caches.
    theirs, ours = milliseconds(theirs[3:]), milliseconds(ours[3:])
    report.add("hook → first command, p50", theirs, ours, "ms", "≤ 1.5 × floor", ours <= 1.5 * theirs)


def one_more_step(rig, floor, report, samples):
    """What a step that does nothing adds."""
    count = 200
    steps = "\n".join(["              - run: ':'"] * count)
    rig.push(f"""
        on: [push, workflow_dispatch]
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - run: echo "begin $EPOCHREALTIME"
{steps}
              - run: echo "end $EPOCHREALTIME"
        """)
    rig.wait_until_quiet()
    theirs, ours = [], []
    for _ in range(max(3, samples // 3)):
        theirs.append(floor.steps(count) / count)
        text = rig.log_of(rig.dispatch())
        begin, end = (float(re.findall(rf"Z {word} (\d+\.\d+)", text)[-1]) for word in ("begin", "end"))
        ours.append((end - begin) / count)
    theirs, ours = milliseconds(theirs), milliseconds(ours)
    report.add("one more no-op step", theirs, ours, "ms", "≤ 2 × floor", ours <= 2 * theirs)


def queue(rig, floor, report, samples):
    """Two hundred jobs that do nothing, two at a time."""
    count = 200
    rig.push("""
        on: [push, workflow_dispatch]
        jobs:
          build:
            runs-on: ubuntu-latest
            steps: [run: ":"]
        """)
    rig.wait_until_quiet()
    theirs = [floor.queue(count, 2) for _ in range(3)]
    ours = [rig.queue(count) for _ in range(3)]
    best, found = count / statistics.median(theirs), count / statistics.median(wall for wall, _ in ours)
    note = f"{count / statistics.median(taken for _, taken in ours):.0f}/s were taken"
    report.add("200 jobs queued, two at a time", best, found, "/s", "≥ 250/s (Laminar)", found >= 250, note)


def logs(rig, floor, report, samples):
    """Two hundred megabytes of log."""
    size = MEGABYTES * 1_000_000
    varied = rig.shared / "varied.txt"
    write_varied_lines(varied, size)
    line = "the same line again and again, with some forty bytes"
    commands = {
        "equal lines": (f"yes '{line}' | head -c {size}", 0.5),
        "varied lines": (f"cat {varied}", 1.2),
    }
    for name, (command, limit) in commands.items():
        rig.push(f"""
            on: [push, workflow_dispatch]
            jobs:
              build:
                runs-on: ubuntu-latest
                steps:
                  - run: {json.dumps(command)}
            """)
        rig.wait_until_quiet()
        theirs = statistics.median(floor.log(command) for _ in range(3))
        before = rig.anonymous_memory()
        ours, slowest = [], []
        for _ in range(3):
            wall, latency = rig.timed_job()
            ours.append(wall)
            slowest.append(latency)
        grown = rig.anonymous_memory() - before
        ours = statistics.median(ours)
        note = f"requests meanwhile p99 {max(slowest) * 1000:.0f} ms, daemon {grown / 1e6:+.1f} MB"
        report.add(f"{MEGABYTES} MB of log, {name}", theirs, ours, "s", f"≤ {limit} s", ours <= limit, note)
    varied.unlink()


def write_varied_lines(path, size):
    with path.open("w") as file:
        written, number = 0, 0
        while written < size:
            part = "".join(
                f"{(number + k) * 2654435761 % 4294967296:08x} step {number + k} of the build: {'x' * ((number + k) % 90)}\n"
                for k in range(10_000))
            file.write(part)
            written += len(part)
            number += 10_000
        file.truncate(size)


def idle(rig, floor, report, samples):
    """The daemon when nothing happens, after everything above."""
    rig.wait_until_quiet()
    resident, anonymous, switches = rig.idle_figures(seconds=10)
    note = f"{switches:.1f} context switches a second"
    report.add("idle memory, resident", None, resident / 1e6, "MB", "≤ 40 MB", resident <= 40e6, note)
    report.add("idle memory, anonymous", None, anonymous / 1e6, "MB", "≤ 8 MB", anonymous <= 8e6)


ROWS = {"hook": hook_to_first_command, "step": one_more_step, "queue": queue, "log": logs, "idle": idle}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True, type=pathlib.Path)
    parser.add_argument("--samples", type=int, default=15)
    parser.add_argument("--history", type=int, default=0, help="runs to make before measuring")
    parser.add_argument("--only", choices=sorted(ROWS), help="one measure")
    parser.add_argument("--json", type=pathlib.Path, help="where the figures go as well")
    arguments = parser.parse_args()

    report = Report()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="slipway-bench-"))
    rig = Rig(arguments.binary.resolve(), folder)
    try:
        floor = Floor(folder / "floor")
        rig.start()
        if arguments.history:
            print(f"Making {arguments.history} runs …", flush=True)
            rig.make_history(arguments.history)
        print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {arguments.history} runs behind")
        report.head()
        for name, measure in ROWS.items():
            if arguments.only in (None, name):
                measure(rig, floor, report, arguments.samples)
    finally:
        rig.stop()
        shutil.rmtree(folder, ignore_errors=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(report.rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
