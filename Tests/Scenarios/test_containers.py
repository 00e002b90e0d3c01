"""Container jobs, services and Docker actions, with a real Docker Engine."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import textwrap

import pytest

from blackbox import processes
from blackbox.daemon import Daemon
from blackbox.engine import busybox_archive
from blackbox.repository import GitOverHTTP, GitRepository
from blackbox.waiting import wait_for
from blackbox.webhooks import github_pull_request, send_github
from blackbox.workbench import Workbench

pytestmark = pytest.mark.timeout(300)

NOBODY = 65534

WEB = """\
image: busybox:test
env: {ANSWER: hello}
entrypoint: sh
command: -c 'sleep 0.5; echo "$ANSWER" > /var/www/index.html; exec httpd -f -h /var/www'
options: --health-cmd "wget -q -O - http://127.0.0.1/" --health-interval 200ms --health-retries 50
ports: [80]
"""


def indented(text, spaces):
    return textwrap.indent(text, " " * spaces).strip()


@pytest.fixture(scope="module")
def workbench(binary, engine, tmp_path_factory):
    workbench = Workbench(
        binary, tmp_path_factory.mktemp("containers"), docker={"socket": str(engine.socket)},
        labels={"small": {"image": "busybox:test", "options": "--hostname by-label"}})
    yield workbench
    workbench.dispose()


@pytest.fixture
def nothing_left(engine):
    """After the test, no job has anything in the engine."""
    yield
    wait_for(lambda: not engine.leftovers(), "the removal of everything", 30, explain=lambda: str(engine.leftovers()))


def test_steps_run_in_the_jobs_container_and_talk_back_through_its_files(workbench, nothing_left):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          job:
            runs-on: ubuntu-latest
            container:
              image: busybox:test
              env: {COLOR: blue}
              options: --hostname box --cpus 1
              volumes: ["data:/data"]
            outputs: {answer: "${{ steps.one.outputs.answer }}"}
            steps:
              - uses: actions/checkout@v4
              - id: one
                run: |
                  hostname; echo "$COLOR $FROM_IMAGE"; pwd; id -u
                  test -e .github/workflows/ci.yml
                  test "$GITHUB_WORKSPACE" = /__w/app/app && test "$HOME" = /github/home
                  grep -q refs/heads/main "$GITHUB_EVENT_PATH"
                  echo answer=42 >> "$GITHUB_OUTPUT"; echo WORD=kept >> "$GITHUB_ENV"; echo /data >> "$GITHUB_PATH"
                  printf '#!/bin/sh\\necho from the path\\n' > /data/tool; chmod +x /data/tool
                  echo "# Summary" >> "$GITHUB_STEP_SUMMARY"; echo "::warning::careful"
              - run: echo "$WORD"; tool; echo "${{ job.container.network != '' }} ${{ hashFiles('.github/**') != '' }}"
              - run: for i in 1 2 3 4 5; do echo "out $i"; echo "err $i" >&2; done; exit 3
                continue-on-error: true
                id: bad
              - run: echo "${{ steps.bad.outcome }}"
          after:
            needs: job
            runs-on: ubuntu-latest
            steps: [run: "test '${{ needs.job.outputs.answer }}' = 42"]
        """)
    assert outcome.conclusions() == {"job": "success", "after": "success"}, outcome.log("job")
    lines = outcome.output("job")
    begin = lines.index("box")
    assert lines[begin:begin + 4] == ["box", "blue yes", "/__w/app/app", "0"]
    assert "kept" in lines and "from the path" in lines and "true true" in lines and "failure" in lines
    begin = lines.index("out 1")
    assert lines[begin:begin + 10] == [f"{word} {number}" for number in range(1, 6) for word in ("out", "err")]
    assert outcome.steps("job")["Run for i in 1 2 3 4 5; do echo \"out $i\"; echo \"err $i\" >&2; done; exit 3"]["exit_code"] == 3
    assert [found["message"] for found in outcome.annotations() if found["level"] == "warning"] == ["careful"]
    assert "Pulling" not in outcome.log("job") and "Starting the job's container" in outcome.log("job")


