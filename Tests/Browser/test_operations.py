"""What people do on the pages: rerun, cancel, start, look at the remote again."""

import pytest

from test_pages import SEVERAL


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_rerun_and_cancel(workbench, open_page, scripts):
    workbench.gate("mended").unlink(missing_ok=True)
    outcome = workbench.execute(SEVERAL)
    page = open_page(java_script_enabled=scripts)
    page.goto(f"{workbench.daemon.address}/runs/{outcome.run['id']}")
    workbench.open_gate("mended")
    page.locator("#rerun-menu > summary").click()
    page.locator("#rerun-menu input[name=reason]").fill("mended")
    page.locator("#rerun-menu button", has_text="Failed jobs").click()
    page.wait_for_load_state()
    again = workbench.daemon.wait(
        lambda: (lambda run: run if run["attempt"] == 2 and run["status"] == "completed" else None)(
            workbench.client.run(outcome.run["id"])), "the second attempt")
    assert again["conclusion"] == "success"
    page.goto(f"{workbench.daemon.address}/runs/{outcome.run['id']}")
    page.locator("#run-head a", has_text="Attempt 1").click()
    assert "Failed" in page.locator("main").text_content()

    endless = workbench.begin("on: push\njobs: {build: {runs-on: x, steps: [run: sleep 1000]}}\n")
    workbench.daemon.running_job(endless)
    page.goto(f"{workbench.daemon.address}/runs/{endless['id']}")
    page.locator("#cancel").click()
    assert workbench.outcome(endless).conclusion == "cancelled"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_run_is_started_by_hand(workbench, open_page, picture, scripts):
    commit = workbench.push(
        """
        name: Train
        on:
          workflow_dispatch:
            inputs:
              model: {required: true, description: What to train}
              quick: {type: boolean, default: true}
              where: {type: choice, options: [here, there]}
        jobs:
          train:
            runs-on: ubuntu-latest
            steps: [run: "echo '${{ inputs.model }} ${{ inputs.quick }} ${{ inputs.where }}'"]
        """)
    workbench.daemon.wait(
        lambda: any(found["commit"] == commit for found in workbench.client.triggers("app")), "the look at the push")
    page = open_page(java_script_enabled=scripts)
    page.goto(f"{workbench.daemon.address}/repositories/app")
    form = page.locator("#dispatch form")
    assert form.locator("input[name=ref]").input_value() == "main"
    form.locator("input[name='input.model']").fill("resnet <18>")
    form.get_by_role("checkbox", name="quick").uncheck()
    form.locator("select").select_option("there")
    picture(page, "dispatch")
    form.locator("button").click()
    page.wait_for_url("**/runs/*")
    outcome = workbench.outcome({"id": page.url.rpartition("/")[2]})
    assert "resnet <18> false there" in outcome.output()


def test_the_remote_is_checked_on_a_click(workbench, open_page):
    page = open_page()
    page.goto(f"{workbench.daemon.address}/repositories/app")
    page.locator("button", has_text="Check the remote now").click()
    page.wait_for_load_state()
    assert page.locator("h1").text_content() == "app"


def test_a_watched_run_tells_when_it_ends(workbench, open_page):
    workbench.gate("watched").unlink(missing_ok=True)
    run = workbench.begin(
        """
        on: push
        jobs: {wait: {runs-on: x, steps: [{run: 'until [ -e "$GATES/watched" ]; do sleep 0.02; done'}]}}
        """)
    workbench.daemon.running_job(run)
    page = open_page(permissions=["notifications"])
    page.add_init_script(
        "window.told = []; window.asked = 0;"
        "window.Notification = class { constructor(text) { told.push(text); } static permission = 'default';"
        "static requestPermission() { asked += 1; Notification.permission = 'granted'; return Promise.resolve('granted'); } };")
    page.goto(f"{workbench.daemon.address}/runs/{run['id']}")
    button = page.get_by_role("button", name="Watch")
    button.wait_for()
    # Nobody is asked before they click.
    assert page.evaluate("asked") == 0
    button.click()
    page.get_by_role("button", name="Watching", pressed=True).wait_for()
    assert page.evaluate("asked") == 1
    page.reload()
    page.get_by_role("button", name="Watching", pressed=True).wait_for()
    page.evaluate("Notification.permission = 'granted'")
    workbench.open_gate("watched")
    page.wait_for_function("() => told.length === 1")
    assert page.evaluate("told[0]").startswith("Succeeded: ")
    assert page.title().startswith("✔ Succeeded: ")
    assert page.locator("#watch").count() == 0


# What was told so far, over pages. There is nothing to tell, and no storage, on an empty one.
TOLD = """
    if (location.protocol !== 'about:') window.told = JSON.parse(sessionStorage.getItem('told') ?? '[]');
    window.Notification = class {
        constructor(text) { told.push(text); sessionStorage.setItem('told', JSON.stringify(told)); }
        static permission = 'granted';
    };
"""


