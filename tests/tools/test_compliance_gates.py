"""Rules on a campaign: when, to whom, with which headers and marks. The cases are evals/cases/copy-gates.yaml."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from tools.compliance import gates

CASES = yaml.safe_load((Path(__file__).parents[2] / "evals/cases/copy-gates.yaml").read_text(encoding="utf-8"))
RULE = {"sending_time": "L17", "consent": "L18", "unsubscribe_headers": "L21", "selection": "L23", "wecom_load": "L27",
        "ai_marks": "L29"}
CALL = {
    "sending_time": lambda at, zone, language, vendor: gates.sending_time(
        [datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(zone))], language=language, vendor=vendor),
    "consent": lambda **counts: gates.consent(gates.ConsentCounts(**counts)),
    "unsubscribe_headers": lambda headers, daily, days=0: gates.unsubscribe_headers(
        headers, daily=daily, days_to_act=days),
    "selection": lambda **note: gates.selection(gates.SelectionNote(**note)),
    "wecom_load": lambda **load: gates.wecom_load(gates.WecomLoad(**load), month=date(2026, 6, 3)),
    "ai_marks": lambda metadata, shown: gates.ai_marks(metadata, shown=shown),
}


def called(name, given):
    return CALL[name](**given) if isinstance(given, dict) else CALL[name](*given)


@pytest.mark.parametrize("name", RULE)
def test_every_gate_has_five_cases_a_side(name):
    assert len(CASES[name]["breaks"]) >= 5
    assert len(CASES[name]["holds"]) >= 5


@pytest.mark.parametrize(("name", "given"), [(name, given) for name in RULE for given in CASES[name]["breaks"]])
def test_a_broken_gate_is_named_with_both_languages(name, given):
    issues = called(name, given)
    assert {issue.rule for issue in issues} == {RULE[name]}
    assert all("{" not in issue.why.zh + issue.why.en for issue in issues)


@pytest.mark.parametrize(("name", "given"), [(name, given) for name in RULE for given in CASES[name]["holds"]])
def test_a_gate_that_holds_says_nothing(name, given):
    assert called(name, given) == []


def test_a_moment_is_judged_where_the_recipient_is():
    at = datetime(2026, 6, 10, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    times = gates.local_times(at, ["Asia/Shanghai", "America/Los_Angeles"])
    assert [moment.hour for moment in times] == [9, 18]
    assert gates.sending_time(times[:1]) == []
    with pytest.raises(ValueError, match="time zone"):
        gates.sending_time([datetime(2026, 6, 10, 9, 0)])


def test_december_and_february_have_their_days():
    for month, days in ((date(2026, 12, 31), 31), (date(2028, 2, 1), 29)):
        (issue,) = gates.wecom_load(gates.WecomLoad(batch=1, at_period_limit=1, confirmed=True), month=month)
        assert f"{days}/month" in issue.why.en


def test_the_same_last_day_may_not_come_twice():
    text, sent = "最后一天！满199减30，6月18日止。", [(date(2026, 6, 16), "最后一天！满99减10，6月16日止。")]
    (issue,) = gates.repeated_urgency(text, sent, on=date(2026, 6, 18), channel="push", language="zh")
    assert (issue.rule, issue.severity, issue.words) == ("L6", "block", "最后一天")
    assert "2026-06-16" in issue.why.zh
    assert gates.repeated_urgency(text, sent, on=date(2026, 6, 16), channel="push", language="zh") == []
    assert gates.repeated_urgency("到店了", sent, on=date(2026, 6, 18), channel="push", language="zh") == []
