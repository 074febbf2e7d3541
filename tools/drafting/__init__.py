"""The embedded copywriter: drafts out of our own bilingual pattern library, checked before they leave."""

from tools.drafting.brief import ANGLES, CHANNELS, GOALS, Angle, Channel, DraftBrief, Goal
from tools.drafting.diversity import Diversity, diversity
from tools.drafting.generator import draft_messages

__all__ = ["ANGLES", "CHANNELS", "GOALS", "Angle", "Channel", "Diversity", "DraftBrief", "Goal", "diversity",
           "draft_messages"]
