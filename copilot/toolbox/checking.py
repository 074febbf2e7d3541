"""Checking a message that the user wrote or pasted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from copilot.findings import Findings
from tools.compliance import TextCheck

Check = Callable[..., TextCheck]
"""`check_pasted` of a workspace."""


class CheckTools:
    """The message checker."""

    def __init__(self, check: Check) -> None:
        self._check = check

    def check_message(
        self,
        message: str,
        channel: Literal["sms", "push", "wecom", "email", "banner"] = "sms",
        title: str = "",
        language: Literal["", "zh", "en"] = "",
        kind: Literal["promotion", "notice"] = "promotion",
    ) -> Findings:
        """Check a message against advertising law, SMS vendor rules and the brand's own rules before it is sent.

        Args:
            message: The message exactly as the user wrote it, signature and opt-out included.
            channel: sms, push, wecom (WeCom / WeChat), email or banner (in-app).
            title: Push title or e-mail subject; "" for none.
            language: Language of the message; "" to tell it from the words.
            kind: promotion, or notice for an order, delivery or code that promotes nothing.
        """
        from copilot.checking import Pasted

        found = self._check(Pasted(message, title), channel=channel, language=language, kind=kind)
        return Findings(text_check=found)
