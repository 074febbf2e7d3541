"""Files of a team to Markdown, page by page; what a reader of the file does not see is left out and kept apart."""

from knowledge.reading.converted import CONVERTED_SUFFIXES, SUFFIXES, TEXT_SUFFIXES, Converted
from knowledge.reading.files import convert

__all__ = ["CONVERTED_SUFFIXES", "SUFFIXES", "TEXT_SUFFIXES", "Converted", "convert"]