def test_services_are_healthy_before_the_first_step_on_the_host_and_in_a_container(workbench, nothing_left):
    outcome = workbench.execute(
        f"""
        on: push
        jobs:
          host:
            runs-on: ubuntu-latest
            services:
              web:
                {indented(WEB, 16)}
            steps:
              - run: |
                  python3 - <<'END'
                  import urllib.request
                  print(urllib.request.urlopen("http://127.0.0.1:${{{{ job.services.web.ports['80'] }}}}/").read().decode())
                  END
              - run: test -n "${{{{ job.services.web.id }}}}" -a "${{{{ job.services.web.network }}}}" = "${{{{ job.container.network }}}}"
          container:
            runs-on: ubuntu-latest
            container: busybox:test
            services:
              web:
                {indented(WEB, 16)}
            steps:
              - run: fetch web
        """)
    assert outcome.conclusions() == {"host": "success", "container": "success"}, outcome.log("host") + outcome.log("container")
    for job in ("host", "container"):
        assert "hello" in outcome.output(job)
        assert "The service web is healthy." in outcome.log(job)


def test_a_service_that_is_not_healthy_fails_the_job_and_shows_its_log(workbench, nothing_left):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          job:
            runs-on: ubuntu-latest
            services:
              database:
                image: busybox:test
                entrypoint: sh
                command: -c 'echo no license found; exec sleep 1000'
                options: --health-cmd "exit 1" --health-interval 100ms --health-retries 2
            steps: [run: echo never]
        """)
    assert outcome.conclusion == "failure"
    assert "no license found" in outcome.log() and "database is unhealthy" in outcome.log()
    assert "never" not in outcome.output()
    assert "database is unhealthy" in outcome.job()["reason"]


ACTION = """\
name: Count
inputs:
  word: {required: true}
  times: {default: "2"}
outputs:
  text: {description: What was said}
runs:
  using: docker
  image: Dockerfile
  env: {STYLE: loud}
  args: ["${{ inputs.times }}", "two words"]
"""

DOCKERFILE = """\
FROM busybox:test
COPY say.sh /say.sh
RUN chmod +x /say.sh
ENTRYPOINT ["/say.sh"]
"""

SAY = """\
#!/bin/sh
echo "$INPUT_WORD $1 $2 $STYLE $FROM_STEP"
pwd
test -e "$GITHUB_EVENT_PATH" && echo event
echo "text=$INPUT_WORD" >> "$GITHUB_OUTPUT"
echo "SAID=$INPUT_WORD" >> "$GITHUB_ENV"
echo made by the action > made.txt
"""


@pytest.mark.parametrize("container", ["", "container: busybox:test"])
def test_docker_actions_are_built_or_pulled_and_run_with_the_jobs_folders(workbench, container, nothing_left):
    outcome = workbench.execute(
        f"""
        on: push
        jobs:
          job:
            runs-on: ubuntu-latest
            {container}
            steps:
              - uses: actions/checkout@v4
              - id: say
                uses: ./action
                with: {{word: hello}}
                env: {{FROM_STEP: step}}
              - run: cat made.txt; echo "$SAID ${{{{ steps.say.outputs.text }}}}"
              - uses: docker://busybox:test
                with:
                  entrypoint: /bin/sh
                  args: -c "cat made.txt; exit 7"
                continue-on-error: true
                id: bad
              - run: echo "it was a ${{{{ steps.bad.outcome }}}}"
        """, **{"action/action.yml": ACTION, "action/Dockerfile": DOCKERFILE, "action/say.sh": SAY})
    assert outcome.conclusion == "success", outcome.log()
    lines = outcome.output()
    for line in ("hello 2 two words loud step", "/github/workspace", "event", "hello hello", "it was a failure"):
        assert line in lines, outcome.log()
    assert lines.count("made by the action") == 2


def test_a_label_stands_for_an_image_unless_the_job_has_a_container(workbench, nothing_left):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          label:
            runs-on: small
            steps: [run: "hostname; echo $FROM_IMAGE"]
          own:
            runs-on: [self-hosted, small]
            container: {image: busybox:test, options: --hostname own}
            steps: [run: hostname]
          host:
            runs-on: ubuntu-latest
            steps: [run: "echo \\"image: $FROM_IMAGE\\""]
        """)
    assert outcome.conclusion == "success", outcome.log("label")
    assert "by-label" in outcome.output("label") and "yes" in outcome.output("label")
    assert "own" in outcome.output("own")
    assert "image: " in outcome.output("host")


