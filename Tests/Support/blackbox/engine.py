"""A Docker Engine of the tests' own: `dockerd` with everything in a folder of its own, on a socket of its own.

As a program it starts one, prints the path of its socket, the address of its registry and that of one that wants a login, and ends them when its standard input does: tests that are not
written in Python use it that way.
"""

import http.client
import io
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import urllib.parse

if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from blackbox import base_image, registry as registries  # noqa: E402
from blackbox.processes import end_with_parent  # noqa: E402
from blackbox.waiting import wait_for  # noqa: E402

BUSYBOX = pathlib.Path("/bin/busybox")


def why_not():
    """What this machine lacks for an engine; None where nothing."""
    if os.geteuid() != 0:
        return "a Docker Engine of the tests' own needs root"
    missing = [name for name in ("dockerd", "containerd", "runc", "ip") if shutil.which(name) is None]
    if not BUSYBOX.exists():
        missing.append(str(BUSYBOX))
    if missing:
        return f"missing: {', '.join(missing)}; \"make test-deps\" installs them"
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode != 0:
        return "this is a container without the right to mount"
    return registries.why_not()


class SocketConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=120)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


class Engine:
    """These images are there from the start: `busybox:test` (a shell and its programs, and `fetch HOST`, which prints what a web
    server answers), `nobody:test` (the same, run as user 1000), and `bare:test` (`tail` and `touch`, and nothing else).

    `port`: where it listens as well, on 127.0.0.1; with `certificates`, a folder, it speaks TLS there and wants to know its clients.

    `has_network`: containers reach the Internet, also while an image is built. `registry()` is Amazon's for this engine, by the
    name in `registries.NAME`; `load_python()` brings `python:3.9-slim` and its like."""

    def __init__(self, has_network=False, port=None, certificates=None):
        # Not below .build: the socket's path must be short, and overlay needs a file system that can carry it.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="slipway-engine-"))
        self.socket = self.folder / "docker.sock"
        self.messages = self.folder / "messages"
        self.process = None
        self.passage = None
        self.place = None
        self.bridge = None
        self.rules = []
        self.made_registry = None
        self.has_network = has_network
        self.port = port
        self.certificates = certificates
        try:
            self.open_passage()
            self.open_place()
            self.open_bridge()
            self.start()
            self.import_image("busybox:test", busybox_archive(), "ENV PATH=/bin", "ENV FROM_IMAGE=yes")
            self.import_image("nobody:test", busybox_archive(), "ENV PATH=/bin", "USER 1000:1000")
            self.import_image("bare:test", bare_archive(), "ENV PATH=/bin")
        except BaseException:
            self.close()
            raise

    # Life

    def start(self):
        """Starts it, or starts it again after `kill`."""
        # No rules in the host's tables and no docker0: engines of several test runs don't meet.
        self.process = subprocess.Popen(
            [
                "nsenter", "--mount", "--target", str(self.place.pid), "dockerd", "--data-root", self.folder / "data", "--exec-root", self.folder / "exec", "--host",
                f"unix://{self.socket}", "--pidfile", self.folder / "pid", "--iptables=false", "--ip6tables=false",
                f"--bridge={self.bridge}", "--insecure-registry", registries.NAME, "--shutdown-timeout=1", "--containerd-namespace", "slipway-tests",
                "--containerd-plugins-namespace", "slipway-tests-plugins", *self.listening(),
            ],
            stdin=subprocess.DEVNULL, stdout=self.messages.open("ab"), stderr=subprocess.STDOUT, start_new_session=True,
            preexec_fn=end_with_parent)
        wait_for(self.is_up, "the Docker Engine's start", 60, explain=self.tail)

    def listening(self):
        if self.port is None:
            return []
        place = ["--host", f"tcp://127.0.0.1:{self.port}"]
        if not self.certificates:
            return [*place, "--tls=false"]
        files = {"tlscacert": "ca.pem", "tlscert": "cert.pem", "tlskey": "key.pem"}
        return [*place, "--tlsverify", *(f"--{option}={self.certificates / name}" for option, name in files.items())]

    def open_passage(self):
        """Where this machine forwards nothing that is not listed, as a Docker Engine of its own has it, containers would not
        reach each other either: a rule lets what stays between Docker's bridges pass, until the end."""
        done = subprocess.run(["iptables", "-S", "FORWARD"], capture_output=True, text=True)
        if "-P FORWARD DROP" in done.stdout:
            rule = ["FORWARD", "-i", "br-+", "-o", "br-+", "-m", "comment", "--comment", self.folder.name, "-j", "ACCEPT"]
            if subprocess.run(["iptables", "-I", *rule], capture_output=True).returncode == 0:
                self.passage = rule

    def open_place(self):
        """A view of the file system in which the registry's name leads to this engine's registry. Engines that are started again
        are in the same one, as they find what runs from before."""
        self.registry_address = registries.free_address()
        hosts = self.folder / "hosts"
        hosts.write_text(pathlib.Path("/etc/hosts").read_text() + f"\n{self.registry_address} {registries.NAME}\n")
        self.place = subprocess.Popen(
            ["unshare", "--mount", "--propagation", "slave", "sh", "-c",
             "mount --bind \"$0\" /etc/hosts && echo ready && exec sleep infinity", hosts],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, preexec_fn=end_with_parent)
        assert self.place.stdout.readline() == b"ready\n", "the engine's view of the file system could not be made"

    def open_bridge(self):
        """A network for containers that are in none of their own, such as those of a build; BuildKit needs one."""
        bridge = f"slw{random.randrange(1 << 32):08x}"
        block = f"10.{random.randint(200, 250)}.{random.randint(0, 255)}"
        run("ip", "link", "add", bridge, "type", "bridge")
        self.bridge = bridge
        run("ip", "address", "add", f"{block}.1/24", "dev", self.bridge)
        run("ip", "link", "set", self.bridge, "up")
        if not self.has_network:
            return
        self.rules = [
            ["-t", "nat", "POSTROUTING", "-s", f"{block}.0/24", "!", "-o", self.bridge, "-j", "MASQUERADE"],
            ["-t", "filter", "FORWARD", "-i", self.bridge, "-j", "ACCEPT"],
            ["-t", "filter", "FORWARD", "-o", self.bridge, "-j", "ACCEPT"],
        ]
        for table in self.rules:
            run("iptables", *table[:2], "-I", *table[2:])

    def close_bridge(self):
        for table in self.rules:
            subprocess.run(["iptables", *table[:2], "-D", *table[2:]], capture_output=True)
        subprocess.run(["ip", "link", "delete", self.bridge], capture_output=True)

    def registry(self):
        """The registry that this engine knows as Amazon's; started by the first who asks."""
        if not self.made_registry:
            self.made_registry = registries.Registry(self.folder / "registry", self.registry_address)
        return self.made_registry

    def load_python(self, *names):
        """Images with Python and pip, made of Debian's packages: `python:3.9-slim` and whatever else is named."""
        names = names or ("python:3.9-slim", "python:3.11-slim")
        self.import_file(names[0], base_image.archive(), "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                         "ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt", 'CMD ["python3"]')
        for name in names[1:]:
            self.tag(names[0], name)

    def tag(self, image, name):
        repository, _, tag = name.rpartition(":")
        status, body = self.request("POST", f"/images/{image}/tag?" + urllib.parse.urlencode({"repo": repository, "tag": tag}))
        assert status == 201, f"{name}: {status} {body!r}"

    def import_file(self, name, path, *changes):
        with path.open("rb") as archive:
            self.import_image(name, archive, *changes)

    def tail(self):
        return self.messages.read_text(errors="replace")[-3000:]

    def is_up(self):
        assert self.process.poll() is None, f"dockerd ended:\n{self.tail()}"
        try:
            return self.request("GET", "/_ping")[0] == 200
        except OSError:
            return False

    def kill(self):
        """As a crash would: its containers stay as they are."""
        self.process.kill()
        self.process.wait()

    def close(self):
        if self.process and self.process.poll() is None:
            try:
                for container in self.containers():
                    self.request("DELETE", f"/containers/{container['Id']}?force=true&v=true")
            except (OSError, AssertionError):
                pass
            self.process.terminate()
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        if self.passage:
            subprocess.run(["iptables", "-D", *self.passage], capture_output=True)
        if self.bridge:
            self.close_bridge()
        if self.made_registry:
            self.made_registry.close()
        if self.place:
            self.place.kill()
            self.place.wait()
        with pathlib.Path("/proc/self/mounts").open() as mounts:
            inside = [line.split()[1] for line in mounts if line.split()[1].startswith(str(self.folder))]
        for place in reversed(inside):
            subprocess.run(["umount", "--lazy", place], capture_output=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    # What it is asked

    def request(self, method, path, body=None, headers=None):
        connection = SocketConnection(self.socket)
        try:
            if isinstance(body, (dict, list)):
                body, headers = json.dumps(body), {"Content-Type": "application/json", **(headers or {})}
            connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def get(self, path):
        status, body = self.request("GET", path)
        assert status == 200, f"GET {path}: {status} {body!r}"
        return json.loads(body)

    def import_image(self, name, archive, *changes):
        """Makes an image of a tar archive: bytes, or a file."""
        repository, _, tag = name.rpartition(":")
        query = urllib.parse.urlencode({"fromSrc": "-", "repo": repository, "tag": tag, "changes": changes}, doseq=True)
        status, body = self.request("POST", f"/images/create?{query}", archive, {"Content-Type": "application/x-tar"})
        assert status == 200 and b'"error"' not in body, f"{name}: {status} {body!r}"

    def containers(self, label=None):
        """All of them, or those that carry a label."""
        return self.get("/containers/json?" + urllib.parse.urlencode({"all": "true", **filters(label)}))

    def networks(self, label):
        return self.get("/networks?" + urllib.parse.urlencode(filters(label)))

    def volumes(self, label):
        return self.get("/volumes?" + urllib.parse.urlencode(filters(label)))["Volumes"] or []

    def leftovers(self, label="slipway.job"):
        """What jobs made and nobody removed."""
        return [
            *(found["Names"] for found in self.containers(label)), *(found["Name"] for found in self.networks(label)),
            *(found["Name"] for found in self.volumes(label)),
        ]

    def inspect(self, container):
        return self.get(f"/containers/{container}/json")


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}: {done.stderr}"


def filters(label):
    return {"filters": json.dumps({"label": [label]})} if label else {}


def archive(fill):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        fill(tar)
    return buffer.getvalue()


def add_file(tar, name, content, mode=0o644):
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), mode
    tar.addfile(entry, io.BytesIO(content))


