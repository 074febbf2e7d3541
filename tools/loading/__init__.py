"""Customer files to canonical tables: read, recognise, clean, set aside, report."""

from tools.loading.load import load_files
from tools.loading.report import LoadReport, Note, SetAside, TableReport

__all__ = ["LoadReport", "Note", "SetAside", "TableReport", "load_files"]
