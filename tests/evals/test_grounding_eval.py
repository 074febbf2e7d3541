"""The grounding check keeps its bars: it misses few lies and accuses no true sentence."""

from __future__ import annotations

from evals.grounding import run


def test_the_check_tells_true_from_false() -> None:
    report = run()
    assert report.true + report.false >= 500
    assert report.recall.value >= 0.98
    assert report.false_alarms.value <= 0.01
    assert all(each.recall.value >= 0.9 for each in report.lies)
