"""Whom a campaign may contact: each reason for leaving somebody out, in its order, and what is held out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pandas as pd
import pyarrow as pa
import pytest

from tools.audience import AudienceReach, FrequencyCap
from tools.segment_data import SegmentData

LAST = pd.Timestamp("2026-03-31")
PEOPLE = {
    # customer: phone, e-mail, latest word on SMS (None: none on record), SMS of the last week, left by a message
    "free": ("13800138000", "a@shop.example", True, 0, False),
    "abroad": ("+44 20 7946 0958", "b@shop.example", True, 2, False),
    "prefixed": ("+86 138-0013-8001", None, True, 0, False),
    "no number": (None, "c@shop.example", True, 0, False),
    "empty number": (" ", "c2@shop.example", True, 0, False),
    "bad number": ("12345", "no-at-sign", True, 0, False),
    "never asked": ("13800138002", "d@shop.example", None, 0, False),
    "refused": ("13800138003", "e@shop.example", False, 0, False),
    "left": ("13800138004", "f@shop.example", True, 1, True),
    "full": ("13800138005", "g@shop.example", True, 3, False),
    "both": ("12345", "h@shop.example", False, 9, False),
}


@pytest.fixture(scope="module")
def data(open_tables: Callable[[dict], SegmentData]) -> SegmentData:
    ids = list(PEOPLE)
    orders = pd.DataFrame({"order_id": [f"O{i}" for i in range(len(ids))], "customer_id": ids, "ordered_at": LAST,
                           "order_date": LAST, "kind": "sale", "amount": 100.0})  # fmt: skip
    customers = pd.DataFrame([{"customer_id": id, "phone": row[0], "email": row[1]} for id, row in PEOPLE.items()])
    said = [{"customer_id": id, "channel": " SMS", "consented": row[2], "updated_at": LAST - pd.Timedelta(days=90)}
            for id, row in PEOPLE.items() if row[2] is not None]  # fmt: skip
    said += [{"customer_id": "refused", "channel": "sms", "consented": True, "updated_at": LAST - pd.Timedelta(days=99)}]
    sent = [{"campaign_id": "K", "customer_id": id, "channel": "sms", "arm": "treated", "unsubscribed": row[4],
             "sent_at": LAST - pd.Timedelta(days=1 + number % 6)} for id, row in PEOPLE.items() for number in range(row[3])]
    sent += [{"campaign_id": "K", "customer_id": "free", "channel": "sms", "arm": arm, "unsubscribed": False,
              "sent_at": LAST - pd.Timedelta(days=days)}
             for arm, days in [("holdout", 1)] * 5 + [("treated", 8)] * 5]  # fmt: skip
    return open_tables({"orders": orders, "customers": customers, "consents": pd.DataFrame(said),
                        "touches": pd.DataFrame(sent)})  # fmt: skip


def members(excluded: dict[str, str] | None = None) -> pa.Table:
    marks = excluded or {}
    return pa.table({"customer_id": list(PEOPLE), "reason": [marks.get(id, "") for id in PEOPLE]})


def reasons(data: SegmentData, channel: str, *, cap: FrequencyCap = FrequencyCap(), **marks: str) -> dict[str, str]:
    rows = data.audiences.marked(members(marks), channel, cap).to_pylist()
    return {row["customer_id"]: row["reason"] for row in rows}


def test_each_is_left_out_for_the_first_reason_that_holds(data: SegmentData) -> None:
    assert reasons(data, "sms", full="0") == {
        "free": "", "abroad": "", "prefixed": "", "no number": "no_contact", "empty number": "no_contact",
        "bad number": "invalid_contact", "never asked": "no_consent", "refused": "opted_out", "left": "opted_out",
        "full": "excluded:0", "both": "invalid_contact",
    }  # fmt: skip


def test_the_frequency_cap_counts_what_was_sent_in_its_days(data: SegmentData) -> None:
    assert reasons(data, "sms")["full"] == "frequency_cap"
    assert reasons(data, "sms", cap=FrequencyCap(messages=4))["full"] == ""
    assert reasons(data, "sms", cap=FrequencyCap(messages=2))["abroad"] == "frequency_cap"
    assert reasons(data, "sms", cap=FrequencyCap(messages=5, days=9))["free"] == "frequency_cap"


def test_consent_is_of_the_channel_and_an_address_of_its_kind(data: SegmentData) -> None:
    by_mail = reasons(data, "email")
    assert by_mail["prefixed"] == "no_contact"
    assert by_mail["bad number"] == "invalid_contact"
    assert by_mail["free"] == "no_consent"
    assert set(reasons(data, "wecom").values()) == {"no_consent"}
    assert set(reasons(data, "banner").values()) == {""}  # it is shown to who opens the app, and sent to nobody


def reach(data: SegmentData, holdout: float) -> AudienceReach:
    marks = members({"free": "1", "full": "0", "both": "1"})
    return data.audiences.reach(marks, ["sms", "banner"], FrequencyCap(), holdout=holdout, exclusions=["员工", "黑名单"])


def test_the_counts_make_up_the_audience(data: SegmentData) -> None:
    found = reach(data, 0.5)
    sms, banner = found.channels
    assert (found.value, found.as_of) == (len(PEOPLE), date(2026, 3, 31))
    assert sum(found.tiers.values()) == len(PEOPLE)
    assert {(row.reason, row.exclusion): row.customers for row in sms.left_out} == {
        ("excluded", "员工"): 1, ("excluded", "黑名单"): 2, ("no_contact", ""): 2, ("invalid_contact", ""): 1,
        ("no_consent", ""): 1, ("opted_out", ""): 2, ("holdout", ""): 1,
    }  # fmt: skip
    assert sms.customers + sum(row.customers for row in sms.left_out) == len(PEOPLE)
    assert (banner.customers, banner.holdout) == (4, 4)
    assert reach(data, 0).channels[0].holdout == 0
    assert "SELECT" in found.query


def test_without_consents_nobody_may_be_written_to(data: SegmentData, open_tables: Callable) -> None:
    day = LAST - timedelta(days=3)
    bare = open_tables({
        "orders": pd.DataFrame({"order_id": ["O"], "customer_id": ["free"], "ordered_at": day, "order_date": day,
                                "kind": "sale", "amount": 9.0}),
        "customers": pd.DataFrame({"customer_id": ["free"], "phone": ["13800138000"]}),
    })  # fmt: skip
    found = bare.audiences.reach(members(), ["sms"], FrequencyCap(), holdout=0.1, exclusions=[])
    assert (found.channels[0].customers, found.notes) == (0, ["no_consents"])


@pytest.fixture(scope="module")
def pairs(open_tables: Callable[[dict], SegmentData]) -> SegmentData:
    """Ann has both channels, Bob has Ann's number, Cid only the text message, Dee only WeCom."""
    consents = [("ann", "sms"), ("ann", "wecom"), ("bob", "sms"), ("cid", "sms"), ("dee", "wecom")]
    phones = {"ann": "138 0000 0001", "bob": "+8613800000001", "cid": "13800000003", "dee": None}
    return open_tables({
        "orders": pd.DataFrame({"order_id": list("1234"), "customer_id": list(phones), "ordered_at": LAST,
                                "order_date": LAST, "kind": "sale", "amount": 9.0}),
        "customers": pd.DataFrame({"customer_id": list(phones), "phone": list(phones.values())}),
        "consents": pd.DataFrame([{"customer_id": id, "channel": channel, "consented": True, "updated_at": LAST}
                                  for id, channel in consents]),
    })  # fmt: skip


