"""What is sent of a folder to build an image from, side by side with what Docker's own command line sends."""

import http.server
import io
import json
import os
import pathlib
import random
import shutil
import socketserver
import subprocess
import textwrap
import sys
import tarfile
import threading

import pytest

from blackbox import buildkit

pytestmark = pytest.mark.timeout(600)

TREES = 100
NAMES = ["a", "b", "src", "app", "data", "models", "node_modules", "a.txt", "b.txt", "c.py", "model.pkl", ".git", ".env", "x-y", "ü",
         "with blank", "Dockerfile", "[b]", "long" * 30, "#note", "!keep", "*star", "what?", "日本", "new\nline", "tab\tbed", "(a|b)$", "a b "]
PATTERNS = ["a", "b", "src", "*.txt", "*.py", "**/*.py", "**/*.txt", "a/*", "src/**", "data/", "/models", "**/b", "b*", "?", "**/data/**",
            "models/*.pkl", "*/a", "*/*/b", "[ab].txt", "[^a]", ".git", ".*", "**", "*", "node_modules", "src/app/*", "ü", "with blank",
            "**/c.py", "Dockerfile", ".dockerignore", "a/../b", "./src", "lon*", "[a-c]*", "[!a]", "\\#note", "\\!keep", "\\*star", "what\\?",
            "日?", "new*", "(a|b)$", "# a comment", "#note", "//a//", "/", ".", "..", "../a", "**/", "***", "a**", "**.txt", "**/**/b", "src/*/b",
            "[[]b]", "\\[b\\]", "?.[tp]*", "app/**/*.py"]

# What clients before 23.0 read in another way than all others since then.
ODD_PATTERNS = ["(a|b)$", "**.txt"]


class Recorder(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """An engine that keeps the contexts that it is sent, or only counts their bytes, and builds nothing."""

    daemon_threads = True

    def __init__(self, path, keeps=True):
        self.contexts = []
        self.keeps = keeps
        super().__init__(str(path), RecorderHandler)

    def take(self):
        assert len(self.contexts) == 1, f"{len(self.contexts)} contexts were sent"
        return self.contexts.pop()


class RecorderHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, body=b"OK", kind="text/plain"):
        self.send_response(200)
        for name, value in (("Api-Version", "1.41"), ("Builder-Version", "1"), ("Content-Type", kind), ("Content-Length", len(body))):
            self.send_header(name, str(value))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_HEAD(self):
        self.answer()

    def do_GET(self):
        if self.path == "/version":
            return self.answer(b'{"ApiVersion": "1.41", "MinAPIVersion": "1.24"}', "application/json")
        self.answer()

    def do_POST(self):
        content, count = io.BytesIO(), 0
        while size := int(self.rfile.readline(), 16):
            part = self.rfile.read(size)
            count += len(part)
            if self.server.keeps:
                content.write(part)
            self.rfile.readline()
        self.rfile.readline()
        self.server.contexts.append(content.getvalue() if self.server.keeps else count)
        self.answer(b'{"aux":{"ID":"sha256:1"}}\n{"stream":"Successfully built"}\n', "application/json")

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def recorder(tmp_path_factory):
    if shutil.which("docker") is None:
        reason = "missing: docker; \"make test-deps\" installs it"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    # A socket's path must be short.
    path = pathlib.Path("/tmp") / f"slipway-recorder-{os.getpid()}.sock"
    server = Recorder(path)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()
    path.unlink()


def make_tree(folder, chance, depth=0):
    """Files, folders, links and modes, as chance has it; some folders are empty, and some files have two names."""
    folder.mkdir(exist_ok=True)
    files = []
    for name in chance.sample(NAMES, chance.randint(0 if depth else 1, 7)):
        place = folder / name
        kind = chance.random()
        if kind < 0.35 and depth < 3:
            make_tree(place, chance, depth + 1)
            place.chmod(chance.choice([0o755, 0o700, 0o775]))
        elif kind < 0.45:
            place.symlink_to(chance.choice(["a", "../b", "/etc/passwd", ".", "missing", "missing/" + "far/" * 30]))
        elif kind < 0.5 and files:
            os.link(chance.choice(files), place)
        else:
            place.write_bytes(chance.randbytes(chance.choice([0, 1, 511, 512, 513, 5000])))
            place.chmod(chance.choice([0o644, 0o755, 0o600, 0o4755]))
            files.append(place)
        # Whole seconds: programs differ in how they round.
        os.utime(place, (1, chance.randint(0, 2_000_000_000)), follow_symlinks=False)


def make_ignore_file(path, chance, patterns):
    lines = []
    for _ in range(chance.randint(1, 6)):
        pattern = chance.choice(patterns)
        lines.append(chance.choice(["", "", "!", "! ", "  "]) + pattern + chance.choice(["", "", " ", "/", "\t", "\r"]))
    path.write_text(chance.choice(["", "", "\ufeff"]) + "# made by chance\n\n" + "\n".join(lines) + chance.choice(["\n", ""]))
    os.utime(path, (1, 1))


def make_context(folder, chance, dockerfile="Dockerfile", ignore_files=(".dockerignore",), patterns=tuple(PATTERNS)):
    """A tree with a Dockerfile, and with some of the ignore files."""
    make_tree(folder, chance)
    place = folder / dockerfile
    for parent in place.relative_to(folder).parents[-2::-1]:
        if (folder / parent).is_symlink() or (folder / parent).is_file():
            (folder / parent).unlink()
        (folder / parent).mkdir(exist_ok=True)
    remove(place)
    place.write_text("FROM scratch\nCOPY . /\n")
    os.utime(place, (1, 1))
    for name in ignore_files:
        if chance.random() < 0.9:
            make_ignore_file(folder / name, chance, patterns)


