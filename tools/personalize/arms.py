"""Who is held out and who gets which text: by a salted hash of the customer's number, exact in every stratum.

The same customers, strata and salt give the same arms on any machine and in any order of rows; with another salt they
are others. Within a stratum customers rank by SHA-256 of salt and number, and the first of them are held out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tools.errors import BadArgument

HOLDOUT = "holdout"
TREATED = "treated"
MOST = 0.5
"""Share that may be held out at most: with more the campaign is not one."""


def salt_of(campaign: str, seed: int) -> str:
    """The salt of a campaign's draw."""
    return f"{campaign}:{seed}"


def held_out(ids: Sequence[str], strata: Sequence[str], *, share: float, salt: str) -> np.ndarray:
    """Whether each customer is held out: of every stratum its share, to the nearest whole customer.

    Raises BadArgument for a share below 0 or above a half, or a customer who is there twice.
    """
    if not 0 <= share <= MOST:
        raise BadArgument("holdout_share", given=f"{share:g}", most=f"{MOST:g}")
    if len(set(ids)) < len(ids):
        raise BadArgument("audience_repeats", customers=len(ids) - len(set(ids)))
    found = np.zeros(len(ids), dtype=bool)
    for rows in _ranked(ids, strata, f"{salt}:holdout"):
        found[rows[: round(len(rows) * share)]] = True
    return found


def shared_out(ids: Sequence[str], strata: Sequence[str], *, parts: int, salt: str) -> np.ndarray:
    """The part (0, 1, …) that each customer falls into, in every stratum as even as whole customers allow."""
    found = np.zeros(len(ids), dtype=np.int32)
    if parts > 1:
        for rows in _ranked(ids, strata, f"{salt}:text"):
            found[rows] = np.arange(len(rows)) % parts
    return found


def _ranked(ids: Sequence[str], strata: Sequence[str], salt: str) -> list[np.ndarray]:
    """Rows of each stratum, in order of the customers' hashes."""
    start = hashlib.sha256(f"{salt}:".encode())
    digests = []
    for each in ids:
        hashed = start.copy()
        hashed.update(each.encode("utf-8", "surrogatepass"))
        digests.append(hashed.digest())
    table = pa.table({"stratum": pa.array(strata, pa.string()), "hash": pa.array(digests, pa.binary(32))})
    order = np.asarray(pc.sort_indices(table, [("stratum", "ascending"), ("hash", "ascending")]))
    names = np.asarray(table["stratum"].combine_chunks().dictionary_encode().indices)[order] if len(ids) else order
    return np.split(order, np.flatnonzero(np.diff(names)) + 1) if len(ids) else []
