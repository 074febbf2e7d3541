"""From plain words, Chinese or English, to a rule that selects people."""

from tools.selection.reading.reader import Question, Reading, RuleReader, Understood

__all__ = ["Question", "Reading", "RuleReader", "Understood"]
