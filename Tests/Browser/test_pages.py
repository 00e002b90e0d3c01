"""The pages: what they show, on what they show it, and what can be done on them."""

import json
import zipfile

import pytest

from conftest import DESKTOP, PHONE

SEVERAL = """
    name: CI
    on: push
    jobs:
      lint:
        runs-on: ubuntu-latest
        steps: [{name: Look, run: "echo '::warning file=app.py,line=3::a bit long'"}]
      test:
        name: test on ${{ matrix.version }}
        strategy: {fail-fast: false, matrix: {version: [one, two]}}
        runs-on: ubuntu-latest
        steps:
          - name: Test
            run: 'test ${{ matrix.version }} = one || test -e "$GATES/mended"'
      package:
        needs: [lint, test]
        runs-on: ubuntu-latest
        steps: [{name: Summarise, run: 'echo "### Packaged" >> "$GITHUB_STEP_SUMMARY"'}]
    """


@pytest.fixture(scope="module")
def half_red(workbench):
    workbench.gate("mended").unlink(missing_ok=True)
    return workbench.execute(SEVERAL)


WIDE = """
    name: Wide
    on: push
    jobs:
      lint: {runs-on: x, steps: [run: "true"]}
      test:
        needs: lint
        runs-on: x
        strategy: {matrix: {python: ["3.11", "3.12", "3.13"]}}
        steps: [run: "true"]
      build: {needs: lint, runs-on: x, steps: [run: "true"]}
      scan: {needs: build, runs-on: x, steps: [run: "true"]}
      publish: {needs: [scan, test, lint], runs-on: x, steps: [run: "true"]}
      report: {needs: [test, lint], if: always(), runs-on: x, steps: [run: "true"]}
      notify: {needs: [report, publish, build], runs-on: x, steps: [run: "true"]}
    """

SUMMARY = """
    name: Report
    on: push
    jobs:
      evaluate:
        runs-on: x
        steps:
          - name: Lint
            run: |
              echo '::warning file=src/train.py,line=31,col=5::line too long (131 > 120)'
              echo '::error file=src/train.py,line=12,title=F821::undefined name "epochs"'
              echo '::warning file=src/train.py,line=40::unused variable'
              echo '::notice::the cache was cold'
          - name: Report
            run: |
              cat >> "$GITHUB_STEP_SUMMARY" <<'END'
              # Evaluation :rocket:
              The model **is better** than the deployed one, see [the paper](https://example.org/paper) and https://example.org.

              | Metric | Deployed | Now |
              |:--|--:|--:|
              | AUC | 0.902 | **0.931** |
              | F1 | 0.811 | ~~0.80~~ 0.842 |

              - [x] trained
              - [ ] deployed

              > [!WARNING]
              > Recall of class `rare` fell.

              <details><summary>Parameters</summary>

              ```yaml
              epochs: 10  # <b>not bold</b>
              ```

              </details>

              <p align="center"><img src="https://img.example.org/badge.svg" alt="coverage 91%">
              <img alt="one pixel" width="60" height="60" src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="></p>
              <script>document.title = "hacked"</script><a href="javascript:alert(1)" onclick="alert(2)">no link</a>
              <style>body { display: none }</style></div></article><h1 style="position:fixed">still inside</h1>
              END
    """


@pytest.fixture(scope="module")
def reported(workbench):
    return workbench.execute(SUMMARY)


STORED = """
    name: Stored
    on: push
    jobs:
      train:
        runs-on: x
        steps:
          - run: |
              mkdir -p model/plots cached
              echo '{"auc": 0.93}' > model/metrics.json
              head -c 300000 /dev/urandom > model/weights.bin
              echo '<script>alert(1)</script>' > 'model/plots/<b>roc.html'
              echo wheel > cached/wheel
          - uses: actions/upload-artifact@v4
            with: {name: model, path: model}
          - uses: actions/cache/save@v4
            with: {path: cached, key: "pip-${{ runner.os }}-0123456789abcdef0123456789abcdef"}
      report:
        needs: train
        runs-on: x
        steps:
          - uses: actions/download-artifact@v4
            with: {name: model, path: got}
          - run: cat got/metrics.json > report.txt
          - uses: actions/upload-artifact@v4
            with: {name: report, path: report.txt, retention-days: 3}
    """


