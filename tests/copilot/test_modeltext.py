"""What a language model reads of a result is written for its kind, never the result as a whole."""

from __future__ import annotations

from datetime import date, datetime
from typing import get_args

import pytest

from copilot.findings import Findings
from copilot.modeltext import _write, for_model
from tools.data_result import DataResult
from tools.identity.results import LinkOverview
from tools.results import Bilingual, Evidence, Window
from tools.segment_data import SegmentData

KINDS = get_args(get_args(DataResult)[0])


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_result_has_its_own_text(kind: type[Evidence]) -> None:
    assert len(KINDS) > 10
    assert _write.dispatch(kind) is not _write.dispatch(object)


def test_a_kind_without_a_text_is_no_leak() -> None:
    with pytest.raises(TypeError, match="Window"):
        _write(Window(start=None, end=date(2025, 1, 1), label="x"), "en")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_model_reads_what_is_loaded(data: SegmentData, language: str) -> None:
    described = data.describe()
    told = for_model(Findings(evidence=[described]), language)
    assert f"orders: {described.tables['orders']:,} rows" in told
    assert str(described.last_day) in told
    assert described.available[0].model_dump()[language] in told
    assert "SELECT" not in told


def test_a_model_reads_counts_of_links() -> None:
    links = LinkOverview(
        metric="persons", unit="customers", value=90, n=100, window=Window(start=None, end=date(2025, 1, 1), label="all"),
        as_of=date(2025, 1, 1), definition=Bilingual(zh="人", en="persons"), query="SELECT 1", run=3,
        made_at=datetime(2025, 1, 2), merged=20, to_review=4, links={"phone": 11}, new_accounts=0,
    )  # fmt: skip
    told = for_model(Findings(evidence=[links]), "en")
    assert "accounts 100, persons 90, accounts merged 20" in told
    assert "linked by phone: 11 pairs" in told
    assert "SELECT" not in told
