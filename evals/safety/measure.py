"""All parts of the measurement in turn."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from evals.safety import arguments, mutations, naming, rendering, talk
from evals.safety.cases import Case
from evals.safety.gullible import Mode
from evals.safety.keeping import Kept
from evals.safety.report import SafetyReport
from evals.safety.run import run_copilot, run_stock, stand

PARTS = ("injection", "utility", "baseline", "talk", "mutations", "names", "rendering", "arguments")
ALONE = frozenset({"mutations", "names", "rendering"})
"""Parts that need no workspace."""
MODES: dict[str, Mode] = {"injection": "obey", "utility": "honest"}
"""The parts that a run of the evaluations holds: how the model behaves in each."""


async def measured(
    cases: Sequence[Case], parts: Collection[str], *, index: Path | None = None, kept: Kept | None = None
) -> SafetyReport:
    """Run the named parts; `index` is an index of our cards that the planted workspace starts from."""
    found: dict[str, object] = {}
    if set(parts) - ALONE:
        async with stand(cases, index) as made:
            if "injection" in parts:
                found["copilot"] = await run_copilot(made, kept=kept)
            if "utility" in parts:
                found["honest"] = await run_copilot(made, mode="honest", kept=kept)
            if "baseline" in parts:
                found["stock"] = await run_stock(made, kept=kept)
            if "talk" in parts:
                found["talk"] = await talk.run(made.settings("talk"))
            if "arguments" in parts:
                found["arguments"] = await arguments.run(made.settings("arguments"))
    if "mutations" in parts:
        found["mutations"] = mutations.run()
    if "names" in parts:
        found["names"] = naming.run()
    if "rendering" in parts:
        found["rendering"] = rendering.run()
    return SafetyReport(**found)
