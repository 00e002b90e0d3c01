"""The small system that images with Python are made of: Debian's packages, fetched once and kept between tests."""

import fcntl
import os
import pathlib
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent
CACHE = ROOT / ".build" / "engine-tests"
PACKAGES = ["python3", "python3-pip", "python3-venv", "ca-certificates", "curl"]


def os_release():
    lines = pathlib.Path("/etc/os-release").read_text().splitlines()
    return {key: value.strip('"') for key, _, value in (line.partition("=") for line in lines)}


def mirror():
    """Where this machine gets its packages from."""
    done = subprocess.run(["apt-get", "indextargets", "--format", "$(SITE) $(RELEASE)"], capture_output=True, text=True)
    codename = os_release()["VERSION_CODENAME"]
    for line in done.stdout.splitlines():
        site, _, release = line.partition(" ")
        if release == codename:
            return site
    return "http://archive.ubuntu.com/ubuntu" if os_release()["ID"] == "ubuntu" else "http://deb.debian.org/debian"


def archive():
    """A tar file with Python and pip in it. Made once; whoever comes meanwhile waits."""
    wanted = " ".join([os_release()["VERSION_CODENAME"], *PACKAGES])
    CACHE.mkdir(parents=True, exist_ok=True)
    made, stamp = CACHE / "python.tar", CACHE / "python.packages"
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if made.exists() and stamp.exists() and stamp.read_text() == wanted:
            return made
        with tempfile.TemporaryDirectory(prefix="slipway-python-") as folder:
            build(pathlib.Path(folder) / "tree", CACHE / "python.tar.new")
        (CACHE / "python.tar.new").rename(made)
        stamp.write_text(wanted)
    return made


def build(tree, target):
    release = os_release()
    run("debootstrap", "--variant=minbase", "--include=ca-certificates", release["VERSION_CODENAME"], tree, mirror())
    if release["ID"] == "ubuntu":
        (tree / "etc/apt/sources.list").write_text(f"deb {mirror()} {release['VERSION_CODENAME']} main universe\n")
    shutil.copy("/etc/resolv.conf", tree / "etc/resolv.conf")
    # What is in between here and the Internet may have certificates of its own.
    for certificate in pathlib.Path("/usr/local/share/ca-certificates").glob("*.crt"):
        shutil.copy(certificate, tree / "usr/local/share/ca-certificates")
    run("chroot", tree, "apt-get", "update", "-qq")
    run(
        "chroot", tree, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "--yes", "-qq",
        "--no-install-recommends", *PACKAGES)
    run("chroot", tree, "update-ca-certificates")
    # As the official images are: pip installs where Python looks, and `python` is there.
    for mark in tree.glob("usr/lib/python3*/EXTERNALLY-MANAGED"):
        mark.unlink()
    for name, target_name in (("python", "python3"), ("pip", "pip3")):
        link = tree / "usr/local/bin" / name
        if not link.exists():
            link.symlink_to(f"/usr/bin/{target_name}")
    for folder in ("var/cache/apt", "var/lib/apt/lists", "usr/share/doc", "usr/share/man", "usr/share/locale"):
        shutil.rmtree(tree / folder, ignore_errors=True)
    # Package installations expect the folders.
    (tree / "var/lib/apt/lists/partial").mkdir(parents=True)
    (tree / "var/cache/apt/archives/partial").mkdir(parents=True)
    run("tar", "--create", "--numeric-owner", "--file", target, "--directory", tree, ".")


def run(*arguments):
    # A folder for temporary files that the caller has is not there within the tree.
    environment = {name: value for name, value in os.environ.items() if name != "TMPDIR"}
    done = subprocess.run([str(part) for part in arguments], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, f"{arguments[0]} ended with {done.returncode}:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout
