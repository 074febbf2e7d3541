"""The message checker: deterministic rules with their source, offline, over any text."""

from tools.compliance.checker import check_message
from tools.compliance.segments import sms_segments

__all__ = ["check_message", "sms_segments"]
