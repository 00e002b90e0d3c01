#!/usr/bin/env python3
"""Shows Slipway at work: a daemon, a Git repository with a small scikit-learn project, a push, and a run that goes green.

    demo.py start --binary FILE [--port 8080] [--detach]
    demo.py stop [--quiet]

Everything is kept in `.demo/` beside the Makefile: the settings, the daemon's state, its messages and the repository.
Started again, it goes on with what is there and pushes another commit.
"""

import argparse
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

PROJECT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = PROJECT / ".demo"
SETTINGS = FOLDER / "runner.conf"
MESSAGES = FOLDER / "daemon.log"
PROCESS = FOLDER / "daemon.pid"
BINARY = FOLDER / "slipway"
REPOSITORY = FOLDER / "breast-cancer.git"
SOURCE = FOLDER / "source"
NAME = "breast-cancer"

# What a shell behind a proxy or with an index of its own sets, jobs need as well to install packages.
NETWORK_VARIABLES = [
    "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE",
]


class DemoError(Exception):
    """Why the demo can't go on, in words for whoever started it."""


def wait_for(what, seconds, look):
    """The first true answer of `look`, asked again and again; a DemoError after the given time."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise DemoError(f"{what} did not happen within {seconds} seconds; {MESSAGES} may say why.")
        time.sleep(0.2)


def git(*arguments, folder=None):
    done = subprocess.run(
        ["git", "-c", "commit.gpgsign=false", *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise DemoError(f"git {' '.join(arguments)} failed: {done.stdout.strip()}")
    return done.stdout.strip()


class Daemon:
    """The daemon of the demo, seen through its API."""

    def __init__(self, port):
        self.address = f"http://127.0.0.1:{port}"
        self.process = None

    def get(self, path):
        with urllib.request.urlopen(self.address + path, timeout=10) as answer:
            return json.load(answer)

    def post(self, path):
        request = urllib.request.Request(self.address + path, method="POST")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def text(self, path):
        with urllib.request.urlopen(self.address + path, timeout=10) as answer:
            return answer.read().decode(errors="replace")

    def start(self, binary):
        # A copy: a daemon that goes on is in nobody's way who builds the next one.
        shutil.copy2(binary, BINARY)
        with MESSAGES.open("ab") as messages:
            self.process = subprocess.Popen(
                [BINARY, "serve", "--config", str(SETTINGS)], stdin=subprocess.DEVNULL, stdout=messages,
                stderr=messages, start_new_session=True)
        PROCESS.write_text(json.dumps({"pid": self.process.pid, "address": self.address}))
        wait_for("The daemon's start", 60, self.is_up)

    def is_up(self):
        if self.process and self.process.poll() is not None:
            raise DemoError(f"The daemon ended at once (status {self.process.returncode}):\n{last_messages()}")
        try:
            return self.get("/health")
        except (urllib.error.URLError, OSError):
            return None

    def has_seen_repository(self):
        remotes = {found["name"]: found["remote"] for found in self.get("/api/v1/repositories")["repositories"]}
        return remotes[NAME]["reachable"]


def last_messages():
    lines = MESSAGES.read_text(errors="replace").splitlines() if MESSAGES.exists() else []
    return "\n".join(lines[-20:])


def sandbox_works():
    """Whether this user may make the namespaces of a sandbox here. In many containers nobody may."""
    probe = [
        "bwrap", "--unshare-pid", "--unshare-user-try", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "true"]
    return subprocess.run(probe, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def write_settings(port):
    cache = FOLDER / "pip-cache"
    cache.mkdir(parents=True, exist_ok=True)
    environment = {name: os.environ[name] for name in NETWORK_VARIABLES if name in os.environ}
    environment |= {"PIP_CACHE_DIR": str(cache), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    sandbox = "bubblewrap"
    if not sandbox_works():
        sandbox = "none"
        print("Sandboxes can't be made here (a container without the right for it?): the demo's jobs run without one.")
    # JSON is YAML, and quotes what has to be quoted.
    settings = {
        "state": str(FOLDER / "state"),
        # A look around needs no user; a real installation does (docs/access.md).
        "web": {"listen": f"127.0.0.1:{port}", "anonymous_role": "operator"},
        "socket": str(FOLDER / "slipway.sock"),
        "capacity": max(2, min(4, os.cpu_count() or 2)),
        "sandbox": sandbox,
        "sandbox_options": {"read_write": [str(cache)]},
        "environment": environment,
        "repositories": [{"name": NAME, "url": str(REPOSITORY), "poll": "1s"}],
    }
    lines = [f"{key}: {json.dumps(value)}" for key, value in settings.items()]
    SETTINGS.write_text("# Written by \"make demo\"; runner.conf.example explains every key.\n" + "\n".join(lines) + "\n")


def check_port(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise DemoError(
                f"Something else listens on 127.0.0.1:{port}. Take another port: make demo DEMO_PORT={port + 1}") from None


def push():
    """Commits the project, or a change to it, and pushes. Returns the commit."""
    if not (SOURCE / ".git").exists():
        git("init", "--quiet", "--initial-branch=main", str(SOURCE))
        git("remote", "add", "origin", str(REPOSITORY), folder=SOURCE)
        # For whoever pushes from there by hand.
        git("config", "user.name", "Slipway demo", folder=SOURCE)
        git("config", "user.email", "demo@localhost", folder=SOURCE)
        git("config", "push.autoSetupRemote", "true", folder=SOURCE)
    shutil.copytree(PROJECT / "scripts" / "demo-project", SOURCE, dirs_exist_ok=True)
    workflows = SOURCE / ".github" / "workflows"
    workflows.mkdir(parents=True, exist_ok=True)
    shutil.copy(PROJECT / "pipelines" / "scikit-learn.yml", workflows / "ci.yml")
    (SOURCE / "pushed-at.txt").write_text(time.strftime("%Y-%m-%d %H:%M:%S\n"))
    git("add", "--all", folder=SOURCE)
    is_first = not git("for-each-ref", "refs/heads", folder=SOURCE)
    git("commit", "--quiet", "--allow-empty", "-m", "Classify tumours" if is_first else "Push once more", folder=SOURCE)
    git("push", "--quiet", "origin", "main", folder=SOURCE)
    return git("rev-parse", "HEAD", folder=SOURCE)


def find_run(daemon, commit):
    runs = daemon.get(f"/api/v1/runs?repository={NAME}&limit=20")["runs"]
    return next((run for run in runs if run["commit"] == commit), None)


def follow(daemon, run):
    """Prints what happens to the run's jobs until it is over. Returns the run."""
    shown = {}

    def look():
        now = daemon.get(f"/api/v1/runs/{run['id']}")
        for job in now["jobs"]:
            state = job["conclusion"] or job["status"]
            if shown.get(job["id"]) != state and state != "waiting":
                print(f"  {job['name']}: {state}", flush=True)
            shown[job["id"]] = state
        return now if now["status"] == "completed" else None

    return wait_for("The end of the run", 1200, look)


