"""Asking a question on the page."""

from __future__ import annotations

from contextlib import suppress

from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as TooLate

ASK = "#ws-ask textarea"
TRIES, WAIT = 24, 5_000


def ask(page: Page, question: str) -> None:
    """Type a question and send it; returns once it stands in the conversation.

    Gradio drops what is sent while the turn before is still ending, which a busy machine takes its time for.
    """
    asked = page.locator(".ws-question").count()
    page.fill(ASK, question)
    for _ in range(TRIES):
        with suppress(TooLate):
            page.press(ASK, "Enter", timeout=WAIT)
            page.wait_for_function("n => document.querySelectorAll('.ws-question').length > n", arg=asked, timeout=WAIT)
            return
    raise AssertionError(f"the page did not take {question!r}")
