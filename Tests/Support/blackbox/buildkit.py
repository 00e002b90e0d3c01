"""Docker's command line with BuildKit's client in it, which it had until 23.0: what Debian 12 has as docker.io."""

import os
import pathlib
import re
import shutil
import subprocess


def old_client():
    """The program, or None and why there is none."""
    for place in ("/usr/bin/docker", shutil.which("docker")):
        if place and pathlib.Path(place).exists():
            text = subprocess.run([place, "--version"], capture_output=True, text=True).stdout
            version = re.search(r"version (\d+)\.", text)
            if version and 19 <= int(version[1]) < 23:
                return place, None
    return None, "missing: a docker command from before 23.0, as Debian 12's docker.io is; \"make test-deps\" installs it there"


def build(client, engine, home, *arguments, **options):
    """Has the engine's BuildKit build by the client; what it prints is bytes."""
    return subprocess.run(
        [client, "--host", f"unix://{engine.socket}", "--config", home, "build", *arguments],
        env={"PATH": os.environ["PATH"], "DOCKER_BUILDKIT": "1", "HOME": str(home)}, capture_output=True, **options)
