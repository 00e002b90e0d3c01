"""The API's answers, good and bad."""

import re

import pytest

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")

LOUD = """
    on: push
    jobs:
      build:
        runs-on: ubuntu-latest
        steps:
          - run: for line in $(seq 1 3000); do echo "line $line"; done
    """


@pytest.fixture(scope="module")
def loud(workbench):
    return workbench.execute(LOUD)


@pytest.mark.parametrize("method, path", [
    ("GET", "/api/v1/runs/999999"), ("GET", "/api/v1/jobs/999999"), ("GET", "/api/v1/jobs/999999/log"),
    ("GET", "/api/v1/jobs/999999/log/stream"), ("POST", "/api/v1/runs/999999/cancel"),
    ("POST", "/api/v1/runs/999999/rerun"), ("GET", "/api/v1/repositories/nobody"),
    ("POST", "/api/v1/repositories/nobody/poll"), ("GET", "/api/v1/nothing"), ("GET", "/api/v1/runs/abc"),
    ("POST", "/hooks/bitbucket"),
])
def test_what_is_unknown_is_404(workbench, method, path):
    answer = workbench.client.request(method, path)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    problem = answer.json()
    assert problem["status"] == 404
    assert problem["title"] and problem["detail"]


@pytest.mark.parametrize("path", ["/runs/999999", "/jobs/999999", "/repositories/nobody", "/nothing"])
def test_unknown_pages_are_404_for_people(workbench, path):
    answer = workbench.client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "text/html" in answer.headers["Content-Type"]


def test_a_run_has_every_member(workbench, loud):
    run = workbench.client.run(loud.run["id"])
    assert {
        "id", "repository", "workflow", "event", "ref", "branch", "commit", "actor", "attempt", "status", "conclusion",
        "reason", "created_at", "started_at", "finished_at", "jobs",
    } <= set(run)
    [job] = run["jobs"]
    assert {"id", "name", "status", "conclusion", "reason", "started_at", "finished_at", "steps"} <= set(job)
    for step in job["steps"]:
        assert {"number", "name", "status", "conclusion", "exit_code", "started_at", "finished_at", "log"} <= set(step)
        assert set(step["log"]) == {"from", "to"}
    for name in ("created_at", "started_at", "finished_at"):
        assert TIME.fullmatch(run[name]), run[name]


def test_a_steps_range_is_its_part_of_the_log(workbench, loud):
    job = loud.job()
    step = next(step for step in job["steps"] if step["number"] == 2)
    first, end = step["log"]["from"], step["log"]["to"]
    part = workbench.client.get(f"/api/v1/jobs/{job['id']}/log", headers={"Range": f"bytes={first}-{end - 1}"})
    assert part.status_code == 206
    lines = part.content.decode().splitlines()
    assert "##[group]Run for line" in lines[0]
    assert [line[29:] for line in lines if line[29:].startswith("line ")] == [f"line {n}" for n in range(1, 3001)]
    assert all(TIME.match(line) for line in lines)


def test_ranges(workbench, loud):
    path = f"/api/v1/jobs/{loud.job()['id']}/log"
    whole = workbench.client.get(path)
    assert whole.headers["Content-Type"].startswith("text/plain")
    assert whole.headers["Accept-Ranges"] == "bytes"
    size = len(whole.content)

    def part(value):
        return workbench.client.get(path, headers={"Range": value})

    middle = part("bytes=100-199")
    assert (middle.status_code, middle.content) == (206, whole.content[100:200])
    assert middle.headers["Content-Range"] == f"bytes 100-199/{size}"
    assert part("bytes=-50").content == whole.content[-50:]
    assert part(f"bytes={size - 10}-").content == whole.content[-10:]
    assert part(f"bytes={size - 10}-{size + 10}").content == whole.content[-10:]
    beyond = part(f"bytes={size}-")
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{size}")
    assert part("bytes=9-3").status_code == 200
    assert part("lines=1-2").status_code == 200


def read(stream, until=None):
    """The stream's bytes of log up to its end, or up to about `until` bytes; and the id of the last event."""
    text, last = b"", 0
    for identity, name, data in stream:
        if name == "end":
            return text, last, True
        text += data + (b"" if name == "part" else b"\n")
        last = identity
        if until is not None and len(text) >= until:
            break
    stream.close()
    return text, last, False


def test_a_stream_of_a_finished_log_is_the_log(workbench, loud):
    job = loud.job()["id"]
    text, last, has_ended = read(workbench.client.stream(job))
    whole = workbench.client.log_bytes(job)
    assert has_ended
    assert text == whole
    assert last == len(whole)


