"""What passes a filter, alone and together."""

from __future__ import annotations

import pytest

from knowledge.filters import Filters, Labels, allowed

LABELS = [
    Labels("card", "zh", "scenario", ("acquire",), ("high", "mid"), (), ("paid-membership",)),
    Labels("card", "en", "scenario", ("acquire",), ("high", "mid"), (), ("paid-membership",)),
    Labels("tier", "zh", "tier", (), ("dormant",), (), ()),
]


@pytest.mark.parametrize(("wanted", "passing"), [
    ({"type": "tier"}, {("tier", "zh")}),
    ({"tier": "mid"}, {("card", "zh"), ("card", "en")}),
    ({"tier": "mid", "written_in": "en"}, {("card", "en")}),
    ({"scenario": "paid-membership", "stage": "acquire", "document": "card"}, {("card", "zh"), ("card", "en")}),
    ({"quadrant": "high-penetration-high-frequency"}, set()),
    ({"tier": "mid", "type": "tier"}, set()),
])
def test_everything_asked_for_must_hold(wanted, passing):
    assert allowed(LABELS, Filters.of(**wanted)) == passing


def test_none_asks_for_nothing():
    assert not Filters.of(type=None, tier="")
    assert Filters.of(tier="mid")


@pytest.mark.parametrize(("only", "found"), [
    ({"tier": "dormant"}, {"win-back"}),
    ({"type": "scenario"}, {"paid-membership", "co-creation", "journey"}),
    ({"type": "scenario", "tier": "mid", "written_in": "en"}, {"co-creation", "journey"}),
])
def test_no_list_of_a_search_looks_elsewhere(library, only, found):
    ranking = library.ranking("会员 members 用户 customers", **only)
    assert ranking.documents.keys() == ranking.dense.keys() == found
    assert ranking.lexical.keys() <= found