def explain(daemon, run):
    """The last lines of the log of every job that failed."""
    print(f"The run ended with {run['conclusion']}: {run['reason']}", file=sys.stderr)
    for remark in run.get("diagnostics") or []:
        print(f"  {remark['file']}:{remark['line']}: {remark['message']}", file=sys.stderr)
    for job in run["jobs"]:
        if job["conclusion"] not in ("failure", "timed_out", "lost"):
            continue
        print(f"\n{job['name']} ({job['reason']}):", file=sys.stderr)
        for line in daemon.text(f"/api/v1/jobs/{job['id']}/log").splitlines()[-15:]:
            print(f"  {line}", file=sys.stderr)


def print_what_to_try(daemon, run):
    """What a newcomer would look at next, as lines to copy."""
    print(f"""
What its gate measured, beside that of the runs before: {daemon.address}/repositories/{NAME}/metrics

Now try, in another terminal:
  a push: cd {SOURCE} && date > pushed-at.txt && git commit -am "My change" && git push
  a release that the gate stops: on {daemon.address}/repositories/{NAME}, "Run now" with a minimum accuracy of 0.999
  the same things without the page: {BINARY} runs --config {SETTINGS}
                                    {BINARY} show {run['id']} --config {SETTINGS}
""")


def is_demo_daemon(pid):
    """Whether the process is really the daemon of this demo, and not one that got its number later."""
    try:
        return str(SETTINGS).encode() in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def stop(quiet=False):
    """Cancels what still runs and ends the daemon of an earlier start, if there is one."""
    if not PROCESS.exists():
        if not quiet:
            print("No demo runs.")
        return
    known = json.loads(PROCESS.read_text())
    pid = known["pid"]
    if is_demo_daemon(pid):
        cancel_everything(known["address"])
        os.kill(pid, signal.SIGTERM)
        try:
            wait_for("The daemon's end", 20, lambda: has_ended(pid))
        except DemoError:
            os.kill(pid, signal.SIGKILL)
        if not quiet:
            print("The demo is stopped. What it made is in .demo; \"make demo\" goes on with it.")
    PROCESS.unlink(missing_ok=True)


