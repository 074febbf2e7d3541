"""The embedded copywriter: drafts out of our own bilingual pattern library, checked before they leave."""

from tools.drafting.brief import (
    ANGLES,
    CHANNELS,
    GOALS,
    SEASONS,
    Angle,
    Channel,
    DraftBrief,
    Goal,
    Season,
    Taste,
    season_of,
)
from tools.drafting.diversity import Diversity, diversity
from tools.drafting.generator import draft_messages
from tools.drafting.library import category_of
from tools.drafting.revise import Part, Revision, revise

__all__ = [
    "ANGLES", "CHANNELS", "GOALS", "SEASONS", "Angle", "Channel", "Diversity", "DraftBrief", "Goal", "Part",
    "Revision", "Season", "Taste", "category_of", "diversity", "draft_messages", "revise", "season_of",
]
