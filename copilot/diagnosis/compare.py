"""What moved between a saved diagnosis and a later one."""

from __future__ import annotations

from copilot.diagnosis.results import Comparison, Diagnosis, Moved, SavedDiagnosis
from tools.results import MetricResult


def compare(before: SavedDiagnosis, after: Diagnosis) -> Comparison:
    """Answers, verdicts, how sure they are, the short list, and figures that both carry."""
    was = before.diagnosis
    moved = [*_answers(was, after), *_verdicts(was, after), *_focus(was, after), *_figures(was, after)]
    return Comparison(before=before, after=after, moved=[one for one in moved if one.before != one.after])


def _answers(was: Diagnosis, now: Diagnosis) -> list[Moved]:
    old, new = was.answers, now.answers
    keys = dict.fromkeys([*old, *new])
    return [Moved(what=f"answer:{key}", before=old.get(key, ""), after=new.get(key, "")) for key in keys]


def _verdicts(was: Diagnosis, now: Diagnosis) -> list[Moved]:
    found = []
    for topic in ("stage", "quadrant", "maturity"):
        old, new = getattr(was, topic), getattr(now, topic)
        if old and new:
            found.append(Moved(what=topic, before="|".join(old.possible), after="|".join(new.possible)))
            found.append(Moved(what=f"level:{topic}", before=old.level, after=new.level))
    return found


def _focus(was: Diagnosis, now: Diagnosis) -> list[Moved]:
    if not (was.focus and now.focus):
        return []
    old, new = ("|".join(play.scenario for play in each.focus) for each in (was, now))
    return [Moved(what="focus", before=old, after=new)]


def _figures(was: Diagnosis, now: Diagnosis) -> list[Moved]:
    """Headline figures of the same metric, window and comparison; written in their own unit by the reader."""
    found = []
    for key, new in now.figures.items():
        old = was.figures.get(key)
        if isinstance(old, MetricResult) and isinstance(new, MetricResult) and None not in (old.value, new.value):
            found.append(Moved(what=f"figure:{key}", before=repr(old.value), after=repr(new.value), unit=new.unit))
    return found
