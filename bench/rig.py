"""Slipway with one repository, measured from outside."""

import hashlib
import hmac
import http.client
import json
import os
import pathlib
import re
import socket
import subprocess
import textwrap
import threading
import time
from datetime import datetime

SECRET = "bench"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def seconds_of(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


class Rig:
    def __init__(self, binary, folder):
        self.binary = binary
        self.folder = folder
        self.port = free_port()
        self.bare = folder / "app.git"
        self.work = folder / "work"
        self.shared = folder / "shared"
        self.shared.mkdir(parents=True)
        self.settings = folder / "runner.conf"
        self.process = None
        self.local = threading.local()

    # Life

    def start(self):
        self.git("init", "--quiet", "--bare", "--initial-branch=main", str(self.bare), folder=self.folder)
        self.git("init", "--quiet", "--initial-branch=main", str(self.work), folder=self.folder)
        self.git("remote", "add", "origin", str(self.bare))
        self.write_settings()
        self.launch()

    def launch(self):
        """Starts the daemon, also on what an earlier one has left."""
        messages = (self.folder / "messages").open("wb")
        self.process = subprocess.Popen(
            [self.binary, "serve", "--config", self.settings], stdin=subprocess.DEVNULL, stdout=messages, stderr=messages,
            start_new_session=True)
        self.wait(self.is_seen, "the daemon's start")

    def write_settings(self):
        settings = {
            "state": str(self.folder / "state"),
            "web": {"listen": f"127.0.0.1:{self.port}", "anonymous_role": "operator"},
            "socket": str(self.folder / "socket"),
            "capacity": 2,
            "retention": {"days": "off"},
            "sandbox_options": {"read_only": [str(self.shared)]},
            "repositories": [{"name": "app", "url": str(self.bare), "poll": "off", "webhook_secret": SECRET}],
        }
        self.settings.write_text("\n".join(f"{key}: {json.dumps(value)}" for key, value in settings.items()) + "\n")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait()

    def is_seen(self):
        if self.process.poll() is not None:
            raise SystemExit(f"the daemon ended:\n{(self.folder / 'messages').read_text()}")
        try:
            return self.get("/api/v1/repositories/app")["remote"]["reachable"]
        except OSError:
            return False

    def wait(self, look, what, seconds=600):
        deadline = time.monotonic() + seconds
        while not (found := look()):
            if time.monotonic() > deadline:
                raise SystemExit(f"{what} did not happen; messages:\n{(self.folder / 'messages').read_text()[-2000:]}")
            time.sleep(0.02)
        return found

    # Requests

    def connection(self):
        if not hasattr(self.local, "connection"):
            self.local.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        return self.local.connection

    def hang_up(self):
        """Before a pause that is longer than the daemon keeps a quiet connection."""
        if hasattr(self.local, "connection"):
            self.local.connection.close()
            del self.local.connection

    def request(self, method, path, body=None, headers=None):
        connection = self.connection()
        try:
            connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            content = answer.read()
        except (http.client.HTTPException, OSError):
            connection.close()
            del self.local.connection
            raise
        if answer.status >= 300:
            raise SystemExit(f"{method} {path}: {answer.status} {content.decode(errors='replace')[:500]}")
        return content

    def get(self, path):
        return json.loads(self.request("GET", path))

    # Git

    def git(self, *arguments, folder=None):
        identity = ["-c", "user.name=Bench", "-c", "user.email=bench@localhost", "-c", "commit.gpgsign=false"]
        return subprocess.run(
            ["git", *identity, *arguments], cwd=folder or self.work, capture_output=True, text=True,
            check=True).stdout.strip()

    def push(self, workflow):
        """A workflow, among a few files."""
        path = self.work / ".github" / "workflows" / "ci.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(workflow))
        for number in range(30):
            (self.work / f"file-{number}.txt").write_text(f"file {number}\n" * 20)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", "Change the pipeline")
        self.git("push", "--quiet", "origin", "HEAD")
        commit = self.git("rev-parse", "HEAD")
        self.request("POST", "/api/v1/repositories/app/poll")
        self.wait(lambda: any(found["commit"] == commit for found in self.triggers()), "the look at the push")

    def triggers(self):
        return self.get("/api/v1/repositories/app/triggers")["triggers"]

    def commit(self, message):
        """A commit that changes nothing; gives the one before and its own."""
        before = self.git("rev-parse", "HEAD")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)
        return before, self.git("rev-parse", "HEAD")

    # Runs

    def wait_until_quiet(self):
        def is_quiet():
            return all(not self.get(f"/api/v1/runs?status={one}&limit=1")["runs"] for one in ("queued", "waiting", "running"))

        self.wait(is_quiet, "the end of all runs")

    def deliver(self, commit):
        """Pushes and sends the webhook. Gives the time just before it was sent, and the completed run."""
        before, after = commit
        body = json.dumps({
            "ref": "refs/heads/main", "before": before, "after": after, "created": False, "deleted": False,
            "forced": False, "repository": {"full_name": "octo/app", "clone_url": str(self.bare)},
            "pusher": {"name": "bench"}, "sender": {"login": "bench"}, "head_commit": {"id": after, "message": "sample"},
            "commits": [{"id": after, "added": [], "removed": [], "modified": []}],
        }).encode()
        headers = {
            "Content-Type": "application/json", "X-GitHub-Event": "push", "X-GitHub-Delivery": after,
            "X-Hub-Signature-256": "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()}
        self.git("push", "--quiet", "origin", "HEAD")
        begun = time.time()
        self.request("POST", "/hooks/github/app", body, headers)

        def look():
            runs = self.get("/api/v1/runs?limit=5")["runs"]
            return next((run for run in runs if run["commit"] == after and run["status"] == "completed"), None)

        return begun, self.wait(look, "the run of the webhook")

    def dispatch(self):
        """Starts the workflow by hand; gives the completed run."""
        body = json.dumps({"workflow": ".github/workflows/ci.yml", "ref": "main", "inputs": {}})
        run = json.loads(
            self.request("POST", "/api/v1/repositories/app/dispatch", body, {"Content-Type": "application/json"}))

        def look():
            now = self.get(f"/api/v1/runs/{run['id']}")
            return now if now["status"] == "completed" else None

        return self.wait(look, "the end of the run")

    def log_of(self, run):
        job = self.get(f"/api/v1/runs/{run['id']}")["jobs"][0]
        assert job["conclusion"] == "success", job
        return self.request("GET", f"/api/v1/jobs/{job['id']}/log").decode(errors="replace")

    def queue(self, count):
        """Seconds from the first of many dispatches until the last of their runs is over, and until all were taken."""
        body = json.dumps({"workflow": ".github/workflows/ci.yml", "ref": "main", "inputs": {}})
        headers = {"Content-Type": "application/json"}
        begun = time.time()
        for _ in range(count):
            self.request("POST", "/api/v1/repositories/app/dispatch", body, headers)
        sent = time.time()
        self.wait_until_quiet()
        ended = max(seconds_of(run["finished_at"]) for run in self.get("/api/v1/runs?limit=50")["runs"])
        return ended - begun, sent - begun

    def make_history(self, count):
        """Runs that are over, made the way all runs are."""
        self.push("""
            on: [push, workflow_dispatch]
            jobs:
              build:
                if: github.event_name == 'nothing'
                runs-on: ubuntu-latest
                steps: [run: ":"]
            """)
        body = json.dumps({"workflow": ".github/workflows/ci.yml", "ref": "main", "inputs": {}})
        for _ in range(count):
            self.request("POST", "/api/v1/repositories/app/dispatch", body, {"Content-Type": "application/json"})
        self.wait_until_quiet()

    def timed_job(self):
        """A job's wall time in seconds, and the 99th percentile of requests that were made meanwhile."""
        latencies = []
        is_over = threading.Event()

        def ask():
            while not is_over.is_set():
                begun = time.monotonic()
                self.get("/api/v1/runs?limit=10")
                latencies.append(time.monotonic() - begun)
                is_over.wait(0.005)

        asking = threading.Thread(target=ask)
        asking.start()
        try:
            run = self.dispatch()
        finally:
            is_over.set()
            asking.join()
        job = run["jobs"][0]
        assert job["conclusion"] == "success", job
        wall = seconds_of(job["finished_at"]) - seconds_of(job["started_at"])
        return wall, sorted(latencies)[int(len(latencies) * 0.99)]

    # The daemon's process

    def memory(self, name):
        text = pathlib.Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        return int(re.search(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE)[1]) * 1024

    def anonymous_memory(self):
        return self.memory("Anonymous")

    def switches(self):
        """The context switches of each thread since it began."""
        found = {}
        for task in os.scandir(f"/proc/{self.process.pid}/task"):
            text = pathlib.Path(task.path, "status").read_text()
            found[task.name] = sum(int(number) for number in re.findall(r"ctxt_switches:\s+(\d+)", text))
        return found

    def idle_figures(self, seconds):
        before = self.switches()
        time.sleep(seconds)
        after = self.switches()
        rate = sum(count - before.get(thread, 0) for thread, count in after.items()) / seconds
        return self.memory("Rss"), self.memory("Anonymous"), rate