def test_what_reaches_the_host_is_refused_before_anything_is_made(workbench, nothing_left):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          privileged:
            runs-on: ubuntu-latest
            container: {image: busybox:test, options: --privileged}
            steps: [run: id]
          path:
            runs-on: ubuntu-latest
            container: {image: busybox:test, volumes: ["/etc:/host"]}
            steps: [run: id]
          unknown:
            runs-on: ubuntu-latest
            services: {web: {image: "busybox:test", options: --fast}}
            steps: [run: id]
        """)
    assert set(outcome.conclusions().values()) == {"failure"}
    assert "--privileged" in outcome.job("privileged")["reason"]
    assert "/etc" in outcome.job("path")["reason"]
    assert "--fast is not known" in outcome.job("unknown")["reason"]


def test_a_cancel_ends_the_commands_and_lets_always_run_in_the_container(workbench, nothing_left):
    run = workbench.begin(
        """
        on: push
        jobs:
          job:
            runs-on: ubuntu-latest
            container: busybox:test
            steps:
              - run: (setsid sleep 7654 &); echo waiting; sleep 7654
              - run: "echo left: $(ps | grep -c '[s]leep 7654')"
                if: always()
        """)
    job = workbench.daemon.running_job(run)
    workbench.daemon.wait_for_log(job, "waiting")
    workbench.client.cancel(run["id"])
    outcome = workbench.outcome(run)
    assert outcome.conclusion == "cancelled"
    assert "left: 0" in outcome.output(), outcome.log()
    assert not processes.running("sleep 7654")


def waiting_job(workbench):
    run = workbench.begin(
        """
        on: push
        jobs:
          job:
            runs-on: ubuntu-latest
            container: {image: busybox:test, volumes: ["data:/data"]}
            services: {other: {image: "busybox:test", command: tail -f /dev/null}}
            steps: [run: "echo waiting; until [ -e go ]; do sleep 0.1; done; echo gone on"]
        """)
    job = workbench.daemon.running_job(run)
    workbench.daemon.wait_for_log(job, "waiting")
    return run, job


def test_a_killed_worker_leaves_nothing_in_the_engine(workbench, engine, nothing_left):
    run, job = waiting_job(workbench)
    assert len(engine.leftovers()) == 4
    processes.kill(workbench.daemon.worker(run, job))
    assert workbench.outcome(run).conclusion == "lost"


def test_what_a_crash_of_everything_left_is_removed_at_the_next_start(workbench, engine, nothing_left):
    run, job = waiting_job(workbench)
    worker = workbench.daemon.worker(run, job)
    workbench.daemon.kill()
    processes.kill(worker)
    assert len(engine.leftovers()) == 4
    workbench.daemon.start()
    assert workbench.outcome(run).conclusion == "lost"


def test_a_container_job_outlives_the_daemon(workbench, nothing_left):
    run, job = waiting_job(workbench)
    workbench.daemon.restart()
    (workbench.daemon.state / "workspaces" / str(job["id"]) / "workspace" / "go").touch()
    outcome = workbench.outcome(run)
    assert outcome.conclusion == "success"
    assert "gone on" in outcome.output()


def test_a_stopped_engine_is_a_named_error(binary, engine, tmp_path):
    workbench = Workbench(binary, tmp_path / "stopped", docker={"socket": str(tmp_path / "none.sock")})
    try:
        outcome = workbench.execute(
            """
            on: push
            jobs:
              job:
                runs-on: ubuntu-latest
                container: busybox:test
                steps: [run: id]
            """)
        assert outcome.conclusion == "failure"
        assert "there is no socket" in outcome.job()["reason"] and "start the Docker Engine" in outcome.job()["reason"]
    finally:
        workbench.dispose()


def test_jobs_use_the_engine_only_as_far_as_the_settings_say(binary, engine, tmp_path, nothing_left):
    repository = GitRepository(tmp_path / "app")
    daemon = Daemon(binary, tmp_path / "daemon", {"docker": {"socket": str(engine.socket)}})
    daemon.watch(repository, name="none", docker="off").watch(repository, name="all", docker="socket")
    daemon.start()
    try:
        daemon.wait_until_seen()
        commit = repository.push_workflow(
            f"""
            on: push
            jobs:
              container:
                runs-on: ubuntu-latest
                container: {{image: busybox:test, options: --cap-add NET_ADMIN}}
                steps: [run: test -S /var/run/docker.sock]
              host:
                runs-on: ubuntu-latest
                steps:
                  - run: echo "$DOCKER_HOST"; curl --silent --fail --unix-socket "${{DOCKER_HOST#unix://}}" http://docker/_ping
            """)
        conclusions = {}
        for name in ("none", "all"):
            run = daemon.result_of(commit, repository=name)
            conclusions[name] = {job["name"]: job["conclusion"] for job in run["jobs"]}
        assert conclusions == {
            "none": {"container": "failure", "host": "failure"}, "all": {"container": "success", "host": "success"}}
    finally:
        daemon.dispose()


def test_a_pull_request_of_a_fork_gets_neither_the_engine_nor_others_images(binary, engine, tmp_path, nothing_left):
    """Whatever the repository's own jobs may do."""
    image = "127.0.0.1:1/private:1"
    engine.import_image(image, busybox_archive(), "ENV PATH=/bin")
    repository = GitRepository(tmp_path / "app")
    daemon = Daemon(
        binary, tmp_path / "daemon",
        {"docker": {"socket": str(engine.socket)}, "labels": {"small": {"image": "busybox:test"}}})
    daemon.watch(repository, docker="socket", pull_requests="all", webhook_secret="secret")
    daemon.start()
    try:
        repository.push_commit({"README": "app"})
        daemon.wait_until_seen()
        repository.git("checkout", "--quiet", "-b", "topic")
        head = repository.commit({".github/workflows/ci.yml": f"""
            on: pull_request
            jobs:
              host:
                runs-on: ubuntu-latest
                steps: [run: 'test -z "$DOCKER_HOST" && test ! -e {engine.socket}']
              label:
                runs-on: small
                steps: [run: test ! -e /var/run/docker.sock]
              options:
                runs-on: ubuntu-latest
                container: {{image: "busybox:test", options: --privileged}}
                steps: [run: id]
              private:
                runs-on: ubuntu-latest
                container: "{image}"
                steps: [run: id]
            """})
        repository.git("push", "--quiet", "origin", "HEAD:refs/pull/7/head")
        answer = send_github(daemon, github_pull_request(repository, head, fork="eve/app"), "secret", event="pull_request")
        assert answer.ok, answer.text
        run = daemon.result_of(head, seconds=120)
        jobs = {job["name"]: job for job in run["jobs"]}
        logs = {name: daemon.client.log(job["id"]) for name, job in jobs.items()}
        assert {name: job["conclusion"] for name, job in jobs.items()} == {
            "host": "success", "label": "success", "options": "failure", "private": "failure"}, logs
        assert "--privileged" in jobs["options"]["reason"]
        assert image in jobs["private"]["reason"]
    finally:
        daemon.dispose()


