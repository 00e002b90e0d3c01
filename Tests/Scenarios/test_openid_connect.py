"""Sign-in by a real provider of OpenID Connect: who gets in, as what, and who does not."""

import http.server
import json
import re
import ssl
import subprocess
import threading
import time

import pytest
import requests

from blackbox.provider import SECRET, IdentityProvider
from blackbox.repository import GitRepository

OUT = "/sign-in/openid"
RULES = {"role_claim": "groups", "roles": {"ci-admins": "admin", "developers": "operator"}}


class Scene:
    """A daemon whose people sign in by a provider."""

    def __init__(self, daemon, tmp_path, **rules):
        self.daemon = daemon
        self.provider = IdentityProvider(daemon.address)
        web = daemon.settings["web"]
        del web["anonymous_role"]
        web["openid_connect"] = self.provider.settings(tmp_path, **(rules or RULES))
        daemon.watch(GitRepository(tmp_path / "app"))
        daemon.start()


@pytest.fixture
def scene(make_daemon, tmp_path):
    made = []

    def make(**rules):
        made.append(Scene(make_daemon(), tmp_path, **rules))
        return made[-1]

    yield make
    for one in made:
        one.provider.close()


class Browser:
    """A person who clicks."""

    def __init__(self, scene):
        self.address = scene.daemon.address
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Accept"] = "text/html"

    def get(self, path):
        return self.session.get(self.address + path if path.startswith("/") else path, timeout=60)

    def to_provider(self, path=OUT):
        """The provider's page."""
        page = self.get(path)
        assert page.status_code == 200 and "Who are you?" in page.text, f"{page.url}\n{page.text}"
        return page

    def answer(self, page, **fields):
        return self.session.post(page.url, data=fields, timeout=60)

    def sign_in(self, subject, path=OUT):
        """Whatever page that leads to."""
        return self.answer(self.to_provider(path), subject=subject)

    def who(self):
        page = self.get("/runs")
        found = re.search(r'Signed in as </span>(\S+) <span class="dim">(\w+)', page.text)
        return found.groups() if found else None


def test_a_person_comes_back_from_the_provider_to_where_they_wanted(scene):
    scene = scene()
    scene.provider.person("s-1", preferred_username="anna", groups=["developers", "others"])
    anna = Browser(scene)
    page = anna.get("/runs?status=failure")
    assert "/sign-in?next=" in page.url and "Sign in with Team login" in page.text and "slipway user add" not in page.text
    path = re.search(r'href="(/sign-in/openid[^"]*)"', page.text).group(1)
    done = anna.sign_in("s-1", path)
    assert done.status_code == 200 and done.url == f"{scene.daemon.address}/runs?status=failure"
    assert anna.who() == ("anna", "operator")
    users = scene.daemon.command("user", "list").stdout
    assert re.search(rf"anna\s+operator.*{re.escape(scene.provider.address)}", users)
    # The answer was good once: that in the browser's history signs nobody in.
    back = next(step for step in done.history if "code=" in step.url)
    again = anna.get(back.url)
    assert again.status_code == 400 and "does not belong to a sign-in" in again.text
    messages = scene.daemon.messages.read_text()
    assert SECRET not in messages and "id_token" not in messages


def test_the_role_is_the_providers_at_each_sign_in_and_ends_with_it(scene):
    scene = scene()
    scene.provider.person("s-1", preferred_username="anna", groups=["ci-admins"])
    anna = Browser(scene)
    assert anna.sign_in("s-1").ok and anna.who() == ("anna", "admin")
    assert f"by {scene.provider.address}" in anna.get("/users").text
    assert scene.daemon.command("user", "set-role", "anna", "viewer", check=False).returncode != 0
    token = scene.daemon.command("token", "create", "t", "--user", "anna", "--scope", "run", "--expires", "1d").stdout.strip()

    scene.provider.person("s-1", preferred_username="anna", groups=["developers"])
    assert anna.who() == ("anna", "admin"), "a role lasts until the next sign-in, as the manual says"
    other = Browser(scene)
    assert other.sign_in("s-1").ok
    assert other.who() == anna.who() == ("anna", "operator")

    scene.provider.person("s-1", preferred_username="anna", groups=[])
    refused = Browser(scene).sign_in("s-1")
    assert refused.status_code == 403 and "no group that may use Slipway" in refused.text
    assert anna.who() is None and other.who() is None
    poll = requests.post(
        f"{scene.daemon.address}/api/v1/repositories/app/poll", headers={"Authorization": f"Bearer {token}"}, timeout=30)
    assert poll.status_code == 403 and "role viewer" in poll.json()["detail"]


