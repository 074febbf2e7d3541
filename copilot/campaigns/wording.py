"""Campaigns in words, for people; the agent's text is written from the same lines."""

from __future__ import annotations

from typing import Any

from copilot.campaigns.audit import Verdict
from copilot.campaigns.brief import Brief
from copilot.campaigns.diff import Difference
from copilot.campaigns.results import Campaign, Check, Outcome, Step
from copilot.campaigns.words import named
from copilot.catalogue import has, localise, text
from copilot.drafting.voice import voice_told
from copilot.formatting import figure
from copilot.refusals import worded
from tools.audience import AudienceReach, ChannelReach
from tools.campaign_tests import CampaignTest
from tools.results import Draft, Issue
from tools.small_groups import LEAST

_COMMA = {"zh": "、", "en": ", "}
_BETWEEN = {"zh": " · ", "en": " · "}


def say(key: str, language: str, **blanks: object) -> str:
    return text(f"campaign.{key}", language, **blanks)


def headline(brief: Brief, language: str) -> str:
    """What a campaign is in one line: for whom, to what end, with what offer."""
    parts = [whom(brief, language), text(f"draft.goal.{brief.goal}", language) if brief.goal else "",
             brief.offer.text(brief.language) if brief.offer else ""]  # fmt: skip
    return _BETWEEN[language].join(filter(None, parts)) or say("unnamed", language)


def whom(brief: Brief, language: str) -> str:
    if brief.segment:
        return text("segment.of_segment", language, name=brief.segment)
    return text(f"tier.{brief.tier}", language) if brief.tier else ""


def summary(campaign: Campaign, language: str) -> str:
    """One line of a list: id, state, version, name, who made it and when."""
    first = campaign.history[0]
    return say("line", language, id=campaign.id, state=say(f"state.{campaign.state}", language),
               version=campaign.version, name=campaign.brief.name, by=first.by.name,
               day=f"{first.at:%Y-%m-%d}")  # fmt: skip


def brief_rows(brief: Brief, language: str) -> list[tuple[str, str, str]]:
    """(field, its name, its value in words) for every field that is filled."""
    quiet = f"{brief.quiet.start:%H:%M}–{brief.quiet.end:%H:%M}"
    values = {
        "audience": whom(brief, language), "exclusions": _COMMA[language].join(brief.exclusions),
        "goal": text(f"draft.goal.{brief.goal}", language) if brief.goal else "",
        "channels": _channels(brief, language),
        "language": say(f"language.{brief.language}", language), "offer": _offer(brief, language),
        "dates": _dates(brief, language), "voice": voice_told(brief.voice, language),
        "must_say": _COMMA[language].join(brief.must_say),
        "must_not_say": _COMMA[language].join(brief.must_not_say), "link": brief.link,
        "holdout": figure(brief.holdout, "percent", language), "quiet": quiet,
        "cap": say("cap", language, messages=brief.cap.messages, days=brief.cap.days),
        "exit": say(f"exit.{brief.exit}", language) if brief.exit else "",
    }  # fmt: skip
    return [(name, say(f"field.{name}", language), value) for name, value in values.items() if value]


def _channels(brief: Brief, language: str) -> str:
    names = [channel_name(each, language) for each in brief.channels]
    if len(names) < 2:
        return "".join(names)
    if brief.every_channel:
        return say("every_channel", language, channels=_COMMA[language].join(names))
    return say("first_channel", language, channels=" → ".join(names))


def _offer(brief: Brief, language: str) -> str:
    if brief.promise is None:
        return say("no_offer", language) if brief.no_offer else ""
    stock = say("stock", language, count=f"{brief.stock:,}") if brief.stock else ""
    sentence = brief.promise.details(brief.language).rstrip("。.")
    return _BETWEEN[language].join(filter(None, [brief.promise.text(brief.language), sentence, stock]))


def _dates(brief: Brief, language: str) -> str:
    if not (brief.start or brief.end):
        return ""
    return say("dates", language, start=brief.start or "…", end=brief.end or "…")


def channel_name(code: str, language: str) -> str:
    return text(f"draft.channel.{code}", language) if has(f"draft.channel.{code}") else code


