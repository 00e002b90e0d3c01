"""Gates, metrics over time and two runs beside each other, in light and dark, wide and narrow."""

import json

import pytest

from conftest import DESKTOP, PHONE

PIPELINE = """
    name: Evaluate
    on: push
    jobs:
      evaluate:
        runs-on: ubuntu-latest
        steps:
          - uses: actions/checkout@v4
          - uses: slipway/gate@v1
            with:
              name: quality
              metrics: metrics.json
              baseline: branch:main
              conditions: |
                f1 >= 0.8
                auc >= baseline.auc - 0.01
                worst(recall) >= 0.5
              investigate: |
                latency_p95 <= 150
    """


def metrics(f1, auc, latency):
    return {"metrics.json": json.dumps({
        "f1": f1, "auc": auc, "latency_p95": latency, "recall": {"class a": f1 - 0.1, "class b": f1 - 0.05}})}


@pytest.fixture(scope="module")
def runs(workbench):
    made = [workbench.execute(PIPELINE, **metrics(f1, auc, 120)) for f1, auc in [(0.82, 0.9), (0.85, 0.92), (0.84, 0.93), (0.88, 0.925)]]
    made.append(workbench.execute(PIPELINE, **metrics(0.78, 0.9, 120)))
    waiting = workbench.begin(PIPELINE, **metrics(0.87, 0.93, 180))
    workbench.daemon.wait(lambda: workbench.client.run(waiting["id"])["jobs"][0]["approval"], "the gate's question")
    return [outcome.run["id"] for outcome in made] + [waiting["id"]]


def look(open_page, workbench, path, picture, name, **options):
    page = open_page(**options)
    page.goto(workbench.daemon.address + path)
    picture(page, name, whole=True)
    # Nothing is wider than the page.
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth + 1")
    return page


VIEWS = [("light", DESKTOP), ("dark", DESKTOP), ("light", PHONE), ("dark", PHONE)]


@pytest.mark.parametrize("scheme,viewport", VIEWS)
def test_a_failed_gate_says_why_and_may_be_overridden(runs, workbench, open_page, picture, scheme, viewport):
    name = f"gate-{scheme}-{viewport['width']}"
    page = look(open_page, workbench, f"/runs/{runs[4]}", picture, name, color_scheme=scheme, viewport=viewport)
    gate = page.locator("#run-gates")
    assert "f1 is 0.78, expected >= 0.8" in gate.inner_text()
    assert "0.025 below the baseline" in gate.inner_text()
    assert page.get_by_role("button", name="Override the gate of evaluate").is_visible()


@pytest.mark.parametrize("scheme,viewport", VIEWS)
def test_metrics_are_drawn_and_lead_to_their_runs(runs, workbench, open_page, picture, scheme, viewport):
    name = f"metrics-{scheme}-{viewport['width']}"
    page = look(
        open_page, workbench, f"/repositories/{workbench.repository.name}/metrics", picture, name, color_scheme=scheme,
        viewport=viewport)
    # Five metrics, and the worst of the slices.
    assert page.locator("svg.metric-chart").count() == 6
    # By the keyboard alone.
    page.locator("svg.metric-chart a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/runs/{runs[0]}")


@pytest.mark.parametrize("scheme,viewport", VIEWS)
def test_two_runs_are_beside_each_other(runs, workbench, open_page, picture, scheme, viewport):
    name = f"compare-{scheme}-{viewport['width']}"
    page = look(
        open_page, workbench, f"/compare?left={runs[0]}&right={runs[3]}", picture, name, color_scheme=scheme, viewport=viewport)
    assert "+0.06" in page.get_by_role("region", name="Metrics").inner_text()
    assert "Change the pipeline" in page.locator(".commits").inner_text()


def test_a_person_decides_on_the_page_without_scripts(runs, workbench, open_page):
    page = open_page(java_script_enabled=False)
    page.goto(f"{workbench.daemon.address}/runs/{runs[5]}")
    assert "latency_p95 is 180, expected <= 150" in page.locator(".approval").inner_text()
    page.get_by_role("textbox", name="Comment (optional)").fill("it was a slow machine")
    page.get_by_role("button", name="Approve evaluate").click()
    workbench.outcome({"id": runs[5]})
    assert workbench.client.run(runs[5])["conclusion"] == "success"


def test_an_override_on_the_page_wants_a_reason(runs, workbench, open_page):
    page = open_page()
    page.goto(f"{workbench.daemon.address}/runs/{runs[4]}")
    page.get_by_role("textbox", name="Why, for the record").fill("needed for the demo")
    page.get_by_role("button", name="Override the gate of evaluate").click()
    page.wait_for_url(f"**/runs/{runs[4]}")
    outcome = workbench.outcome({"id": runs[4]})
    assert outcome.conclusion == "success" and "needed for the demo" in outcome.run["attempt_reason"]
