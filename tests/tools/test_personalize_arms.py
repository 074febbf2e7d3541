from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.errors import BadArgument
from tools.personalize.arms import held_out, shared_out
from tools.results import TIERS

PEOPLE = st.dictionaries(st.text(min_size=1, max_size=8), st.sampled_from([*TIERS, ""]), max_size=60)
SHARES = st.sampled_from([0, 0.05, 0.1, 0.15, 0.2, 1 / 3, 0.5])


def arms(people, share=0.1, salt="春季:7"):
    ids = list(people)
    return dict(zip(ids, held_out(ids, [people[each] for each in ids], share=share, salt=salt), strict=True))


@given(PEOPLE, SHARES)
def test_every_stratum_gives_exactly_its_share(people, share):
    found = Counter(people[each] for each, out in arms(people, share).items() if out)
    assert found == Counter({tier: n for tier, size in Counter(people.values()).items() if (n := round(size * share))})


@given(PEOPLE, SHARES, st.randoms())
def test_the_order_of_rows_changes_nothing(people, share, dice):
    mixed = list(people)
    dice.shuffle(mixed)
    assert arms({each: people[each] for each in mixed}, share) == arms(people, share)


@given(PEOPLE, st.sampled_from(TIERS))
def test_other_strata_change_nothing(people, gone):
    kept = {each: tier for each, tier in people.items() if tier != gone}
    everybody = arms(people)
    assert arms(kept) == {each: everybody[each] for each in kept}


@given(PEOPLE)
def test_a_larger_share_holds_the_smaller_one(people):
    small, large = arms(people, 0.1), arms(people, 0.2)
    assert all(large[each] for each, out in small.items() if out)


@given(PEOPLE, st.integers(1, 4))
def test_texts_are_shared_out_evenly(people, parts):
    ids = list(people)
    found = shared_out(ids, [people[each] for each in ids], parts=parts, salt="a")
    for tier in set(people.values()):
        sizes = Counter(int(part) for each, part in zip(ids, found, strict=True) if people[each] == tier)
        counts = [sizes[part] for part in range(parts)]
        assert max(counts) - min(counts) <= 1


def test_the_draw_is_the_same_everywhere():
    ids = [f"C{number:04d}" for number in range(40)]
    assert [each for each, out in arms(dict.fromkeys(ids, "mid"), 0.1).items() if out] == EXPECTED


EXPECTED = ["C0006", "C0023", "C0029", "C0030"]  # the four lowest of sha256("春季:7:holdout:" + number)


def test_another_salt_draws_others():
    people = {f"C{number:04d}": "mid" for number in range(400)}
    assert arms(people, salt="a:1") != arms(people, salt="a:2")


def test_being_held_out_says_nothing_of_the_text():
    people = {f"C{number:05d}": "mid" for number in range(4000)}
    ids = list(people)
    out = held_out(ids, ["mid"] * 4000, share=0.5, salt="a")
    part = shared_out(ids, ["mid"] * 4000, parts=2, salt="a")
    assert abs(int((out & (part == 0)).sum()) - 1000) < 100


@pytest.mark.parametrize("share", [-0.1, 0.51, float("nan")])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises(BadArgument, match="holdout_share"):
        held_out(["a"], [""], share=share, salt="a")


def test_a_customer_who_is_there_twice_is_refused():
    with pytest.raises(BadArgument, match="audience_repeats"):
        held_out(["a", "a"], ["", ""], share=0.1, salt="a")
