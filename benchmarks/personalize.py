"""Messages for a whole audience: `python -m benchmarks.personalize [--customers 1000000] [--json]`.

Both sides do the same work on the same rows: clean the values, merge them into a text with an alternative for each
value that is missing, count segments, look for the rule book's words and for characters nobody sees. The baseline
goes row by row with `str.format` and one compiled expression a rule, on `SAMPLE` rows; its bodies must equal ours.
Rates are messages by second of processor time, all threads counted. The export is measured apart: a DuckDB file of
that many customers, from the audience to files on the disk.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from tools import schema
from tools.audience import FrequencyCap
from tools.compliance.rules import patterns, rule_book
from tools.compliance.segments import sms_segments
from tools.exporting.desk import SendDesk
from tools.exporting.job import Approval, Audience, SendJob
from tools.facts import build_facts
from tools.personalize.bulk import Renderer
from tools.personalize.screen import UNSEEN
from tools.personalize.template import BODY, Setting, Template, Text
from tools.personalize.values import clean
from tools.results import TIERS
from tools.segment_data import SegmentData
from tools.selection.desk import SegmentDesk
from tools.selection.store import SegmentStore
from tools.warehouse import Warehouse

SEED = 7
SAMPLE = 20_000
"""Rows of the baseline: a million would take it minutes."""
BATCH = 50_000
SETTING = Setting("sms", "zh", brand="山禾集")
TEXT = Text(id="a", body="【山禾集】{name}，上次的{last_category}还在用吗？"
            "离您上次下单有{days_since_last_order}天了，来看看吧。拒收请回复R")  # fmt: skip
CATEGORIES = ("护肤", "家居", "香氛", "茶饮", "餐厨")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何林罗高"
LETTERS = "子涵雨欣浩然梓轩佳怡思远嘉宁文博静怡明月晓东建华志强秀英海燕"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measure(options.customers)
    print(json.dumps(found, indent=2) if options.json else written(found))


def measure(customers: int) -> dict[str, float]:
    """Rates of both sides, their ratio, and the export's."""
    rows = people(customers)
    ours, bodies = _rate(lambda: bulk(rows), customers)
    sample = rows.slice(0, SAMPLE)
    theirs, expected = _rate(lambda: by_row(sample), sample.num_rows)
    if bodies[: len(expected)] != expected:
        raise SystemExit("The two sides do not agree.")
    return {"customers": customers, "bulk_per_second": round(ours), "by_row_per_second": round(theirs),
            "ratio": round(ours / theirs, 1), **export(rows)}  # fmt: skip


def people(customers: int) -> pa.RecordBatch:
    """Seeded customers: one name in twenty missing, one in a hundred with an emoji."""
    rng = np.random.default_rng(SEED)
    first, second, third = (rng.integers(0, len(LETTERS), customers) for _ in range(3))
    drawn = zip(first, second, third, strict=True)
    names = [SURNAMES[a % len(SURNAMES)] + LETTERS[b] + LETTERS[c] for a, b, c in drawn]
    names[::20] = [None] * len(names[::20])
    names[7::100] = [f"🌸{name or ''}" for name in names[7::100]]
    return pa.record_batch({
        "customer_id": [f"C{number:08d}" for number in range(customers)],
        "text": pa.array(np.zeros(customers, dtype=np.int32)), "name": pa.array(names, pa.string()),
        "last_category": pa.array(rng.choice(CATEGORIES, customers)),
        "days_since_last_order": pa.array(rng.integers(1, 400, customers)),
    })  # fmt: skip


def bulk(rows: pa.RecordBatch) -> list[str]:
    """Our side: the bodies that may go out."""
    renderer = Renderer([TEXT], SETTING)
    batches = (rows.slice(at, BATCH) for at in range(0, rows.num_rows, BATCH))
    return [body for table in renderer.render(batches) for body in table["body"].slice(0, SAMPLE).to_pylist()]


