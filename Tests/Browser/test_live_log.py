"""A log that is watched while it is written."""

import re

import pytest

from blackbox.cable import Cable
from blackbox.waiting import wait_for

LINES = 4000

STREAMED = f"""
    on: push
    jobs:
      build:
        runs-on: ubuntu-latest
        steps:
          - name: Write
            run: |
              for line in $(seq 1 {LINES // 2}); do echo "line $line of the log"; done
              until [ -e "$GATES/half" ]; do sleep 0.02; done
              for line in $(seq {LINES // 2 + 1} {LINES - 500}); do echo "line $line of the log"; done
              until [ -e "$GATES/whole" ]; do sleep 0.02; done
              for line in $(seq {LINES - 499} {LINES}); do echo "line $line of the log"; done
          - name: Colours and groups
            run: |
              printf '\\033[31mred\\033[0m and \\033[1;32mgreen\\033[0m\\n'
              echo "::group::Folded"
              echo "inside the group"
              echo "::endgroup::"
              echo "::error::something is wrong"
              echo '<script>alert("no")</script> & <b>bold</b>'
    """


@pytest.fixture
def cable(workbench):
    for name in ("half", "whole"):
        workbench.gate(name).unlink(missing_ok=True)
    cable = Cable(workbench.daemon.port)
    yield cable
    cable.close()


def lines_shown(page):
    """The numbers of the lines of the log on the page, from the top."""
    texts = page.locator("#log .l > span").all_text_contents()
    return [int(found[1]) for text in texts if (found := re.fullmatch(r"line (\d+) of the log", text))]


def wait_until_shown(page, number):
    page.wait_for_function(
        "number => [...document.querySelectorAll('#log .l > span')].some(line => line.textContent === `line ${number} of the log`)",
        arg=number)


def lines_by_scrolling(page):
    """The same, over the whole page: parts far from the window are fetched when they come near it."""
    found = set()
    page.evaluate("scrollTo(0, 0)")
    top = None
    while top != page.evaluate("scrollY"):
        # Not page.wait_for_function: it asks again by eval, which the page forbids.
        wait_for(lambda: page.evaluate(NOTHING_NEAR), "the lines near the window")
        shown = lines_shown(page)
        assert shown == sorted(set(shown)), "a line is there twice, or above the one before it"
        found.update(shown)
        top = page.evaluate("scrollY")
        page.evaluate("scrollBy(0, innerHeight)")
    return sorted(found)


NOTHING_NEAR = """[...document.querySelectorAll('#log .block.placeholder')].every(block => {
    const box = block.getBoundingClientRect();
    return box.height === 0 || box.bottom < 0 || box.top > innerHeight;
})"""


