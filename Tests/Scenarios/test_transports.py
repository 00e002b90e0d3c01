"""Every way to reach a Git repository."""

import socket

import pytest

from blackbox.repository import GitOverHTTP, GitOverSSH, GitRepository

PIPELINE = """
    on: push
    jobs:
      build:
        runs-on: ubuntu-latest
        steps:
          - uses: actions/checkout@v4
          - run: cat hello
    """


def run_a_push(daemon, repository):
    daemon.start()
    daemon.wait_until_seen()
    run = daemon.result_of(repository.push_workflow(PIPELINE, hello="good morning\n"))
    assert run["conclusion"] == "success", run
    assert "good morning" in daemon.client.log(run["jobs"][0]["id"])


def test_a_file_url(daemon, repository):
    repository.url = f"file://{repository.bare}"
    daemon.watch(repository)
    run_a_push(daemon, repository)


def test_http(daemon, repository, tmp_path):
    with GitOverHTTP(tmp_path) as server:
        repository.url = server.url(repository)
        daemon.watch(repository)
        run_a_push(daemon, repository)


def test_http_with_a_token(daemon, repository, tmp_path):
    token = "wR7-quite-secret"
    daemon.environment["APP_TOKEN"] = token
    with GitOverHTTP(tmp_path, token=token) as server:
        repository.url = server.url(repository)
        daemon.watch(repository, credentials={"token": "env:APP_TOKEN"})
        run_a_push(daemon, repository)
    assert token not in daemon.messages.read_text()


def test_http_with_a_wrong_token_is_shown_as_a_refusal(daemon, repository, tmp_path):
    (tmp_path / "token").write_text("wrong")
    (tmp_path / "token").chmod(0o600)
    with GitOverHTTP(tmp_path, token="right") as server:
        repository.url = server.url(repository)
        daemon.watch(repository, credentials={"token": f"file:{tmp_path}/token"})
        daemon.start()
        remote = daemon.wait(
            lambda: (lambda found: found if found["reachable"] is False else None)(daemon.client.remote("app")),
            "the refusal")
        assert "401" in remote["error"] or "authenticat" in remote["error"].lower() or "token" in remote["error"].lower()


def test_ssh_with_a_key_and_a_known_host(daemon, repository, tmp_path):
    with GitOverSSH(tmp_path / "ssh") as server:
        repository.url = server.url(repository)
        daemon.watch(
            repository, credentials={"ssh_key": str(server.key), "known_hosts": str(server.known_hosts)})
        run_a_push(daemon, repository)


# An address of its own: port 22 of the usual one may be somebody's.
@pytest.mark.parametrize(("address", "port"), [("127.0.7.22", 22), ("127.0.0.1", None)])
def test_ssh_in_scp_form(daemon, repository, tmp_path, address, port):
    if port:
        with socket.socket() as probe:
            try:
                probe.bind((address, port))
            except OSError as error:
                pytest.skip(f"port {port} can't be taken: {error}")
    with GitOverSSH(tmp_path / "ssh", address, port) as server:
        repository.url = server.short_address(repository)
        daemon.watch(
            repository, credentials={"ssh_key": str(server.key), "known_hosts": str(server.known_hosts)})
        run_a_push(daemon, repository)


def test_a_host_that_shows_another_key_than_the_known_one_is_refused(daemon, repository, tmp_path):
    with GitOverSSH(tmp_path / "ssh") as server:
        repository.url = server.url(repository)
        forged = server.folder / "forged"
        forged.write_text(f"[127.0.0.1]:{server.port} {(server.folder / 'stranger.pub').read_text()}")
        daemon.watch(repository, credentials={"ssh_key": str(server.key), "known_hosts": str(forged)})
        daemon.start()
        remote = daemon.wait(
            lambda: (lambda found: found if found["reachable"] is False else None)(daemon.client.remote("app")),
            "the refusal")
        assert "key" in remote["error"] and str(forged) in remote["error"], remote
        assert "Accepted publickey" not in (server.folder / "messages").read_text()
        # It is looked at anew once the right key is known.
        forged.write_text(server.known_hosts.read_text())
        daemon.client.posted("/api/v1/repositories/app/poll")
        daemon.wait_until_seen()


@pytest.mark.parametrize("what", ["an unknown host", "a key that the server does not know"])
def test_ssh_refuses(daemon, repository, tmp_path, what):
    with GitOverSSH(tmp_path / "ssh") as server:
        repository.url = server.url(repository)
        (server.folder / "nobody").write_text("")
        is_host = what == "an unknown host"
        daemon.watch(
            repository,
            credentials={
                "ssh_key": str(server.key if is_host else server.folder / "stranger"),
                "known_hosts": str(server.folder / "nobody" if is_host else server.known_hosts),
            })
        daemon.start()
        remote = daemon.wait(
            lambda: (lambda found: found if found["reachable"] is False else None)(daemon.client.remote("app")), what)
        assert ("host" in remote["error"] if is_host else "key" in remote["error"]), remote


def test_two_repositories_run_side_by_side(daemon, tmp_path):
    first, second = GitRepository(tmp_path / "first", "team/first"), GitRepository(tmp_path / "second", "team/second")
    daemon.watch(first).watch(second)
    daemon.start()
    daemon.wait_until_seen()
    commits = {one.name: one.push_workflow(PIPELINE, hello="x\n") for one in (first, second)}
    for name, commit in commits.items():
        assert daemon.result_of(commit, repository=name)["repository"] == name
        assert [run["commit"] for run in daemon.runs(repository=name)] == [commit]
