"""The largest matrix that the language allows."""

import time

CELLS = 256

WORKFLOW = f"""
    on: push
    jobs:
      cells:
        runs-on: ubuntu-latest
        strategy:
          matrix: {{left: {list(range(16))}, right: {list(range(16))}}}
        steps: [run: 'echo cell $((${{{{ matrix.left }}}} * 16 + ${{{{ matrix.right }}}}))']
      after:
        needs: cells
        runs-on: ubuntu-latest
        steps: [run: echo after]
    """


def test_every_cell_of_the_largest_matrix_runs_and_the_page_answers_meanwhile(make_daemon, repository, record_property):
    daemon = make_daemon(capacity=4)
    daemon.watch(repository).start().wait_until_seen()
    run = daemon.run_of(repository.push_workflow(WORKFLOW))
    longest = 0
    while True:
        begun = time.monotonic()
        now = daemon.client.run(run["id"])
        assert daemon.client.get("/runs", headers={"Accept": "text/html"}).ok
        longest = max(longest, time.monotonic() - begun)
        if now["status"] == "completed":
            break
    # For whoever looks; a loaded machine may take any time.
    record_property("longest-answer-seconds", round(longest, 3))
    print(f"longest answer {longest:.3f} s")
    assert now["conclusion"] == "success"
    cells = [job for job in now["jobs"] if job["name"].startswith("cells")]
    assert len({job["name"] for job in cells}) == CELLS
    assert {job["conclusion"] for job in now["jobs"]} == {"success"}


def test_a_matrix_of_one_cell_more_is_refused_with_its_line(make_daemon, repository):
    daemon = make_daemon()
    daemon.watch(repository).start().wait_until_seen()
    run = daemon.result_of(repository.push_workflow(f"""
        on: push
        jobs:
          cells:
            runs-on: ubuntu-latest
            strategy:
              matrix: {{cell: {list(range(CELLS + 1))}}}
            steps: [run: 'true']
        """))
    assert run["conclusion"] in ("refused", "failure")
    said = str(run["diagnostics"]) + str(run["reason"]) + str([job["reason"] for job in run["jobs"]])
    assert "256" in said
