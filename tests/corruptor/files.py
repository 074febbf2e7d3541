"""Damage to whole files: encodings, bytes, packing and wrong names."""

from __future__ import annotations

import gzip
import io
import zipfile
from random import Random

from tests.corruptor.base import Broken, Row, kind, loaded, refused, text


@kind
def another_encoding(rng: Random, rows: list[Row]) -> Broken:
    return loaded(text(rows, encoding=rng.choice(["gb18030", "gbk", "utf-16", "utf-8-sig"])), rows)


@kind
def one_row_in_another_encoding(rng: Random, rows: list[Row]) -> Broken:
    lines = text(rows, encoding=rng.choice(["utf-8", "utf-8-sig"])).splitlines(keepends=True)
    at = rng.randrange(2, len(lines))
    lines[at] = rows[at - 1]["城市"].join(["x,", ",y\n"]).encode("gb18030")
    return refused(b"".join(lines), "mixed_encoding")


@kind
def bytes_of_no_encoding(rng: Random, rows: list[Row]) -> Broken:
    content = bytearray(text(rows))
    for _ in range(5):
        content.insert(rng.randrange(100, len(content)), 0xFF)
    return refused(bytes(content), "mixed_encoding")


@kind
def null_bytes(rng: Random, rows: list[Row]) -> Broken:
    content = bytearray(text(rows))
    at = rng.randrange(100, len(content))
    content[at:at] = b"\0" * rng.randint(1, 4000)
    return refused(bytes(content), "nul_bytes")


@kind
def nothing(rng: Random, rows: list[Row]) -> Broken:
    return refused(rng.choice([b"", b"\n", b" \n\t\n"]), "empty_file")


@kind
def binary_junk(rng: Random, rows: list[Row]) -> Broken:
    junk = b"\x01\x02" + rng.randbytes(3000)
    name = rng.choice(["orders.csv", "orders.xlsx", "orders.parquet", "orders.txt"])
    return refused(junk, "nul_bytes", "mixed_encoding", "wrong_format", name=name)


@kind
def a_web_page(rng: Random, rows: list[Row]) -> Broken:
    return refused(b"<html><body><table><tr><td>1</td></tr></table></body></html>", "wrong_format")


@kind
def packed(rng: Random, rows: list[Row]) -> Broken:
    return loaded(gzip.compress(text(rows)), rows, name="orders.csv.gz")


@kind
def packed_and_cut(rng: Random, rows: list[Row]) -> Broken:
    content = gzip.compress(text(rows))
    return refused(content[: rng.randrange(20, len(content) - 8)], "unreadable_file", name="orders.csv.gz")


@kind
def an_archive(rng: Random, rows: list[Row]) -> Broken:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("orders.csv", text(rows))
    return refused(out.getvalue(), "archive_file", "wrong_format", name=rng.choice(["orders.zip", "orders.xlsx", "orders.csv"]))


@kind
def text_with_a_wrong_name(rng: Random, rows: list[Row]) -> Broken:
    name = rng.choice(["orders.xlsx", "orders.parquet", "orders.pdf", "orders.xls"])
    return refused(text(rows), "wrong_format", "unsupported_format", name=name)
