"""Sign-in by a provider, as a person does it: with clicks."""

import pytest

from blackbox.provider import IdentityProvider
from conftest import PHONE
from test_page_walk import violations


@pytest.fixture
def provided(make_daemon, tmp_path):
    """A daemon and the provider by which people sign in there."""
    daemon = make_daemon()
    provider = IdentityProvider(daemon.address)
    provider.person("s-1", preferred_username="anna", groups=["ci-admins"])
    provider.person("s-2", preferred_username="eve")
    del daemon.settings["web"]["anonymous_role"]
    daemon.settings["web"]["openid_connect"] = provider.settings(tmp_path, roles={"ci-admins": "admin"})
    daemon.start()
    yield daemon, provider
    provider.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_person_signs_in_by_clicking_and_an_admin_sees_where_they_come_from(provided, open_page, picture, scripts):
    daemon, provider = provided
    page = open_page(java_script_enabled=scripts)
    page.goto(f"{daemon.address}/audit")
    page.get_by_role("link", name="Sign in with Team login").click()
    page.get_by_role("button", name="I am s-1").click()
    page.wait_for_url(f"{daemon.address}/audit")
    assert "anna admin" in page.locator(".caller").text_content()
    assert "add-user" in page.locator("main").inner_text()
    page.goto(f"{daemon.address}/users")
    assert f"by {provider.address}" in page.locator("tr", has_text="anna").inner_text()
    assert page.get_by_label("Role of anna").count() == 0
    page.locator("summary", has_text="More about anna").click()
    assert "who is only removed comes back" in page.locator("main").inner_text()
    picture(page, "provider-users")
    if scripts:
        assert violations(page) == []
    page.goto(f"{daemon.address}/account")
    assert "Signing out here does not sign you out there" in page.locator("main").inner_text()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.goto(f"{daemon.address}/audit")
    assert "/sign-in?next=" in page.url


@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_who_is_refused_reads_why_on_an_accessible_page(provided, open_page, picture, viewport, scheme):
    daemon, provider = provided
    page = open_page(color_scheme=scheme, **({"viewport": viewport} if viewport else {}))
    page.goto(f"{daemon.address}/sign-in")
    assert violations(page) == []
    picture(page, f"provider-sign-in-{scheme}-{'phone' if viewport else 'desktop'}", whole=True)
    page.get_by_role("link", name="Sign in with Team login").click()
    page.get_by_role("button", name="I am s-2").click()
    assert "no group that may use Slipway" in page.get_by_role("alert").inner_text()
    assert violations(page) == []
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
    picture(page, f"provider-refused-{scheme}-{'phone' if viewport else 'desktop'}", whole=True)
    page.get_by_role("link", name="Sign in with Team login").click()
    page.get_by_role("button", name="I say no").click()
    assert "access_denied" in page.get_by_role("alert").inner_text()
    page.get_by_role("link", name="Sign in with Team login").click()
    page.get_by_role("button", name="I am s-1").click()
    page.wait_for_url(f"{daemon.address}/")