@pytest.mark.parametrize("where", ["on another page", "nowhere"])
def test_a_watched_run_tells_also_whoever_left_its_page(workbench, open_page, where):
    workbench.gate("left").unlink(missing_ok=True)
    run = workbench.begin(
        """
        name: Left alone
        on: push
        jobs: {wait: {runs-on: x, steps: [{run: 'until [ -e "$GATES/left" ]; do sleep 0.02; done'}]}}
        """)
    workbench.daemon.running_job(run)
    page = open_page()
    page.add_init_script(TOLD)
    page.goto(f"{workbench.daemon.address}/runs/{run['id']}")
    page.get_by_role("button", name="Watch").click()
    page.get_by_role("button", name="Watching", pressed=True).wait_for()
    page.goto(f"{workbench.daemon.address}/repositories" if where == "on another page" else "about:blank")
    workbench.open_gate("left")
    assert workbench.outcome(run).conclusion == "success"
    if where == "nowhere":
        page.goto(f"{workbench.daemon.address}/repositories")
    page.wait_for_function("() => told.length === 1", timeout=30_000)
    assert page.evaluate("told[0]").startswith("Succeeded: ") and page.title().startswith("✔ Succeeded: ")
    # Once: neither the next page nor the run's own says it again.
    page.goto(f"{workbench.daemon.address}/runs/{run['id']}")
    page.locator("#run-head .badge", has_text="Succeeded").wait_for()
    assert page.evaluate("[told.length, localStorage.getItem('slipway-watched')]") == [1, "[]"]


def test_what_was_typed_outlives_a_change_of_the_page(workbench, open_page):
    """The reason for an override while another job of the run goes on, which changes the page under the hands."""
    workbench.gate("typed").unlink(missing_ok=True)
    run = workbench.begin(
        """
        on: push
        jobs:
          gate:
            runs-on: x
            steps:
              - run: echo '{"f1":0.5}' > metrics.json
              - uses: slipway/gate@v1
                with: {metrics: metrics.json, baseline: none, conditions: f1 >= 0.8}
          other:
            runs-on: x
            steps: [{run: 'until [ -e "$GATES/typed" ]; do sleep 0.02; done'}]
        """)
    page = open_page()
    page.goto(f"{workbench.daemon.address}/runs/{run['id']}")
    reason = page.get_by_label("Why, for the record")
    reason.wait_for()
    reason.fill("the baseline was measured on other data")
    # Away from the field, as somebody who looks something up.
    page.locator("h1").click()
    workbench.open_gate("typed")
    assert workbench.outcome(run).conclusion == "failure"
    page.locator("#run-head .badge", has_text="Failed").wait_for()
    assert reason.input_value() == "the baseline was measured on other data"
    # An emptied field holds nothing back any more.
    reason.fill("")
    page.locator("h1").click()
    page.locator("#job-" + next(job["id"] for job in workbench.client.run(run["id"])["jobs"] if job["key"] == "other")).get_by_text(
        "Succeeded").first.wait_for(state="attached")


def test_a_job_runs_again_while_others_of_its_run_go_on(workbench, open_page, picture):
    workbench.gate("beside").unlink(missing_ok=True)
    run = workbench.begin(
        """
        on: push
        jobs:
          quick: {runs-on: x, steps: [{run: "exit 1"}]}
          slow: {runs-on: x, steps: [{run: 'until [ -e "$GATES/beside" ]; do sleep 0.02; done'}]}
        """)

    def job(key):
        return next(job for job in workbench.client.run(run["id"])["jobs"] if job["key"] == key)

    workbench.daemon.wait(lambda: job("quick")["conclusion"] == "failure" and job("slow")["status"] == "running", "the failure")
    first = job("quick")["id"]
    page = open_page()
    page.goto(f"{workbench.daemon.address}/runs/{run['id']}")
    menu = page.locator(f"#rerun-{first}")
    menu.locator("summary").click()
    # They are for whole attempts.
    assert page.locator("#run-jobs input[type=checkbox]").count() == 0
    assert page.locator(f"#rerun-{job('slow')['id']}").count() == 0
    menu.get_by_label("Why (optional)").fill("a hiccup of the network")
    menu.get_by_role("button", name="Rerun only quick").click()
    again = workbench.daemon.wait(
        lambda: (lambda found: found if found["id"] != first and found["status"] == "completed" else None)(job("quick")), "the next try")
    assert [(tried["id"], tried["conclusion"]) for tried in again["tries"]] == [(first, "failure")]
    assert "a hiccup of the network" in again["tries"][0]["successor"]
    page.goto(f"{workbench.daemon.address}/runs/{run['id']}")
    page.get_by_role("link", name="Try 1 of quick").click()
    page.wait_for_url(f"**/jobs/{first}")
    # What was replaced does not run again: its successor may.
    assert page.locator("#rerun-menu").count() == 0
    page.get_by_role("link", name="Try 2").click()
    page.wait_for_url(f"**/jobs/{again['id']}")
    assert "a hiccup of the network" in page.locator(".tries").inner_text() and page.locator("#rerun-menu").count() == 1
    picture(page, "job-tries")
    workbench.open_gate("beside")
    workbench.outcome(run)
    page.goto(f"{workbench.daemon.address}/runs/{run['id']}")
    page.locator(f"#rerun-{again['id']} summary").click()
    assert page.locator(f"#rerun-{again['id']} input[type=checkbox]").count() == 2


def test_an_open_menu_stays_in_a_phones_window(workbench, open_page, picture):
    outcome = workbench.execute("""
        on: {push: {}, workflow_dispatch: {inputs: {model: {default: x}}}}
        jobs:
          first: {runs-on: ubuntu-latest, steps: [{run: "true"}]}
          second: {runs-on: ubuntu-latest, steps: [{run: "false"}]}
        """)
    page = open_page({"width": 390, "height": 844})
    page.goto(f"{workbench.daemon.address}/runs/{outcome.run['id']}")
    menus = page.locator("details.menu")
    assert menus.count() >= 3
    for index in range(menus.count()):
        menu = menus.nth(index)
        menu.locator("summary").first.click()
        box = menu.locator("form, .menu-forms").first.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390, menu.text_content()
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        picture(page, f"menu-{index}-phone")
        menu.locator("summary").first.click()