CALLING = """
    name: Release
    on: push
    jobs:
      prepare: {runs-on: x, steps: [run: "true"]}
      build:
        needs: prepare
        uses: ./.github/workflows/build.yml
      announce: {needs: build, runs-on: x, steps: [run: "true"]}
    """

CALLED = """
    on: workflow_call
    jobs:
      compile: {runs-on: x, steps: [run: "true"]}
      test:
        needs: compile
        runs-on: x
        strategy: {matrix: {python: ["3.11", "3.12"]}}
        steps: [{name: Test, run: 'test ${{ matrix.python }} = 3.11'}]
      docs: {needs: compile, runs-on: x, steps: [run: "true"]}
    """


@pytest.fixture(scope="module")
def calling(workbench):
    return workbench.execute(CALLING, **{".github/workflows/build.yml": CALLED})


@pytest.fixture(scope="module")
def stored(workbench):
    return workbench.execute(STORED)


@pytest.fixture(scope="module")
def wide(workbench):
    return workbench.execute(WIDE)


@pytest.fixture(scope="module")
def by_hand(workbench):
    """A run with inputs, in its second attempt; and pipelines of which one is broken on the default branch."""
    commit = workbench.push(
        """
        name: Train
        on:
          workflow_dispatch:
            inputs: {dataset: {default: wine}, epochs: {type: number, default: 10}, note: {}}
        jobs: {train: {runs-on: x, steps: [run: "exit 3"]}}
        """,
        **{
            ".github/workflows/docs.yml": "name: Docs\non: push\njobs: {build: {runs-on: x, steps: [run: 'true']}}\n",
            ".slipway/nameless.yml": "on: push\njobs: {build: {runs-on: x, steps: [run: 'true']}}\n",
        })
    workbench.daemon.wait(
        lambda: any(found["commit"] == commit for found in workbench.client.triggers("app")), "the look at the push")
    run = workbench.client.posted(
        "/api/v1/repositories/app/dispatch",
        {"workflow": "Train", "inputs": {"dataset": "breast_cancer", "note": "with <b>tags</b>"}})
    workbench.outcome(run)
    workbench.client.posted(f"/api/v1/runs/{run['id']}/rerun", {"jobs": "failed", "reason": "the disk was full"})
    return workbench.daemon.wait(
        lambda: (lambda found: found if found["attempt"] == 2 and found["status"] == "completed" else None)(
            workbench.client.run(run["id"])), "the second attempt")


@pytest.fixture(scope="module")
def refused(workbench):
    return workbench.execute("on: push\njobs:\n  build:\n    runs-on: x\n    steps:\n      - runs: typo\n")


def artifact_id(workbench, outcome, name):
    found = workbench.client.fetched(f"/api/v1/runs/{outcome.run['id']}/artifacts")["artifacts"]
    return next(artifact["id"] for artifact in found if artifact["name"] == name)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_fits_and_can_be_read(
        workbench, half_red, wide, reported, stored, calling, refused, by_hand, open_page, picture, scheme, viewport):
    device = "phone" if viewport is PHONE else "desktop"
    page = open_page(viewport, color_scheme=scheme)
    red = next(job for job in half_red.jobs if job["conclusion"] == "failure")
    pages = {
        "repositories": "/repositories", "runs": "/runs", "repository": "/repositories/app", "run": f"/runs/{half_red.run['id']}",
        "job": f"/jobs/{red['id']}", "refused": f"/runs/{refused.run['id']}", "audit": "/audit", "not-found": "/nothing",
        "run-wide": f"/runs/{wide.run['id']}", "run-by-hand": f"/runs/{by_hand['id']}",
        "run-earlier": f"/runs/{by_hand['id']}?attempt=1", "run-summary": f"/runs/{reported.run['id']}",
        "summary": f"/jobs/{reported.jobs[0]['id']}/summary", "run-stored": f"/runs/{stored.run['id']}",
        "run-calling": f"/runs/{calling.run['id']}",
        "artifact": f"/artifacts/{artifact_id(workbench, stored, 'model')}", "caches": "/repositories/app/caches",
    }
    for name, path in pages.items():
        page.goto(workbench.daemon.address + path)
        page.locator("main h1").first.wait_for()
        picture(page, f"{name}-{scheme}-{device}", whole=True)
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{name} is {overflow} pixels wider than the window"
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        brightness = sum(int(part) for part in background.strip("rgba()").split(",")[:3]) / 3
        assert (brightness > 128) == (scheme == "light"), f"{name} has {background} in {scheme}"


