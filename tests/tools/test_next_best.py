"""Next best choices against what was planted in the data; without the data, why there is none."""

from __future__ import annotations

import pandas as pd
import pytest

from copilot.catalogue import has
from tools.errors import BadArgument
from tools.next_best import mention, timing
from tools.next_best.overview import counted
from tools.next_best.results import TOPICS, NextBestChoices, Reason

LAST = pd.Timestamp("2024-12-31")


def _orders(customer, ages, *, hour=21, price=100.0, paid=100.0):
    days = [LAST - pd.Timedelta(days=age) for age in ages]
    return pd.DataFrame({
        "order_id": [f"{customer}-{age}" for age in ages], "customer_id": customer,
        "ordered_at": [day + pd.Timedelta(hours=hour) for day in days], "order_date": days, "kind": "sale",
        "amount": paid, "list_amount": price,
    })  # fmt: skip


def _lines(orders, category):
    shared = orders[["order_id", "customer_id", "order_date", "kind", "amount"]]
    return shared.assign(product_id=category, product_name=category, category=category, quantity=1.0)


def _touches(customer, channel, sent, opened):
    return pd.DataFrame({
        "campaign_id": [f"K{at}" for at in range(sent)], "customer_id": customer, "arm": "treated", "channel": channel,
        "sent_at": LAST - pd.Timedelta(days=30), "delivered": True, "opened": [at < opened for at in range(sent)],
        "clicked": False, "unsubscribed": False,
    })  # fmt: skip


@pytest.fixture(scope="module")
def chosen(open_tables):
    """Regular buys tea every 30 days at night, without discounts; twins buy pots and cups; single bought a pot."""
    regular = _orders("regular", [120, 90, 60, 30], hour=22)
    single = _orders("single", [400], hour=10, paid=60.0)
    saver = _orders("saver", [300, 200, 100, 0], hour=9, paid=60.0)
    twins = [_orders(f"twin{at}", [500 + at]) for at in range(40)]
    others = [_orders(f"other{at}", [500 + at]) for at in range(60)]
    lines = [_lines(regular, "茶"), _lines(single, "壶"), _lines(saver, "香"), *(_lines(each, "书") for each in others)]
    lines += [_lines(each, category) for each in twins for category in ("壶", "杯")]
    touches = [_touches("regular", "sms", 4, 1), _touches("regular", "push", 4, 4), _touches("regular", "wecom", 5, 3)]
    consents = pd.DataFrame({"customer_id": "regular", "channel": ["sms", "push", "wecom"],
                             "consented": [True, False, True], "updated_at": LAST})  # fmt: skip
    tables = {"orders": pd.concat([regular, single, saver, *twins, *others]), "order_items": pd.concat(lines),
              "touches": pd.concat(touches), "consents": consents}  # fmt: skip
    found = open_tables(tables).next_best.choose(["single", "regular", "saver"])
    return {row.customer_id: row for row in found.rows} | {"": found}


def test_a_category_that_is_due_is_mentioned(chosen):
    best = chosen["regular"].mention
    assert (best.value, best.reason, best.support) == ("茶", "rhythm", 3)
    assert best.figures == {"usual": 30.0, "since": 30.0, "gaps": 3.0}


def test_what_goes_with_theirs_is_mentioned_to_the_others(chosen):
    best = chosen["single"].mention
    assert (best.value, best.reason, best.support) == ("杯", "bought_together", 40)
    assert best.figures["lift"] == pytest.approx(40 * 103 / (41 * 40))


def test_nothing_is_mentioned_without_a_ground():
    pair = {"first": "壶", "second": "杯", "both": 40, "lift": 2.0}
    late = {"category": "茶", "gaps": 3, "usual": 30.0, "since": 90}
    assert mention.mention([late], [pair]).available is False
    assert mention.mention([late | {"category": "壶"}, late | {"category": "杯"}], [pair]).reason == "no_rhythm"


def test_the_channel_is_one_that_may_be_used_and_is_answered(chosen):
    assert (chosen["regular"].channel.value, chosen["regular"].channel.figures) == ("wecom", {"answered": 3, "sent": 5})
    assert chosen["single"].channel.reason == "few_messages"
    refused = {"channel": "sms", "sent": 5, "answered": 5, "allowed": False}
    assert timing.channel([refused]).reason == "no_consented_response"


def test_the_hour_is_inside_the_hours_for_sending(chosen):
    assert (chosen["regular"].hour.value, chosen["regular"].hour.figures["from"]) == ("19:00", "20:00")
    assert chosen["saver"].hour.value == "08:00"
    assert chosen["single"].hour.reason == "few_timed_orders"
    assert timing.hour([{"hour": hour, "orders": 1} for hour in range(0, 24, 3)]).reason == "no_usual_hour"


def test_a_discount_is_for_those_who_wait_for_one(chosen):
    assert (chosen["regular"].discount.value, chosen["saver"].discount.value) == ("not_needed", "needed")
    assert chosen["single"].discount.reason == "few_priced_orders"


def test_the_order_asked_for_and_the_queries_are_kept(chosen):
    assert [row.customer_id for row in chosen[""].rows] == ["single", "regular", "saver"]
    assert len(chosen[""].queries) == 5


def test_what_the_data_lacks_is_said(open_tables):
    orders = _orders("a", [10, 20]).assign(list_amount=None)
    orders["ordered_at"] = orders["order_date"]
    (row,) = open_tables({"orders": orders}).next_best.choose(["a"]).rows
    assert [row.mention.reason, row.channel.reason, row.hour.reason, row.discount.reason] == [
        "no_order_lines", "no_touches", "no_time_of_day", "no_list_price"]  # fmt: skip


def test_nobody_is_refused(data):
    with pytest.raises(BadArgument, match="next_best_customers"):
        data.next_best.choose([])


def test_every_reason_has_its_sentence():
    assert [reason for reason in Reason.__args__ if not has(f"next_best.reason.{reason}")] == []
    assert [reason for reason in Reason.__args__ if not has(f"next_best.why.{reason}")] == []


def test_the_overview_counts_every_customer_once_a_topic(chosen, data):
    found: NextBestChoices = chosen[""]
    overview = counted(data, found, tier="mid")
    for topic in TOPICS:
        assert sum(row.customers for row in overview.rows if row.topic == topic) == 3
    discounts = [(row.value, row.reason) for row in overview.rows if row.topic == "discount"]
    assert discounts == [("needed", "waits_for_discounts"), ("not_needed", "buys_full_price"), ("", "few_priced_orders")]
    assert "single" not in overview.model_dump_json()
