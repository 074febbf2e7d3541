"""A draft is merged on this machine, for real and for awkward customers."""

from __future__ import annotations

import pytest

from copilot.preview import preview_draft
from copilot.session import Copilot


@pytest.mark.anyio
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_preview_reads_whole_for_everybody(copilot: Copilot, language: str) -> None:
    drafts = copilot.toolbox.drafts.draft_messages("dormant", "sms", language=language, offer="满199减30").drafts
    for draft in drafts:
        previews = preview_draft(copilot.workspace, draft)
        assert len(previews) == 4
        for each in previews:
            assert not {"{", "}"} & set(each.body)
            assert not any(word in each.body for word in ("null", "None", "nan"))
        assert previews[0].customer_id.startswith("M")
        assert any("199" in each.body for each in previews)