def test_state_is_told_in_words_too(workbench, half_red, open_page):
    page = open_page()
    page.goto(f"{workbench.daemon.address}/runs/{half_red.run['id']}")
    assert "Failed" in page.locator("#run-head .badge").text_content()
    page.goto(f"{workbench.daemon.address}/runs?status=failure")
    assert "Failed" in page.locator(".row .unseen").first.text_content()


def test_a_run_shows_its_graph_annotations_and_the_way_to_the_first_error(workbench, half_red, open_page):
    page = open_page()
    page.goto(f"{workbench.daemon.address}/runs/{half_red.run['id']}")
    assert page.locator(".graph-frame svg").count() == 1
    assert "a bit long" in page.locator("#run-notes").text_content()
    assert "app.py" in page.locator("#run-notes").text_content()
    page.locator("[data-error]").first.click()
    page.wait_for_url("**/jobs/**")
    assert "test on two" in page.locator("h1").text_content()
    page.locator("#log .l-error", has_text="exit code 1").first.wait_for()


def test_no_line_of_the_graph_crosses_a_box(workbench, wide, open_page):
    page = open_page()
    page.goto(f"{workbench.daemon.address}/runs/{wide.run['id']}")
    crossings = page.evaluate("""() => {
        const boxes = [...document.querySelectorAll(".graph .node rect")].map((box) => box.getBBox());
        const inside = (point, box) => point.x > box.x + 1 && point.x < box.x + box.width - 1
            && point.y > box.y + 1 && point.y < box.y + box.height - 1;
        return [...document.querySelectorAll(".graph .edge")].filter((edge) => {
            for (let length = 0; length < edge.getTotalLength(); length += 2) {
                if (boxes.some((box) => inside(edge.getPointAtLength(length), box))) return true;
            }
        }).length;
    }""")
    assert page.locator(".graph .edge").count() == 11
    assert crossings == 0


def test_the_jobs_of_a_called_workflow_stand_below_their_caller(workbench, calling, open_page):
    page = open_page()
    page.goto(f"{workbench.daemon.address}/runs/{calling.run['id']}")
    rows = [row.text_content().strip() for row in page.locator(".jobs .row-title").all()]
    assert rows == ["prepare", "build", "compile", "test (3.11)", "test (3.12)", "docs", "announce"]
    caller = page.locator(".job-caller")
    assert caller.locator("a[href^='/jobs/']").count() == 0
    assert "First error in build / test (3.12)" in page.locator("#run-head").text_content()
    frame = page.locator(".graph .frame")
    assert frame.count() == 1
    box = frame.evaluate("frame => { const box = frame.getBBox(); return [box.x, box.y, box.x + box.width, box.y + box.height] }")
    for name in ("compile", "test", "docs"):
        inner = page.locator(f".graph .node:has(text.node-title:text-is('{name}')) > rect").first.evaluate(
            "rect => { const box = rect.getBBox(); return [box.x, box.y, box.x + box.width, box.y + box.height] }")
        assert box[0] < inner[0] and box[1] < inner[1] and inner[2] < box[2] and inner[3] < box[3], name
    identity = caller.get_attribute("id").removeprefix("job-")
    page.goto(f"{workbench.daemon.address}/jobs/{identity}")
    page.wait_for_url(f"**/runs/{calling.run['id']}#job-{identity}")


