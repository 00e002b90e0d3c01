"""What a job in the sandbox can't do."""

import subprocess

import pytest


@pytest.fixture(scope="module", autouse=True)
def sandbox():
    probe = ["bwrap", "--unshare-pid", "--unshare-user-try", "--ro-bind", "/", "/", "--proc", "/proc", "true"]
    done = subprocess.run(probe, capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"no sandbox can be made on this host: {done.stderr.strip()}")


def test_a_job_sees_neither_the_state_nor_other_jobs_nor_the_hosts_files(workbench, tmp_path):
    (tmp_path / "private").write_text("private")
    outcome = workbench.execute(
        f"""
        on: push
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - run: |
                  test ! -e {workbench.daemon.state}/slipway.db
                  test ! -e {workbench.daemon.settings_file}
                  test ! -e {tmp_path}/private
                  test ! -e /root/.ssh
                  test -z "$(ls -A /home 2>/dev/null)"
                  test -z "$(ls -A "$HOME")"
                  echo kept inside > /tmp/file
                  echo kept inside > "$HOME/file"
        """)
    assert outcome.conclusion == "success", outcome.log()
    again = workbench.execute(
        """
        on: push
        jobs:
          build:
            runs-on: ubuntu-latest
            steps: [run: 'test ! -e /tmp/file && test ! -e "$HOME/file" && test -z "$(ls -A)"']
        """)
    assert again.conclusion == "success", again.log()


def test_a_job_cannot_change_the_system(workbench):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - run: |
                  for place in /usr /etc /bin /opt /; do
                    if touch "$place/slipway-was-here" 2>/dev/null; then echo "could write to $place"; exit 1; fi
                  done
                  if echo 1 > /proc/sys/kernel/printk 2>/dev/null; then echo "could change the kernel's settings"; exit 1; fi
        """)
    assert outcome.conclusion == "success", outcome.log()


def test_a_job_sees_only_its_own_processes(workbench):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - run: |
                  ls /proc | grep -c '^[0-9]' | sed 's/^/processes: /'
                  if grep -l slipway.db /proc/[0-9]*/cmdline 2>/dev/null; then exit 1; fi
                  kill -0 1 && echo "its own init"
        """)
    assert outcome.conclusion == "success", outcome.log()
    [count] = [int(line.split(": ")[1]) for line in outcome.output() if line.startswith("processes: ")]
    assert count < 12


def test_the_network_can_be_taken_away(make_daemon, repository):
    daemon = make_daemon(sandbox_options={"network": False})
    daemon.watch(repository)
    daemon.start()
    daemon.wait_until_seen()
    commit = repository.push_workflow(
        f"""
        on: push
        jobs:
          build:
            runs-on: ubuntu-latest
            steps: [run: "! (exec 3<>/dev/tcp/127.0.0.1/{daemon.port}) 2>/dev/null"]
        """)
    assert daemon.result_of(commit)["conclusion"] == "success"


def test_paths_of_the_settings_are_shown_as_they_say(make_daemon, repository, tmp_path):
    for name in ("readable", "writable"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("there")
    daemon = make_daemon(
        sandbox_options={"read_only": [str(tmp_path / "readable")], "read_write": [str(tmp_path / "writable")]})
    daemon.watch(repository)
    daemon.start()
    daemon.wait_until_seen()
    commit = repository.push_workflow(
        f"""
        on: push
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - run: |
                  grep there {tmp_path}/readable/file {tmp_path}/writable/file
                  ! touch {tmp_path}/readable/new 2>/dev/null
                  touch {tmp_path}/writable/new
        """)
    run = daemon.result_of(commit)
    assert run["conclusion"] == "success", daemon.client.log(run["jobs"][0]["id"])
    assert (tmp_path / "writable" / "new").exists()


def test_without_a_sandbox_a_job_still_leaves_nothing_behind(make_daemon, repository):
    from blackbox import processes

    daemon = make_daemon(sandbox="none")
    daemon.watch(repository)
    daemon.start()
    daemon.wait_until_seen()
    commit = repository.push_workflow(
        """
        on: push
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - run: setsid sleep 98765.25 & (sleep 98765.5 &) ; echo started
        """)
    assert daemon.result_of(commit)["conclusion"] == "success"
    daemon.wait(lambda: not processes.running("sleep 98765"), "the end of all that the job started")