def remove(place):
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


def entries(archive):
    """What an archive unpacks to: by path the kind, the mode, the time, the content or target."""
    found = {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for entry in tar:
            path = entry.name.rstrip("/")
            assert path not in found, f"{path} comes twice"
            if entry.isdir():
                found[path] = ("folder", entry.mode)
            elif entry.issym():
                found[path] = ("link", int(entry.mtime), entry.linkname)
            elif entry.islnk():
                found[path] = ("second name", entry.linkname)
            else:
                found[path] = ("file", entry.mode, int(entry.mtime), tar.extractfile(entry).read())
            assert (entry.uid, entry.gid) == (0, 0)
    return found


def without_parents(found):
    """Whoever unpacks an archive makes the folders that lead to a file, whether or not they are named."""
    return {path: what for path, what in found.items()
            if what[0] != "folder" or not any(other.startswith(path + "/") for other in found)}


@pytest.mark.parametrize("number", range(TREES))
def test_the_context_is_the_one_that_dockers_client_sends(binary, recorder, tmp_path, number):
    folder = tmp_path / "tree"
    make_context(folder, random.Random(number))
    done = subprocess.run(
        ["docker", "--host", f"unix://{recorder.server_address}", "--config", str(tmp_path), "build", str(folder)],
        env={"PATH": os.environ["PATH"], "DOCKER_BUILDKIT": "0", "HOME": str(tmp_path)}, capture_output=True, text=True)
    own = subprocess.run(
        [binary, "debug", "dockerignore", "--root", folder, "--builder", "classic", "--tar"], capture_output=True)
    ignored = folder / ".dockerignore"
    explanation = ignored.read_text() if ignored.exists() else ""
    if done.returncode != 0:
        assert own.returncode != 0, f"{explanation}\n{done.stderr}"
        return
    assert own.returncode == 0, f"{explanation}\n{own.stderr}"
    theirs, ours = entries(recorder.take()), entries(own.stdout)
    assert without_parents(ours) == without_parents(theirs), explanation
    for path in theirs.keys() & ours.keys():
        assert ours[path] == theirs[path]


@pytest.fixture(scope="module")
def old_client():
    """A docker command with BuildKit's client in it, as Debian 12 has it."""
    program, reason = buildkit.old_client()
    if program is None:
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return program


@pytest.mark.parametrize("number", range(TREES))
def test_an_image_has_what_buildkits_client_sends(binary, engine, old_client, tmp_path, number):
    folder = tmp_path / "tree"
    chance = random.Random(f"buildkit {number}")
    dockerfile = chance.choice(["Dockerfile", "App.dockerfile", "docker/Dockerfile", "src/Dockerfile.app", "a b"])
    own = f"{dockerfile}.dockerignore"
    make_context(
        folder, chance, dockerfile, chance.choice([[own], [own, ".dockerignore"]]),
        [pattern for pattern in PATTERNS if pattern not in ODD_PATTERNS])
    explanation = "\n".join(f"{name}:\n{(folder / name).read_text()}" for name in (own, ".dockerignore") if (folder / name).is_file())
    done = buildkit.build(old_client, engine, tmp_path, "--file", folder / dockerfile, "--output", "-", folder)
    own_archive = subprocess.run(
        [binary, "debug", "dockerignore", "--root", folder, "--dockerfile", dockerfile, "--builder", "classic", "--tar"],
        capture_output=True)
    if done.returncode != 0:
        assert own_archive.returncode != 0, f"{explanation}\n{done.stderr.decode()}"
        return
    assert own_archive.returncode == 0, f"{explanation}\n{own_archive.stderr.decode()}"
    theirs, ours = entries(done.stdout), entries(own_archive.stdout)
    # These are sent in any case; BuildKit's client hands them over beside the context where they are left out of it.
    for name in (dockerfile, ".dockerignore", str(pathlib.Path(dockerfile).parent)):
        if name not in theirs:
            ours.pop(name, None)
    assert without_parents(ours) == without_parents(theirs), explanation


def test_a_big_file_goes_through_without_being_held(binary, tmp_path):
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "Dockerfile").write_text("FROM scratch\n")
    with (folder / "sparse").open("wb") as file:
        file.truncate(300 << 20)
    # A socket's path must be short.
    socket = pathlib.Path("/tmp") / f"slipway-counter-{os.getpid()}.sock"
    server = Recorder(socket, keeps=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    # Started by a small process: what a child needed most counts from the fork on.
    measure = textwrap.dedent("""\
        import resource, subprocess, sys
        done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
        print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, done.stdout)
        """)
    try:
        done = subprocess.run(
            [sys.executable, "-c", measure, binary, "debug", "dockerignore", "--root", folder, "--engine", f"unix://{socket}"],
            capture_output=True, text=True)
    finally:
        server.shutdown()
        server.server_close()
        socket.unlink()
    status, memory, answer = done.stdout.split(maxsplit=2)
    size = server.take()
    assert status == "0" and size > 300 << 20 and json.loads(answer) == {"image": "sha256:1", "bytes": size}
    # In KiB: the program itself needs some.
    assert int(memory) < 150 << 10, memory


def test_a_hidden_file_is_told_with_the_line_that_hides_it(binary, tmp_path):
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    (tmp_path / ".dockerignore").write_text("# trained\n*.pkl\n!small.pkl\n")
    done = subprocess.run(
        [binary, "debug", "dockerignore", "--root", tmp_path, "--", "model.pkl", "small.pkl"], capture_output=True, text=True)
    answer = json.loads(done.stdout)
    assert answer["excluded"] == {"model.pkl": True, "small.pkl": False}
    assert answer["rules"] == {"model.pkl": {"pattern": "*.pkl", "file": ".dockerignore", "line": 2}}
