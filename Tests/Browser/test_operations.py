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
    form.locator("input[type=checkbox]").uncheck()
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
