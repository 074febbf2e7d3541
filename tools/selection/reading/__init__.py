"""From plain words, Chinese or English, to a rule that selects people."""

from tools.selection.reading.reader import MarkedReading, Question, Reading, RuleReader, Understood

__all__ = ["MarkedReading", "Question", "Reading", "RuleReader", "Understood"]
