"""A registry that stands for Amazon's: Debian's docker-registry, on a loopback address of its own."""

import base64
import json
import os
import pathlib
import random
import shutil
import socket
import subprocess
import urllib.error
import urllib.request

from .processes import end_with_parent
from .waiting import wait_for

# The name under which engines know it. Their hosts file leads to the address; nobody else's is touched.
NAME = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
MANIFESTS = ", ".join([
    "application/vnd.docker.distribution.manifest.v2+json", "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.oci.image.index.v1+json",
])


def why_not():
    """What this machine lacks for a registry; None where nothing."""
    if shutil.which("docker-registry") is None:
        return "missing: docker-registry; \"make test-deps\" installs it"
    return None


def free_address():
    """A loopback address whose port 80 is free: registries of several test runs don't meet."""
    while True:
        address = f"127.{random.randint(64, 254)}.{random.randint(0, 255)}.{random.randint(1, 254)}"
        with socket.socket() as probe:
            try:
                probe.bind((address, 80))
                return address
            except OSError:
                continue


class Registry:
    """`user` and `password` are what it wants; None for everybody's."""

    def __init__(self, folder, address, port=80, user=None, password=None):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.host = f"{address}:{port}"
        self.login = (user, password) if user else None
        self.messages = self.folder / "messages"
        self.process = None
        settings = {
            "version": "0.1", "log": {"level": "warn"}, "http": {"addr": self.host},
            "storage": {"filesystem": {"rootdirectory": str(self.folder / "data")}, "delete": {"enabled": True}},
        }
        if user:
            settings["auth"] = {"htpasswd": {"realm": "test", "path": str(self.folder / "users")}}
            (self.folder / "users").write_text(f"{user}:{bcrypt(password)}\n")
        self.settings = self.folder / "registry.yml"
        self.settings.write_text(json.dumps(settings))
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            ["docker-registry", "serve", self.settings], stdin=subprocess.DEVNULL, stdout=self.messages.open("ab"),
            stderr=subprocess.STDOUT, env={**os.environ, "OTEL_TRACES_EXPORTER": "none"}, preexec_fn=end_with_parent)
        wait_for(self.is_up, "the registry's start", 30, explain=lambda: self.messages.read_text(errors="replace")[-2000:])

    def is_up(self):
        assert self.process.poll() is None, f"the registry ended:\n{self.messages.read_text(errors='replace')[-2000:]}"
        try:
            self.request("/v2/")
            return True
        except urllib.error.HTTPError as error:
            return error.code == 401
        except OSError:
            return False

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=30)

    # What it is asked

    def request(self, path, method="GET", **headers):
        request = urllib.request.Request(f"http://{self.host}{path}", method=method, headers=headers)
        if self.login:
            request.add_header("Authorization", "Basic " + base64.b64encode(":".join(self.login).encode()).decode())
        return urllib.request.urlopen(request, timeout=30)

    def repositories(self):
        return json.load(self.request("/v2/_catalog"))["repositories"]

    def tags(self, repository):
        try:
            return sorted(json.load(self.request(f"/v2/{repository}/tags/list"))["tags"] or [])
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return []
            raise

    def digest(self, repository, tag):
        """What the registry has under a tag: `sha256:…`."""
        return self.request(f"/v2/{repository}/manifests/{tag}", method="HEAD", Accept=MANIFESTS).headers["Docker-Content-Digest"]

    def manifest(self, repository, reference):
        found = json.load(self.request(f"/v2/{repository}/manifests/{reference}", Accept=MANIFESTS))
        # An index names the manifests of its platforms.
        return self.manifest(repository, found["manifests"][0]["digest"]) if "manifests" in found else found

    def layers(self, repository, tag):
        return [layer["digest"] for layer in self.manifest(repository, tag)["layers"]]

    def configuration(self, repository, tag):
        """What an image says of itself: `config`, `history`."""
        return json.load(self.request(f"/v2/{repository}/blobs/{self.manifest(repository, tag)['config']['digest']}"))


def bcrypt(password):
    """The only method that the registry understands; the C library has it, Python no longer leads there."""
    done = subprocess.run(
        ["perl", "-e", "print crypt($ARGV[0], $ARGV[1])", password, "$2b$05$" + "slipwaysslipwaysslipwa"], capture_output=True,
        text=True, check=True)
    return done.stdout
