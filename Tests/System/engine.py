"""The image that systemd runs in, and the systems made from it."""

import pathlib
import shutil
import subprocess
import sys
import tempfile

from blackbox.base_image import mirror, os_release
from blackbox.engine import Engine
from blackbox.waiting import wait_for

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CACHE = ROOT / ".build" / "system-tests"
IMAGE = "slipway-systemd-test"

# What the binary and its jobs need at run time, and what makes it a system.
PACKAGES = [
    "systemd", "systemd-sysv", "dbus", "git", "bubblewrap", "python3", "ca-certificates", "curl", "procps", "libsqlite3-0",
    "libyaml-0-2", "libssl3", "libstdc++6",
]


def library_packages():
    """The packages of libraries whose names hold their versions."""
    done = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${Depends}\\n", "libgit2-dev", "libarchive-dev", "libcurl4-openssl-dev",
         "libcmark-gfm-dev", "libcmark-gfm-extensions-dev"],
        capture_output=True, text=True, check=True)
    names = {part.split()[0].split(":")[0] for part in done.stdout.replace("\n", ",").split(",") if part.split()}
    return sorted(name for name in names if name.startswith(("libgit2-", "libarchive", "libcurl4", "libcmark-gfm")) and not name.endswith("-dev"))


def base_archive():
    """A tar file of a small system with systemd, made once."""
    packages = PACKAGES + library_packages()
    archive = CACHE / "system.tar"
    stamp = CACHE / "system.packages"
    wanted = " ".join(packages)
    if archive.exists() and stamp.exists() and stamp.read_text() == wanted:
        return archive
    CACHE.mkdir(parents=True, exist_ok=True)
    release = os_release()
    with tempfile.TemporaryDirectory(prefix="slipway-system-") as folder:
        tree = pathlib.Path(folder) / "tree"
        # The base first: debootstrap's own resolver does not know alternatives and virtual packages.
        run("debootstrap", "--variant=minbase", "--include=ca-certificates", release["VERSION_CODENAME"], tree, mirror())
        if release["ID"] == "ubuntu":
            sources = f"deb {mirror()} {release['VERSION_CODENAME']} main universe\n"
            (tree / "etc/apt/sources.list").write_text(sources)
        shutil.copy("/etc/resolv.conf", tree / "etc/resolv.conf")
        for certificate in pathlib.Path("/usr/local/share/ca-certificates").glob("*.crt"):
            shutil.copy(certificate, tree / "usr/local/share/ca-certificates")
        run("chroot", tree, "apt-get", "update", "-qq")
        run(
            "chroot", tree, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "--yes", "-qq",
            "--no-install-recommends", *packages)
        shutil.rmtree(tree / "var/cache/apt", ignore_errors=True)
        shutil.rmtree(tree / "var/lib/apt/lists", ignore_errors=True)
        run("tar", "--create", "--file", CACHE / "system.tar.new", "--directory", tree, ".")
    (CACHE / "system.tar.new").rename(archive)
    stamp.write_text(wanted)
    return archive


def run(*arguments, **options):
    done = subprocess.run([str(part) for part in arguments], capture_output=True, text=True, **options)
    assert done.returncode == 0, f"{arguments[0]} ended with {done.returncode}:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


class SystemEngine(Engine):
    """An engine with the image that systemd runs in, driven with Docker's own client."""

    def docker(self, *arguments, check=True, stdin=None):
        done = subprocess.run(
            ["docker", "-H", f"unix://{self.socket}", *map(str, arguments)], capture_output=True, text=True, input=stdin)
        if check:
            assert done.returncode == 0, f"docker {arguments}: {done.stdout}{done.stderr}"
        return done

    def load(self):
        self.docker("import", base_archive(), IMAGE)


class System:
    """A container in which a real systemd is process 1, and Slipway is installed as `make install` lays it out."""

    def __init__(self, engine, binary, staging):
        self.engine = engine
        libraries = runtime_libraries(binary)
        mounts = [f"--volume={folder}:{folder}:ro" for folder in libraries]
        self.name = engine.docker(
            "run", "--detach", "--network=none", "--cap-add=SYS_ADMIN", "--cap-add=NET_ADMIN",
            "--security-opt=seccomp=unconfined", "--security-opt=apparmor=unconfined", "--security-opt=systempaths=unconfined",
            "--cgroupns=private", "--tmpfs=/run", "--tmpfs=/run/lock", "--tmpfs=/tmp",
            "--volume=/sys/fs/cgroup:/sys/fs/cgroup:rw",
            f"--volume={staging}:/staging:ro", *mounts, "--env=container=docker", IMAGE, "/sbin/init").stdout.strip()
        self.wait_for_boot()

    def wait_for_boot(self):
        def is_running():
            answer = self.engine.docker("exec", self.name, "systemctl", "is-system-running", check=False).stdout.strip()
            return answer in ("running", "degraded")

        wait_for(is_running, "systemd's boot", 60, explain=lambda: self.engine.docker("logs", self.name, check=False).stdout)

    def run(self, *arguments, check=True, stdin=None):
        options = ["--interactive"] if stdin is not None else []
        return self.engine.docker("exec", *options, self.name, *arguments, check=check, stdin=stdin)

    def shell(self, script, check=True):
        return self.run("bash", "-ec", script, check=check).stdout.strip()

    def journal(self):
        return self.run("journalctl", "--no-pager", "--lines=60", "--unit=slipway", check=False).stdout

    def property(self, name):
        return self.shell(f"systemctl show slipway --property={name} --value")

    def get(self, path):
        done = self.run("curl", "--silent", "--fail", "--max-time", "10", f"http://127.0.0.1:8080{path}", check=False)
        return done.stdout if done.returncode == 0 else None

    def wait(self, look, what, seconds=60):
        return wait_for(look, what, seconds, explain=self.journal)

    def close(self):
        self.engine.docker("rm", "--force", self.name, check=False)


def runtime_libraries(binary):
    """The folders outside /usr/lib and /lib from which the binary takes libraries: Swift's run-time of a debug binary."""
    done = subprocess.run(["ldd", binary], capture_output=True, text=True, check=True)
    paths = [line.split("=>")[1].split()[0] for line in done.stdout.splitlines() if "=> /" in line]
    folders = {str(pathlib.Path(path).parent) for path in paths}
    return sorted(folder for folder in folders if not folder.startswith(("/usr/lib/", "/lib/", "/lib64")))


if __name__ == "__main__":
    print(base_archive(), file=sys.stderr)