def test_nobody_gets_anothers_user_and_who_is_disabled_stays_out(scene):
    scene = scene()
    scene.daemon.command("user", "add", "root2", "--role", "admin", stdin="correct horse battery\n")
    scene.provider.person("s-1", preferred_username="Root2", groups=["developers"])
    scene.provider.person("s-2", preferred_username="anna", groups=["developers"])
    scene.provider.person("s-3", preferred_username="anna", groups=["ci-admins"])
    taken = Browser(scene).sign_in("s-1")
    assert taken.status_code == 409 and "There is a user Root2 here already" in taken.text
    anna = Browser(scene)
    assert anna.sign_in("s-2").ok
    assert Browser(scene).sign_in("s-3").status_code == 409
    scene.daemon.command("user", "disable", "anna")
    assert anna.who() is None
    disabled = anna.sign_in("s-2")
    assert disabled.status_code == 401 and "is disabled" in disabled.text
    # Another name at the provider is no way around it.
    scene.provider.person("s-2", preferred_username="anna2", groups=["developers"])
    assert anna.sign_in("s-2").status_code == 401
    scene.daemon.command("user", "enable", "anna")
    assert anna.sign_in("s-2").ok and anna.who() == ("anna", "operator")


def test_a_refusal_and_a_provider_that_is_down_are_said_in_words(scene):
    scene = scene()
    scene.provider.person("s-1", preferred_username="anna", groups=["developers"])
    anna = Browser(scene)
    page = anna.to_provider()
    denied = anna.answer(page, no="no")
    assert denied.status_code == 403 and "access_denied" in denied.text and "Sign in with Team login" in denied.text
    page = anna.to_provider()
    scene.provider.behave(quiet=True)
    answered = anna.session.post(page.url, data={"subject": "s-1"}, timeout=60)
    assert answered.status_code == 503
    scene.provider.behave(quiet=False, secret="another")
    wrong = anna.sign_in("s-1")
    assert wrong.status_code == 503 and "client_id and client_secret" in wrong.text and SECRET not in wrong.text
    scene.provider.behave(secret=SECRET)
    assert anna.sign_in("s-1").ok and anna.who() == ("anna", "operator")


def test_another_browsers_answer_signs_nobody_in(scene):
    scene = scene()
    for subject, name in (("s-1", "eve"), ("s-2", "anna")):
        scene.provider.person(subject, preferred_username=name, groups=["developers"])
    eve, anna = Browser(scene), Browser(scene)
    page = eve.to_provider()
    answer = eve.session.post(page.url, data={"subject": "s-1"}, allow_redirects=False, timeout=60)
    stolen = answer.headers["Location"]
    assert "code=" in stolen
    # Eve has Anna open her answer: Anna would work in Eve's name.
    anna.to_provider()
    led = anna.get(stolen)
    assert led.status_code == 400 and anna.who() is None
    # It is still Eve's own.
    assert eve.get(stolen).ok and eve.who() == ("eve", "operator")


def test_new_keys_of_the_provider_and_claims_told_apart_from_the_token(scene):
    scene = scene()
    scene.provider.person("s-1", preferred_username="anna", groups=["developers"])
    scene.provider.behave(algorithm="ES256", apart=True)
    anna = Browser(scene)
    assert anna.sign_in("s-1").ok and anna.who() == ("anna", "operator")


