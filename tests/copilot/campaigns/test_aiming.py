"""Which channel a wish names: only what is a wish for its text, never a change of the channels themselves."""

from __future__ import annotations

import pytest

from copilot.campaigns.aiming import aimed


@pytest.mark.parametrize(
    ("words", "aims", "rest"),
    [
        ("短信短一点", [("sms", "短一点")], ""),
        ("短信的语气更活泼一点，企微不要表情", [("sms", "语气更活泼一点"), ("wecom", "不要表情")], ""),
        ("短信短一点，不要表情", [("sms", "短一点"), ("sms", "不要表情")], ""),
        ("短信和邮件都短一点", [("sms", "短一点"), ("email", "短一点")], ""),
        ("短信短一点，满299减50", [("sms", "短一点")], "满299减50"),
        ("短信短一点，企微不变", [("sms", "短一点")], ""),
        ("make the SMS shorter", [("sms", "shorter")], ""),
        ("no emoji in the e-mail", [("email", "no emoji")], ""),
        ("for the SMS, shorter please", [("sms", "shorter please")], ""),
        ("SMS shorter and the email more formal", [("sms", "shorter"), ("email", "more formal")], ""),
    ],
)
def test_a_wish_that_names_its_channel(words: str, aims: list, rest: str) -> None:
    assert aimed(words) == (aims, rest)


@pytest.mark.parametrize(
    "words",
    ["短一点", "不要短信", "去掉短信", "再加上短信", "短信改成邮件", "加上会员日短信提醒", "下周五到周日，企微加短信", "send it by SMS",
     "drop the SMS", "only by SMS"],
)  # fmt: skip
def test_words_about_the_channels_themselves(words: str) -> None:
    assert aimed(words) == ([], words)
