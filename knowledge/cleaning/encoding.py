"""Bytes to text, and text that was decoded wrongly back to what was written."""

from __future__ import annotations

import codecs
import re

from knowledge.cleaning.script import HAN, INVISIBLE
from knowledge.errors import BadDocument

_MARKS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins like UTF-16's mark: it is tried first
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
_SAMPLE = 100_000
_BINARY_SHARE = 0.02
_LATIN = re.compile(r"[\x80-\xff]")


def decode(data: bytes, *, name: str) -> str:
    """Decode UTF-8, UTF-16 or UTF-32 with or without a byte order mark, GB18030 or Big5.

    Raises BadDocument when it is no text or none of them fits.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data, encoding, name)
    if b"\0" in data:
        return _without_mark(data, name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = _strictly(data, _chinese(data), name)
    if _is_binary(text):
        raise BadDocument("document_binary", name=name)
    return text


def _strictly(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadDocument("document_undecodable", name=name) from error


def _without_mark(data: bytes, name: str) -> str:
    """UTF-16 that lacks its mark: the byte order under which the text reads as text."""
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        read = sum(char.isascii() and char.isprintable() or char.isspace() for char in text) + len(HAN.findall(text))
        if read > 0.9 * len(text):
            return text
    raise BadDocument("document_binary", name=name)


def _chinese(data: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE], cp_isolation=["gb18030", "big5"]).best()
    return best.encoding if best else "gb18030"


def _is_binary(text: str) -> bool:
    sample = text[:_SAMPLE]
    unseen = [char for char in INVISIBLE.findall(sample) if char < "\x80"]  # those above are in wrongly decoded text
    return len(unseen) > _BINARY_SHARE * len(sample)


def mended(line: str) -> str:
    """Return a line of text as it was before a wrong decoding; an unharmed one as it is."""
    if line.isascii():
        return line
    for wrong, right in (("gb18030", "utf-8"), ("cp1252", "gb18030"), ("latin-1", "gb18030")):
        found = _decoded_again(line, wrong, right)
        if found:
            return found
    from ftfy import fix_encoding

    return fix_encoding(line)


def _decoded_again(line: str, wrong: str, right: str) -> str:
    """The line as it reads if `wrong` was mistaken for `right`, else ""."""
    latin = wrong != "gb18030"
    if latin and (HAN.search(line) or 2 * len(_LATIN.findall(line)) < len(line)):
        return ""
    try:
        found = line.encode(wrong).decode(right)
    except UnicodeError:
        return ""
    # Chinese in place of Chinese: that a right text passes as UTF-8 by chance takes a very short one.
    han = len(HAN.findall(found))
    return found if han >= 3 and 2 * han >= sum(char.isalnum() for char in found) else ""
