"""The page as a person uses it, in headless Chromium. The `tab` fixture fails on console errors and outside requests."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from tests.browser import asking

pytestmark = pytest.mark.browser

ENDED = "#ws-chat .ws-byline, #ws-chat .ws-failure"


def ask(page, question: str) -> None:  # noqa: ANN001
    """Ask and wait for the end of the turn."""
    turns = page.locator(ENDED).count()
    asking.ask(page, question)
    page.wait_for_function("([query, n]) => document.querySelectorAll(query).length > n", arg=[ENDED, turns])


def overflow(page) -> int:  # noqa: ANN001
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


def test_a_question_brings_a_figure_a_chart_and_where_it_comes_from(tab) -> None:  # noqa: ANN001
    page = tab()
    ask(page, "最近12个月每月的销售额")
    assert re.search(r"¥[\d,]+\.\d\d", page.locator(".ws-answer").inner_text())
    assert re.search(r"¥[\d,]+\.\d\d", page.locator(".ws-headline").first.inner_text())
    page.locator("#ws-chat .js-plotly-plot .scatterlayer path.js-line").first.wait_for()
    page.locator(".ws-provenance summary").first.click()
    facts = page.locator(".ws-provenance dl").first.inner_text()
    assert all(word in facts for word in ("定义", "时间窗口", "筛选", "样本行数", "数据日期"))
    assert "SELECT" in page.locator(".ws-provenance pre").first.inner_text()


def test_a_step_opens_on_its_arguments_and_result(tab) -> None:  # noqa: ANN001
    page = tab()
    ask(page, "五个层级的总览")
    step = page.locator("#ws-chat .thought-group .title").first
    assert "查看五个层级" in step.inner_text()
    page.locator(".ws-step").wait_for(state="detached")  # open while it runs, closed when done
    step.click()
    opened = page.locator(".ws-step").first
    opened.wait_for()
    assert "参数" in opened.inner_text()
    assert "dormant" in opened.inner_text()


def test_a_citation_opens_its_passage(tab) -> None:  # noqa: ANN001
    page = tab()
    ask(page, "SMART 模型是什么？")
    page.locator(".ws-answer .ws-cite").first.click()
    panel = page.locator("#ws-panel")
    assert panel.is_visible()
    words = panel.inner_text()
    assert "SMART" in words
    assert "来源" in words
    assert "证据等级" in words
    panel.locator("[data-close]").click()
    assert panel.is_hidden()


def test_drafts_can_be_copied_and_exported(tab) -> None:  # noqa: ANN001
    page = tab()
    ask(page, "给沉睡用户写三条唤醒短信")
    cards = page.locator(".ws-draft")
    assert cards.count() >= 2
    cards.first.locator("[data-copy]").click()
    page.wait_for_function("document.querySelector('.ws-draft [data-copy]').textContent === '已复制'")
    body = cards.first.locator(".ws-draft-body").inner_text()
    assert page.evaluate("navigator.clipboard.readText()") == body
    with page.expect_download() as download:
        page.locator(".ws-drafts a[download]").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))
    assert len(rows) == cards.count()
    assert body in {row["正文"] for row in rows}


def test_a_starter_and_a_follow_up_are_asked_with_one_click(tab) -> None:  # noqa: ANN001
    page = tab(locale="en-GB")
    page.locator("#ws-chat .example").first.click()
    page.locator(".ws-byline").wait_for()
    follow_up = page.locator("#ws-chat .options .option").first
    words = follow_up.inner_text()
    follow_up.click()
    page.wait_for_function("document.querySelectorAll('.ws-byline').length === 2")
    assert page.locator(".ws-question").last.inner_text() == words


def test_the_language_switch_turns_the_whole_page(tab) -> None:  # noqa: ANN001
    page = tab(locale="en-GB")
    page.get_by_text("What would you like to find out?").wait_for()
    assert "Built-in planner" in page.locator(".ws-bar").inner_text()
    page.locator("#ws-language label", has_text="中文").click()
    page.get_by_text("今天想弄清楚什么？").wait_for()
    assert "内置规划器" in page.locator(".ws-bar").inner_text()
    page.get_by_role("tab", name="数据").wait_for()
    assert page.locator(asking.ASK).get_attribute("placeholder").startswith("提问")
    assert page.locator("#ws-chat .example").count() >= 6
    # In a tab of its own: a reload would cut off what the first one still asks for, and its console says so.
    again = page.context.new_page()
    again.goto(page.url)
    again.get_by_text("今天想弄清楚什么？").wait_for()


def test_a_thread_comes_back_on_reload_and_from_the_list(tab) -> None:  # noqa: ANN001
    page = tab()
    ask(page, "各渠道近90天的订单数")
    page.locator("#ws-chat .js-plotly-plot").first.wait_for()
    answer = page.locator(".ws-answer").inner_text()
    tab.reload(page)
    page.locator(".ws-byline").wait_for()
    assert page.locator(".ws-answer").inner_text() == answer
    page.click("#ws-new")
    page.get_by_text("今天想弄清楚什么？").wait_for()
    page.locator("#ws-threads label", has_text="各渠道近90天的订单数").first.click()
    page.locator("#ws-chat .js-plotly-plot").first.wait_for()
    assert page.locator(".ws-answer").inner_text() == answer


def test_markup_in_a_question_stays_letters(tab) -> None:  # noqa: ANN001
    page = tab()
    ask(page, '<img src=x onerror="document.title=1"> 多少客户 ![x](http://192.0.2.1/x.png)')
    assert page.locator("#ws-chat img[src='x'], #ws-chat img[src*='192.0.2.1']").count() == 0
    assert page.title() != "1"


def test_an_order_file_is_loaded_with_its_report(tab, tmp_path: Path) -> None:  # noqa: ANN001
    unclear = tmp_path / "unclear.csv"
    unclear.write_text("甲,乙,丙\nA1,2025-09-01,30\nA2,2025-09-02,40\n", encoding="utf-8")
    page = tab()
    page.get_by_role("tab", name="数据").click()
    page.set_input_files("#ws-files input[type=file]", unclear)
    page.get_by_text("unclear").first.wait_for()
    page.click("#ws-load")
    page.locator("#ws-report .ws-failure").wait_for()
    refusal = page.locator("#ws-report").inner_text()
    assert "列对应" in refusal
    assert "--map" not in refusal
    page.fill("#ws-mapping textarea", "customer=甲\ndate=乙\namount=丙")
    page.click("#ws-load")
    page.locator("#ws-report .ws-totals").wait_for()
    assert re.search(r"读取\s+2\s+保留\s+2\s+搁置\s+0", page.locator("#ws-report .ws-totals").inner_text())
    assert "甲" in page.locator("#ws-report table").first.inner_text()


def test_a_phone_shows_everything_without_scrolling_sideways(tab) -> None:  # noqa: ANN001
    page = tab(width=390, height=844)
    page.wait_for_function("!document.getElementById('ws-side').classList.contains('open')")
    assert overflow(page) <= 0
    ask(page, "对比高价值用户和沉睡用户")
    page.locator("#ws-chat .js-plotly-plot").first.wait_for()
    assert overflow(page) <= 0
    wide = page.evaluate(
        "[...document.querySelectorAll('#ws-chat .message')].filter(e => e.getBoundingClientRect().right > 391).length"
    )
    assert wide == 0
    page.locator("#ws-side .toggle-button").click()
    page.locator("#ws-threads label").first.wait_for(state="visible")