def by_row(rows: pa.RecordBatch) -> list[str]:
    """The baseline: one row after the other."""
    template, formats = Template(TEXT, SETTING), {}
    words = [patterns(key)[0] for key, rule in rule_book().items() if rule.find and "zh" in rule.languages]
    unseen = _python(UNSEEN)
    bodies = []
    for row in rows.to_pylist():
        values = {name: clean(row[name], name, "zh", "sms") for name in template.fields}
        missing = frozenset(name for name, value in values.items() if not value)
        if missing not in formats:
            pieces = template.wording(missing).parts[BODY]
            formats[missing] = "".join(f"{{{piece}}}" if at % 2 else piece for at, piece in enumerate(pieces))
        body = formats[missing].format(**values)
        counted = sms_segments(body, market="cn")
        if counted.segments == 1 and not unseen(body) and not any(each.search(body.lower()) for each in words):
            bodies.append(body)
    return bodies


def _python(pattern: str) -> Callable[[str], object]:
    return re.compile(re.sub(r"\\x\{([0-9a-f]+)\}", lambda hexed: f"\\U{int(hexed[1], 16):08x}", pattern)).search


def _rate(work: Callable[[], list[str]], messages: int) -> tuple[float, list[str]]:
    started = time.process_time()
    found = work()
    return messages / (time.process_time() - started), found


def export(rows: pa.RecordBatch) -> dict[str, float]:
    """From the audience in a DuckDB file to the files of a send list."""
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        _store(place / "data.duckdb", rows)
        warehouse = Warehouse.open(place / "data.duckdb", row_cap=10_000, seconds=600)
        data = SegmentData(warehouse)
        desk = SendDesk(data, SegmentDesk(data.selector, SegmentStore.open(place), "bench"))
        job = SendJob(name="bench", texts=[TEXT], audience=Audience(tiers=list(TIERS)), channel="sms", brand="山禾集",
                      cap=FrequencyCap(messages=3, days=7))  # fmt: skip
        approval = Approval(campaign_id="campaign-1", approved_by="bench", approved_at=datetime(2025, 1, 1),
                            rules_version="-")  # fmt: skip
        wall, started = time.perf_counter(), time.process_time()
        made = desk.export(job, place / "out", at=datetime(2025, 1, 1), role="operator", approval=approval)
        taken = time.process_time() - started
        written = sum(file.bytes for file in made.files)
        warehouse.close()
    return {"export_sent": made.reached.sent, "export_per_second": round(made.reached.sent / taken),
            "export_wall_seconds": round(time.perf_counter() - wall, 1), "export_mb": round(written / 1e6)}  # fmt: skip


def _store(path: Path, rows: pa.RecordBatch) -> None:
    with duckdb.connect(path) as con:
        for statement in schema.create_statements():
            con.execute(statement)
        con.register("rows", pa.Table.from_batches([rows]))
        for statement in _statements():
            con.execute(statement)
        build_facts(con)


def _statements() -> Iterator[str]:
    yield ("INSERT INTO customers BY NAME SELECT customer_id, name, "
           "'138' || right(customer_id, 8) AS phone, '普卡' AS member_level FROM rows")  # fmt: skip
    yield ("INSERT INTO consents BY NAME SELECT customer_id, 'sms' AS channel, true AS consented, "
           "TIMESTAMP '2024-01-01' AS updated_at FROM rows")  # fmt: skip
    day = "DATE '2024-12-31' - CAST(days_since_last_order AS INTEGER)"
    yield (f"INSERT INTO orders BY NAME SELECT 'O' || customer_id AS order_id, customer_id, {day} AS order_date, "
           f"CAST({day} AS TIMESTAMP) AS ordered_at, 'sale' AS kind, 100 AS amount FROM rows")  # fmt: skip
    yield (f"INSERT INTO order_items BY NAME SELECT 'O' || customer_id AS order_id, customer_id, {day} AS order_date, "
           "'sale' AS kind, last_category AS category, last_category AS product_name, 1 AS quantity, 100 AS amount "
           "FROM rows")  # fmt: skip


def written(found: dict[str, float]) -> str:
    return "\n".join([
        f"{found['customers']:,} customers; messages by second of processor time",
        "", "| work | messages/s |", "| --- | ---: |",
        f"| rendered and checked, in bulk | {found['bulk_per_second']:,} |",
        f"| the same, row by row with str.format | {found['by_row_per_second']:,} |",
        f"| times faster | {found['ratio']} |",
        f"| whole export: audience, consent, holdout, messages, files ({found['export_mb']} MB) "
        f"| {found['export_per_second']:,} |",
    ])  # fmt: skip


if __name__ == "__main__":
    main()
