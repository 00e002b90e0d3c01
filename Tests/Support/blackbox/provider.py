"""A provider of identities of the tests' own, by which people sign in."""

import pathlib
import subprocess
import sys

import requests

from .engine import end_with_parent

PROGRAM = pathlib.Path(__file__).resolve().parent.parent / "identity_provider.py"
SECRET = "a secret: of the client & nobody else"


class IdentityProvider:
    """A running one that knows one client, `slipway`, whose page is at an address."""

    def __init__(self, page):
        self.process = subprocess.Popen(
            [sys.executable, PROGRAM, "slipway", SECRET, f"{page}/sign-in/openid/return"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, preexec_fn=end_with_parent)
        self.address = self.process.stdout.readline().strip()
        assert self.address, "the provider did not start"

    def settings(self, folder, **more):
        """What Slipway's settings say of it; the client's secret is in a file of the folder."""
        file = folder / "openid.secret"
        file.write_text(SECRET + "\n")
        file.chmod(0o600)
        return {"issuer": self.address, "client_id": "slipway", "client_secret": f"file:{file}", "label": "Team login", **more}

    def person(self, subject, **claims):
        self.put(f"/people/{subject}", claims)

    def behave(self, **ways):
        self.put("/ways", ways)

    def put(self, path, body):
        requests.put(self.address + path, json=body, timeout=30).raise_for_status()

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)