def has_ended(pid):
    """Also reaps it, where it is our own child."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        pass
    return not is_demo_daemon(pid)


def cancel_everything(address):
    """Jobs outlive the daemon, so they are stopped before it."""
    daemon = Daemon(0)
    daemon.address = address
    try:
        for status in ("running", "queued", "waiting"):
            for run in daemon.get(f"/api/v1/runs?status={status}")["runs"]:
                daemon.post(f"/api/v1/runs/{run['id']}/cancel")
        wait_for("The end of the jobs", 15, lambda: daemon.get("/health")["running_jobs"] == 0)
    except (DemoError, OSError, KeyError):
        # It does not answer any more: it is ended all the same.
        pass


def start(arguments):
    stop(quiet=True)
    check_port(arguments.port)
    FOLDER.mkdir(exist_ok=True)
    write_settings(arguments.port)
    if not REPOSITORY.exists():
        git("init", "--quiet", "--bare", "--initial-branch=main", str(REPOSITORY))
    daemon = Daemon(arguments.port)
    print(f"Starting the daemon; its messages go to {MESSAGES.relative_to(PROJECT)}.", flush=True)
    daemon.start(arguments.binary)
    wait_for("The first look at the repository", 30, daemon.has_seen_repository)

    commit = push()
    print(f"Pushed {commit[:8]} to {REPOSITORY.relative_to(PROJECT)}.")
    run = wait_for("The run of the push", 60, lambda: find_run(daemon, commit))
    print(f"\n  Watch it on {daemon.address}/runs/{run['id']}\n", flush=True)
    run = follow(daemon, run)
    if run["conclusion"] != "success":
        explain(daemon, run)
        raise DemoError("The demo's run did not go green.")

    print(f"\nThe run is green: {daemon.address}/runs/{run['id']}")
    print_what_to_try(daemon, run)
    if arguments.detach:
        print("The daemon goes on; \"make demo-stop\" stops it.", flush=True)
        return
    print("Ctrl-C stops the daemon.", flush=True)
    daemon.process.wait()
    raise DemoError(f"The daemon ended (status {daemon.process.returncode}):\n{last_messages()}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    starting = commands.add_parser("start")
    starting.add_argument("--binary", required=True)
    starting.add_argument("--port", type=int, default=8080)
    starting.add_argument("--detach", action="store_true", help="leave the daemon running")
    stopping = commands.add_parser("stop")
    stopping.add_argument("--quiet", action="store_true")
    arguments = parser.parse_args()
    if arguments.command == "stop":
        stop(arguments.quiet)
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    keeps_running = False
    try:
        start(arguments)
        keeps_running = arguments.detach
    except KeyboardInterrupt:
        print()
    except DemoError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    finally:
        if not keeps_running:
            stop(quiet=True)


if __name__ == "__main__":
    main()
