"""Who words the drafts of a brief: a configured language model, and the library where it cannot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from copilot.faults import ModelFault
from copilot.settings import Settings
from tools.drafting import DraftBrief, Taste, draft_messages
from tools.errors import BadArgument
from tools.results import Draft

Writer = Literal["auto", "library", "model"]


def authored(
    brief: DraftBrief, *, brand: str, settings: Settings, clean: Callable[[str], str], taste: Taste,
    recent: Sequence[Draft] = (), seed: int = 0, writer: Writer = "auto",
) -> tuple[list[Draft], str]:  # fmt: skip
    """Checked drafts, and the code of the fault for which the library wrote in a language model's place.

    `clean` takes personal data out of what a model is sent. Raises BadArgument for a model asked for where there is
    none, and for what `draft_messages` refuses.
    """
    drafts: list[Draft] = []
    fault = ""
    if writer != "library" and settings.language_model:
        from copilot.drafting.writer import ModelWriter  # heavy; the library needs none of it

        try:
            drafts = ModelWriter(settings, clean).write(brief, brand=brand, taste=taste, seed=seed)
        except ModelFault as error:
            fault = error.fault.code
    elif writer == "model":
        raise BadArgument("draft_no_model")
    if len(drafts) < brief.n:
        rest = brief.model_copy(update={"n": brief.n - len(drafts)})
        drafts += draft_messages(rest, brand=brand, seed=seed, taste=taste, recent=[*drafts, *recent])
    return drafts, fault