def test_a_live_stream_that_breaks_again_and_again_loses_and_doubles_nothing(workbench):
    run = workbench.begin(
        """
        on: push
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - run: |
                  for line in $(seq 1 20000); do echo "line $line of a log that is watched while it grows"; done
                  until [ -e "$GATES/stream" ]; do sleep 0.02; done
                  echo the end
        """)
    job = workbench.daemon.running_job(run)["id"]
    text, last = b"", None
    while len(text) < 1_000_000:
        part, last, has_ended = read(workbench.client.stream(job, last), until=150_000)
        assert not has_ended
        text += part
        assert last == len(text)
    workbench.open_gate("stream")
    rest, last, has_ended = read(workbench.client.stream(job, last))
    assert has_ended
    workbench.outcome(run)
    assert text + rest == workbench.client.log_bytes(job)


def test_a_resume_past_the_end_is_416(workbench, loud):
    answer = workbench.client.get(
        f"/api/v1/jobs/{loud.job()['id']}/log/stream", headers={"Last-Event-ID": "99999999"})
    assert answer.status_code == 416


@pytest.mark.parametrize("query", ["status=nonsense", "limit=0", "limit=x", "before=x"])
def test_wrong_filters_are_400(workbench, query):
    answer = workbench.client.get(f"/api/v1/runs?{query}")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_lists_come_in_pages(workbench, loud):
    for number in range(3):
        workbench.daemon.result_of(workbench.repository.push_commit({"n": f"{number}\n"}))
    first = workbench.client.fetched("/api/v1/runs?limit=2")
    assert len(first["runs"]) == 2
    second = workbench.client.fetched(f"/api/v1/runs?limit=2&before={first['next']}")
    ids = [int(run["id"]) for run in first["runs"] + second["runs"]]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 4
    everything = workbench.client.all_runs(repository="app", branch="main", status="success")
    assert {int(run["id"]) for run in everything} >= set(ids)
    assert workbench.client.fetched("/api/v1/runs?branch=nowhere") == {"runs": [], "next": None}


@pytest.mark.parametrize("path, body, status", [
    ("/api/v1/runs/{run}/rerun", '{"jobs": 7}', 400), ("/api/v1/runs/{run}/rerun", '{"jobs": ["x"]}', 400),
    ("/api/v1/runs/{run}/rerun", "{", 400), ("/api/v1/repositories/app/dispatch", "{}", 400),
    ("/api/v1/repositories/app/dispatch", '{"workflow": "nothing.yml"}', 404),
])
def test_wrong_bodies_are_refused(workbench, loud, path, body, status):
    answer = workbench.client.request(
        "POST", path.format(run=loud.run["id"]), data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_another_site_cannot_make_a_browser_do_anything(workbench, loud):
    path = f"/api/v1/runs/{loud.run['id']}/rerun"
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert workbench.client.post(path, {"jobs": "all"}, headers=headers).status_code == 403
    form = workbench.client.request("POST", path, data="jobs=all", headers={"Content-Type": "text/plain"})
    assert form.status_code == 415
    assert workbench.client.request("POST", f"/runs/{loud.run['id']}/rerun", data={"jobs": "all"}).status_code == 403
    assert workbench.client.get("/", headers={"Host": "evil.example"}).status_code == 421
    assert workbench.client.get("/api/v1/secrets").status_code in (401, 403, 404)


def test_pages_forbid_everything_that_they_do_not_need(workbench):
    headers = workbench.client.get("/").headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_health_and_metrics(workbench, loud):
    health = workbench.client.health()
    assert health["status"] in ("ok", "degraded")
    assert health["capacity"] == 4
    text = workbench.client.get("/metrics").text
    for line in text.splitlines():
        assert line.startswith("#") or re.fullmatch(r"[a-z_]+(\{[^}]*\})? -?[0-9.e+]+", line), line
    assert 'slipway_runs_total{conclusion="success"}' in text


def test_the_description_of_the_api_names_what_there_is(workbench):
    description = workbench.client.fetched("/api/v1/openapi.json")
    assert description["openapi"].startswith("3.")
    assert {
        "/health", "/metrics", "/api/v1/repositories", "/api/v1/runs", "/api/v1/runs/{id}", "/api/v1/jobs/{id}/log",
        "/api/v1/jobs/{id}/log/stream", "/api/v1/runs/{id}/rerun", "/api/v1/runs/{id}/cancel",
    } <= set(description["paths"])
