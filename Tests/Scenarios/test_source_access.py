"""What opens the repositories of others: keys of a checkout, credentials for actions; and tags that are followed."""

import getpass

import pytest

from blackbox.repository import GitOverHTTP, GitOverSSH, GitRepository

SAY = {"action.yml": "runs: {using: composite, steps: [{run: 'echo said once', shell: bash}]}\n"}
PIPELINE = """
    on: push
    jobs:
      build:
        runs-on: ubuntu-latest
        steps: [{uses: team/say@v1}]
    """


def shown(folder, name, files, tag=None):
    """A repository, and a link by which a server of the folder finds it as `name`."""
    repository = GitRepository(folder / "made" / name.replace("/", "-"), name)
    link = folder / "shown" / f"{name}.git"
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(repository.bare)
    repository.push_commit(files)
    if tag:
        move(repository, tag)
    return repository


def move(repository, tag):
    repository.git("tag", "--force", tag)
    repository.push(tag, force=True)


def log_of(daemon, run):
    return "\n".join(daemon.client.log(job["id"]) for job in run["jobs"])


def start(daemon, repository, **options):
    daemon.watch(repository, **options)
    daemon.start()
    return daemon.wait_until_seen()


def test_tags_of_actions_are_followed_where_the_settings_say_so(make_daemon, repository, tmp_path):
    say = shown(tmp_path, "team/say", SAY, tag="v1")
    daemon = start(make_daemon(actions={"server": str(tmp_path / "shown"), "update": "follow"}), repository)
    assert "said once" in log_of(daemon, daemon.result_of(repository.push_workflow(PIPELINE)))
    say.push_commit({"action.yml": SAY["action.yml"].replace("once", "twice")})
    move(say, "v1")
    run = daemon.result_of(repository.push_workflow(PIPELINE, again="1"))
    assert "said twice" in log_of(daemon, run)
    assert not [found for found in daemon.client.annotations(run["id"]) if found["level"] == "warning"]


def test_actions_are_fetched_with_their_credentials_and_not_without(make_daemon, repository, tmp_path):
    shown(tmp_path, "team/say", SAY, tag="v1")
    with GitOverHTTP(tmp_path / "shown", token="token-for-actions") as server:
        address = f"http://127.0.0.1:{server.port}"
        (tmp_path / "token").write_text("token-for-actions\n")
        with_token = make_daemon(actions={"server": address, "credentials": {"token": f"file:{tmp_path}/token"}})
        without = make_daemon(actions={"server": address})
        for daemon in (with_token, without):
            start(daemon, repository)
        commit = repository.push_workflow(PIPELINE)
        run = with_token.result_of(commit)
        assert run["conclusion"] == "success" and "said once" in log_of(with_token, run)
        refused = without.result_of(commit)
        assert refused["conclusion"] == "refused"
        page = without.client.get(f"/runs/{refused['id']}").text
        assert "team/say@v1" in page and "asks for a user name and a token" in page
        for text in (log_of(with_token, run), with_token.tail(500), without.tail(500)):
            assert "token-for-actions" not in text


@pytest.mark.parametrize("known", [True, False], ids=["a known host", "an unknown host"])
def test_a_checkout_of_another_repository_by_its_key(make_daemon, repository, tmp_path, known):
    shown(tmp_path, "team/private", {"secret.txt": "read by a key\n"})
    with GitOverSSH(tmp_path / "ssh") as server:
        address = f"ssh://{getpass.getuser()}@{server.address}:{server.port}{tmp_path}/shown"
        daemon = start(make_daemon(actions={"server": address}), repository)
        daemon.command("secret", "set", "DEPLOY_KEY", stdin=server.key.read_text())
        hosts = server.known_hosts.read_text() if known else server.known_hosts.read_text().replace(server.address, "127.0.0.9")
        run = daemon.result_of(repository.push_workflow(f"""
            on: push
            jobs:
              build:
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v4
                    with:
                      repository: team/private
                      path: other
                      ssh-key: ${{{{ secrets.DEPLOY_KEY }}}}
                      ssh-known-hosts: "{hosts.strip()}"
                  - run: cat other/secret.txt; ! grep -r PRIVATE other/.git
            """))
        log = log_of(daemon, run)
        if known:
            assert run["conclusion"] == "success" and "read by a key" in log, log
        else:
            assert run["conclusion"] == "failure" and "known" in run["jobs"][0]["reason"], log
        assert "OPENSSH" not in log
