"""The benchmark's results as one Markdown table a question."""

from __future__ import annotations

from typing import Any

from benchmarks.work import CALLS

TITLES = {
    "rfm_overview": "RFM overview", "tier_overview": "tier overview", "tier_by_month": "revenue by tier and month",
    "tier_history": "tier sizes at every month end", "cohort_triangle": "cohort triangle",
    "migration": "tier migration", "contribution": "contribution to a change",
    "contribution_in_order": "… on rows known to be in order", "segment_preview": "segment preview",
}  # fmt: skip
GB = 1 << 30


def markdown(found: dict[str, Any]) -> str:
    machine, sizes = found["machine"], found["sizes"]
    head = (f"{machine['cpu']}, {machine['cores']} cores, {machine['memory'] / GB:.0f} GB; Python {machine['python']}, "
            f"DuckDB {machine['duckdb']}, pandas {machine['pandas']}; load average at the start {machine['load']:.1f}.")
    return "\n\n".join([head, _loading(sizes), *(_calls(size) for size in sizes), _appending(sizes)]) + "\n"


def _loading(sizes: list[dict]) -> str:
    rows = [
        [_millions(size), f"{size['pandas']['once']:.1f} s", f"{size['load']['seconds']:.1f} s",
         f"{size['load']['seconds'] / size['pandas']['once']:.2f}",
         f"{size['pandas']['once_cpu']:.1f} / {size['load']['cpu']:.1f} s", f"{size['pandas']['peak'] / GB:.2f} GB",
         f"{size['load']['peak'] / GB:.2f} GB", f"{size['load']['peak'] / size['pandas']['peak']:.0%}"]
        for size in sizes
    ]  # fmt: skip
    return _table(["orders", "pandas reads and does all once", "load and facts", "ratio (≤ 1.5)",
                   "processor time of both", "pandas peak", "load peak", "share (≤ 60 %)"], rows)  # fmt: skip


def _calls(size: dict) -> str:
    rows = []
    for name in CALLS:
        pandas, tool = size["pandas"]["calls"][name], size["calls"]["calls"][name]
        spent = [f"{size[side]['calls_cpu'][name]:.3f}" for side in ("pandas", "calls")]
        rows.append([TITLES[name], f"{pandas:.3f} s", f"{tool:.3f} s", f"{pandas / tool:.1f}",
                     f"{' / '.join(spent)} s"])  # fmt: skip
    agree = "both sides agree" if not size["differences"] else "THE SIDES DIFFER"
    return _table([f"{_millions(size)} orders ({agree})", "pandas, from its loaded frame", "tool call (< 1 s)",
                   "times faster (≥ 10)", "processor time of both"], rows)  # fmt: skip


def _appending(sizes: list[dict]) -> str:
    rows = [
        [f"{size['append']['history']:,}", f"{size['append']['orders']:,}", f"{size['append']['seconds']:.1f} s",
         f"{size['append']['seconds'] / size['append']['orders'] * 1e6:.1f} µs",
         f"{size['append']['peak'] / GB:.2f} GB"]
        for size in sizes
        if "append" in size
    ]  # fmt: skip
    return _table(["history, orders", "month appended, orders", "time", "per order appended", "peak"], rows)


def _millions(size: dict) -> str:
    return f"{size['orders'] / 1e6:g} M"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