def reason_name(code: str, language: str) -> str:
    """Why customers are left out; an exclusion goes by its own name."""
    return say(f"reason.{code}", language) if has(f"campaign.reason.{code}") else say("excluded", language, name=code)


def reach_lines(reach: AudienceReach, language: str, *, exact: bool = True) -> list[str]:
    """How many each channel reaches, and why the others are left out; not `exact` hides counts below ten."""
    size = _count(int(reach.value or 0), exact=exact)
    notes = [text(f"note.{note}", language) for note in reach.notes]
    return [*(_reach_line(each, size, language, exact=exact) for each in reach.channels), *notes]


def _reach_line(each: ChannelReach, size: str, language: str, *, exact: bool) -> str:
    left = _COMMA[language].join(
        say("left", language, reason=reason_name(row.exclusion or row.reason, language),
            count=_count(row.customers, exact=exact))
        for row in each.left_out
    )  # fmt: skip
    return say("reach" if left else "reach_all", language, channel=channel_name(each.channel, language), size=size,
               count=_count(each.customers, exact=exact), left=left)  # fmt: skip


def _count(number: int, *, exact: bool) -> str:
    return f"<{LEAST}" if not exact and 0 < number < LEAST else f"{number:,}"


def earlier_line(test: CampaignTest, language: str, currency: str) -> str:
    """What an earlier campaign to the tier came to, with its interval."""
    shown, campaign = test.figure, test.campaign
    value, low, high = (figure(each, shown.unit, language, currency=currency)
                        for each in (shown.value, shown.low, shown.high))  # fmt: skip
    return say("earlier", language, name=campaign.name, day=campaign.first_day,
               channel=channel_name(campaign.channel, language), metric=getattr(shown.title, language), value=value,
               low=low, high=high,
               verdict=say("conclusive" if test.conclusive else "inconclusive", language))  # fmt: skip


def gap_lines(check: Check, language: str) -> list[str]:
    """What the brief does not say yet, as questions."""
    return [say("gap_needed" if gap.needed else "gap_open", language, question=getattr(gap.question, language))
            for gap in check.gaps]  # fmt: skip


def check_lines(check: Check, language: str, currency: str) -> list[str]:
    """A check for people: gaps, reach, earlier campaigns, what the texts break, and whether it may go to review."""
    lines = gap_lines(check, language)
    if check.reach:
        lines += reach_lines(check.reach, language)
        lines += [earlier_line(test, language, currency) for test in check.earlier] or [say("no_earlier", language)]
    return [*lines, *text_check_lines(check, language)]


def text_check_lines(check: Check, language: str) -> list[str]:
    """What the texts break, and whether the campaign may go to review."""
    lines = [issue_line(found.channel, issue, language) for found in check.texts for issue in found.issues]
    return [*lines, verdict_line(check, language)]


def issue_line(channel: str, issue: Issue, language: str) -> str:
    """What a rule says of some words of a text, and the way out."""
    severity = say(f"severity.{issue.severity}", language)
    return say("issue", language, channel=channel_name(channel, language), severity=severity, rule=issue.rule,
               words=issue.words, why=getattr(issue.why, language), fix=getattr(issue.fix, language))  # fmt: skip


def verdict_line(check: Check, language: str) -> str:
    """Whether it may go to review, and what keeps it from there."""
    if check.ready:
        return say("ready_warned" if check.warnings else "ready", language, count=check.warnings)
    return say("not_ready", language, why=getattr(named("obstacle", check.obstacles), language))


def text_lines(draft: Draft, language: str) -> list[str]:
    head = say("text_head", language, channel=channel_name(draft.channel, language), characters=draft.characters)
    parts = [draft.title, draft.preheader, draft.body, draft.button]
    return [head, *("    " + line for part in parts if part for line in part.splitlines())]


