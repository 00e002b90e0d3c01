"""What had to be mended on the pages once: they fit, can be found, and keep what was typed."""

import pytest

from conftest import DESKTOP, PHONE

LONG_LINE = "echo " + "a-word-that-goes-on-" * 12


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.fixture(scope="module")
def deployed(workbench):
    for text in ("one", "two"):
        outcome = workbench.execute(
            f"""
            name: Ship {text}
            on: push
            jobs:
              ship:
                runs-on: x
                environment: {{name: production, url: "https://shop.example.org/a/rather/long/address/{text}"}}
                steps: [{{run: "true"}}]
            """)
    return outcome


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_history_of_an_environment_fits(workbench, deployed, open_page, picture, viewport):
    page = open_page(viewport)
    page.goto(f"{workbench.daemon.address}/repositories/app/environments/production")
    assert fits(page)
    frame = page.locator("#environment .table-frame")
    assert frame.evaluate("frame => frame.scrollWidth <= frame.clientWidth")
    for part in page.locator("#environment code.whole, #environment a.whole").all():
        assert part.bounding_box()["height"] < 30
    picture(page, f"environment-history-{viewport['width']}", whole=True)


def test_a_refused_run_fits_a_phone(workbench, open_page, picture):
    run = workbench.begin(f"on: push\njobs: {{build: {{runs-on: x, stepz: [run: {LONG_LINE}]}}}}\n")
    workbench.outcome(run)
    page = open_page(PHONE)
    page.goto(f"{workbench.daemon.address}/runs/{run['id']}")
    assert page.locator("#run-notes pre.source").first.is_visible()
    assert fits(page)
    picture(page, "refused-phone", whole=True)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("width", [390, 800])
def test_every_place_can_be_reached_on_a_narrow_page(workbench, open_page, picture, width, scripts):
    page = open_page({"width": width, "height": 844}, java_script_enabled=scripts)
    page.goto(f"{workbench.daemon.address}/runs")
    menu = page.locator("#places")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    names = ["Dashboard", "Repositories", "Runs", "Environments", "Audit", "Host"]
    assert [link.text_content() for link in menu.locator("a:visible").all()] == names
    picture(page, f"places-{width}")
    menu.locator("a", has_text="Host").click()
    page.wait_for_url("**/host")


def test_a_wide_page_has_the_places_in_its_bar(workbench, open_page):
    page = open_page()
    page.goto(f"{workbench.daemon.address}/runs")
    assert not page.locator("#places").is_visible()
    bar = page.locator("nav.places")
    assert bar.locator("a:visible").count() == 6 and bar.locator("a[aria-current]").text_content() == "Runs"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_what_was_typed_stays_where_a_run_does_not_start(workbench, deployed, open_page, picture, scripts):
    commit = workbench.push(
        """
        name: Release
        on:
          workflow_dispatch:
            inputs:
              note: {required: true}
              where: {type: choice, options: [here, there]}
              target: {type: environment}
        jobs: {release: {runs-on: x, steps: [run: "echo '${{ inputs.where }}'"]}}
        """)
    workbench.daemon.wait(
        lambda: any(found["commit"] == commit for found in workbench.client.triggers("app")), "the look at the push")
    page = open_page(java_script_enabled=scripts)
    page.goto(f"{workbench.daemon.address}/repositories/app")
    form = page.locator("#dispatch form")
    form.locator("input[name=ref]").fill("nobranch")
    form.locator("input[name='input.note']").fill("with <care>")
    form.locator("select").select_option("there")
    form.locator("button").click()
    page.wait_for_url("**/dispatch")
    alert = page.locator("#dispatch [role=alert]")
    assert "nobranch" in alert.text_content()
    assert form.locator("input[name='input.note']").input_value() == "with <care>"
    assert form.locator("select").input_value() == "there"
    assert page.locator("#environment-names option[value=production]").count() == 1
    picture(page, "dispatch-again", whole=True)
    form.locator("input[name=ref]").fill("main")
    form.locator("button").click()
    page.wait_for_url("**/runs/*")
    run = {"id": page.url.rpartition("/")[2]}
    workbench.outcome(run)
    page.goto(f"{workbench.daemon.address}/runs/{run['id']}")
    page.locator("#inputs-menu > summary").click()
    assert page.locator("#inputs-menu select").input_value() == "there"
    picture(page, "rerun-typed-inputs")


def test_words_of_a_summarys_table_stay_whole_on_a_phone(workbench, open_page, picture):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          report:
            runs-on: x
            steps:
              - name: Report
                run: |
                  cat >> "$GITHUB_STEP_SUMMARY" <<'END'
                  | Metric | Value | Baseline | Threshold | Difference | Verdict | Remark |
                  |---|---|---|---|---|---|---|
                  | accuracy | 0.9123 | 0.9011 | 0.9000 | +0.0112 | passed | better than before |
                  END
        """)
    page = open_page(PHONE)
    page.goto(f"{workbench.daemon.address}/runs/{outcome.run['id']}")
    heading = page.locator(".markdown th", has_text="Threshold")
    assert heading.bounding_box()["height"] < 45
    assert fits(page)
    picture(page, "summary-table-phone", whole=True)
