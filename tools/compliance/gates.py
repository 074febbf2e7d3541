"""Rules on a campaign instead of its words: when it goes out, to whom, with which headers and marks.

Each function returns the issues it finds, none when all is well, so that a campaign can add up the lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from tools.compliance.brand_rules import BrandRules
from tools.compliance.checker import NO_RULES, check_message, issue_of
from tools.compliance.message import Channel
from tools.compliance.vendors import VendorName, vendors
from tools.offer import Language
from tools.results import Frozen, Issue

US_SENDING = (8, 21)
"""Hours of the TCPA, the recipient's local time."""
OPT_OUT_DAYS = 2
ONE_CLICK = "List-Unsubscribe=One-Click"
BULK_MAIL = 5_000
"""E-mails a day from which Gmail and Yahoo ask for one-click unsubscribe."""
WECOM_DAY, WECOM_BATCH = 1, 20_000
AI_MARKS = ("ai_generated", "model", "draft_id", "editor")


class ConsentCounts(Frozen):
    """People of an audience by what is known of their consent to one channel."""

    unknown: int = 0
    withdrawn: int = 0
    other_channel: int = 0
    without_proof: int = 0
    """Consent is recorded, but not where and when it was given."""


class SelectionNote(Frozen):
    """What a campaign says of how it picked its audience (PIPL, Art. 24)."""

    automated: bool = True
    rule: str = ""
    """The selection in words."""
    refusal: str = ""
    """How a customer refuses, or gets a version that is not personalised."""
    price_differs: Literal["no", "by_tier", "by_behaviour", "by_device"] = "no"
    tier_rule: str = ""
    """Id of the published rule that gives tiers their prices."""


class WecomLoad(Frozen):
    """How many of an audience have had their WeCom messages of a day, and of a week or month."""

    batch: int
    at_day_limit: int = 0
    at_period_limit: int = 0
    confirmed: bool = False
    """Whether a member has confirmed the broadcast."""


def sending_time(
    at: Iterable[datetime], *, channel: Channel = "sms", language: Language = "zh", vendor: VendorName = "generic"
) -> list[Issue]:
    """L17: promotional messages go out in the hours allowed at the recipient; `at` are aware local times.

    Raises ValueError for a time without a zone: an hour of nowhere cannot be judged.
    """
    first, last = vendors()[vendor].sending if language == "zh" else US_SENDING
    issues = []
    for moment in at if channel == "sms" else ():
        if moment.tzinfo is None:
            raise ValueError("a sending time needs the recipient's time zone")
        if not first <= moment.hour < last:
            blanks = {"time": f"{moment:%H:%M}", "start": f"{first:02}:00", "end": f"{last:02}:00"}
            issues.append(issue_of("L17", blanks=blanks))
    return issues


def local_times(at: datetime, zones: Iterable[str]) -> list[datetime]:
    """One moment in each recipient zone ("Asia/Shanghai"), for `sending_time`."""
    return [at.astimezone(ZoneInfo(zone)) for zone in zones]


def consent(counts: ConsentCounts) -> list[Issue]:
    """L18: nobody without a recorded consent to this channel stays in the audience."""
    keys = {"L18-unknown": counts.unknown, "L18-withdrawn": counts.withdrawn, "L18-channel": counts.other_channel,
            "L18-proof": counts.without_proof}  # fmt: skip
    return [issue_of(key, blanks={"count": str(count)}) for key, count in keys.items() if count]


def unsubscribe_headers(headers: Mapping[str, str], *, daily: int, days_to_act: float = 0) -> list[Issue]:
    """L21: a bulk e-mail export carries one-click unsubscribe (RFC 8058), and opt-outs are acted on in two days."""
    given = {name.lower(): value for name, value in headers.items()}
    issues, missing = [], []
    if "<https://" not in given.get("list-unsubscribe", "").lower():
        missing.append("List-Unsubscribe: <https://…>")
    if given.get("list-unsubscribe-post", "").replace(" ", "").lower() != ONE_CLICK.lower():
        missing.append(f"List-Unsubscribe-Post: {ONE_CLICK}")
    if missing and daily > BULK_MAIL:
        issues.append(issue_of("L21", blanks={"missing": "; ".join(missing)}))
    if days_to_act > OPT_OUT_DAYS:
        issues.append(issue_of("L21-delay", blanks={"days": f"{days_to_act:g}"}))
    return issues


def selection(note: SelectionNote) -> list[Issue]:
    """L23: an automated selection is said in words and can be refused; prices differ by published tier at most."""
    issues = []
    if note.automated and not note.rule.strip():
        issues.append(issue_of("L23-rule"))
    if note.automated and not note.refusal.strip():
        issues.append(issue_of("L23-refusal"))
    if note.price_differs in ("by_behaviour", "by_device"):
        issues.append(issue_of("L23", words=note.rule))
    if note.price_differs == "by_tier" and not note.tier_rule.strip():
        issues.append(issue_of("L23-tier"))
    return issues


def wecom_load(load: WecomLoad, *, month: date) -> list[Issue]:
    """L27: one WeCom broadcast a customer and day, as many a month as it has days, a member confirms each."""
    issues = []
    days = (date(month.year + month.month // 12, month.month % 12 + 1, 1) - month.replace(day=1)).days
    for count, limit in ((load.at_day_limit, f"{WECOM_DAY}/day"), (load.at_period_limit, f"{days}/month")):
        if count:
            issues.append(issue_of("L27", blanks={"count": str(count), "limit": limit}))
    if load.batch > WECOM_BATCH:
        issues.append(issue_of("L27-batch", blanks={"count": str(load.batch), "limit": str(WECOM_BATCH)}))
    if not load.confirmed:
        issues.append(issue_of("L27-confirm"))
    return issues


def ai_marks(metadata: Mapping[str, object], *, shown: bool) -> list[Issue]:
    """L29: the export says that a model helped, which one, of which draft, and who edited it; the page shows it."""
    missing = [name for name in AI_MARKS if not metadata.get(name)] + ([] if shown else ["label"])
    return [issue_of("L29", blanks={"missing": ", ".join(missing)})] if missing else []


def repeated_urgency(
    text: str, sent: Sequence[tuple[date, str]], *, on: date, channel: Channel, language: Language,
    own: BrandRules = NO_RULES,
) -> list[Issue]:  # fmt: skip
    """L6: the same "last day" words on more than one day are false; `sent` are earlier messages by their day."""
    again = []
    for issue in _urgent(text, channel, language, own):
        days = sorted({day for day, words in sent if day != on and _says(issue.words, words, channel, language, own)})
        if days:
            blanks = {"days": ", ".join(day.isoformat() for day in days)}
            again.append(issue_of("L6-again", issue.words, start=issue.start, end=issue.end, blanks=blanks))
    return again


def _says(words: str, text: str, channel: Channel, language: Language, own: BrandRules) -> bool:
    return words in text and words in {issue.words for issue in _urgent(text, channel, language, own)}


def _urgent(text: str, channel: Channel, language: Language, own: BrandRules) -> list[Issue]:
    found = check_message(text, channel=channel, language=language, own=own)
    return [issue for issue in found if issue.rule == "L6"]
