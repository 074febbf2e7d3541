"""A brand's own rules for messages as their file says them: read, and kept after a check."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from tools.compliance.brand_rules import FILE, BrandRules, read_brand_rules
from tools.definitions import file_text
from tools.errors import BadArgument
from tools.roles import require

if TYPE_CHECKING:
    from copilot.workspace import Workspace

LONGEST = 20_000


def rules_text(workspace: Workspace) -> str:
    """rules.yaml as it is; "" where there is none."""
    path = workspace.directory / FILE
    return file_text(path) if path.is_file() else ""


def set_rules(workspace: Workspace, text: str) -> BrandRules:
    """Keep the rules in the place of those before; a reader sees the old file or the new one.

    Approvals given under other rules are void then. Raises NotAllowed for a viewer, BadArgument for a text that is too
    long, BadDefinitions with every mistake and its line.
    """
    require(workspace.settings.role, "configure")
    if len(text) > LONGEST:
        raise BadArgument("profile_value", field=FILE, most=LONGEST)
    rules = read_brand_rules(text) if text.strip() else BrandRules()
    draft = workspace.directory / f"rules.{uuid4().hex}.yaml"
    draft.write_text(text, encoding="utf-8")
    draft.replace(workspace.directory / FILE)
    return rules
