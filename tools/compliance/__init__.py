"""The message checker: deterministic rules with their source, offline, over any text."""

from tools.compliance.brand_rules import BrandRules, load_brand_rules, read_brand_rules
from tools.compliance.checker import check_message, check_text, version_of
from tools.compliance.message import CHANNELS
from tools.compliance.results import TextCheck
from tools.compliance.rules import rules_version
from tools.compliance.segments import sms_segments
from tools.compliance.vendors import VENDORS, vendors

__all__ = [
    "CHANNELS",
    "VENDORS",
    "BrandRules",
    "TextCheck",
    "check_message",
    "check_text",
    "load_brand_rules",
    "read_brand_rules",
    "rules_version",
    "sms_segments",
    "vendors",
    "version_of",
]
