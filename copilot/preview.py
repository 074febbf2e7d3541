"""How a draft would read for real and for awkward customers: merged here, seen by people only."""

from __future__ import annotations

from copilot.workspace import Workspace
from tools.offer import Offer, parse_offer
from tools.personalize import Preview, awkward_customers, preview
from tools.results import Draft


def preview_draft(workspace: Workspace, draft: Draft, *, n: int = 2) -> list[Preview]:
    """Render a draft for `n` customers of its tier, for one with a long name and one without any."""
    data = workspace.data()
    people = data.sample_customers(draft.tier, n) if data else []
    first, *_, last = awkward_customers(draft.language)
    last_day = data.last_day if data else None
    said = draft.offer
    offer = (parse_offer(said, draft.language, as_of=last_day) or Offer(kind="text", said=said)) if said else None
    return preview(draft, [*people, first, last], offer, brand=workspace.brand(draft.language))
