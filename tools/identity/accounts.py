"""What of an account can be compared, written one way; loading has already folded full-width forms."""

from __future__ import annotations

import duckdb
import ibis
from ibis.expr.types import StringValue, Table

from tools.identity.settings import LinkSettings
from tools.tables import compile_sql, table

KEYS = ("phone", "email", "member_no", "device_id")
"""Fields whose values belong to one person, unless too many accounts share one."""
FIELDS = ("name", *KEYS, "city")

DOTLESS = ("gmail.com", "googlemail.com")
"""Mail hosts that ignore dots; elsewhere a dot makes another mailbox, so it stays."""
CROWDED = ("name_city", "head", "tail_city")
BLOCK = 50
"""Accounts that may share one of CROWDED: beyond, it says too little to compare every pair."""


def accounts() -> Table:
    """One row an account: customer_id and FIELDS, normalised; NULL where a value cannot tell people apart."""
    rows = table("customers")
    return rows.select(
        "customer_id", name=name(rows["name"]), phone=phone(rows.phone), email=email(rows.email),
        member_no=_code(rows.member_no), device_id=_code(rows.device_id), city=city(rows.city),
    ).order_by("customer_id")  # fmt: skip


def phone(value: StringValue) -> StringValue:
    """Digits without +86 or 0086; NULL for a masked number, an impossible length or one digit repeated."""
    digits = value.re_replace(r"[^0-9]", "").re_replace(r"^(00)?86(1[0-9]{10})$", r"\2")
    usable = ~value.contains("*") & digits.length().between(7, 15) & (digits.replace(digits.left(1), "") != "")
    return ibis.ifelse(usable, digits, ibis.null("string"))


def email(value: StringValue) -> StringValue:
    """Lower case, without a "+tag", and without dots where the host ignores them (DOTLESS)."""
    plain = value.strip().lower()
    local = plain.split("@")[0].re_replace(r"\+.*$", "")
    host = plain.split("@")[1]
    dotless = host.isin(DOTLESS)
    whole = ibis.ifelse(dotless, local.replace(".", "") + "@" + DOTLESS[0], local + "@" + host)
    usable = plain.re_search(r"^[^@\s+*]+(\+[^@\s]*)?@[^@\s*]+\.[^@\s*]+$")
    return ibis.ifelse(usable, whole, ibis.null("string"))


def name(value: StringValue) -> StringValue:
    """Lower case without blanks and punctuation; NULL for a masked name or a single character."""
    plain = value.lower().re_replace(r"[\s\p{P}]", "")
    return ibis.ifelse(~value.contains("*") & (plain.length() >= 2), plain, ibis.null("string"))


def city(value: StringValue) -> StringValue:
    return value.strip().lower().re_replace("市$", "").nullif("")


def _code(value: StringValue) -> StringValue:
    return value.lower().re_replace(r"[\s_-]", "").nullif("")


def prepare(con: duckdb.DuckDBPyConnection, settings: LinkSettings) -> None:
    """Fill the temporary tables `accounts` (shared values blanked, with blocking columns) and `shared`.

    shared: rule, accounts (how many hold the value), example (one of them); never the value.
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE normal AS {compile_sql(accounts())}")
    counted = ", ".join(f"count({key}) OVER (PARTITION BY {key}) AS n_{key}" for key in KEYS)
    con.execute(f"CREATE OR REPLACE TEMP TABLE counted AS SELECT *, {counted} FROM normal")
    groups = " UNION ALL ".join(
        f"SELECT '{key}' AS rule, count(*) AS accounts, min(customer_id) AS example FROM counted "
        f"WHERE n_{key} > {settings.shared_by} GROUP BY {key}"
        for key in KEYS
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE shared AS {groups}")
    kept = ", ".join(f"CASE WHEN n_{key} <= {settings.shared_by} THEN {key} END AS {key}" for key in KEYS)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE accounts AS SELECT * EXCLUDE ({', '.join(CROWDED)}), {_uncrowded()} FROM ("
        "SELECT *, regexp_full_match(name, '[a-z0-9]+') AS latin, right(phone, 4) AS tail, "
        "split_part(email, '@', 1) AS email_local, split_part(email, '@', 2) AS email_host, "
        "name || '|' || city AS name_city, left(phone, 7) AS head, right(phone, 4) || '|' || city AS tail_city "
        f"FROM (SELECT customer_id, name, city, {kept} FROM counted)) ORDER BY customer_id"
    )


def _uncrowded() -> str:
    return ", ".join(
        f"CASE WHEN count(*) OVER (PARTITION BY {column}) <= {BLOCK} THEN {column} END AS {column}"
        for column in CROWDED
    )
