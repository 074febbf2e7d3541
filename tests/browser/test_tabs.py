"""One path a tab beside the chat, in headless Chromium: what a person clicks, and what then stands there."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser


def test_people_are_selected_in_words_saved_and_exported(tab) -> None:  # noqa: ANN001
    page = tab()
    page.get_by_role("tab", name="圈选").click()
    page.fill("#ws-whom textarea", "消费超过300、偏好护肤")
    page.click("#ws-preview")
    page.locator("#ws-card-selection .js-plotly-plot").wait_for()
    size = int(re.sub(r"\D", "", page.locator("#ws-card-selection .ws-headline strong").inner_text()))
    page.fill("#ws-segment-name :is(input, textarea)", "护肤客")
    page.click("#ws-save")
    page.locator("#ws-segment-told .ws-done").wait_for()
    page.click("#ws-export")
    with page.expect_download() as download:
        page.locator("#ws-exported a[download]").first.click()
    rows = list(csv.reader(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0] == ["customer_id"]
    assert len(rows) - 1 == size
    page.locator("#ws-card-segments table").get_by_text("护肤客").first.wait_for()


def test_the_triangle_is_two_clicks_away(tab) -> None:  # noqa: ANN001
    page = tab()
    page.get_by_role("tab", name="分层与留存").click()
    page.locator("#ws-card-overview .ws-card-head").wait_for()
    page.get_by_role("tab", name="留存", exact=True).click()
    page.locator("#ws-card-cohorts .js-plotly-plot").wait_for()
    assert re.fullmatch(r"[\d.]+%", page.locator("#ws-card-cohorts .ws-headline strong").inner_text())


def test_the_mark_in_the_header_leads_to_the_datas_health(tab) -> None:  # noqa: ANN001
    page = tab()
    page.locator(".ws-badges [data-open]").click()
    page.locator("#ws-card-health .ws-card-head").wait_for()
    page.locator("#ws-loads table").get_by_text("orders.csv", exact=True).first.wait_for()
    page.locator("#ws-aside table").wait_for()


def test_accounts_are_linked_and_a_customer_is_explained(tab) -> None:  # noqa: ANN001
    page = tab()
    page.get_by_role("tab", name="One ID").click()
    page.locator("#ws-link").wait_for()
    page.click("#ws-link")
    page.locator("#ws-card-links .ws-card-head").wait_for()
    assert re.search(r"第 \d+ 版", page.locator("#ws-link-told").inner_text())  # 2 when this runs again
    page.locator("#ws-count-by label", has_text="人").click()
    page.get_by_text("现在按人计数").wait_for()
    page.fill("#ws-person-id :is(input, textarea)", "nobody")
    page.click("#ws-person-go")
    page.locator("#ws-person .ws-failure").wait_for()


def test_a_proposed_lesson_stands_in_the_list_at_once(tab) -> None:  # noqa: ANN001
    page = tab()
    page.click("#ws-tab-lessons-button")
    page.locator("#ws-lesson-role").wait_for()
    page.fill("#ws-lesson-note textarea", "先发企微问候再发短信，退订更少")
    page.click("#ws-lesson-send")
    page.locator("#ws-lesson-said .ws-done").wait_for()
    page.locator("#ws-lessons-all table").get_by_text("先发企微问候再发短信").first.wait_for()


def test_every_tab_fits_a_phone(tab) -> None:  # noqa: ANN001
    page = tab(width=390, height=844)
    page.wait_for_function("!document.getElementById('ws-side').classList.contains('open')")
    for name, mark in (
        ("people", "#ws-whom"), ("explore", "#ws-card-overview .ws-card-head"), ("data", "#ws-card-health .ws-card-head"),
        ("documents", "#ws-tab-documents"), ("one_id", "#ws-link"), ("diagnosis", "#ws-tab-diagnosis"),
        ("lessons", "#ws-tab-lessons"),
    ):  # fmt: skip
        page.click(f"#ws-tab-{name}-button")
        page.locator(mark).wait_for()
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
        wide = "[...document.querySelectorAll('.ws-sheet button.ws-go')].filter(b => b.getBoundingClientRect().right > innerWidth)"
        assert page.evaluate(f"{wide}.map(button => button.innerText)") == [], name
