"""The unit file under a real systemd."""

import json
import re

import pytest

pytestmark = pytest.mark.timeout(400)

PIPELINE = """\
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: |
          for line in $(seq 1 200); do echo "line $line"; sleep 0.05; done
          id --user --name
          test ! -e /var/lib/slipway
          test ! -e /run/slipway-metadata.sock
"""


@pytest.fixture(scope="module")
def started(system):
    system.shell("systemctl start slipway")
    system.wait(lambda: system.get("/health"), "the daemon's answer")
    system.wait(is_seen(system), "the first look at the repository")
    return system


def is_seen(system):
    return lambda: json.loads(system.get("/api/v1/repositories/app") or '{"remote": {}}')["remote"].get("reachable")


def push(system, text):
    system.run("bash", "-ec", "mkdir -p /root/sources/.github/workflows && cat > /root/sources/.github/workflows/ci.yml", stdin=text)
    system.shell("cd /root/sources && git add --all && git commit --quiet --allow-empty -m Change && git push --quiet origin HEAD")
    system.shell("chown -R slipway:slipway /srv/git")
    commit = system.shell("git -C /root/sources rev-parse HEAD")

    def look():
        runs = json.loads(system.get("/api/v1/runs") or '{"runs": []}')["runs"]
        return next((run for run in runs if run["commit"] == commit), None)

    return system.wait(look, "the run")


def completed(system, run):
    def look():
        now = json.loads(system.get(f"/api/v1/runs/{run['id']}") or '{"status": null}')
        return now if now["status"] == "completed" else None

    return system.wait(look, "the run's end", 90)


def test_the_unit_has_no_mistakes(system):
    done = system.run("systemd-analyze", "verify", "/usr/lib/systemd/system/slipway.service", check=False)
    assert done.returncode == 0, done.stderr
    assert "slipway" not in done.stderr


@pytest.mark.parametrize("unit", ["slipway-metadata.socket", "slipway-metadata.service"])
def test_the_way_to_the_metadata_has_no_mistakes(system, unit):
    done = system.run("systemd-analyze", "verify", f"/usr/lib/systemd/system/{unit}", check=False)
    assert done.returncode == 0 and "slipway" not in done.stderr, done.stderr


def test_the_user_and_its_folders_are_made(system):
    assert system.shell("id -un slipway") == "slipway"
    assert system.shell("stat --format=%U:%G:%a /etc/slipway/runner.conf") == "root:slipway:640"


def test_start_waits_until_the_daemon_is_ready(started):
    assert started.property("ActiveState") == "active"
    assert started.property("SubState") == "running"
    assert started.property("Type") == "notify"
    assert started.property("StatusText")
    assert started.shell("stat --format=%U:%a /var/lib/slipway /run/slipway").split() == ["slipway:750", "slipway:750"]
    pid = started.property("MainPID")
    assert started.shell(f"stat --format=%U /proc/{pid}") == "slipway"


def test_the_machines_metadata_is_reached_by_the_daemons_socket_only(started):
    assert "169.254.169.254/32" in started.property("IPAddressDeny")
    assert started.shell("systemctl is-active slipway-metadata.socket") == "active"
    assert started.shell("stat --format=%U:%a /run/slipway-metadata.sock") == "slipway:600"
    assert "AWS_EC2_METADATA_SERVICE_ENDPOINT=unix:/run/slipway-metadata.sock" in started.property("Environment")


def test_a_job_runs_in_its_sandbox_and_survives_a_restart(started):
    run = push(started, PIPELINE)
    job = started.wait(
        lambda: next(
            (job for job in json.loads(started.get(f"/api/v1/runs/{run['id']}"))["jobs"] if job["status"] == "running"), None),
        "the running job")
    started.wait(lambda: "line 5\n" in (started.get(f"/api/v1/jobs/{job['id']}/log") or ""), "the job's first lines")
    before = started.property("MainPID")
    started.shell("systemctl restart slipway")
    assert started.property("MainPID") != before
    now = json.loads(started.get(f"/api/v1/runs/{run['id']}"))
    assert now["status"] == "running", "the job was over before the restart, or ended with it"

    found = completed(started, run)
    assert found["conclusion"] == "success", started.get(f"/api/v1/jobs/{job['id']}/log")
    lines = [line[29:] for line in started.get(f"/api/v1/jobs/{job['id']}/log").splitlines()]
    assert [line for line in lines if re.fullmatch(r"line \d+", line)] == [f"line {number}" for number in range(1, 201)]


def test_a_crash_is_mended_by_systemd(started):
    before = started.property("MainPID")
    started.shell("systemctl kill --kill-whom=main --signal=KILL slipway")
    started.wait(lambda: started.property("MainPID") not in (before, "0"), "the daemon's next life")
    started.wait(lambda: started.property("ActiveState") == "active" and started.get("/health"), "its answer")
    assert int(started.property("NRestarts")) >= 1


def test_a_daemon_that_hangs_is_ended_by_the_watchdog(started):
    started.shell(
        "mkdir -p /run/systemd/system/slipway.service.d"
        " && printf '[Service]\\nWatchdogSec=2\\n' > /run/systemd/system/slipway.service.d/watchdog.conf"
        " && systemctl daemon-reload && systemctl restart slipway")
    before = started.property("MainPID")
    started.shell(f"kill -STOP {before}")
    started.wait(lambda: started.property("MainPID") not in (before, "0"), "the watchdog")
    started.wait(lambda: started.property("ActiveState") == "active", "the daemon's next life")
    assert "watchdog" in started.journal().lower()
    started.shell("rm -r /run/systemd/system/slipway.service.d && systemctl daemon-reload && systemctl restart slipway")


def test_reload_reads_the_settings_again(started):
    started.shell("printf 'capacity: 7\\n' >> /etc/slipway/runner.conf && systemctl reload slipway")
    started.wait(lambda: json.loads(started.get("/health"))["capacity"] == 7, "the new capacity")


def test_wrong_settings_are_in_the_journal_and_do_not_start(started):
    started.shell("cp /etc/slipway/runner.conf /root/runner.conf && echo 'capacity: nonsense' > /etc/slipway/runner.conf")
    assert started.run("systemctl", "restart", "slipway", check=False).returncode != 0
    started.wait(lambda: "runner.conf:1:" in started.journal(), "the mistake in the journal")
    started.shell(
        "cp /root/runner.conf /etc/slipway/runner.conf && systemctl reset-failed slipway && systemctl start slipway")


def test_the_service_is_not_exposed_more_than_it_must(started):
    text = started.shell("systemd-analyze security slipway --no-pager")
    level = float(re.search(r"exposure level for slipway.service: ([0-9.]+)", text)[1])
    assert level <= 6.0, text


def test_stop_leaves_nothing_running_but_jobs(started):
    run = push(started, PIPELINE)
    started.wait(
        lambda: json.loads(started.get(f"/api/v1/runs/{run['id']}"))["status"] == "running", "the running job")
    started.shell("systemctl stop slipway")
    assert started.property("ActiveState") == "inactive"
    assert started.property("Result") == "success"
    assert started.shell("pgrep --full 'seq 1 200|sleep 0.05|bwrap' | wc -l") != "0"
    started.shell("systemctl start slipway")
    assert completed(started, run)["conclusion"] == "success"
