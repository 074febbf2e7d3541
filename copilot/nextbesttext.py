"""Next best choices in words: of single customers for people, as counts for anybody."""

from __future__ import annotations

from copilot.catalogue import has, text
from copilot.formatting import day, figure
from tools.next_best.results import TOPICS, Choice, CustomerChoices, NextBestOverview
from tools.small_groups import LEAST

MOST = 6
"""Choices of one topic that are told one by one."""


def customer_text(row: CustomerChoices, language: str) -> str:
    """The four choices for a customer, each with its reason."""
    lines = [text("next_best.customer", language, id=row.customer_id)]
    return "\n".join([*lines, *(choice_line(topic, getattr(row, topic), language) for topic in TOPICS)])


def choice_line(topic: str, choice: Choice, language: str) -> str:
    return text("next_best.choice", language, topic=topic_name(topic, language), reason=_reason(choice, language),
                value=value_name(topic, choice.value, language))  # fmt: skip


def reasons_text(row: CustomerChoices, language: str) -> str:
    """Why each of the four was chosen, or why none could be, in one line."""
    told = [text("next_best.because", language, topic=topic_name(topic, language),
                 reason=_reason(getattr(row, topic), language)) for topic in TOPICS]  # fmt: skip
    return text("next_best.between", language).join(told)


def _reason(choice: Choice, language: str) -> str:
    told = {name: _figure(name, value, language) for name, value in choice.figures.items()}
    return text(f"next_best.reason.{choice.reason}", language, **told)


def overview_text(item: NextBestOverview, language: str) -> str:
    return "\n".join(overview_lines(item, language))


def overview_lines(item: NextBestOverview, language: str, *, exact: bool = True) -> list[str]:
    """How many customers each choice is for, a line each; not `exact` hides counts below ten."""
    lead = text("next_best.lead", language, whom=_whom(item, language), n=_count(item.n, exact=exact),
                day=day(item.as_of))  # fmt: skip
    lines = [lead]
    for topic in TOPICS:
        rows = [row for row in item.rows if row.topic == topic]
        told = [row for row in rows if row.value][:MOST] + [row for row in rows if not row.value]
        for row in told:
            lines.append(text(
                "next_best.count", language, topic=topic_name(topic, language),
                value=value_name(topic, row.value, language), customers=_count(row.customers, exact=exact),
                why=text(f"next_best.why.{row.reason}", language),
            ))  # fmt: skip
        if rest := [row.customers for row in rows if row not in told]:
            lines.append(text("next_best.more", language, n=len(rest), customers=_count(sum(rest), exact=exact)))
    return lines


def topic_name(topic: str, language: str) -> str:
    return text(f"next_best.topic.{topic}", language)


def value_name(topic: str, value: str, language: str) -> str:
    """A choice's value as it is read; nothing chosen is said so."""
    if not value:
        return text("next_best.none", language)
    for key in (f"next_best.value.{value}", f"draft.channel.{value}"):
        if topic in ("discount", "channel") and has(key):
            return text(key, language)
    return value


def _whom(item: NextBestOverview, language: str) -> str:
    if item.segment:
        return text("segment.of_segment", language, name=item.segment)
    return text(f"tier.{item.tier}", language) if item.tier else text("next_best.everybody", language)


def _figure(name: str, value: str | float, language: str) -> str:
    if isinstance(value, str):
        return value
    if name == "share":
        return figure(value, "percent", language)
    return f"{value:.3g}" if name == "lift" else f"{value:,g}"


def _count(number: int, *, exact: bool) -> str:
    return f"<{LEAST}" if not exact and 0 < number < LEAST else f"{number:,}"
