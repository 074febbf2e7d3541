"""What messages say of their sender."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from copilot.api.dependencies import TheCopilot
from copilot.brand_profile import BrandProfile, brand_profile, set_brand_profile
from copilot.brand_rules import LONGEST, rules_text, set_rules
from tools.compliance import BrandRules

router = APIRouter(prefix="/api/v1/profile", tags=["campaigns"])


class ProfileRequest(BaseModel):
    fields: Annotated[dict[str, str], Field(min_length=1, max_length=10)]
    """brand, address (for one language: brand.en, address.zh), unsubscribe_url and voice."""


@router.get("")
def profile(copilot: TheCopilot) -> BrandProfile:
    """The brand's name, address and way out of e-mails, and which of them e-mails still lack."""
    return brand_profile(copilot.workspace)


class RulesRequest(BaseModel):
    text: Annotated[str, Field(max_length=LONGEST)]
    """A rules.yaml; empty for no rules of the brand's own."""


@router.get("/rules")
def rules(copilot: TheCopilot) -> RulesRequest:
    """The brand's own rules for messages as their file says them."""
    return RulesRequest(text=rules_text(copilot.workspace))


@router.put("/rules")
def keep_rules(body: RulesRequest, copilot: TheCopilot) -> BrandRules:
    """Check the rules and keep them in the place of those before."""
    return set_rules(copilot.workspace, body.text)


@router.patch("")
def change(body: ProfileRequest, copilot: TheCopilot) -> BrandProfile:
    """Set entries of the profile, empty ones to nothing; the others stay."""
    return set_brand_profile(copilot.workspace, body.fields)