@pytest.fixture
def open_folder():
    """A folder that every user may enter."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="slipway-unprivileged-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def workspaces(daemon):
    """Those of jobs; workers that wait for one have some, too."""
    return [entry.name for entry in (daemon.state / "workspaces").iterdir() if entry.name.isdigit()]


def owned_by_others(folder):
    return [str(path) for path in folder.rglob("*") if path.lstat().st_uid != NOBODY]


def test_an_unprivileged_daemon_keeps_no_files_that_it_can_t_remove(binary, engine, open_folder, nothing_left):
    """Also those that an image without any programs made, and those of a worker that was killed."""
    repository = GitRepository(open_folder / "app")
    engine.socket.chmod(0o666)
    engine.folder.chmod(0o755)
    with GitOverHTTP(open_folder) as server:
        (open_folder / "home").mkdir()
        daemon = Daemon(binary, open_folder / "home" / "daemon", {"docker": {"socket": str(engine.socket)}})
        for path in (open_folder / "home").rglob("*"):
            os.chown(path, NOBODY, NOBODY)
        os.chown(open_folder / "home", NOBODY, NOBODY)
        daemon.user = NOBODY
        repository.url = server.url(repository)
        daemon.watch(repository)
        daemon.settings["sandbox"] = "none"
        daemon.start()
        try:
            daemon.wait_until_seen()
            commit = repository.push_workflow(
                """
                on: push
                jobs:
                  container:
                    runs-on: ubuntu-latest
                    container: busybox:test
                    steps:
                      - uses: actions/checkout@v4
                      - run: |
                          mkdir -p a/b; touch a/b/c ~/d; chmod 700 a; ln -s /etc/passwd link; id -u
                      - uses: actions/upload-artifact@v4
                        with: {name: private, path: a}
                      - uses: actions/checkout@v4
                      - run: test ! -e a && test -e /github/home/d
                  bare:
                    runs-on: ubuntu-latest
                    steps:
                      - uses: docker://bare:test
                        with: {entrypoint: touch, args: made-by-root}
                      - run: test -O made-by-root
                  user:
                    runs-on: ubuntu-latest
                    container: nobody:test
                    steps:
                      - uses: actions/checkout@v4
                      - run: id -u; touch new; echo x >> .github/workflows/ci.yml; echo A=b >> "$GITHUB_ENV"; mkdir ~/.cache
                      - run: test "$A" = b
                """)
            run = daemon.result_of(commit)
            logs = {job["name"]: daemon.client.log(job["id"]) for job in run["jobs"]}
            assert {job["name"]: job["conclusion"] for job in run["jobs"]} == dict.fromkeys(logs, "success"), logs
            daemon.wait(lambda: not workspaces(daemon), "the removal of the jobs' workspaces")
            assert owned_by_others(daemon.state) == []

            lost = repository.push_workflow(
                """
                on: push
                jobs:
                  job:
                    runs-on: ubuntu-latest
                    container: busybox:test
                    steps: [run: "mkdir -m 700 private; touch private/x; echo waiting; sleep 1000"]
                """)
            run = daemon.run_of(lost)
            job = daemon.running_job(run)
            daemon.wait_for_log(job, "waiting")
            processes.kill(daemon.worker(run, job))
            assert daemon.completed(run)["conclusion"] == "lost"
            daemon.wait(lambda: not workspaces(daemon), "the removal of the lost job's workspace")
        finally:
            daemon.dispose()


def test_a_run_without_a_daemon_cleans_up_after_one_that_was_killed(binary, engine, tmp_path, nothing_left):
    folder = tmp_path / "app"
    folder.mkdir()
    environment = {**os.environ, "DOCKER_HOST": f"unix://{engine.socket}"}

    def begin(text):
        (folder / "ci.yml").write_text(textwrap.dedent(text))
        return subprocess.Popen(
            [binary, "run", "ci.yml"], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def workflow(script):
        return f"""
            on: push
            jobs:
              job:
                runs-on: ubuntu-latest
                container: busybox:test
                steps: [run: {script}]
            """

    first = begin(workflow("sleep 1000"))
    wait_for(lambda: len(engine.leftovers()) >= 2, "the first run's container", 60)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert engine.leftovers()
    second = begin(workflow("echo \"from $FROM_IMAGE\""))
    output, _ = second.communicate(timeout=120)
    assert second.returncode == 0 and "from yes" in output, output
