"""The readers: the run in force, what is to review, and why accounts are one person."""

from __future__ import annotations

import json
from typing import Any

from ibis import _
from ibis.expr.types import Table

from tools.catalog import definition
from tools.errors import BadArgument, NoData
from tools.identity.accounts import accounts
from tools.identity.results import FieldEvidence, LinkExplanation, LinkOverview, LinkView, ReviewList
from tools.results import Window
from tools.roles import Role, require
from tools.tables import table
from tools.warehouse import Warehouse


class LinkReader:
    """Questions about the links of one loaded generation, read by account."""

    def __init__(self, warehouse: Warehouse, role: Role = "operator") -> None:
        self._warehouse = warehouse
        self._role: Role = role

    @property
    def run(self) -> int:
        """The run in force. Raises NoData where no accounts were linked yet."""
        if self._warehouse.link_run is None:
            raise NoData("not_linked")
        return self._warehouse.link_run

    def overview(self) -> LinkOverview:
        """Counts of the run in force, and how many accounts came since. Raises NoData where nothing was linked."""
        rows = self._warehouse.run(table("link_runs").filter(_.run == self.run))
        (row,) = rows.records
        summary = json.loads(row["summary"])
        counts = {name: summary[name] for name in ("merged", "to_review", "links")}
        came = max(self._warehouse.rows_in("customers") - summary["accounts"], 0)
        last = self._warehouse.last_day
        return LinkOverview(
            metric="linked_persons", unit="customers", value=summary["persons"], n=summary["accounts"],
            window=Window(start=None, end=last, label="all"), as_of=last, definition=definition("one_id"),
            query=rows.sql, counted_by="person", notes=["links_behind"] if came else [],
            run=self.run, made_at=row["made_at"], new_accounts=came, **counts,
        )  # fmt: skip

    def to_review(self, limit: int = 20) -> ReviewList:
        """Links that a person should accept or reject, the likeliest first.

        Raises BadArgument for a limit below 1, NoData where nothing was linked, NotAllowed for a role without rows.
        """
        require(self._role, "rows")
        if limit < 1:
            raise BadArgument("bad_limit", given=limit)
        waiting = self._links().filter(_.decision == "review")
        rows = self._rows(waiting.order_by(_.probability.desc(), _.one, _.other).limit(limit))
        return ReviewList(run=self.run, to_review=self._waiting(), links=[_view(row) for row in rows])

    def explain(self, customer_id: str) -> LinkExplanation:
        """The accounts of a customer's person, the links between them, and what speaks against it.

        Raises BadArgument for an account that is not loaded, NoData where nothing was linked, NotAllowed for a role
        without rows.
        """
        require(self._role, "rows")
        run, customers = self.run, table("customers")
        if not self._rows(customers.filter(_.customer_id == customer_id).select("customer_id").limit(1)):
            raise BadArgument("unknown_account")
        mine = table("persons").filter(_.run == run)
        person = mine.filter(_.customer_id == customer_id).select("person_id")
        rows = self._rows(mine.semi_join(person, "person_id").order_by("customer_id"))
        members = [row["customer_id"] for row in rows] or [customer_id]
        touching = self._links().filter(_.one.isin(members) | _.other.isin(members))
        links = [_view(row) for row in self._rows(touching.order_by(_.probability.desc(), _.one, _.other))]
        holds = [link for link in links if link.decision in ("linked", "accepted")]
        return LinkExplanation(
            run=run, person_id=rows[0]["person_id"] if rows else customer_id, members=members, links=holds,
            doubts=[link for link in links if link not in holds], conflicts=self._conflicts(members),
        )  # fmt: skip

    def _conflicts(self, members: list[str]) -> dict[str, int]:
        fields = ("name", "phone", "email", "member_no")
        mine = accounts().filter(_.customer_id.isin(members))
        (counts,) = self._rows(mine.agg(**{field: mine[field].nunique() for field in fields}))
        return {field: count for field, count in counts.items() if count > 1}

    def _waiting(self) -> int:
        (row,) = self._rows(self._links().filter(_.decision == "review").agg(pairs=_.count()))
        return row["pairs"]

    def _links(self) -> Table:
        return table("links").filter(_.run == self.run)

    def _rows(self, expression: Table) -> list[dict[str, Any]]:
        return self._warehouse.run(expression).records


def _view(row: dict[str, Any]) -> LinkView:
    scored = json.loads(row["evidence"])
    told = [part for part in row["rule"].split("+") if part and part not in scored]
    fields = [FieldEvidence(field=field, **found) for field, found in scored.items() if found["level"] != "missing"]
    return LinkView(
        link_id=row["link_id"], one=row["one"], other=row["other"], rule=row["rule"], probability=row["probability"],
        decision=row["decision"], reason=row["reason"],
        fields=[*(FieldEvidence(field=field, level="same", bits=None) for field in told), *fields],
    )  # fmt: skip
