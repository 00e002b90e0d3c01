"""A daemon with settings and state of its own."""

import json
import os
import signal
import socket
import subprocess

from . import processes
from .client import Client
from .waiting import wait_for

POLL = "200ms"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Daemon:
    """`slipway serve`, started, stopped, killed and asked."""

    def __init__(self, binary, folder, settings=None, environment=None):
        self.binary = binary
        self.folder = folder
        folder.mkdir(parents=True)
        self.state = folder / "state"
        self.socket = folder / "slipway.sock"
        self.messages = folder / "messages"
        self.settings_file = folder / "runner.conf"
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.client = Client(self.address)
        self.environment = environment or {}
        self.process = None
        # The number of the user that it runs as; None for the one who tests.
        self.user = None
        self.settings = {
            "state": str(self.state),
            # Most scenarios are about something else than who may do it.
            "web": {"listen": f"127.0.0.1:{self.port}", "anonymous_role": "operator"},
            "socket": str(self.socket),
            "capacity": 4,
            "limits": {"termination_grace": "2s"},
            "repositories": [],
            **(settings or {}),
        }

    # Settings

    def watch(self, repository, name=None, **options):
        """Adds a repository to the settings; `poll` is short unless it is given."""
        entry = {"name": name or repository.name, "url": repository.url, "poll": POLL, **options}
        self.settings["repositories"].append(entry)
        return self

    def write_settings(self, text=None):
        # JSON is YAML.
        lines = [f"{key}: {json.dumps(value)}" for key, value in self.settings.items()]
        self.settings_file.write_text(text if text is not None else "\n".join(lines) + "\n")

    # Life

    def start(self):
        self.write_settings()
        with self.messages.open("ab") as messages:
            self.process = subprocess.Popen(
                [self.binary, "serve", "--config", self.settings_file], stdin=subprocess.DEVNULL, stdout=messages,
                stderr=messages, start_new_session=True, env={**os.environ, **self.environment}, **self.identity())
        self.wait(self.is_up, "the daemon's start")
        return self

    def identity(self):
        return {} if self.user is None else {"user": self.user, "group": self.user, "extra_groups": [], "umask": 0o027}

    def is_up(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the daemon ended with {self.process.returncode}\n{self.tail()}")
        return self.client.health()

    def wait_until_seen(self, name=None):
        """Waits for the first successful look at the repository, or at all of them: only what comes later starts runs."""
        def seen():
            remotes = {found["name"]: found["remote"] for found in self.client.repositories()}
            wanted = [name] if name else list(remotes)
            return all(remotes[one]["reachable"] for one in wanted)

        self.wait(seen, "the first look at the repository")
        return self

    def kill(self):
        """As a power cut would: kill -9."""
        self.process.kill()
        self.process.wait()

    def restart(self):
        self.kill()
        return self.start()

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def stop(self):
        """TERM; returns the exit status."""
        self.process.terminate()
        return self.process.wait(timeout=30)

    def dispose(self):
        """Ends the daemon, and everything that its jobs have left."""
        if self.process and self.process.poll() is None:
            self.kill()
        leftover = [pid for pid in processes.holding(self.state) if processes.is_running(pid)]
        for pid in leftover:
            processes.kill(pid)

    # What it said

    def tail(self, count=40):
        lines = self.messages.read_text(errors="replace").splitlines() if self.messages.exists() else []
        return "messages of the daemon:\n  " + "\n  ".join(lines[-count:])

    def wait(self, look, what, seconds=30):
        return wait_for(look, what, seconds, explain=self.tail)

    # Commands

    def command(self, *arguments, check=True, stdin=None):
        """One of the operator's commands."""
        done = subprocess.run(
            [self.binary, *map(str, arguments)], input=stdin, capture_output=True, text=True, timeout=60,
            env={**os.environ, **self.environment, "SLIPWAY_CONFIG": str(self.settings_file)})
        if check:
            assert done.returncode == 0, f"{arguments} ended with {done.returncode}: {done.stdout}{done.stderr}"
        return done

    # Runs

    def runs(self, **filters):
        return self.client.all_runs(**filters)

    def run_of(self, commit, seconds=30, **filters):
        """The run of a commit, as soon as there is one."""
        def look():
            return next((run for run in self.runs(**filters) if run["commit"] == commit), None)

        return self.wait(look, f"a run of {commit[:8]}", seconds)

    def completed(self, run, seconds=60):
        """The run, with its jobs, once it is over."""
        identity = run["id"] if isinstance(run, dict) else run

        def look():
            now = self.client.run(identity)
            return now if now["status"] == "completed" else None

        return self.wait(look, f"the end of run {identity}", seconds)

    def result_of(self, commit, seconds=60, **filters):
        return self.completed(self.run_of(commit, **filters), seconds)

    def running_job(self, run, name=None, seconds=30):
        """A job of the run, once it runs."""
        def look():
            now = self.client.run(run["id"])
            assert now["status"] != "completed", f"the run is over: {now}"
            return next((job for job in now["jobs"] if job["status"] == "running" and name in (None, job["name"])), None)

        return self.wait(look, f"a running job of run {run['id']}", seconds)

    def wait_for_log(self, job, text, seconds=30):
        return self.wait(lambda: text in self.client.log(job["id"]), f"\"{text}\" in the log of job {job['id']}", seconds)

    def worker(self, run, job):
        """The process of a job's worker: it holds the lock of the job's folder."""
        lock = self.state / "runs" / run["id"] / "jobs" / job["id"] / "lock"
        holders = [pid for pid in processes.holding(lock) if pid != self.process.pid]
        assert holders, f"nobody holds {lock}"
        return holders[0]
