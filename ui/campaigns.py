"""A campaign as the page shows it: brief, check and history as HTML, and the fields of its form."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from copilot.campaigns.diff import difference
from copilot.campaigns.results import Campaign, Check
from copilot.campaigns.wording import (
    brief_rows,
    channel_name,
    difference_lines,
    earlier_line,
    gap_lines,
    step_line,
    verdict_line,
)
from copilot.catalogue import text
from copilot.sendtext import failed_line
from tools.exporting.manifest import Manifest
from ui.tables import fold, table
from ui.tabulation import tabulated
from ui.words import html


def fields(given: tuple[Any, ...]) -> dict[str, Any]:
    """The form's values as fields of a brief."""
    offer, start, end, exit_, channels, each, link, holdout, must, must_not, exclusions, voice = given
    share = holdout.strip().removesuffix("%").strip()
    return {
        "offer": offer, "start": start.strip() or None, "end": end.strip() or None, "exit": exit_ or None,
        "channels": channels or [], "every_channel": each == "every", "voice": voice,
        "link": link, "holdout": _share(share), "must_say": _parts(must),
        "must_not_say": _parts(must_not), "exclusions": _parts(exclusions),
    }  # fmt: skip


def _share(percent: str) -> float | str:
    """10 as 0.1; what is no number is handed on to be refused in words."""
    try:
        return float(percent or 0) / 100
    except ValueError:
        return percent


def _parts(words: str) -> list[str]:
    return [part.strip() for part in words.replace("，", ",").replace("、", ",").split(",") if part.strip()]


def field_values(campaign: Campaign) -> list[Any]:
    """What the form shows of a brief, in the order of `fields`."""
    brief = campaign.brief
    offer = brief.offer.said or brief.offer.text(brief.language) if brief.offer else _none(brief.no_offer)
    return [
        offer, str(brief.start or ""), str(brief.end or ""), brief.exit or "", list(brief.channels),
        "every" if brief.every_channel else "first", brief.link,
        f"{brief.holdout * 100:g}",
        *("、".join(words) for words in (brief.must_say, brief.must_not_say, brief.exclusions)),
        brief.voice,
    ]  # fmt: skip


def _none(decided: bool) -> str:
    return "none" if decided else ""


def no_fields() -> list[Any]:
    """An empty form."""
    return ["", "", "", "", [], "first", "", "", "", "", "", ""]


def brief_html(campaign: Campaign, language: str, approval: str) -> str:
    """Name, state and brief; `approval` says whether an approval still holds."""
    told = brief_rows(campaign.brief, language)
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for _field, name, value in told)
    state = escape(text(f"campaign.state.{campaign.state}", language))
    quiet = f'<p class="ws-quiet">{escape(approval)}</p>' if approval else ""
    return (
        f'<div><strong>{escape(campaign.brief.name)}</strong> <span class="ws-chip">{state}</span>'
        f'{quiet}<dl class="ws-facts">{rows}</dl></div>'
    )


def check_html(check: Check, language: str, currency: str) -> str:
    """Gaps, who may be contacted, earlier campaigns, and whether it may go to review."""
    gaps = "".join(f"<li>{escape(line)}</li>" for line in gap_lines(check, language))
    earlier = "".join(f"<p>{escape(earlier_line(test, language, currency))}</p>" for test in check.earlier)
    reach = ""
    if check.reach:
        head, rows, words = tabulated(check.reach.model_dump(mode="json"), language, currency)
        size = html("campaigns.size", language, size=f"{int(check.reach.value or 0):,}", day=check.reach.as_of)
        reach = f"<p>{size}</p>" + table(head, rows, words=words)
    state = "ws-done" if check.ready else "ws-quiet"
    verdict = f'<p class="{state}" id="ws-camp-verdict">{escape(verdict_line(check, language))}</p>'
    return (f'<ul class="ws-remarks">{gaps}</ul>' if gaps else "") + reach + earlier + verdict


def history_html(campaign: Campaign, language: str) -> str:
    """Who did what and when, and what each version has that the one before has not."""
    lines = "\n".join(step_line(step, language) for step in campaign.history)
    changes = "".join(_changes(campaign, number, language) for number in range(campaign.version, 1, -1))
    return f'<h3>{html("campaigns.history", language)}</h3><div class="ws-lines">{escape(lines)}</div>{changes}'


def _changes(campaign: Campaign, number: int, language: str) -> str:
    lines = "\n".join(difference_lines(difference(campaign, number - 1, number), language))
    title = text("ui.campaigns.version_changes", language, number=number)
    return fold(title, f'<div class="ws-lines">{escape(lines)}</div>')


def send_line(manifest: Manifest, language: str) -> str:
    """How many messages one channel's list holds."""
    channel = channel_name(manifest.channel, language)
    return text("ui.campaigns.written", language, channel=channel, sent=f"{manifest.reached.sent:,}")


def set_aside_html(manifests: Iterable[Manifest], language: str) -> str:
    """Why finished messages were not written, channel by channel; "" where all were."""
    colon = "：" if language == "zh" else ": "
    told = [(channel_name(each.channel, language), failed_line(each, language)) for each in manifests]
    lines = "".join(f"<li>{escape(channel + colon + why)}</li>" for channel, why in told if why)
    return f'<ul class="ws-remarks">{lines}</ul>' if lines else ""


def done(words: str) -> str:
    """A thing that was just done, in a sentence."""
    return f'<p class="ws-done">{escape(words)}</p>'
