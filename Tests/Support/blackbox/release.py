"""Where pipelines release to: a daemon whose jobs find a Docker Engine, a registry under ECR's name, and an AWS whose ECR knows what
that registry holds."""

import pathlib
import shutil
import sys

from .cloud import ACCESS_KEY, ACCOUNT, REGION, SECRET_KEY
from .daemon import Daemon
from .repository import GitRepository
from .workbench import Outcome

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Release:
    """One repository, whose pipelines may use the engine. `settings` are the repository's."""

    def __init__(self, binary, folder, engine, cloud, **settings):
        self.engine, self.cloud = engine, cloud
        self.registry = engine.registry()
        self.repository = GitRepository(folder / "app")
        # The buildspecs and workflows of the guides call `aws`: it is where the tests' Python is.
        tools = pathlib.Path(sys.prefix)
        self.daemon = Daemon(
            binary, folder / "daemon",
            {
                "docker": {"socket": str(engine.socket)},
                "environment": {
                    "AWS_ENDPOINT_URL": cloud.address, "PATH": f"{tools}/bin:{SYSTEM_PATH}", "AWS_EC2_METADATA_DISABLED": "true",
                    # The tests' Python is in a folder that jobs can't write to.
                    "PYTHONDONTWRITEBYTECODE": "1",
                },
                "sandbox_options": {"read_only": sorted({str(tools), sys.base_prefix} - {"/usr", "/"})},
            },
            environment=cloud.environment)
        role = {"role": f"arn:aws:iam::{ACCOUNT}:role/slipway-jobs", "region": REGION, "endpoint": cloud.address}
        self.daemon.watch(self.repository, **{"docker": "socket", "aws": role, **settings})
        self.daemon.start()
        for name, value in (("AWS_ACCESS_KEY_ID", ACCESS_KEY), ("AWS_SECRET_ACCESS_KEY", SECRET_KEY)):
            self.daemon.command("secret", "set", name, "--repository", self.repository.name, stdin=value)
        self.daemon.wait_until_seen()

    def dispose(self):
        self.daemon.dispose()

    # What the pipelines find

    def make_ecr_repository(self, name):
        self.cloud.client("ecr").create_repository(repositoryName=name)

    def make_service(self, cluster, service, family, container, port=5000, **definition):
        """A cluster with a service that runs a placeholder."""
        ecs = self.cloud.client("ecs")
        ecs.create_cluster(clusterName=cluster)
        ecs.register_task_definition(
            family=family,
            containerDefinitions=[{
                "name": container, "image": "public.ecr.aws/docker/library/busybox:1", "essential": True, "memory": 128,
                "portMappings": [{"containerPort": port}],
            }], **definition)
        ecs.create_service(cluster=cluster, serviceName=service, taskDefinition=family, desiredCount=1)

    # What comes of a push

    def push(self, files, message="Change the pipeline"):
        return self.repository.push_commit(files, message)

    def push_folder(self, folder, *, without=()):
        """Pushes a copy of a folder."""
        shutil.copytree(
            folder, self.repository.work, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", *without))
        return self.push({})

    def outcomes(self, commit, count=1, seconds=600):
        """The runs of a commit, by the path of their pipeline, once all of them are over."""
        def look():
            found = [run for run in self.daemon.runs() if run["commit"] == commit]
            return found if len(found) >= count else None

        runs = self.daemon.wait(look, f"{count} runs of {commit[:8]}")
        completed = [self.daemon.completed(run, seconds) for run in runs]
        return {run["workflow_path"]: Outcome(self.daemon, run) for run in completed}

    def outcome(self, commit, seconds=600):
        found = self.outcomes(commit, 1, seconds)
        assert len(found) == 1, list(found)
        return next(iter(found.values()))

    def expect_success(self, outcome):
        failed = [job for job in outcome.jobs if job["conclusion"] not in ("success", "skipped")]
        logs = "\n".join(f"--- {job['name']}: {job['conclusion']}\n{self.log_tail(job)}" for job in failed)
        assert outcome.conclusion == "success", f"{outcome.run.get('reason')}\n{logs}\n{self.daemon.tail(10)}"
        return outcome

    def log_tail(self, job):
        lines = self.daemon.client.log_lines(job["id"])
        return "\n".join(lines[-60:])

    # What is deployed

    def digest(self, repository, tag):
        return self.registry.digest(repository, tag)

    def deployed_image(self, cluster, service, container):
        """What the service's containers run, and how its rollout stands."""
        ecs = self.cloud.client("ecs")
        found = ecs.describe_services(cluster=cluster, services=[service])["services"][0]
        definition = ecs.describe_task_definition(taskDefinition=found["taskDefinition"])["taskDefinition"]
        image = next(one["image"] for one in definition["containerDefinitions"] if one["name"] == container)
        rollout = next(one["rolloutState"] for one in found["deployments"] if one["status"] == "PRIMARY")
        return image, rollout

    def shown_on_the_page(self, run, digest):
        """Whether the run's page has the digest."""
        return digest in self.daemon.client.get(f"/runs/{run['id']}").text