def test_the_provider_is_not_needed_to_start_nor_for_passwords(make_daemon, tmp_path):
    daemon = make_daemon()
    provider = IdentityProvider(daemon.address)
    daemon.settings["web"]["openid_connect"] = provider.settings(tmp_path, **RULES)
    provider.close()
    daemon.start()
    began = time.monotonic()
    answer = requests.get(daemon.address + OUT, headers={"Accept": "text/html"}, timeout=60)
    assert answer.status_code == 503 and "be asked" in answer.text and "password" in answer.text
    assert time.monotonic() - began < 30, "the request has a deadline"
    daemon.command("user", "add", "anna", "--role", "viewer", stdin="correct horse battery\n")
    session = requests.Session()
    page = session.get(daemon.address + "/sign-in", timeout=30)
    token = re.search(r'name="form-token" content="([0-9a-f]+)"', page.text).group(1)
    fields = {"form_token": token, "name": "anna", "password": "correct horse battery"}
    assert "anna" in session.post(daemon.address + "/sign-in", data=fields, timeout=30).text


class Impostor(http.server.BaseHTTPRequestHandler):
    """Says by https what a provider would say; only its certificate is nobody's."""

    asked = []

    def do_GET(self):
        self.asked.append(self.path)
        address = f"https://localhost:{self.server.server_port}"
        body = json.dumps({
            "issuer": address, "authorization_endpoint": f"{address}/a", "token_endpoint": f"{address}/t", "jwks_uri": f"{address}/k",
        }).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


def test_a_provider_with_a_certificate_that_nobody_vouches_for_is_not_asked(make_daemon, tmp_path):
    files = [str(tmp_path / name) for name in ("key.pem", "certificate.pem")]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost", "-addext",
         "subjectAltName=DNS:localhost", "-keyout", files[0], "-out", files[1]], check=True, capture_output=True, timeout=60)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Impostor)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files[1], files[0])
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    secret = tmp_path / "secret"
    secret.write_text("s\n")
    secret.chmod(0o600)
    daemon = make_daemon()
    daemon.settings["web"]["openid_connect"] = {
        "issuer": f"https://localhost:{server.server_port}", "client_id": "slipway", "client_secret": f"file:{secret}", **RULES}
    daemon.start()
    answer = requests.get(daemon.address + OUT, headers={"Accept": "text/html"}, allow_redirects=False, timeout=60)
    assert answer.status_code == 503 and "the connection is not secure" in answer.text
    assert Impostor.asked == []
    server.shutdown()


@pytest.mark.parametrize("changes, words", [
    ({"issuer": "http://login.example.org"}, "expected an https URL"),
    ({"client_secret": "written here"}, "expected env:NAME or file:PATH"),
    ({"roles": {"a": "root"}}, "expected viewer, operator or admin"),
    ({"roles": {}}, "nobody could sign in"),
    ({"issuers": []}, 'unknown key "issuers"'),
    ({"default_role": "admin"}, "expected one of: none, viewer, operator"),
    ({"email_domains": ["@example.org"]}, "expected a domain"),
    ({"client_id": None}, 'needs the key "client_id"'),
])
def test_mistakes_in_the_settings_are_told_with_their_line(make_daemon, tmp_path, changes, words):
    daemon = make_daemon()
    secret = tmp_path / "secret"
    secret.write_text("s\n")
    secret.chmod(0o600)
    settings = {"issuer": "https://login.example.org", "client_id": "slipway", "client_secret": f"file:{secret}", **RULES, **changes}
    daemon.settings["web"]["openid_connect"] = settings
    daemon.write_settings()
    told = daemon.command("serve", "--check", "--config", daemon.settings_file, check=False)
    assert told.returncode != 0 and words in told.stdout + told.stderr
    assert re.search(r"runner\.conf:2:\d+", told.stdout + told.stderr)
