"""RFM: recency, frequency and money of every customer, scored 1 (worst) to 5, and named segments of the scores."""

from tools.rfm.rules import RfmRules, asked, builtin, load_rfm, read_rfm
from tools.rfm.scores import profile

__all__ = ["RfmRules", "asked", "builtin", "load_rfm", "profile", "read_rfm"]
