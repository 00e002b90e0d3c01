"""Reports and diagnoses on the page, in light and dark, wide and narrow."""

import pytest

from conftest import DESKTOP, PHONE

PIPELINE = """
    name: Tests
    on: push
    jobs:
      test:
        runs-on: ubuntu-latest
        steps:
          - uses: actions/checkout@v4
          - uses: slipway/test-report@v1
            with: {name: unit, files: out/junit.xml}
          - uses: slipway/test-report@v1
            with: {name: coverage, files: out/coverage.xml, format: cobertura}
          - name: Evaluate
            run: |
              echo "Traceback (most recent call last):"
              echo "FileNotFoundError: [Errno 2] No such file or directory: 'artifacts/model.pkl'"
              exit 1
    """


def junit(passed, failed):
    cases = [f'<testcase classname="tests.test_model" name="test_case_{number}" time="0.0{number % 10}1"/>' for number in range(passed)]
    cases += [
        f'<testcase classname="tests.test_accuracy" name="test_on_dataset[wine-{number}]" time="1.{number}5">'
        f'<failure message="assert 0.7{number} &gt;= 0.9">tests/test_accuracy.py:{number}: AssertionError\nwhere 0.7{number} = score(model)'
        "</failure></testcase>" for number in range(failed)]
    cases.append('<testcase classname="tests.test_gpu" name="test_training"><skipped message="no GPU"/></testcase>')
    return f'<testsuites><testsuite name="pytest">{"".join(cases)}</testsuite></testsuites>'


def cobertura(reached):
    def lines(count, hit):
        return "".join(f'<line number="{number}" hits="{int(number <= hit)}"/>' for number in range(1, count + 1))

    files = [("app/model.py", 80, reached), ("app/train.py", 40, 38), ("app/service/predict.py", 30, 12)]
    classes = "".join(f'<class filename="{name}"><lines>{lines(count, hit)}</lines></class>' for name, count, hit in files)
    return f"<coverage><packages><package><classes>{classes}</classes></package></packages></coverage>"


@pytest.fixture(scope="module")
def outcome(workbench):
    last = None
    for passed, failed, reached in [(20, 0, 40), (22, 1, 44), (24, 0, 50), (26, 3, 61), (27, 2, 70)]:
        last = workbench.execute(
            PIPELINE, **{".gitignore": "artifacts/*.pkl\n", "out/junit.xml": junit(passed, failed), "out/coverage.xml": cobertura(reached)})
    return last


def look(open_page, workbench, path, picture, name, **options):
    page = open_page(**options)
    page.goto(workbench.daemon.address + path)
    picture(page, name, whole=True)
    # Nothing is wider than the page.
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth + 1")
    return page


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_run_shows_what_failed_and_why(workbench, outcome, open_page, picture, scheme, size):
    name = f"reports-run-{scheme}-{size['width']}"
    page = look(open_page, workbench, f"/runs/{outcome.run['id']}", picture, name, viewport=size, color_scheme=scheme)
    diagnosis = page.get_by_role("note", name="Why step 5 failed")
    assert "line 1 of .gitignore" in diagnosis.inner_text()
    assert "What to do" in diagnosis.inner_text()
    reports = page.locator("#run-reports")
    assert "2 failed, 27 passed, 1 skipped" in reports.inner_text()
    assert "test_on_dataset[wine-0]" in reports.inner_text()
    assert reports.get_by_role("group", name="Tests of the last 5 runs").count() == 1
    assert reports.get_by_role("group", name="Coverage of the last 5 runs").count() == 1


def test_the_evidence_leads_to_its_line(workbench, outcome, open_page):
    page = open_page()
    page.goto(f"{workbench.daemon.address}/runs/{outcome.run['id']}")
    page.get_by_role("note", name="Why step 5 failed").locator(".evidence a").click()
    page.wait_for_url("**/jobs/**")
    chosen = page.locator(".l:target, .l.chosen").first
    chosen.wait_for()
    assert "FileNotFoundError" in chosen.inner_text()
    assert page.get_by_role("note", name="Why step 5 failed").is_visible()


@pytest.mark.parametrize("scheme,size", [("light", DESKTOP), ("dark", PHONE)], ids=["light", "dark"])
@pytest.mark.parametrize("report", ["unit", "coverage"])
def test_a_report_has_a_page(workbench, outcome, open_page, picture, report, scheme, size):
    found = workbench.client.fetched(f"/api/v1/runs/{outcome.run['id']}/reports")["reports"]
    identity = next(entry["id"] for entry in found if entry["name"] == report)
    name = f"report-{report}-{scheme}"
    page = look(open_page, workbench, f"/reports/{identity}", picture, name, viewport=size, color_scheme=scheme)
    assert page.locator(".trend-run").count() == 5
    if report == "unit":
        page.get_by_text("Output").first.click()
        assert page.get_by_text("where 0.70 = score(model)").is_visible()
    else:
        assert page.locator("tbody tr", has_text="app/service/predict.py").get_by_text("12 of 30").is_visible()
        page.get_by_text("The numbers").click()
        assert page.get_by_role("region", name="Earlier runs").locator("tbody tr").count() == 5


def test_the_trend_leads_to_earlier_runs_by_keyboard(workbench, outcome, open_page):
    page = open_page()
    page.goto(f"{workbench.daemon.address}/runs/{outcome.run['id']}")
    page.locator(".trend-run").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/reports/**")
    assert "20 passed, 1 skipped" in page.locator(".lead").inner_text()
