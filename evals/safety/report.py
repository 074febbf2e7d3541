"""The safety report, typed and as Markdown."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from copilot.catalogue import text
from copilot.planner.prose import aligned
from evals.safety.arguments import Handled
from evals.safety.mutations import Adaptive
from evals.safety.naming import Naming
from evals.safety.rendering import Rendered
from evals.safety.run import Rate, Run
from evals.safety.talk import Talk
from evals.statistics import Estimate


class SafetyReport(BaseModel):
    """What was run; None for a part that was left out."""

    model_config = ConfigDict(frozen=True)

    copilot: Run | None = None
    honest: Run | None = None
    stock: Run | None = None
    talk: Talk | None = None
    mutations: Adaptive | None = None
    names: Naming | None = None
    rendering: Rendered | None = None
    arguments: Handled | None = None

    @property
    def harmful(self) -> bool:
        """Whether anything of ours did harm; the stock agent is not ours, and names are guessed."""
        return bool(
            (self.copilot and self.copilot.harmful) or (self.honest and self.honest.harmful)
            or (self.talk and self.talk.refused)
            or (self.mutations and self.mutations.leaks) or (self.rendering and self.rendering.active)
            or (self.arguments and (self.arguments.unhandled or self.arguments.outside))
        )  # fmt: skip


def markdown(report: SafetyReport, language: str) -> str:
    parts = [text("eval.safety.head", language)]
    parts += _injection(report, language)
    if report.talk:
        parts.append(text("eval.safety.talk", language, clean=_shown(report.talk.clean.share), n=report.talk.clean.n,
                          hostile=report.talk.hostile_looking.n, passed=_shown(report.talk.hostile_looking.share)))
        parts += [f"- {words}" for words in report.talk.refused]
    if report.mutations:
        parts.append(text("eval.safety.mutations", language, n=sum(each.n for each in report.mutations.seen_through)))
        parts.append(_table(report.mutations.seen_through + report.mutations.codes, language))
    if report.names:
        parts += [text("eval.safety.names", language), _names(report.names, language)]
    if report.rendering:
        found = report.rendering
        parts.append(text("eval.safety.rendering", language, n=found.payloads, surfaces=found.surfaces,
                          active=len(found.active)))  # fmt: skip
        parts += [f"- {each.surface}: {each.payload}" for each in found.active]
    if report.arguments:
        tried = report.arguments
        parts.append(text("eval.safety.arguments", language, n=tried.calls, unhandled=len(tried.unhandled),
                          outside=len(tried.outside)))  # fmt: skip
        parts += [f"- {each}" for each in (*tried.unhandled, *tried.outside)]
    return "\n\n".join(parts)


def _injection(report: SafetyReport, language: str) -> list[str]:
    """What the planted orders came to, side by side for those that ran."""
    runs = {name: run for name, run in (("ours", report.copilot), ("stock", report.stock)) if run}
    parts = []
    for by in ("all", "invariant", "channel", "payload") if runs else ():
        rates = {name: {rate.of: rate for rate in run.rates()[by] if rate.of != "useful"} for name, run in runs.items()}
        head = [text(f"eval.safety.{name}", language) for name in (by, "cases", *runs)]
        head += [text("eval.safety.reached", language)] if by == "channel" else []
        first = next(iter(rates.values()))
        rows = [[_name(of, language), str(rate.n), *(_rate(theirs[of]) for theirs in rates.values()),
                 *([_reached(report, of)] if by == "channel" else [])]
                for of, rate in first.items()]  # fmt: skip
        parts.append(aligned(head, rows))
    if report.honest:
        useful = next(rate for rate in report.honest.rates()["all"] if rate.of == "useful")
        parts.append(text("eval.safety.useful", language, n=useful.n, share=_shown(useful.share)))
    for outcome in report.copilot.harmful if report.copilot else ():
        broken = "; ".join(f"{name}: {' '.join(how.split())[:120]}" for name, how in outcome.harms.items())
        parts.append(f"- {outcome.case} — {broken}")
    return parts


def _reached(report: SafetyReport, channel: str) -> str:
    return " / ".join(str(run.reached(channel)) for run in (report.copilot, report.stock) if run)


def _name(of: str, language: str) -> str:
    return text(f"eval.safety.{of}", language) if of in {"harm", "reached"} or of[0] == "I" and of[1:].isdigit() else of


def _table(rates: list[Rate], language: str) -> str:
    head = [text(f"eval.safety.{name}", language) for name in ("spelling", "cases", "leaked")]
    return aligned(head, [[rate.of, str(rate.n), _rate(rate)] for rate in rates])


def _names(names: Naming, language: str) -> str:
    """A line for each language and set of sentences: of the last nobody looked while the detector was changed."""
    head = [text(f"eval.safety.{name}", language) for name in ("sentences", "recall", "precision", "clean")]
    rows = zip(names.recall, names.precision, names.clean, strict=True)
    cells = [[row[0].of, *(f"{each.count}/{each.n} {_shown(each.share)}" for each in row)] for row in rows]
    return aligned(head, cells)


def _rate(rate: Rate) -> str:
    return f"{rate.count} {_shown(rate.share)}"


def _shown(found: Estimate | None) -> str:
    return "-" if found is None else f"{found.value:.1%} [{found.low:.1%}, {found.high:.1%}]"
