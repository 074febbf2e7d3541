"""The page with a language model behind it that writes hostile markup, is slow, or refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from copilot.settings import Settings
from copilot.testing import MISBEHAVIOURS, Behaviour, ScriptedServer, refuse, say
from tests.browser.asking import ask

pytestmark = pytest.mark.browser

HOSTILE = """<img src=x onerror="window.owned=1"><script>window.owned=1</script>
![pixel](http://192.0.2.1/p.png) [click](javascript:window.owned=1) [out](http://192.0.2.1/) <http://192.0.2.1/>
**plain** words stay."""


PLAYED = {"rate_long": "in 60 min", "cut": "broke off", "content_filter": "content filter", "html_page": "/v1"}
"""Misbehaviour -> words of what the page must say."""


def _script(body: dict) -> Behaviour:
    question = next(message["content"] for message in reversed(body["messages"]) if message["role"] == "user")
    if "hostile" in question:
        return say(HOSTILE)
    if fault := next((name for name in PLAYED if name in question), ""):
        return MISBEHAVIOURS[fault]
    # Slow enough that a crowded machine cannot see its end before it is stopped, nor be kept busy by showing it.
    return say("drip " * 1000, pause=0.3) if "slow" in question else refuse(401, "bad key")


@pytest.fixture(scope="module")
def settings(copy_home: Callable[[], Path]) -> Iterator[Settings]:
    with ScriptedServer(_script) as server:
        yield Settings(
            _env_file=None, home=copy_home(), workspace="small", base_url=server.base_url, api_key="sk-test",
            model="scripted-1", fallback="none",
            first_token_seconds=120, turn_seconds=600,
        )  # fmt: skip


def test_hostile_markup_of_a_model_stays_letters(tab) -> None:  # noqa: ANN001
    page = tab(locale="en-GB")
    assert "scripted-1" in page.locator(".ws-bar").inner_text()
    ask(page, "something hostile")
    page.locator(".ws-byline").wait_for()
    answer = page.locator(".ws-answer")
    assert answer.locator("strong", has_text="plain").count() == 1
    assert answer.locator("img, script, a, iframe").count() == 0
    assert page.evaluate("window.owned") is None


def test_a_failure_says_why_and_is_tried_again_with_one_click(tab) -> None:  # noqa: ANN001
    page = tab(locale="en-GB")
    ask(page, "who are you")
    failure = page.locator(".ws-failure")
    failure.wait_for()
    assert "key" in failure.inner_text().lower()
    page.get_by_role("button", name="Try again").click()
    page.wait_for_function("document.querySelectorAll('.ws-failure').length === 2")


def test_stop_keeps_what_has_come_and_frees_the_box(tab) -> None:  # noqa: ANN001
    page = tab(locale="en-GB")
    ask(page, "a slow one")
    page.locator(".ws-answer", has_text="drip drip").wait_for()
    page.locator("#ws-ask .stop-button").click()
    page.locator(".ws-stopped").wait_for()
    words = page.locator(".ws-answer").inner_text()
    page.locator("#ws-ask .submit-button").wait_for()
    ask(page, "something hostile")
    page.locator(".ws-byline").wait_for()
    assert page.locator(".ws-answer").first.inner_text() == words


def test_another_conversation_is_not_overwritten_by_a_running_one(tab) -> None:  # noqa: ANN001
    page = tab(locale="en-GB")
    ask(page, "a slow one")
    page.locator(".ws-answer", has_text="drip drip").wait_for()
    page.click("#ws-new")
    page.get_by_text("What would you like to find out?").wait_for()
    page.wait_for_timeout(1000)
    assert page.locator(".ws-answer").count() == 0
    page.locator("#ws-threads label", has_text="a slow one").first.click()
    page.locator(".ws-stopped").wait_for()


def test_each_fault_is_named_and_the_conversation_goes_on(tab) -> None:  # noqa: ANN001
    page = tab(locale="en-GB")
    for number, (name, words) in enumerate(PLAYED.items(), 1):
        ask(page, f"play {name}")
        page.wait_for_function(f"document.querySelectorAll('.ws-failure').length === {number}")
        assert words in page.locator(".ws-failure").last.inner_text()
    ask(page, "something hostile")
    page.locator(".ws-byline", has_text="system 1").wait_for()
    assert "1 model call(s)" in page.locator(".ws-byline").last.inner_text()
    page.get_by_role("tab", name="Data").click()
    page.locator("#ws-usage td", has_text="play rate_long").first.wait_for()
    assert page.locator("#ws-usage table").count() == 2
