"""Reports of tests and coverage: from files that real tools wrote to the API and the page."""

import subprocess
import sys

import pytest

TESTS = '''
import app
import pytest


def test_adds():
    assert app.add(1, 2) == 3


def test_divides():
    print("hunter22 was here")
    assert app.divide(1, 2) == 1


@pytest.mark.skip(reason="no GPU")
def test_gpu():
    pass


@pytest.fixture
def broken():
    raise RuntimeError("no model")


def test_model(broken):
    pass
'''
APP = '''
def add(a, b):
    return a + b


def divide(a, b):
    if b == 0:
        return None
    return a / b


def unused():
    return 1
'''
PIPELINE = """
    on: push
    jobs:
      test:
        runs-on: ubuntu-latest
        steps:
          - uses: actions/checkout@v4
          - id: unit
            uses: slipway/test-report@v1
            with:
              name: unit
              files: |
                out/*.xml
                !out/coverage.xml
          - uses: slipway/test-report@v1
            with: {name: code, format: cobertura, files: coverage.xml, base-directory: out}
          - run: echo "failed=${{ steps.unit.outputs.failed }} of ${{ steps.unit.outputs.total }}"
    """


def real_reports(folder):
    """What pytest and coverage.py say of a small program."""
    (folder / "app.py").write_text(APP)
    (folder / "test_app.py").write_text(TESTS)

    def run(*arguments):
        return subprocess.run([sys.executable, "-m", *arguments], cwd=folder, capture_output=True, text=True)

    tested = run(
        "coverage", "run", "--branch", "--source=.", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml=junit.xml",
        "-o", "junit_logging=all", "test_app.py")
    assert tested.returncode == 1, tested.stdout + tested.stderr
    written = run("coverage", "xml", "-o", "coverage.xml")
    assert written.returncode == 0, written.stderr
    return {f"out/{name}": (folder / name).read_text() for name in ("junit.xml", "coverage.xml")}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return real_reports(tmp_path_factory.mktemp("reports"))


@pytest.fixture(scope="module")
def outcome(workbench, files):
    return workbench.execute(PIPELINE, **files)


def reports(workbench, run):
    found = workbench.client.fetched(f"/api/v1/runs/{run['id']}/reports")["reports"]
    return {report["name"]: report for report in found}


def test_what_pytest_says_is_told_case_by_case(workbench, outcome):
    assert outcome.conclusion == "success"
    assert "failed=2 of 4" in outcome.output("test")
    report = reports(workbench, outcome.run)["unit"]
    assert {key: report["tests"][key] for key in ("total", "passed", "failed", "errors", "skipped")} == {
        "total": 4, "passed": 1, "failed": 1, "errors": 1, "skipped": 1}
    cases = workbench.client.fetched(f"/api/v1/reports/{report['id']}")["cases"]
    assert [case["name"] for case in cases] == ["test_divides", "test_model", "test_gpu", "test_adds"]
    assert "assert 0.5 == 1" in cases[0]["message"]
    assert "app.divide" in cases[0]["output"]
    assert cases[0]["suite"] == "test_app"
    assert "no model" in cases[1]["message"]
    assert "no GPU" in cases[2]["message"]


def test_what_coverage_says_is_told_file_by_file(workbench, outcome):
    report = reports(workbench, outcome.run)["code"]
    files = {file["path"]: file["coverage"] for file in workbench.client.fetched(f"/api/v1/reports/{report['id']}")["files"]}
    assert files["app.py"] == {"lines": 8, "lines_covered": 6, "branches": 2, "branches_covered": 1}
    assert report["coverage"]["branches"] >= 2


def test_what_the_log_hides_is_hidden_in_reports(workbench, files):
    workbench.daemon.command("secret", "set", "PASSWORD", stdin="hunter22")
    uses = "\n          - run: 'true'\n            env: {PASSWORD: '${{ secrets.PASSWORD }}'}\n"
    outcome = workbench.execute(PIPELINE.rstrip() + uses, **files)
    workbench.daemon.command("secret", "remove", "PASSWORD")
    report = reports(workbench, outcome.run)["unit"]
    text = workbench.client.get(f"/api/v1/reports/{report['id']}").text
    assert "*** was here" in text and "hunter22" not in text


def test_a_second_run_of_the_branch_makes_a_trend(workbench, outcome, files):
    again = workbench.execute(PIPELINE, **files, **{"note.txt": "again"})
    report = reports(workbench, again.run)["unit"]
    trend = workbench.client.fetched(f"/api/v1/reports/{report['id']}/trend")["reports"]
    assert trend[0]["id"] == report["id"]
    assert outcome.run["id"] in [entry["run_id"] for entry in trend]
    assert 'class="trend"' in workbench.client.get(f"/runs/{again.run['id']}", headers={"Accept": "text/html"}).text


def test_a_file_with_a_mistake_costs_only_itself_and_is_told_with_its_line(workbench, files):
    outcome = workbench.execute(PIPELINE, **files, **{"out/broken.xml": "<testsuite>\n<testcase name='a'>\n</testsuite>\n"})
    assert outcome.conclusion == "success"
    assert reports(workbench, outcome.run)["unit"]["tests"]["total"] == 4
    mistakes = [(found["file"], found["line"]) for found in outcome.annotations() if found["level"] == "error"]
    assert mistakes == [("out/broken.xml", 3)]


def test_without_files_there_is_a_warning(workbench):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          test:
            runs-on: ubuntu-latest
            steps:
              - uses: slipway/test-report@v1
                with: {files: "nothing/*.xml"}
              - uses: slipway/test-report@v1
                continue-on-error: true
                with: {files: "*.xml", format: jonit}
        """)
    assert outcome.conclusion == "success"
    messages = [found["message"] for found in outcome.annotations()]
    assert any("No files were found" in message for message in messages)
    assert any("must be one of junit, cucumber" in message for message in messages)
