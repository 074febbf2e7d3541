"""What messages say of their sender."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from copilot.api.dependencies import TheCopilot
from copilot.brand_profile import BrandProfile, brand_profile, set_brand_profile

router = APIRouter(prefix="/api/v1/profile", tags=["campaigns"])


class ProfileRequest(BaseModel):
    fields: Annotated[dict[str, str], Field(min_length=1, max_length=10)]
    """brand, address (for one language: brand.en, address.zh) and unsubscribe_url."""


@router.get("")
def profile(copilot: TheCopilot) -> BrandProfile:
    """The brand's name, address and way out of e-mails, and which of them e-mails still lack."""
    return brand_profile(copilot.workspace)


@router.patch("")
def change(body: ProfileRequest, copilot: TheCopilot) -> BrandProfile:
    """Set entries of the profile; the others stay."""
    return set_brand_profile(copilot.workspace, body.fields)