def test_a_summary_is_rendered_and_can_do_nothing(workbench, reported, open_page):
    page = open_page()
    page.goto(f"{workbench.daemon.address}/runs/{reported.run['id']}")
    summary = page.locator(".markdown")
    assert summary.locator("th", has_text="Metric").count() == 1
    assert summary.locator("strong", has_text="0.931").count() == 1
    assert summary.locator("input[type=checkbox]:disabled").count() == 2
    assert summary.locator("del").text_content() == "0.80"
    assert summary.locator(".md-h1").first.text_content() == "Evaluation 🚀"
    assert summary.locator(".alert-warning").is_visible()
    assert not summary.locator("code", has_text="epochs").is_visible()
    summary.locator("summary").click()
    assert "# <b>not bold</b>" in summary.locator("pre").text_content()
    assert summary.locator("script, style, [onclick], [style], [href^=javascript]").count() == 0
    assert summary.locator(".md-h1", has_text="still inside").count() == 1
    assert summary.locator("a.image-link").get_attribute("href") == "https://img.example.org/badge.svg"
    assert summary.locator("img").evaluate("image => image.complete && image.naturalWidth") == 1
    assert "hacked" not in page.title()
    for link in summary.locator("a").all():
        assert link.get_attribute("rel") is None or "noopener" in link.get_attribute("rel")
    assert "# Evaluation" in workbench.client.get(f"/api/v1/jobs/{reported.jobs[0]['id']}/summary").text
    group = page.locator(".note-group")
    assert "src/train.py" in group.locator("summary").text_content()
    assert [note.text_content().split()[0] for note in group.locator(".note").all()] == ["error", "warning", "warning"]


def test_artifacts_are_browsed_and_downloaded_and_caches_deleted(workbench, stored, open_page, tmp_path):
    assert stored.conclusion == "success", stored.conclusions()
    page = open_page()
    page.goto(f"{workbench.daemon.address}/runs/{stored.run['id']}")
    rows = page.locator("#run-artifacts tbody tr")
    assert [row.locator("a").first.text_content() for row in rows.all()] == ["model", "report"]
    with page.expect_download() as download:
        rows.first.locator("a", has_text="Download").click()
    assert download.value.suggested_filename == "model.zip"
    download.value.save_as(tmp_path / "model.zip")
    with zipfile.ZipFile(tmp_path / "model.zip") as archive:
        assert json.loads(archive.read("metrics.json")) == {"auc": 0.93}
    rows.first.locator("a", has_text="model").first.click()
    page.wait_for_url("**/artifacts/*")
    files = [cell.text_content() for cell in page.locator("td.file").all()]
    assert sorted(files) == ["metrics.json", "plots/<b>roc.html", "weights.bin"]
    page.locator("#delete-menu > summary").click()
    page.locator("#delete-menu button").click()
    page.wait_for_url("**/runs/*")
    assert "removed" in page.locator("#run-artifacts tbody tr").first.text_content()

    page.goto(f"{workbench.daemon.address}/repositories/app")
    page.locator("#repository-head a", has_text="1 cache").click()
    page.locator("#caches tr", has_text="pip-Linux-").wait_for()
    assert "read by all branches" in page.locator("#caches tbody tr").text_content()
    page.locator("#caches details summary").click()
    page.locator("#caches details button").click()
    page.locator("#caches .empty").wait_for()
    audit = workbench.client.fetched("/api/v1/audit")["entries"]
    assert [entry["action"] for entry in audit[:2]] == ["remove-cache", "remove-artifact"]


