"""A real browser, and pictures of what it showed."""

import os
import pathlib

import pytest
from playwright.sync_api import sync_playwright

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SCREENSHOTS = ROOT / ".build" / "screenshots"
CHROMIUM = "/usr/bin/chromium"

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def chromium():
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        options = {"executable_path": CHROMIUM} if os.path.exists(CHROMIUM) else {}
        browser = playwright.chromium.launch(args=["--no-sandbox"], **options)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium):
    """Opens pages that must not complain: errors in their scripts, and refusals of their policy, fail the test."""
    contexts, complaints = [], []

    def note(message):
        # A connection that a test breaks is told here as well.
        if message.type == "error" and "net::ERR" not in message.text and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    def open(viewport=DESKTOP, **options):
        context = chromium.new_context(viewport=viewport, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", note)
        page.set_default_timeout(15_000)
        return page

    yield open
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def picture():
    """Saves a picture of a page, for people to look at."""
    def take(page, name, whole=False):
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=whole)

    return take
