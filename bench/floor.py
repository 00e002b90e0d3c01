"""The floor: what a post-receive hook and bash take for the same work, with nothing around it."""

import pathlib
import subprocess
import time

HOOK = """\
#!/bin/bash
set -e
read -r old new reference
folder=$(mktemp -d "$WORK/checkout-XXXXXX")
git --work-tree="$folder" checkout --quiet --force "$new"
cd "$folder"
exec bash -e "$WORK/script.sh" > "$WORK/log" 2>&1
"""


class Floor:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self.hook = self.folder / "post-receive"
        self.hook.write_text(HOOK)
        self.hook.chmod(0o755)

    def hook_to_first_command(self, bare):
        """Seconds from the hook's start to its script's first command, after a checkout."""
        (self.folder / "script.sh").write_text('echo "$EPOCHREALTIME"\n')
        commit = subprocess.run(
            ["git", "rev-parse", "refs/heads/main"], cwd=bare, capture_output=True, text=True, check=True).stdout.strip()
        environment = {"PATH": "/usr/bin:/bin", "GIT_DIR": str(bare), "WORK": str(self.folder), "HOME": str(self.folder)}
        begun = time.time()
        subprocess.run(
            [self.hook], input=f"{commit} {commit} refs/heads/main\n", text=True, env=environment, check=True)
        return float((self.folder / "log").read_text().replace(",", ".")) - begun

    def steps(self, count):
        """Seconds for that many scripts that do nothing, each in a shell of its own with its output in a file."""
        (self.folder / "noop.sh").write_text(":\n")
        loop = f'for i in $(seq {count}); do bash -e "{self.folder}/noop.sh" > "{self.folder}/step.log" 2>&1; done'
        begun = time.monotonic()
        subprocess.run(["bash", "-c", loop], check=True)
        return time.monotonic() - begun

    def queue(self, count, parallel):
        """Seconds for that many scripts, a few at a time."""
        (self.folder / "noop.sh").write_text(":\n")
        numbers = "\n".join(str(number) for number in range(count))
        begun = time.monotonic()
        subprocess.run(
            ["xargs", "-n1", f"-P{parallel}", "bash", "-e", str(self.folder / "noop.sh")], input=numbers, text=True,
            check=True)
        return time.monotonic() - begun

    def log(self, command):
        """Seconds for a command with its output in a file."""
        target = self.folder / "big.log"
        begun = time.monotonic()
        subprocess.run(["bash", "-c", f"{command} > {target}"], check=False)
        wall = time.monotonic() - begun
        target.unlink()
        return wall