def test_what_is_broken_on_the_default_branch_is_seen_at_once(workbench, by_hand, open_page):
    page = open_page()
    page.goto(workbench.daemon.address)
    broken = page.locator("#dashboard-broken .row", has_text="Train on main")
    assert broken.locator(".row-main").get_attribute("href") == f"/runs/{by_hand['id']}"
    page.goto(f"{workbench.daemon.address}/repositories")
    card = page.locator(".card")
    assert "Failed on main" in card.locator(".badge").text_content()
    assert [state.text_content() for state in card.locator(".state-name").all()][0] == "Train"
    card.locator(".state", has_text="Train").click()
    page.wait_for_url(f"**/runs/{by_hand['id']}")
    facts = page.locator("#run-head").text_content()
    assert "the disk was full" in facts and "with <b>tags</b>" in facts and "breast_cancer" in facts
    page.goto(f"{workbench.daemon.address}/repositories/app")
    rows = [row.text_content() for row in page.locator("#repository-states .row-title").all()]
    assert rows[0] == "Train" and sorted(rows[1:]) == ["Docs", "nameless.yml"]


def test_a_refused_file_is_shown_with_line_and_caret(workbench, refused, open_page):
    page = open_page()
    page.goto(f"{workbench.daemon.address}/runs/{refused.run['id']}")
    source = page.locator("pre.source").first.text_content()
    assert "- runs: typo" in source
    assert "^" in source


def test_the_keyboard_suffices(workbench, half_red, open_page):
    page = open_page()
    page.goto(f"{workbench.daemon.address}/runs?status=failure")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/runs/*")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/jobs/*")
    page.keyboard.press("u")
    page.wait_for_url("**/runs/*")
    page.keyboard.press("?")
    assert page.locator("#help").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#help").is_visible()
    page.keyboard.press("d")
    first = page.evaluate("document.documentElement.dataset.theme")
    page.keyboard.press("d")
    assert page.evaluate("document.documentElement.dataset.theme") != first
    page.goto(workbench.daemon.address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"


def test_a_run_that_goes_on_is_followed_without_a_reload(workbench, open_page, picture):
    workbench.gate("followed").unlink(missing_ok=True)
    run = workbench.begin(
        """
        on: push
        jobs:
          first:
            runs-on: ubuntu-latest
            steps: [{name: Wait, run: 'until [ -e "$GATES/followed" ]; do sleep 0.02; done'}]
          second:
            needs: first
            runs-on: ubuntu-latest
            steps: [run: "true"]
        """)
    workbench.daemon.running_job(run)
    page = open_page()
    page.goto(f"{workbench.daemon.address}/runs/{run['id']}")
    page.locator("#run-head .badge", has_text="Running").wait_for()
    picture(page, "run-running")
    home = open_page()
    home.goto(f"{workbench.daemon.address}/repositories")
    home.locator(".card .state .mood-running").wait_for()
    page.evaluate("window.isSamePage = true")
    workbench.open_gate("followed")
    page.locator("#run-head .badge", has_text="Succeeded").wait_for()
    home.locator(".card .badge", has_text="Succeeded on main").wait_for()
    assert page.evaluate("window.isSamePage")


def test_what_waits_says_for_what(workbench, open_page, picture):
    workbench.gate("deployed").unlink(missing_ok=True)
    deploy = """
        name: Deploy
        on: push
        concurrency: production
        jobs:
          deploy:
            runs-on: x
            steps: [run: 'until [ -e "$GATES/deployed" ]; do sleep 0.02; done']
        """
    first = workbench.begin(deploy)
    workbench.daemon.running_job(first)
    second = workbench.begin(deploy + "# again\n")
    page = open_page()
    page.goto(f"{workbench.daemon.address}/runs/{second['id']}")
    page.locator("#run-head .lead", has_text="production").wait_for()
    picture(page, "run-waiting")
    page.goto(workbench.daemon.address)
    assert "production" in page.locator(f"#waiting-{second['id']}").text_content()
    assert page.locator(f"#running-{first['id']}").is_visible()
    picture(page, "dashboard-busy")
    workbench.open_gate("deployed")
    assert workbench.outcome(second).conclusion == "success"
