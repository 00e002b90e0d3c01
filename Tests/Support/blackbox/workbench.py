"""One daemon for many pipelines."""

from .daemon import Daemon
from .repository import GitRepository


class Workbench:
    """A daemon and a repository; each `execute` pushes a pipeline and gives the completed run."""

    def __init__(self, binary, folder, **settings):
        self.gates = folder / "gates"
        self.gates.mkdir(parents=True)
        self.daemon = Daemon(
            binary, folder / "daemon",
            {"sandbox_options": {"read_write": [str(self.gates)]}, "environment": {"GATES": str(self.gates)}, **settings})
        self.repository = GitRepository(folder / "app")
        self.daemon.watch(self.repository)
        self.daemon.start()
        self.daemon.wait_until_seen()
        self.client = self.daemon.client

    def push(self, workflow, **files):
        return self.repository.push_workflow(workflow, **files)

    def begin(self, workflow, **files):
        """The run, as soon as it is there."""
        return self.daemon.run_of(self.push(workflow, **files))

    def execute(self, workflow, seconds=60, **files):
        return Outcome(self.daemon, self.daemon.completed(self.begin(workflow, **files), seconds))

    def outcome(self, run, seconds=60):
        return Outcome(self.daemon, self.daemon.completed(run, seconds))

    def open_gate(self, name):
        """Lets a job go on that waits for the file: `until [ -e "$GATES/name" ]; do sleep 0.05; done`."""
        (self.gates / name).touch()

    def gate(self, name):
        return self.gates / name

    def dispose(self):
        self.daemon.dispose()


class Outcome:
    """A completed run with its jobs and logs at hand."""

    def __init__(self, daemon, run):
        self.daemon = daemon
        self.run = run
        self.conclusion = run["conclusion"]

    @property
    def jobs(self):
        return self.run["jobs"]

    def job(self, name=None):
        if name is None:
            assert len(self.jobs) == 1, [job["name"] for job in self.jobs]
            return self.jobs[0]
        found = [job for job in self.jobs if name in (job["name"], job["key"])]
        assert len(found) == 1, f"{name}: {[job['name'] for job in self.jobs]}"
        return found[0]

    def conclusions(self):
        return {job["name"]: job["conclusion"] for job in self.jobs}

    def steps(self, job=None):
        """The steps of a job by name, without the one that sets the job up."""
        return {step["name"]: step for step in self.job(job)["steps"] if step["number"] > 1}

    def log(self, job=None):
        return self.daemon.client.log(self.job(job)["id"])

    def output(self, job=None):
        """What the steps printed: the log without the folded heads of steps."""
        kept, is_head = [], False
        for line in self.daemon.client.log_lines(self.job(job)["id"]):
            if line.startswith("##[group]Run "):
                is_head = True
            elif is_head and line == "##[endgroup]":
                is_head = False
            elif not is_head:
                kept.append(line)
        return kept

    def annotations(self):
        return self.daemon.client.annotations(self.run["id"])
