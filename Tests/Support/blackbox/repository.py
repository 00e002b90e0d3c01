"""Git repositories to push to, and servers that show them."""

import getpass
import os
import pathlib
import shutil
import subprocess
import sys
import textwrap

from .waiting import wait_for

SUPPORT = pathlib.Path(__file__).resolve().parent.parent


def git(*arguments, folder, check=True):
    environment = {
        **os.environ,
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Ada",
        "GIT_AUTHOR_EMAIL": "ada@example.org",
        "GIT_COMMITTER_NAME": "Ada",
        "GIT_COMMITTER_EMAIL": "ada@example.org",
    }
    done = subprocess.run(["git", *arguments], cwd=folder, env=environment, capture_output=True, text=True)
    if check:
        assert done.returncode == 0, f"git {' '.join(arguments)}: {done.stderr}"
    return done.stdout.strip()


class GitRepository:
    """A bare repository, and a working copy that pushes to it."""

    def __init__(self, folder, name=None):
        self.name = name or folder.name
        self.bare = folder / f"{self.name.replace('/', '-')}.git"
        self.work = folder / "work"
        self.url = str(self.bare)
        folder.mkdir(parents=True)
        git("init", "--quiet", "--bare", "--initial-branch=main", str(self.bare), folder=folder)
        git("init", "--quiet", "--initial-branch=main", str(self.work), folder=folder)
        git("remote", "add", "origin", str(self.bare), folder=self.work)

    def git(self, *arguments, check=True):
        return git(*arguments, folder=self.work, check=check)

    def commit(self, files=None, message="Change something"):
        """Commits files (path → text, None deletes) and gives the commit. A commit without files is empty."""
        for path, text in (files or {}).items():
            target = self.work / path
            if text is None:
                target.unlink()
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(textwrap.dedent(text))
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.head()

    def head(self):
        return self.git("rev-parse", "HEAD")

    def push(self, *references, force=False):
        """Pushes references, or the branch that is checked out."""
        options = ["--force"] if force else []
        self.git("push", "--quiet", *options, "origin", *(references or ["HEAD"]))

    def push_commit(self, files=None, message="Change something"):
        commit = self.commit(files, message)
        self.push()
        return commit

    def push_workflow(self, text, path=".github/workflows/ci.yml", **files):
        """Makes the text the only pipeline, and pushes."""
        for folder in (".github/workflows", ".slipway"):
            shutil.rmtree(self.work / folder, ignore_errors=True)
        return self.push_commit({path: text, **files}, "Change the pipeline")


class ServerProcess:
    """A server that ends with the test."""

    def __init__(self, arguments, **options):
        self.process = subprocess.Popen(arguments, **options)

    def stop(self):
        self.process.kill()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class GitOverHTTP(ServerProcess):
    """`git http-backend` for the repositories below a folder; `token` is the password that it asks for."""

    def __init__(self, root, token=None):
        self.root = pathlib.Path(root)
        self.outage = self.root / "outage"
        arguments = [
            sys.executable, str(SUPPORT / "git_http_server.py"), str(root), "--until-input-ends", "--fail-file",
            str(self.outage)]
        if token:
            arguments += ["--token", token]
        super().__init__(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def url(self, repository):
        return f"http://127.0.0.1:{self.port}/{repository.bare.relative_to(self.root)}"

    def fail(self, status=503):
        """Answers every request with an error from now on."""
        self.outage.write_text(str(status))

    def recover(self):
        self.outage.unlink()


class GitOverSSH(ServerProcess):
    """sshd on a loopback address, with one key that it knows."""

    def __init__(self, folder, address="127.0.0.1", port=None):
        folder = pathlib.Path(folder)
        folder.mkdir(mode=0o700)
        self.folder = folder
        self.key = folder / "client"
        for name in ("host", "client", "stranger"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
        (folder / "authorized").write_text((folder / "client.pub").read_text())
        from .daemon import free_port

        self.address = address
        self.port = port or free_port()
        place = address if self.port == 22 else f"[{address}]:{self.port}"
        self.known_hosts = folder / "known_hosts"
        self.known_hosts.write_text(f"{place} {(folder / 'host.pub').read_text()}")
        (folder / "config").write_text(textwrap.dedent(f"""\
            ListenAddress {self.address}:{self.port}
            HostKey {folder}/host
            PidFile none
            AuthorizedKeysFile {folder}/authorized
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PermitRootLogin prohibit-password
            UsePAM no
            StrictModes no
            """))
        if os.geteuid() == 0:
            pathlib.Path("/run/sshd").mkdir(exist_ok=True)
        super().__init__(
            ["/usr/sbin/sshd", "-D", "-e", "-f", str(folder / "config")], stderr=(folder / "messages").open("wb"))
        wait_for(lambda: "listening" in (folder / "messages").read_text(), "sshd's start", 10)

    def url(self, repository):
        return f"ssh://{getpass.getuser()}@{self.address}:{self.port}{repository.bare}"

    def short_address(self, repository):
        """The form of scp: `user@host:path`, and with brackets where the port is not 22."""
        place = self.address if self.port == 22 else f"[{self.address}:{self.port}]"
        return f"{getpass.getuser()}@{place}:{repository.bare}"