def told(data: SegmentData, channel: str, earlier: list[str]) -> dict[str, str]:
    everybody = pa.table({"customer_id": ["ann", "bob", "cid", "dee"], "reason": [""] * 4})
    rows = data.audiences.marked(everybody, channel, FrequencyCap(), earlier=earlier).to_pylist()
    return {row["customer_id"]: row["reason"] for row in rows}


def test_a_customer_is_written_to_on_the_first_channel_that_reaches_them(pairs: SegmentData) -> None:
    assert told(pairs, "wecom", []) == {"ann": "", "bob": "no_consent", "cid": "no_consent", "dee": ""}
    assert told(pairs, "sms", ["wecom"]) == {
        "ann": "other_channel", "bob": "duplicate_address", "cid": "", "dee": "no_contact",
    }  # fmt: skip
    assert told(pairs, "sms", ["banner"])["ann"] == ""  # a banner writes to nobody


def test_of_customers_with_one_number_the_first_is_written_to(pairs: SegmentData) -> None:
    assert told(pairs, "sms", []) == {"ann": "", "bob": "duplicate_address", "cid": "", "dee": "no_contact"}


def test_every_channel_is_a_choice(pairs: SegmentData) -> None:
    everybody = pa.table({"customer_id": ["ann", "bob", "cid", "dee"], "reason": [""] * 4})
    counts = {once: [each.customers for each in pairs.audiences.reach(
        everybody, ["wecom", "sms"], FrequencyCap(), holdout=0, exclusions=[], once=once).channels]
        for once in (True, False)}  # fmt: skip
    assert counts == {True: [2, 1], False: [2, 2]}
