"""The page of a pipeline of stages: its columns, and the buttons of an approval."""

import textwrap

import pytest

from conftest import DESKTOP, PHONE

PIPELINE = """
    name: Fraud detection
    on: {push: {branches: [main]}}
    execution-mode: PARALLEL
    stages:
      - name: Build
        actions:
          - {name: Image, type: commands, namespace: Built, commands: [TAG=1.4.2], output-variables: [TAG]}
          - {name: Lint, type: commands, commands: ["true"]}
      - name: Evaluate
        actions:
          - {name: Metrics, type: commands, commands: ['test -e "$GATES/good" || { echo "::error::f1 is 0.71"; exit 1; }']}
          - {name: Report, type: commands, run-order: 2, commands: ["true"]}
      - name: Production
        actions:
          - name: Approve
            type: approval
            message: "Release #{Built.TAG} to production?"
            link: https://staging.example.org/
          - {name: Deploy, type: commands, run-order: 2, commands: ["true"]}
    """


def push(bench):
    commit = bench.repository.push_workflow(textwrap.dedent(PIPELINE), path=".slipway/pipeline.yml")
    return bench.daemon.run_of(commit)


def awaited(bench, run):
    def look():
        jobs = bench.client.run(run["id"])["jobs"]
        return next((job for job in jobs if job["approval"] and job["approval"]["state"] == "pending"), None)

    return bench.daemon.wait(look, "a job that waits for an approval")


@pytest.fixture
def waiting(workbench):
    """A run that waits for an approval."""
    workbench.open_gate("good")
    run = push(workbench)
    awaited(workbench, run)
    return run


def test_an_approval_is_given_on_the_run_s_page(workbench, waiting, open_page, picture):
    page = open_page()
    page.goto(f"{workbench.daemon.address}/runs/{waiting['id']}")
    assert page.locator(".stage").count() == 4
    names = [text.split("\n")[-1] for text in page.locator(".stage .action-name").all_inner_texts()]
    assert names == ["main", "Image", "Lint", "Metrics", "Report", "Approve", "Deploy"]
    page.get_by_text("Release 1.4.2 to production?").wait_for()
    picture(page, "stages-waiting", whole=True)
    page.get_by_label("Comment").fill("f1 went up")
    page.get_by_role("button", name="Approve Production / Approve").click()
    page.locator(".stages").get_by_text("Approved by web").wait_for()
    page.locator("#run-head[data-mood=success]").wait_for()
    assert "f1 went up" in page.locator(".stages").inner_text()
    picture(page, "stages-done", whole=True)


@pytest.mark.parametrize("viewport, scheme", [(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "dark")])
def test_the_stages_fit_the_screen(workbench, waiting, open_page, picture, viewport, scheme):
    page = open_page(viewport, color_scheme=scheme)
    page.goto(f"{workbench.daemon.address}/runs/{waiting['id']}")
    page.locator(".approval-pending").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    picture(page, f"stages-{'phone' if viewport == PHONE else 'desktop'}-{scheme}", whole=True)
    workbench.client.posted(f"/api/v1/runs/{waiting['id']}/reject", {})


def test_an_approval_is_refused_without_javascript(workbench, waiting, open_page):
    page = open_page(java_script_enabled=False)
    page.goto(f"{workbench.daemon.address}/runs/{waiting['id']}")
    page.get_by_label("Comment").fill("not today")
    page.get_by_role("button", name="Reject Production / Approve").click()
    workbench.outcome(waiting)
    page.reload()
    assert "Rejected by web" in page.content() and "not today" in page.content()
    assert page.locator(".approval-pending").count() == 0


def test_an_approval_is_given_with_the_keyboard_alone(workbench, waiting, open_page):
    page = open_page()
    page.goto(f"{workbench.daemon.address}/runs/{waiting['id']}")
    page.locator(".approval-pending").wait_for()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "approve":
            break
    page.keyboard.press("Enter")
    page.locator(".stages").get_by_text("Approved by web").wait_for()


def test_a_failed_stage_is_retried_on_the_run_s_page(workbench, open_page, picture):
    workbench.gate("good").unlink(missing_ok=True)
    run = push(workbench)
    assert workbench.outcome(run).conclusion == "failure"
    page = open_page()
    page.goto(f"{workbench.daemon.address}/runs/{run['id']}")
    picture(page, "stages-failed", whole=True)
    workbench.open_gate("good")
    page.get_by_role("button", name="Retry the failed actions of Evaluate").click()
    awaited(workbench, run)
    page.get_by_text("Release 1.4.2 to production?").wait_for()
    assert workbench.client.run(run["id"])["attempt"] == 2
    workbench.client.posted(f"/api/v1/runs/{run['id']}/approve", {})
    workbench.outcome(run)
