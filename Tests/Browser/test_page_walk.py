"""Every page of the route table, for each role, in light and dark, wide and narrow: held to WCAG 2 by axe-core, to the window's width,
and to the keyboard alone."""

import contextlib
import pathlib
import re
import sqlite3
import textwrap

import axe_playwright_python
import pytest

import route_table
from blackbox.workbench import Workbench
from conftest import DESKTOP, PHONE
from test_gate_pages import metrics
from test_report_pages import cobertura, junit
from test_stage_columns import PIPELINE as STAGES

AXE = (pathlib.Path(axe_playwright_python.__path__[0]) / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Who does not sign in has the role operator here, as the settings say.
ROLES = ["everyone", "viewer", "operator", "admin"]
PASSWORD = "correct horse battery"

EVERYTHING = """
    name: Everything
    on: [push, workflow_dispatch]
    jobs:
      test:
        runs-on: ubuntu-latest
        strategy: {fail-fast: false, matrix: {version: ["3.11", "3.12"]}}
        steps:
          - uses: actions/checkout@v4
          - uses: slipway/test-report@v1
            with: {name: unit, files: out/junit.xml}
          - uses: slipway/test-report@v1
            with: {name: coverage, files: out/coverage.xml, format: cobertura}
          - name: Colours
            run: |
              printf '\\033[31mred\\033[0m \\033[32mgreen\\033[0m \\033[33myellow\\033[0m \\033[34mblue\\033[0m \\033[1;36mcyan\\033[0m\\n'
              printf '\\033[41;97m white on red \\033[0m \\033[7minverse\\033[0m \\033[2mfaint\\033[0m\\n'
              echo '::warning file=app.py,line=3::a bit long'
              echo '::group::Details'; seq 40; echo '::endgroup::'
              printf '# Metrics\\n\\n| f1 | auc |\\n|---|---|\\n| 0.9 | 0.95 |\\n' >> "$GITHUB_STEP_SUMMARY"
          - name: Evaluate
            run: |
              echo "FileNotFoundError: [Errno 2] No such file or directory: 'artifacts/model.pkl'"
              exit 1
      store:
        runs-on: ubuntu-latest
        environment: production
        steps:
          - run: mkdir -p model cached && echo 0.93 > model/auc && echo wheel > cached/wheel
          - uses: actions/upload-artifact@v4
            with: {name: model, path: model}
          - uses: actions/cache/save@v4
            with: {path: cached, key: pip-1}
      after:
        needs: [test, store]
        runs-on: ubuntu-latest
        steps: [run: "true"]
    """

# Two gates of one name. With a slow model one waits for a person, and the other fails.
GATED = """
    name: Gated
    on: push
    jobs:
      evaluate:
        runs-on: ubuntu-latest
        steps:
          - uses: actions/checkout@v4
          - uses: slipway/gate@v1
            with:
              metrics: metrics.json
              baseline: branch:main
              conditions: |
                f1 >= 0.8
                auc >= baseline.auc - 0.01
                worst(recall) >= 0.5
              investigate: latency_p95 <= 150
      speed:
        runs-on: ubuntu-latest
        steps:
          - uses: actions/checkout@v4
          - uses: slipway/gate@v1
            with: {metrics: metrics.json, baseline: none, conditions: latency_p95 <= 200}
      release:
        needs: [evaluate, speed]
        runs-on: ubuntu-latest
        environment: {name: production, url: "https://app.example.org/"}
        steps: [run: "true"]
    """


class Scene:
    """A daemon on which there is something of everything to see."""

    def __init__(self, workbench):
        self.client = workbench.client
        self.address = workbench.daemon.address
        for role in ROLES[1:]:
            workbench.daemon.command("user", "add", self.user(role), "--role", role, "--team", "walkers", stdin=PASSWORD + "\n")
            workbench.daemon.command(
                "token", "create", "nightly", "--user", self.user(role), "--scope", "read", "--expires", "90d")
        for failed in (0, 2):
            self.outcome = workbench.execute(
                EVERYTHING, **{
                    ".gitignore": "artifacts/*.pkl\n", "out/junit.xml": junit(8, failed), "out/coverage.xml": cobertura(40 + failed)})
        self.gated = [workbench.execute(GATED, **metrics(f1, auc, 120)).run["id"] for f1, auc in [(0.82, 0.9), (0.85, 0.92)]]
        self.deploy_services(workbench.daemon.state / "slipway.db")
        doubtful = workbench.begin(GATED, **metrics(0.84, 0.93, 250))
        self.gated.append(doubtful["id"])
        workbench.daemon.wait(lambda: self.is_doubted(doubtful["id"]), "the gates of the slow model")
        workbench.open_gate("good")
        commit = workbench.repository.push_workflow(textwrap.dedent(STAGES), path=".slipway/pipeline.yml")
        self.staged = workbench.daemon.run_of(commit)
        workbench.daemon.wait(self.awaits, "the approval")
        busy = "name: Busy\non: push\nconcurrency: one\njobs: {hold: {runs-on: x, steps: [run: 'until [ -e \"$GATES/walked\" ]; do sleep 0.1; done']}}\n"
        workbench.gate("walked").unlink(missing_ok=True)
        self.busy = workbench.begin(busy)
        workbench.daemon.running_job(self.busy)
        workbench.begin(busy + "# again\n")

    @staticmethod
    def user(role):
        # No user has the name of a role.
        return f"the-{role}"

    def enter(self, page, role):
        """Signs in by the form, as a person does."""
        if role == "everyone":
            return
        page.goto(self.address + "/sign-in")
        page.get_by_label("Name", exact=True).fill(self.user(role))
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(self.address + "/")
        assert self.user(role) in page.locator(".caller").inner_text()

    def deploy_services(self, database):
        """There is no cloud here: what a deployment leaves in the store is written into it, so that there is a way back."""
        arn = "arn:aws:ecs:eu-central-1:123456789012"
        with contextlib.closing(sqlite3.connect(database, timeout=30)) as store, store:
            for version, run in enumerate(self.gated, 7):
                release = next(job for job in self.client.run(run)["jobs"] if job["name"] == "release")
                store.execute(
                    "INSERT INTO deployments(run_id, job_id, repository, commit_id, region, cluster, service, service_arn,"
                    " previous_task_definition, task_definition, images, status, started_at, finished_at)"
                    " SELECT ?, ?, repository, commit_id, 'eu-central-1', 'prod', 'web', ?, ?, ?, '[]', 'succeeded', started_at,"
                    " finished_at FROM runs WHERE id = ?",
                    (run, release["id"], f"{arn}:service/prod/web", f"{arn}:task-definition/web:{version - 1}",
                     f"{arn}:task-definition/web:{version}", run))

    def is_doubted(self, run):
        """Whether one gate asks, and the other may be overridden."""
        kinds = {job["name"]: (job["approval"] or {}).get("kind") for job in self.client.run(run)["jobs"]}
        return kinds.get("evaluate") == "investigation" and kinds.get("speed") == "override"

    def awaits(self):
        return any((job["approval"] or {}).get("state") == "pending" for job in self.client.run(self.staged["id"])["jobs"])

    def paths(self):
        """For each page of the route table its address, or several."""
        run = self.outcome.run["id"]
        red = next(job["id"] for job in self.outcome.jobs if job["conclusion"] == "failure")
        artifact = self.client.fetched(f"/api/v1/runs/{run}/artifacts")["artifacts"][0]["id"]
        reports = [report["id"] for report in self.client.fetched(f"/api/v1/runs/{run}/reports")["reports"]]
        return {
            "dashboardPage": ["/"], "repositoriesPage": ["/repositories", "/repositories?show=failing"],
            "searchPage": ["/search", "/search?q=status:failure", "/search?q=model.pkl&in=logs", "/search?q=nothing-like-it"],
            "runsPage": ["/runs", "/runs?status=lost"],
            "runPage": [f"/runs/{id}" for id in (run, self.gated[1], self.gated[2], self.staged["id"], self.busy["id"])],
            "timelinePage": [f"/runs/{run}/timeline", f"/runs/{self.busy['id']}/timeline"],
            "jobPage": [f"/jobs/{red}", f"/jobs/{red}?step=1"], "jobSummaryPage": [f"/jobs/{red}/summary"],
            "reportPage": [f"/reports/{reports[0]}", f"/reports/{reports[1]}"], "artifactPage": [f"/artifacts/{artifact}"],
            "repositoryPage": ["/repositories/app"], "cachesPage": ["/repositories/app/caches"],
            "hostPage": ["/host"], "flakyTestsPage": ["/repositories/app/flaky"],
            "testHistoryPage": [f"/reports/{reports[0]}/test?suite=tests.test_model&name=test_case_1"],
            "environmentsPage": ["/environments"], "environmentPage": ["/repositories/app/environments/production"],
            "webhookPage": ["/webhooks/deaf"], "auditPage": ["/audit", "/audit?actor=nobody"], "signInPage": ["/sign-in"],
            "accountPage": ["/account"], "usersPage": ["/users"],
            "metricsPage": ["/repositories/app/metrics?job=evaluate", "/repositories/app/metrics?job=speed"],
            "comparePage": [
                f"/compare?left={self.gated[0]}&right={self.gated[1]}", f"/compare?left={run}&right={self.staged['id']}"],
        }


@pytest.fixture(scope="module")
def scene(binary, tmp_path_factory):
    folder = tmp_path_factory.mktemp("walk")
    secret = folder / "secret"
    secret.write_text("a secret of a webhook that nobody knows\n")
    address = folder / "address"
    address.write_text("http://127.0.0.1:9/told\n")
    for file in (secret, address):
        file.chmod(0o600)
    # Nobody listens there: the page shows what could not be told.
    webhook = {"name": "deaf", "url": f"file:{address}", "secret": f"file:{secret}", "events": ["run.completed"]}
    workbench = Workbench(binary, folder / "workbench", webhooks=[webhook])
    yield Scene(workbench)
    workbench.open_gate("walked")
    workbench.dispose()


def visit(scene, page, role, path, access):
    """Opens a page, or what stands in its place for whoever may not see it."""
    answer = page.goto(scene.address + path)
    page.locator("main h1").first.wait_for()
    if access in ("own", "admin") and role == "everyone":
        assert "/sign-in?next=" in page.url, f"{path} for {role}"
    else:
        assert answer.status == (403 if access == "admin" and role != "admin" else 200), f"{path} for {role}"


def name_of(path):
    return "".join(letter if letter.isalnum() else "-" for letter in path).strip("-") or "home"


def violations(page, part="html"):
    """What axe finds wrong in a part of the page, in lines that say where. Run by the debugger, which the page's policy does not bind."""
    page.evaluate(AXE)
    result = page.evaluate("([part, rules]) => axe.run(part, {runOnly: {type: 'tag', values: rules}})", [part, RULES])
    return [
        f"{found['id']} ({found['impact']}): {node['html'][:160]} — {'; '.join(check['message'] for check in node['any'] + node['all'] + node['none'])}"
        for found in result["violations"] for node in found["nodes"] if not is_line_number(found, node)]


def is_line_number(found, node):
    """Numbers of lines are as high as the lines of the text that they stand in, which the rule on the size of targets allows."""
    return found["id"] == "target-size" and node["html"].startswith('<a class="n"')


def test_every_page_of_the_route_table_is_walked(scene):
    walked, known = scene.paths(), route_table.pages()
    assert len(known) > 10
    assert sorted(walked) == sorted(known), "a page that the walk below does not know, or that is no more"


def test_what_the_walk_says_of_gates_is_there(scene, open_page):
    """The walk finds nothing wrong with what is not on its pages."""
    page = open_page(DESKTOP)
    page.goto(f"{scene.address}/runs/{scene.gated[2]}")
    assert page.get_by_role("button", name="Approve evaluate").is_visible()
    assert page.get_by_role("button", name="Override the gate of speed").is_visible()
    # Conditions and metrics of each.
    assert page.locator("#run-gates table").count() == 4
    page.goto(f"{scene.address}/repositories/app/metrics?job=speed")
    assert page.locator("svg.metric-chart").count() == 5 and page.locator("select[name=job]").input_value() == "speed"
    page.goto(f"{scene.address}/compare?left={scene.gated[0]}&right={scene.gated[1]}")
    assert "+0.03" in page.get_by_role("region", name="Metrics").inner_text()
    page.goto(f"{scene.address}/repositories/app/environments/production")
    page.get_by_text("Roll back to this").first.click()
    assert page.get_by_role("button", name=re.compile("Roll back to")).first.is_visible()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_is_accessible_and_fits(scene, open_page, picture, role, scheme, viewport):
    device = "phone" if viewport is PHONE else "desktop"
    page = open_page(viewport, color_scheme=scheme, reduced_motion="reduce")
    scene.enter(page, role)
    wrong, access = [], route_table.pages()
    for name, path in [(name, path) for name, paths in scene.paths().items() for path in paths]:
        visit(scene, page, role, path, access[name])
        picture(page, f"walk-{name_of(path)}-{role}-{scheme}-{device}", whole=True)
        wrong += [f"{path}: {line}" for line in violations(page)]
        folded = page.locator("main details:not([open]):has(form)")
        if folded.count():
            folded.first.evaluate("details => details.open = true")
            picture(page, f"walk-{name_of(path)}-{role}-{scheme}-{device}-unfolded", whole=True)
            # What it covers is not to be used until it is folded again.
            wrong += [f"{path}, unfolded: {line}" for line in violations(page, "main details[open]:has(form)")]
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if overflow > 0:
            wrong.append(f"{path} is {overflow} pixels wider than the window")
    assert not wrong, "\n".join(wrong)


# A page may put the focus into a field; who reads it starts at its top all the same.
TOP = "() => { document.body.tabIndex = -1; document.body.focus(); }"

# What a person may want to use, with what each looks like while it has no focus. Of radio buttons one group is one stop; what has a
# negative tabindex is left out by design.
PREPARE = """() => {
    const used = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
    window.look = (element) => [element, ...[...element.querySelectorAll("*")].slice(0, 40)].map((part) => {
        const style = getComputedStyle(part);
        const outline = style.outlineStyle === "none" ? "" : `${style.outlineStyle} ${style.outlineWidth} ${style.outlineColor}`;
        return [outline, style.boxShadow, style.stroke, style.strokeWidth, style.fill, style.backgroundColor, style.borderColor].join();
    }).join(";");
    const groups = new Set();
    window.expected = [...document.querySelectorAll(used)].filter((element) => {
        if (element.tabIndex < 0 || element.disabled) return false;
        if (!element.checkVisibility({checkVisibilityCSS: true, contentVisibilityAuto: false})) return false;
        if (element.type !== "radio") return true;
        const isFirst = !groups.has(element.name);
        groups.add(element.name);
        return isFirst;
    });
    window.plain = new Map(expected.map((element) => [element, look(element)]));
    window.visited = [];
}"""

FOCUS = """() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const box = element.getBoundingClientRect();
    const last = window.visited.at(-1);
    window.visited.push(element);
    return {
        what: element.outerHTML.slice(0, 120),
        isMarked: !plain.has(element) || look(element) !== plain.get(element),
        isSeen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
        isInOrder: !last || last === element || !!(last.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING),
    };
}"""

MISSED = """() => expected.filter((element) => !visited.some((stop) => stop === element
    || element.type === "radio" && stop.type === "radio" && stop.name === element.name))
    .map((element) => `${element.isConnected ? "" : "(replaced) "}${element.outerHTML.slice(0, 120)}`)"""

MOST_STOPS = 1000


def stops_of(page):
    """What the Tab key stops at, from the top of the page to its end."""
    page.evaluate("for (const menu of document.querySelectorAll('main details:has(form)')) menu.open = true")
    page.evaluate(TOP)
    page.evaluate(PREPARE)
    stops = []
    while len(stops) < MOST_STOPS:
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None or stops and "class=\"skip\"" in stop["what"]:
            return stops
        stops.append(stop)
    raise AssertionError(f"{page.url}: the Tab key finds no end after {MOST_STOPS} stops, the last at {stops[-1]['what']}")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("viewport,scheme", [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "phone"])
def test_the_keyboard_alone_reaches_everything(scene, open_page, role, viewport, scheme):
    page = open_page(viewport, color_scheme=scheme, reduced_motion="reduce")
    scene.enter(page, role)
    wrong, access = [], route_table.pages()
    # A run's page has what the run has: forms of gates, approvals, rollbacks. Of the others one is like all.
    for name, path in [(name, path) for name, paths in scene.paths().items() for path in (paths if name == "runPage" else paths[:1])]:
        visit(scene, page, role, path, access[name])
        stops = stops_of(page)
        if "class=\"skip\"" not in stops[0]["what"]:
            wrong.append(f"{path}: the first stop is {stops[0]['what']}")
        for stop in stops:
            wrong += [f"{path}: {name} is not true of {stop['what']}" for name in ("isMarked", "isSeen", "isInOrder") if not stop[name]]
        wrong += [f"{path}: the Tab key does not reach {missed}" for missed in page.evaluate(MISSED)]
        # The skip link leads past the head.
        page.keyboard.press("Home")
        page.goto(scene.address + path)
        page.evaluate(TOP)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        if page.evaluate("document.activeElement.id") != "main":
            wrong.append(f"{path}: the skip link leads nowhere")
    assert not wrong, "\n".join(wrong)
