"""What an open page asks for while nobody touches it."""

from __future__ import annotations

import httpx
import pytest

pytestmark = pytest.mark.browser
LOOK = 6_000
"""Milliseconds; what others do is looked for a little more often."""


def test_a_page_that_nobody_touches_asks_nothing(tab) -> None:  # noqa: ANN001
    page, asked = tab(), []
    page.locator(".ws-badges [data-open]").wait_for()  # the last that it asks for by itself
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(LOOK)
    assert [url for url in asked if "/queue/" in url or "/campaigns/" in url] == []


def test_what_somebody_else_does_to_a_campaign_shows_while_it_is_looked_at(tab, address: str) -> None:  # noqa: ANN001
    page = tab()
    words = "给潜力用户做一个二单转化活动，满199减30，短信，2099-12-01到2099-12-07"
    made = httpx.post(f"{address}api/v1/campaigns", json={"words": words}, timeout=None).json()["id"]
    page.get_by_role("tab", name="活动", exact=True).click()
    with page.expect_response("**/campaigns/steps"):
        page.locator("#ws-camp-history", has_text="新建").wait_for()
    httpx.post(f"{address}api/v1/campaigns/{made}/comments", json={"words": "隔壁看过"}, timeout=None)
    page.locator("#ws-camp-history", has_text="隔壁看过").wait_for()
