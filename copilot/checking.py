"""Checking text that somebody pasted or keeps in a file, by the workspace's brand and its own rules."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from copilot.language import language_of
from tools.compliance import CHANNELS, VENDORS, TextCheck, check_text, load_brand_rules
from tools.definitions import file_text
from tools.errors import BadArgument

if TYPE_CHECKING:
    from copilot.workspace import Workspace

LONGEST = 20_000
"""Characters of one text: far above what any channel takes, far below what would keep a server busy."""
MOST_ROWS = 10_000
SUFFIXES = (".txt", ".md", ".csv")
_BODY = ("text", "body", "message", "content", "copy", "文案", "正文", "内容", "短信", "短信内容", "消息")
_TITLE = ("title", "subject", "标题", "主题")


class Pasted(NamedTuple):
    """A message to check, and the line of its file where it has one."""

    text: str
    title: str = ""
    line: int = 1


def check_pasted(
    workspace: Workspace, pasted: Pasted, *, channel: str, language: str = "", kind: str = "promotion", vendor: str = ""
) -> TextCheck:
    """Check one text by the brand's name, its rules.yaml and today's date.

    `language` of the text is told from its words when "". Raises BadArgument for an empty or overlong text or an
    unknown channel or vendor, BadDefinitions for a wrong rules.yaml.
    """
    if not (pasted.text.strip() or pasted.title.strip()):
        raise BadArgument("check_empty")
    if len(pasted.text) + len(pasted.title) > LONGEST:
        raise BadArgument("check_too_long", size=len(pasted.text) + len(pasted.title), limit=LONGEST)
    if channel not in CHANNELS:
        raise BadArgument("check_channel", given=channel, alternatives=list(CHANNELS))
    if vendor and vendor not in VENDORS:
        raise BadArgument("check_vendor", given=vendor, alternatives=list(VENDORS))
    tongue = language or language_of(f"{pasted.title} {pasted.text}")
    return check_text(
        pasted.text, title=pasted.title, channel=channel, language=tongue, kind=kind, vendor=vendor or None,
        brand=_brand(workspace, tongue), as_of=workspace.calendar_day, own=load_brand_rules(workspace.directory),
    )  # fmt: skip


def names_file(given: str) -> bool:
    """Whether words on a command line name a file: one line that ends as such files do."""
    return given.lower().endswith(SUFFIXES) and "\n" not in given and len(given) < 1000


def read_file(path: Path) -> list[Pasted]:
    """One message from a text file, one a row from a CSV.

    Raises BadArgument where the file is missing, is no UTF-8 text, has no column of texts or too many rows.
    """
    if not path.is_file():
        raise BadArgument("check_no_file", path=path.name)
    text = file_text(path)
    return _rows(text, path.name) if path.suffix.lower() == ".csv" else [Pasted(text.strip())]


def _rows(text: str, name: str) -> list[Pasted]:
    reader = csv.reader(StringIO(text))
    header = [cell.strip().lower() for cell in next(reader, [])]
    body = 0 if len(header) == 1 else _column(header, _BODY)
    if body is None:
        raise BadArgument("check_no_column", path=name, known=", ".join(_BODY), found=", ".join(header))
    title = _column(header, _TITLE)
    rows = [Pasted(row[body], row[title] if title is not None and len(row) > title else "", reader.line_num)
            for row in reader if len(row) > body and row[body].strip()]  # fmt: skip
    if len(rows) > MOST_ROWS:
        raise BadArgument("check_too_many", rows=len(rows), limit=MOST_ROWS)
    if not rows:
        raise BadArgument("check_empty")
    return rows


def _column(header: list[str], names: tuple[str, ...]) -> int | None:
    return next((header.index(name) for name in names if name in header), None)


def _brand(workspace: Workspace, language: str) -> str:
    """The brand's name; "" while nobody has set one, so that no signature is held against it."""
    known = workspace.profile.get("brand") or workspace.settings.brand
    return workspace.brand(language) if known else ""