def add_folder(tar, name, mode=0o755):
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode = tarfile.DIRTYPE, mode
    tar.addfile(entry)


# Debian's busybox can't look names up in a static binary, but for its own `nslookup`.
FETCH = b"""#!/bin/sh
address=$(nslookup "$1" | sed -n 's/^Address: *\\([0-9.]*\\)$/\\1/p' | tail -n 1)
exec wget -q -O - "http://${address:?there is no $1}/$2"
"""


def busybox_archive(more=()):
    """A tar of busybox with a user beside root, and of other programs of this host with the libraries that they are linked to."""
    programs = subprocess.run([BUSYBOX, "--list"], capture_output=True, text=True, check=True).stdout.split()

    def fill(tar):
        for name in ("bin", "etc", "root", "var", "var/www"):
            add_folder(tar, name)
        add_folder(tar, "tmp", 0o1777)
        add_file(tar, "bin/busybox", BUSYBOX.read_bytes(), 0o755)
        add_file(tar, "bin/fetch", FETCH, 0o755)
        add_file(tar, "etc/passwd", b"root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000:user:/tmp:/bin/sh\n")
        add_file(tar, "etc/group", b"root:x:0:\nuser:x:1000:\n")
        for program in programs:
            if program != "busybox" and program not in more:
                entry = tarfile.TarInfo(f"bin/{program}")
                entry.type, entry.linkname = tarfile.SYMTYPE, "busybox"
                tar.addfile(entry)
        libraries = set()
        for program in more:
            path = pathlib.Path(shutil.which(program)).resolve()
            add_file(tar, f"bin/{program}", path.read_bytes(), 0o755)
            listed = subprocess.run(["ldd", path], capture_output=True, text=True).stdout
            libraries.update(word for word in listed.split() if word.startswith("/"))
        for library in sorted(libraries):
            add_file(tar, library.lstrip("/"), pathlib.Path(library).read_bytes(), 0o755)

    return archive(fill)


def bare_archive():
    def fill(tar):
        add_folder(tar, "bin")
        add_file(tar, "bin/tail", BUSYBOX.read_bytes(), 0o755)
        add_file(tar, "bin/touch", BUSYBOX.read_bytes(), 0o755)

    return archive(fill)


def main():
    reason = why_not()
    if reason:
        sys.exit(reason)
    engine = Engine()
    protected = None
    try:
        protected = registries.Registry(
            engine.folder / "protected", engine.registry_address, port=5000, user="somebody", password="password-of-somebody")
        print(engine.socket, engine.registry().host, protected.host, flush=True)
        sys.stdin.buffer.read()
    finally:
        if protected:
            protected.close()
        engine.close()


if __name__ == "__main__":
    main()
