"""An AWS of the tests' own: moto's server, on a port of its own, with services that live as those of ECS do.

As a program it starts one, prints its address, and ends it when its standard input does: tests that are not written in
Python use it that way. `--plain` leaves moto as it is; what a service does is then up to `MOTO_ECS_SERVICE_RUNNING` and
`MOTO_ECS_SERVICE_FAILED_TASKS`.
"""

import os
import pathlib
import signal
import subprocess
import sys
import urllib.request

if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from blackbox.engine import end_with_parent  # noqa: E402

ACCOUNT = "123456789012"
REGION = "us-east-1"
REGISTRY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
# What moto takes for any key; the secret must be found in no log.
ACCESS_KEY = "AKIATESTOFSLIPWAY000"
SECRET_KEY = "test+secret/of+slipway/that+no+log+may+show"


class Cloud:
    """A running one. `client` gives boto3's for a service; `environment` is what a process needs to find it. `registry`, host and
    port, is what its ECR shows."""

    def __init__(self, plain=False, running=None, failed_tasks=None, registry=None):
        settings = {"MOTO_ECS_SERVICE_RUNNING": running, "MOTO_ECS_SERVICE_FAILED_TASKS": failed_tasks}
        given = {name: str(value) for name, value in settings.items() if value is not None}
        self.process = subprocess.Popen(
            [sys.executable, __file__, *(["--plain"] if plain or given else []), *(["--registry", registry] if registry else [])], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, env={**os.environ, **given}, preexec_fn=end_with_parent)
        self.address = self.process.stdout.readline().strip()
        assert self.address, "moto did not start"

    @property
    def environment(self):
        return {
            "AWS_ENDPOINT_URL": self.address, "AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION,
        }

    def client(self, service, region=REGION):
        import boto3

        return boto3.client(
            service, region_name=region, endpoint_url=self.address, aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY)

    def reset(self):
        """Forgets everything that was made."""
        urllib.request.urlopen(urllib.request.Request(f"{self.address}/moto-api/reset", method="POST"), timeout=30).close()

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()


def main():
    import logging

    from moto.moto_api import state_manager
    from moto.server import ThreadedMotoServer

    if "--plain" not in sys.argv:
        from blackbox import cloud_repositories, cloud_services

        cloud_services.install()
        cloud_repositories.install()
    if "--registry" in sys.argv:
        from blackbox import cloud_images

        cloud_images.install(sys.argv[sys.argv.index("--registry") + 1])
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    # A task goes one state further each time that it is asked for.
    state_manager.set_transition("ecs::task", {"progression": "manual", "times": 1})
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    print(f"http://{host}:{port}", flush=True)
    sys.stdin.buffer.read()
    # Not joined: a request under way holds nobody up.
    os._exit(0)


if __name__ == "__main__":
    main()
