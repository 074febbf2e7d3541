"""The offer of a campaign: a record, and the reader of everyday phrases."""

from tools.offer.phrases import parse_offer
from tools.offer.record import Language, Offer, OfferKind, day, number, zhe

__all__ = ["Language", "Offer", "OfferKind", "day", "number", "parse_offer", "zhe"]