@pytest.mark.parametrize("way", ["the cable is pulled", "the browser is offline", "the daemon is killed"])
def test_a_viewer_who_loses_the_connection_has_every_line_once(workbench, cable, open_page, picture, way):
    run = workbench.begin(STREAMED)
    job = workbench.daemon.running_job(run)
    page = open_page()
    page.goto(f"{cable.address}/jobs/{job['id']}")
    wait_until_shown(page, LINES // 2)
    picture(page, "log-live")

    if way == "the cable is pulled":
        cable.cut()
    elif way == "the browser is offline":
        page.context.set_offline(True)
        cable.cut()
    else:
        workbench.daemon.kill()
    page.wait_for_selector("#connection:not([hidden])")
    picture(page, "log-disconnected")
    # Written while nobody watches.
    workbench.open_gate("half")
    if way == "the daemon is killed":
        workbench.daemon.start()
    else:
        workbench.daemon.wait_for_log(job, f"line {LINES - 500} of the log")
        cable.join()
        page.context.set_offline(False)
    page.wait_for_selector("#connection", state="hidden")
    wait_until_shown(page, LINES - 500)
    workbench.open_gate("whole")
    assert workbench.outcome(run).conclusion == "success"
    wait_until_shown(page, LINES)
    page.wait_for_selector("#job-head .badge:has-text('Succeeded')")
    page.wait_for_selector("#follow", state="hidden")

    # The reader's window is at the end: what is far above it may not have been fetched yet.
    assert lines_by_scrolling(page) == list(range(1, LINES + 1))
    picture(page, f"log-{way.replace(' ', '-')}")


BESIDE = """
    on: push
    jobs:
      build:
        runs-on: x
        steps:
          - name: Server
            id: server
            background: true
            run: |
              echo "server begins"
              until [ -e "$GATES/beside" ]; do sleep 0.02; done
              echo "server ends"
          - name: Client
            run: echo "client"
          - name: Together
            wait: server
          - name: After
            run: |
              echo "after"
              until [ -e "$GATES/after" ]; do sleep 0.02; done
    """


def test_steps_beside_each_other_have_their_own_lines(workbench, open_page):
    for name in ("beside", "after"):
        workbench.gate(name).unlink(missing_ok=True)
    run = workbench.begin(BESIDE)
    job = workbench.daemon.running_job(run)
    page = open_page()
    page.goto(f"{workbench.daemon.address}/jobs/{job['id']}")
    page.locator("#step-3 .step-name", has_text="Client").wait_for()
    page.locator("#step-4 .step-name", has_text="Together").wait_for()
    workbench.open_gate("beside")
    page.locator("#step-5 .l", has_text=re.compile("^\\d+.*after$")).wait_for()
    for step, text in ((2, "server ends"), (3, "client"), (5, "after")):
        section = page.locator(f"#step-{step}")
        if not section.evaluate("section => section.open"):
            section.locator("summary").click()
        section.locator(".l > span", has_text=re.compile(f"^{text}$")).wait_for()
    workbench.open_gate("after")
    assert workbench.outcome(run).conclusion == "success"
    page.locator("#job-head .badge", has_text="Succeeded").wait_for()
    texts = {step: page.locator(f"#step-{step} .l > span").all_text_contents() for step in (2, 3, 5)}
    assert texts[2].count("server begins") == 1 and texts[2].count("server ends") == 1
    assert "server ends" not in texts[3] + texts[5] and "client" in texts[3] and "client" not in texts[2]
    page.reload()
    page.locator("#step-2 > summary").click()
    page.locator("#step-2 .l > span", has_text=re.compile("^server ends$")).wait_for()
    assert "after" not in page.locator("#step-2 .l > span").all_text_contents()


def test_the_log_is_whole_before_and_after_a_reload_and_on_a_line_link(workbench, open_page, picture):
    for name in ("half", "whole"):
        workbench.open_gate(name)
    outcome = workbench.execute(STREAMED)
    page = open_page()
    address = f"{workbench.daemon.address}/jobs/{outcome.job()['id']}"
    page.goto(address)
    page.locator("#step-2 > summary").click()
    wait_until_shown(page, 1)
    assert lines_by_scrolling(page) == list(range(1, LINES + 1))

    lines = workbench.client.log_lines(outcome.job()["id"])
    target = f"L{lines.index('line 1777 of the log') + 1}"
    page.goto("about:blank")
    page.goto(f"{address}#{target}")
    line = page.locator(f"#{target}")
    line.wait_for()
    assert "line 1777 of the log" in line.text_content()
    page.wait_for_function(
        "id => { const box = document.getElementById(id).getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight }",
        arg=target)
    picture(page, "log-line-link")


def test_a_part_of_the_log_that_could_not_be_fetched_is_asked_for_again(workbench, open_page):
    for name in ("half", "whole"):
        workbench.open_gate(name)
    outcome = workbench.execute(STREAMED)
    page = open_page()
    refused = []

    def refuse_once(route):
        if route.request.url in refused:
            route.continue_()
        else:
            refused.append(route.request.url)
            route.abort()

    page.route("**/lines?*", refuse_once)
    page.goto(f"{workbench.daemon.address}/jobs/{outcome.job()['id']}")
    page.locator("#step-2 > summary").click()
    wait_until_shown(page, 1)
    assert refused
    assert lines_by_scrolling(page) == list(range(1, LINES + 1))


def test_colours_groups_errors_and_hostile_text(workbench, open_page, picture):
    for name in ("half", "whole"):
        workbench.open_gate(name)
    outcome = workbench.execute(STREAMED)
    page = open_page()
    page.goto(f"{workbench.daemon.address}/jobs/{outcome.job()['id']}")
    page.locator("#step-3 > summary").click()
    step = page.locator("#step-3")
    step.locator(".l-error", has_text="something is wrong").wait_for()
    red = step.locator(".l", has_text=re.compile("red and green$")).locator("[class*=ansi]").first
    assert red.evaluate("element => getComputedStyle(element).color") != step.evaluate(
        "element => getComputedStyle(element).color")
    inside = step.locator(".l", has_text="inside the group").last
    assert not inside.is_visible()
    step.locator("button.fold", has_text="Folded").click()
    assert inside.is_visible()
    assert step.locator(".l-error").count() >= 1
    hostile = step.locator(".l", has_text='<script>alert("no")</script> & <b>bold</b>').last
    assert hostile.is_visible()
    assert page.locator("#log script").count() == 0
    assert hostile.locator("b").count() == 0
    picture(page, "log-colours")


def test_search_goes_through_the_whole_log(workbench, open_page, picture):
    for name in ("half", "whole"):
        workbench.open_gate(name)
    outcome = workbench.execute(STREAMED)
    page = open_page()
    page.goto(f"{workbench.daemon.address}/jobs/{outcome.job()['id']}")
    page.keyboard.press("/")
    page.keyboard.type("line 3999 of")
    page.locator("#log-hits", has_text="1 of 1").wait_for()
    page.locator("#log .l", has_text="line 3999 of the log").wait_for()
    picture(page, "log-search")
    page.locator("#log-query").fill("no such text")
    page.locator("#log-hits", has_text="nothing found").wait_for()


def test_without_scripts_the_log_is_there(workbench, open_page, picture):
    for name in ("half", "whole"):
        workbench.open_gate(name)
    outcome = workbench.execute(STREAMED)
    page = open_page(java_script_enabled=False)
    page.goto(f"{workbench.daemon.address}/jobs/{outcome.job()['id']}?step=3")
    assert "something is wrong" in page.locator("#step-3").text_content()
    page.goto(f"{workbench.daemon.address}/jobs/{outcome.job()['id']}?step=2")
    assert "line 1 of the log" in page.locator("#step-2").text_content()
    seen = page.locator("#step-2").text_content()
    while page.locator("#step-2 a", has_text="Later lines").count():
        page.locator("#step-2 a", has_text="Later lines").click()
        seen += page.locator("#step-2").text_content()
    assert f"line {LINES} of the log" in seen
    picture(page, "log-without-scripts")