def step_line(step: Step, language: str) -> str:
    """Who did what, when, in which role and through what, to which version, with the note."""
    done = say(f"done.{step.action}", language)
    remark = step.note or _COMMA[language].join(sorted({place for name in step.files if (place := _folder(name))}))
    note = say("with_note", language, note=remark) if remark else ""
    void = say("voided", language) if step.voids else ""
    role, reach = text(f"lesson.role.{step.by.role}", language), text(f"lesson.reach.{step.by.reach}", language)
    at = f"{step.at:%Y-%m-%d %H:%M} UTC"
    return say("entry", language, at=at, by=step.by.name, role=role, reach=reach, done=done, version=step.version,
               void=void, note=note)  # fmt: skip


def _folder(file: str) -> str:
    """The folder that a file was exported into."""
    return file.rpartition("/")[0]


def whole(campaign: Campaign, language: str) -> str:
    """Everything about a campaign, for a person: brief, texts, history."""
    colon = "：" if language == "zh" else ": "
    return "\n".join([
        summary(campaign, language), "",
        *(f"{name}{colon}{value}" for _field, name, value in brief_rows(campaign.brief, language)), "",
        *(line for draft in campaign.texts for line in text_lines(draft, language)), "",
        *(step_line(step, language) for step in campaign.history),
    ])  # fmt: skip


def difference_lines(found: Difference, language: str) -> list[str]:
    """A comparison of two versions for people."""
    lines = [say("field_change", language, field=_field_name(change.field, language), before=_plain(change.before),
                 after=_plain(change.after)) for change in found.fields]  # fmt: skip
    for change in found.texts:
        lines += [channel_name(change.channel, language), *("  " + line for line in change.lines)]
    return lines or [say("no_difference", language)]


def _field_name(field: str, language: str) -> str:
    return say(f"field.{field}", language) if has(f"campaign.field.{field}") else field


def _plain(value: Any) -> str:
    if isinstance(value, dict):  # an offer: the words it was said in tell it
        return str(value.get("said") or value)
    return ", ".join(map(str, value)) if isinstance(value, list) else "–" if value in (None, "") else str(value)


def told(campaign: Campaign, language: str) -> str:
    """What a proposal led to, and what happens next."""
    draft = "changed" if campaign.version > 1 else "proposed"
    key = draft if campaign.state == "draft" else "waiting" if campaign.state == "in_review" else "stands"
    return say(key, language, id=campaign.id, name=campaign.brief.name, state=say(f"state.{campaign.state}", language),
               version=campaign.version)  # fmt: skip


def outcome_line(outcome: Outcome, language: str) -> str:
    """What one act of several came to."""
    if outcome.campaign is not None:
        state = say(f"state.{outcome.campaign.state}", language)
        return say("bulk_done", language, id=outcome.id, state=state)
    return say("bulk_refused", language, id=outcome.id, why=worded(outcome.error, language))


def dumped_outcome(outcome: Outcome, language: str) -> dict[str, Any]:
    """The same as JSON."""
    if outcome.campaign is not None:
        return {"id": outcome.campaign.id, "state": outcome.campaign.state}
    return {"id": outcome.id, "code": outcome.error.code, "detail": worded(outcome.error, language)}


def verdict_of(found: Verdict, language: str) -> str:
    """Whether the trail is whole, and where it is not."""
    if found.whole:
        count = found.rows - found.anchored
        behind = text("audit.behind", language, count=count) if count > 0 else ""
        return text("audit.whole", language, rows=f"{found.rows:,}", head=found.head) + behind
    flaws = [text(f"audit.flaw.{flaw.code}", language, seq=flaw.seq) for flaw in found.flaws[:10]]
    return text("audit.broken", language, flaws=("；" if language == "zh" else "; ").join(flaws))


def proposed_lines(campaign: Campaign, check: Check, language: str) -> list[str]:
    """What was proposed and what happens next; who may be contacted stands in the evidence, remarks are left out."""
    rows = [f"{name}: {value}" for _field, name, value in brief_rows(campaign.brief, language)]
    texts = [line for draft in campaign.texts for line in text_lines(draft, language)]
    return [told(campaign, language), *rows, *texts, *gap_lines(check, language), *text_check_lines(check, language)]


def dumped(campaign: Campaign, language: str) -> dict[str, Any]:
    """A campaign as JSON, texts in one language."""
    return localise(campaign.model_dump(mode="json"), language) | {"brief": campaign.brief.model_dump(mode="json")}
