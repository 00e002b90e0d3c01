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
