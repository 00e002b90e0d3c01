"""The services of artifacts and caches that JavaScript actions written for GitHub speak to, with a client that does what theirs
does, under the host's Node."""

import pathlib
import subprocess

import pytest

from blackbox.daemon import Daemon
from blackbox.repository import GitRepository
from blackbox.workbench import Outcome

TOOLKIT = pathlib.Path(__file__).resolve().parent.parent / "Support" / "toolkit"
ACTION = {f".github/actions/toolkit/{file.name}": file.read_text() for file in TOOLKIT.iterdir()}

EXCHANGE = """
on: push
jobs:
  first:
    runs-on: ubuntu-latest
    outputs: {listed: "${{ steps.list.outputs.result }}"}
    steps:
      - uses: actions/checkout@v4
      - run: |
          head -c 3000000 /dev/urandom > weights.bin
          sha256sum weights.bin > weights.sha256
          python3 -m zipfile -c model.zip weights.bin weights.sha256
          test -z "$ACTIONS_RUNTIME_TOKEN" && test -z "$ACTIONS_RESULTS_URL"
      - uses: ./.github/actions/toolkit
        with: {do: upload, name: model, path: model.zip}
      - uses: actions/upload-artifact@v4
        with: {name: checksum, path: weights.sha256}
      - uses: ./.github/actions/toolkit
        with: {do: upload, name: mistake, path: weights.sha256}
      - uses: ./.github/actions/toolkit
        with: {do: delete, name: mistake}
      - id: list
        uses: ./.github/actions/toolkit
        with: {do: list}
      - id: again
        continue-on-error: true
        uses: ./.github/actions/toolkit
        with: {do: upload, name: model, path: model.zip}
      - run: test "${{ steps.again.outcome }}" = failure
  second:
    needs: first
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/download-artifact@v4
        with: {name: model}
      - run: sha256sum --check weights.sha256
      - uses: ./.github/actions/toolkit
        with: {do: download, name: checksum, path: checksum.zip}
      - run: |
          python3 -m zipfile -e checksum.zip out
          cmp out/weights.sha256 weights.sha256
          test "${{ needs.first.outputs.listed }}" = checksum,model
"""

CACHES = """
on: push
jobs:
  save:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: test ! -e packages.tar && head -c 9000000 /dev/zero > packages.tar
      - id: before
        uses: ./.github/actions/toolkit
        with: {do: restore, keys: "pip-1,other-", path: packages.tar}
      - uses: ./.github/actions/toolkit
        with: {do: save, keys: pip-1, path: packages.tar}
      - run: test "${{ steps.before.outputs.result }}" = nothing
  restore:
    needs: save
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - id: found
        uses: ./.github/actions/toolkit
        with: {do: restore, keys: "pip-2,pip-", path: packages.tar}
      - run: |
          test "${{ steps.found.outputs.result }}" = pip-1
          test "$(stat --format %s packages.tar)" = 9000000
"""


# Without the token, then with it, where the older service of caches finds nothing and says so by 204.
FETCH = """\
url="${ACTIONS_CACHE_URL}_apis/artifactcache/cache?keys=none&version=1"
wget -q -O /dev/null "$url" 2> refused.txt && exit 1
wget -S -O /dev/null --header "Authorization: Bearer $ACTIONS_RUNTIME_TOKEN" "$url" 2> answered.txt
cat refused.txt answered.txt
grep -q " 204 " answered.txt
"""


def assert_green(outcome):
    failed = [job["name"] for job in outcome.jobs if job["conclusion"] != "success"]
    assert not failed, "\n".join(outcome.log(name) for name in failed)


