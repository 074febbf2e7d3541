"""One self-contained HTML page of runs: rates with their intervals, bars, differences, and every case that failed.

It loads nothing from anywhere; what was asked and answered is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from importlib import resources

from evals.bars import Held
from evals.diffing import Diff, Moved
from evals.runs import Rate, Run, Try
from evals.statistics import Estimate

LONGEST = 4_000
"""Characters of an answer that the page shows."""


def page(runs: Sequence[Run], *, bars: Sequence[Held] = (), diff: Diff | None = None) -> str:
    """Return the page; `diff` compares the last of the runs with an earlier one."""
    style = resources.files("evals").joinpath("page.css").read_text(encoding="utf-8")
    title = f"Evaluation: {', '.join(run.suite for run in runs)}"
    parts = [*_bars(bars), *([_difference(diff)] if diff else []), *map(_run, runs)]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{style}</style></head>"
        f"<body><h1>{escape(title)}</h1>{''.join(parts)}</body></html>\n"
    )


def _run(run: Run) -> str:
    judge = f", judged by {run.judged_by}" if run.judged_by else ""
    about = (
        f"{len(run.by_case())} cases, {run.epochs} epochs, answered by {run.model} over {run.workspace}{judge}, "
        f"{run.began_at}, {run.seconds:.0f} s"
    )
    failed = [each for each in run.tries if not each.passed]
    return (
        f"<h2>{escape(run.suite)}</h2><p class=about>{escape(about)}</p>{''.join(map(_rate, run.rates()))}"
        f"<p>{len(failed)} of {len(run.tries)} tries not passed.</p>{''.join(map(_failed, failed))}"
    )


def _rate(rate: Rate) -> str:
    whole = rate.group == "all"
    name = rate.measure.replace("_", " ") if whole else rate.group
    powers = [f"pass^{k} {_percent(each.value)}" for k, each in enumerate(rate.all_pass, start=1) if k > 1]
    figures = [f"{_percent(rate.value.value)} <small>of {rate.cases}</small>", *powers]
    return (
        f"<div class='rate{'' if whole else ' part'}'><span>{escape(name)}</span>{_scale(rate.value)}"
        f"<span class=figures>{' · '.join(figures)}</span></div>"
    )


def _scale(found: Estimate) -> str:
    told = f"{_percent(found.value)}, 95% interval {_percent(found.low)} to {_percent(found.high)}"
    return (
        f"<span class=scale role=img title='{told}' aria-label='{told}'>"
        f"<i style='left:{found.low * 100:.1f}%;width:{(found.high - found.low) * 100:.1f}%'></i>"
        f"<b style='left:{found.value * 100:.1f}%'></b></span>"
    )


def _failed(each: Try) -> str:
    return (
        f"<details><summary><span class=no>✗</span> {escape(each.question)}</summary>"
        f"<p class=about>{escape(each.id)}, {escape(each.group)}, epoch {each.epoch}</p><p>{escape(each.why)}</p>"
        f"<pre>{escape(each.said[:LONGEST])}</pre></details>"
    )


def _bars(bars: Sequence[Held]) -> Iterable[str]:
    if not bars:
        return
    failed = sum(not bar.holds for bar in bars)
    yield f"<h2>Bars</h2><p class={'no' if failed else 'ok'}>{len(bars) - failed} of {len(bars)} hold.</p>"
    for bar in bars:
        value = "-" if bar.value is None else _percent(bar.value)
        yield (
            f"<div class='rate {'ok' if bar.holds else 'no'}'><span>{'✓' if bar.holds else '✗'} {escape(bar.suite)}: "
            f"{escape(bar.measure.replace('_', ' '))}</span><span></span>"
            f"<span class=figures>{value} <small>of at least {_percent(bar.bar)}</small></span></div>"
        )


def _difference(found: Diff) -> str:
    rows = [
        f"<div class=rate><span>{escape(each.measure.replace('_', ' '))}</span><span>{each.better} better, "
        f"{each.worse} worse</span><span class=figures>{each.change.value:+.1%} "
        f"<small>[{each.change.low:+.1%}, {each.change.high:+.1%}], p {each.p:.3f}</small></span></div>"
        for each in found.differences
    ]
    moved = [f"<p>{len(cases)} {name}.</p>{''.join(map(_moved, cases))}"
             for name, cases in (("broken", found.broken), ("better", found.better))]  # fmt: skip
    return (
        f"<h2>What changed</h2><p class=about>{escape(found.before)} → {escape(found.now)}</p>"
        f"{''.join(rows)}{''.join(moved)}"
    )


def _moved(each: Moved) -> str:
    return (
        f"<details><summary><span class={'ok' if each.now > each.before else 'no'}>{_percent(each.before)} → "
        f"{_percent(each.now)}</span> {escape(each.question)}</summary><p>{escape(each.why)}</p>"
        f"<pre>before: {escape(each.said_before[:LONGEST])}</pre>"
        f"<pre>now: {escape(each.said_now[:LONGEST])}</pre></details>"
    )


def _percent(share: float) -> str:
    return f"{share * 100:.1f}%"
