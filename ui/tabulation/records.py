"""Tables of selections, data health and linked accounts."""

from __future__ import annotations

from copilot.campaigns.wording import reason_name
from copilot.catalogue import text
from copilot.formatting import figure, value_name
from copilot.nextbesttext import topic_name
from copilot.nextbesttext import value_name as choice_name
from ui.tabulation.metrics import Table
from ui.words import named, say, trait_title


def selection(evidence: dict, language: str, currency: str) -> Table:
    """Each value of the profile: share of the selected, of the rest, and the index of the two."""
    head = _head(language, "trait", "value", "customers", "selected_share", "rest_share", "index", "beyond_chance")
    rows = [
        [
            trait_title(row["trait"], language), value_name(row["trait"], row["value"], language),
            f"{row['customers']:,}", figure(row["share"], "percent", language),
            figure(row["rest_share"], "percent", language), "–" if row["index"] is None else f"{row['index']:.2f}",
            say("draft.yes" if row["significant"] else "draft.no", language),
        ]
        for row in evidence["profile"]
    ]  # fmt: skip
    return head, rows, 2


def segment_list(evidence: dict, language: str, currency: str) -> Table:
    head = _head(language, "segment", "rule_words", "version", "customers", "data_day", "owner")
    rows = [
        [row["name"], row["words"], str(row["version"]), f"{row['customers']:,}", row["data_day"], row["owner"] or "–"]
        for row in evidence["rows"]
    ]
    return head, rows, 2


def segment_overlap(evidence: dict, language: str, currency: str) -> Table:
    head = _head(language, "overlap_with", "their_size", "both", "share_of_selected", "jaccard")
    rows = [
        [
            _group(row, language), f"{row['customers']:,}", f"{row['both']:,}",
            figure(row["share"], "percent", language), f"{row['jaccard']:.2f}",
        ]
        for row in evidence["rows"]
    ]  # fmt: skip
    return head, rows, 1


def audience(evidence: dict, language: str, currency: str) -> Table:
    """Each channel: who gets a campaign, and how many are left out for each reason."""
    head = _head(language, "channel", "reason", "customers")
    rows = []
    for each in evidence["channels"]:
        name = named("draft.channel", each["channel"], language)
        rows.append([name, say("result.written_to", language), f"{each['customers']:,}"])
        rows += [[name, reason_name(left["exclusion"] or left["reason"], language), f"{left['customers']:,}"]
                 for left in each["left_out"]]  # fmt: skip
    return head, rows, 2


def next_best(evidence: dict, language: str, currency: str) -> Table:
    """Each choice: what it is about, what was chosen, on what ground, for how many customers."""
    head = _head(language, "choice", "value", "ground", "customers")
    rows = [[topic_name(row["topic"], language), choice_name(row["topic"], row["value"], language),
             text(f"next_best.why.{row['reason']}", language), f"{row['customers']:,}"]
            for row in evidence["rows"]]  # fmt: skip
    return head, rows, 3


def data_health(evidence: dict, language: str, currency: str) -> Table:
    """The loaded tables with their days; the findings stand above as remarks."""
    head = _head(language, "data_table", "first_day", "last_day", "data_rows")
    rows = [
        [named("table", row["table"], language), row["first_day"] or "–", row["last_day"] or "–", f"{row['rows']:,}"]
        for row in evidence["tables"]
    ]
    return head, rows, 3


def link_overview(evidence: dict, language: str, currency: str) -> Table:
    """Pairs linked, by the evidence that settled them."""
    head = _head(language, "evidence", "pairs")
    rows = [[link_rule(rule, language), f"{count:,}"] for rule, count in evidence["links"].items()]
    rows.append([say("result.waiting", language), f"{evidence['to_review']:,}"])
    return head, rows, 1


def link_rule(rule: str, language: str) -> str:
    """Fields that settle a link, as people call them."""
    return " + ".join(named("link.field", part, language) for part in rule.split("+"))


def _head(language: str, *names: str) -> list[str]:
    return [say(f"result.{name}", language) for name in names]


def _group(row: dict, language: str) -> str:
    if row["kind"] == "tier":
        return named("tier", row["name"], language)
    return text("segment.of_segment", language, name=row["name"])