class Site:
    """A daemon with a repository for each way in which jobs are confined, and the forge shown to them."""

    OPTIONS = {
        "plain": {}, "closed": {"sandbox_options": {"network": False}}, "bare": {"sandbox": "none"},
        "local": {"forge": {"server_url": "https://forge.localhost"}},
        "enterprise": {"forge": {"server_url": "https://git.example.org"}},
    }

    def __init__(self, binary, folder):
        self.daemon = Daemon(binary, folder / "daemon")
        self.repositories = {name: GitRepository(folder / name, name) for name in self.OPTIONS}
        for name, options in self.OPTIONS.items():
            self.daemon.watch(self.repositories[name], **options)
        self.daemon.start()
        self.daemon.wait_until_seen()

    def execute(self, name, workflow, **files):
        commit = self.repositories[name].push_workflow(workflow, **{**ACTION, **files})
        return Outcome(self.daemon, self.daemon.result_of(commit))


@pytest.fixture(scope="module")
def site(binary, tmp_path_factory):
    site = Site(binary, tmp_path_factory.mktemp("services"))
    yield site
    site.daemon.dispose()


@pytest.mark.parametrize("name", ["plain", "closed", "bare", "local"])
def test_artifacts_go_between_original_and_built_in_actions(site, name):
    assert_green(site.execute(name, EXCHANGE))


@pytest.mark.parametrize("name", ["plain", "closed", "enterprise"])
def test_caches_are_saved_and_found_by_the_newer_and_the_older_protocol(site, name):
    outcome = site.execute(name, CACHES)
    assert_green(outcome)
    assert f"enterprise {str(name == 'enterprise').lower()}" in outcome.output("save")


def test_the_toolkit_refuses_artifacts_where_the_forge_is_no_github(site):
    outcome = site.execute("enterprise", EXCHANGE)
    assert outcome.conclusions() == {"first": "failure", "second": "skipped"}
    assert "artifacts are not supported on an enterprise server" in outcome.log("first")


def test_the_token_is_hidden_and_another_is_refused(site):
    outcome = site.execute(
        "plain",
        """
        on: push
        jobs:
          job:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v4
              - id: other
                uses: ./.github/actions/toolkit
                with: {do: forbidden}
              - uses: ./.github/actions/tell
              - run: test "${{ steps.other.outputs.result }}" = 401
        """,
        **{".github/actions/tell/action.yml": "runs: {using: node20, main: main.js}\n",
           ".github/actions/tell/main.js": "console.log(`token ${process.env.ACTIONS_RUNTIME_TOKEN}`)\n"})
    assert_green(outcome)
    assert "token ***" in outcome.output()


def test_actions_in_containers_reach_their_services_through_the_jobs_network(container_workbench, tools_image, nothing_left):
    outcome = container_workbench.execute(
        f"""
        on: push
        jobs:
          inside:
            runs-on: ubuntu-latest
            container: {tools_image}
            steps:
              - uses: actions/checkout@v4
              - run: head -c 2000000 /dev/urandom > data.bin
              - uses: ./.github/actions/toolkit
                with: {{do: upload, name: data, path: data.bin}}
              - uses: ./.github/actions/toolkit
                with: {{do: download, name: data, path: back.bin}}
              - run: cmp data.bin back.bin
              - uses: ./.github/actions/toolkit
                with: {{do: save, keys: inside-1, path: data.bin}}
          beside:
            needs: inside
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v4
              - uses: ./.github/actions/fetch
              - run: grep -q 401 refused.txt
              - uses: ./.github/actions/toolkit
                with: {{do: restore, keys: inside-1, path: data.bin}}
              - run: test -s data.bin
        """,
        **{**ACTION, ".github/actions/fetch/action.yml": "runs: {using: docker, image: Dockerfile}\n",
           ".github/actions/fetch/Dockerfile": "FROM busybox:test\nCOPY fetch.sh /fetch.sh\nENTRYPOINT [\"sh\", \"/fetch.sh\"]\n",
           ".github/actions/fetch/fetch.sh": FETCH})
    assert_green(outcome)


def test_run_serves_the_actions_of_the_working_tree(binary, tmp_path):
    project = GitRepository(tmp_path / "project")
    project.commit({".github/workflows/ci.yml": EXCHANGE, **ACTION})
    done = subprocess.run(
        [binary, "run", ".github/workflows/ci.yml"], cwd=project.work, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and "✓ second: success" in done.stdout, done.stdout + done.stderr
