"""One workspace on disk: its data, knowledge index, threads and profile.

<home>/<name>/
  data/      generations of the DuckDB file
  index/     generations of the knowledge index
  segments/  saved segments, lists of people, memberships as exported
  diagnoses/ diagnoses.sqlite, the saved diagnoses
  store/     turns.sqlite (questions and answers), threads.sqlite (the agent's memory), traces.sqlite (the story
             of every answer), lessons.sqlite,
             campaigns.sqlite (campaigns and the audit trail) with audit.anchor, drafts.sqlite (versions of drafts)
  people.yaml    who may sign in to the page and the API, each in a role (optional)
  engine.yaml    where the brand's tables live in a warehouse of its own, which then answers instead of data/ (optional)
  metrics.yaml   the brand's own metrics, laid over ours (optional)
  traits.yaml    the brand's own behaviour tags and their thresholds (optional)
  profile.yaml   brand name, currency, count_by (all optional), and the demo brand's under `demo`
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4
from zoneinfo import ZoneInfo

import portalocker
import yaml

from copilot.brand_engine import BrandEngine
from copilot.brand_metrics import BrandMetrics
from copilot.campaigns.store import CampaignStore
from copilot.catalogue import text
from copilot.diagnosis.store import DiagnosisStore
from copilot.drafting.shelf import DraftShelf
from copilot.lessons.document import documents as lesson_documents
from copilot.lessons.store import LessonStore
from copilot.planner.vocabulary import Vocabulary, build_vocabulary
from copilot.retrieval import build_embedder, build_reranker, vector_place
from copilot.settings import Settings
from copilot.team import Team, in_person
from knowledge.embedding import SentenceEncoder
from knowledge.index import build_index, remove_document
from knowledge.results import IndexReport
from knowledge.search import KnowledgeIndex
from knowledge.uploads import Filing
from tools.catalog import Catalog
from tools.errors import BadArgument, Busy, NoData
from tools.generations import DEMO, Generations, mark_of
from tools.rfm import RfmRules, load_rfm
from tools.roles import Role, may, require
from tools.schema import TIMEZONE
from tools.segment_data import SegmentData
from tools.selection.desk import SegmentDesk
from tools.selection.reading import MarkedReading, Reading
from tools.selection.store import SegmentStore
from tools.traits.catalog import TraitCatalog, load_traits
from tools.warehouse import CountBy, Warehouse

if TYPE_CHECKING:
    from tools.demo import Truth
    from tools.loading import LoadReport

Progress = Callable[[str, float], None]


class Workspace:
    """Opens a workspace's parts; data is reopened when a newer generation was loaded."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.team = Team(settings.directory)
        self.directory = settings.directory
        self.data_store = Generations(self.directory / "data")
        self.index_store = Generations(self.directory / "index", suffix="")
        self.encoder = SentenceEncoder()
        self.embedder = build_embedder(settings, self.people_in, self.encoder)
        self.vector_place = vector_place(settings)
        self.metrics = BrandMetrics(self.directory, lambda: self._owner)
        self.engine = BrandEngine(settings)
        self._open: dict[tuple[CountBy, Role], tuple[Path, Warehouse, SegmentData]] = {}
        self._vocabulary: tuple[Path | None, Catalog, Vocabulary] | None = None
        self._desk: tuple[SegmentData, SegmentStore, dict[Role, SegmentDesk]] | None = None

    @property
    def settings(self) -> Settings:
        """With the name and role of whoever is acting."""
        return in_person(self._settings)

    @property
    def team_to_change(self) -> Team:
        """Who may sign in, to add and remove. Raises NotAllowed for a role that may not."""
        require(self.settings.role, "people")
        return self.team

    @property
    def store_path(self) -> Path:
        return self.directory / "store" / "turns.sqlite"

    @property
    def threads_path(self) -> Path:
        return self.directory / "store" / "threads.sqlite"

    @property
    def traces_path(self) -> Path:
        return self.directory / "store" / "traces.sqlite"

    @property
    def _profile(self) -> dict:
        # Read each time: another process may have written it.
        path = self.directory / "profile.yaml"
        return (yaml.safe_load(path.read_text(encoding="utf-8")) or {}) if path.exists() else {}

    @property
    def profile(self) -> dict:
        """What the workspace's brand and currency are; the demo brand's own while it is loaded."""
        return self._profile.get(DEMO) or {} if self.holds_demo else self._profile

    def brand(self, language: str) -> str:
        """The brand's name as it signs messages in a language; profile.yaml holds one name or one a language."""
        named = self.profile.get("brand") or self.settings.brand or text("brand.unset", language)
        return _spoken(named, language)

    @property
    def _owner(self) -> str:
        """Who signs the brand's own definitions: the brand, or the workspace while it has no name."""
        named = self.profile.get("brand") or self.settings.brand or self.settings.workspace
        return _spoken(named, "zh")

    @property
    def currency(self) -> str:
        return self.profile.get("currency", self.settings.currency)

    @property
    def holds_demo(self) -> bool:
        """Whether the loaded data is the demo brand's."""
        path = self.data_store.current()
        return path is not None and mark_of(path) == DEMO and not self.engine.configured

    @property
    def engine_name(self) -> str:
        """Which engine answers: duckdb, postgres, pyspark, …"""
        return self.warehouse().engine.name if self.engine.configured else "duckdb"

    def refuse_in_place(self, why: str) -> None:
        """Raise BadArgument `why` where the data stays in the brand's own warehouse, which is only read."""
        if self.engine.configured:
            raise BadArgument(why, engine=self.engine_name)

    @property
    def today(self) -> date:
        """The day that freshness is told by: the demo brand stands still on the last day of its data."""
        data = self.data()
        return data.last_day if self.holds_demo and data else self._now.date()

    @property
    def calendar_day(self) -> date:
        """Today, whatever data is loaded: documents are dated and expire by it."""
        return self._now.date()

    @property
    def _now(self) -> datetime:
        """What clocks show where the workspace's orders are dated: a server's own clock is often hours behind."""
        return datetime.now(ZoneInfo(TIMEZONE)).replace(tzinfo=None)

    def _write_profile(self, **entries: object) -> None:
        """Set the entries that are not "", take out those that are None. A reader sees the old file or the new one."""
        given = {key: value for key, value in entries.items() if value != ""}
        if not given:
            return
        self._make_directory()
        # Read and written under one lock: another process may be setting another entry.
        with self._profile_lock():
            draft = self.directory / f"profile.{uuid4().hex}.yaml"
            draft.write_text(yaml.safe_dump(_without({**self._profile, **given}), allow_unicode=True), encoding="utf-8")
            draft.replace(self.directory / "profile.yaml")

    def set_profile(self, **entries: object) -> None:
        """Set entries of the brand's profile, the demo brand's own while it is loaded; None takes one out."""
        require(self.settings.role, "configure")
        demo = _without({**self.profile, **entries})
        self._write_profile(**({DEMO: demo} if self.holds_demo else entries))

    @contextmanager
    def _profile_lock(self) -> Iterator[None]:
        try:
            with portalocker.Lock(self.directory / "profile.lock", timeout=5):
                yield
        except portalocker.LockException as error:
            raise Busy("store_busy", store="profile") from error

    def _make_directory(self) -> None:
        """For its owner alone: orders, lists and saved segments hold personal data."""
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)

    def prepare(self) -> None:
        self._make_directory()
        (self.directory / "store").mkdir(parents=True, exist_ok=True)

    def data(self, count_by: CountBy | Literal[""] = "") -> SegmentData | None:
        """The newest loaded data, or None while nothing is loaded; without orders it refuses what takes them.

        Customers are counted by account or by person as asked, else as the profile says. Where the
        profile says person and nothing is linked yet, every account still is a person of its own.
        Raises NoData where persons are asked for and nothing is linked.
        """
        path = self._current
        if path is None:
            return None
        if not count_by and self.profile.get("count_by") == "person":
            count_by = "person" if self._opened(path, "account")[1].link_run is not None else "account"
        data = self._opened(path, count_by or "account")[2]
        return data if data.tables else None

    def segments(self) -> SegmentDesk | None:
        """Selecting people in the newest loaded data, with the saved segments; None while there is no order."""
        data, path = self.data(), self._current
        if data is None or path is None or "orders" not in data.tables:
            return None
        role, kept = self.settings.role, self._desk
        if kept is None or kept[0] is not data:
            store = kept[1] if kept else SegmentStore.open(self.directory / "segments")
            kept = self._desk = (data, store, {})
        if role not in kept[2]:
            kept[2][role] = SegmentDesk(data.selector, kept[1], f"{path.stem}-{data.selector.counted_by}", role)
        return kept[2][role]

    def warehouse(self) -> Warehouse:
        """The loaded tables, with or without orders. Raises NoData before the first load."""
        path = self._current
        if path is None:
            raise NoData("nothing_loaded")
        return self._opened(path, "account")[1]

    @property
    def _current(self) -> Path | None:
        """The live generation, or a name for the state of the brand's own warehouse; None while nothing is loaded."""
        return self.engine.warehouse()[0] if self.engine.configured else self.data_store.current()

    def _opened(self, path: Path, count_by: CountBy) -> tuple[Path, Warehouse, SegmentData]:
        # Whoever may see rows sees the same; others have figures of their own, on the same connection.
        role: Role = "operator" if may(self.settings.role, "rows") else self.settings.role
        catalog, opened = self.metrics.catalog(), self._open.get((count_by, role))
        if opened is not None and opened[0] == path and opened[2].catalog is catalog:
            return opened
        if self.engine.configured:
            if count_by == "person":
                raise NoData("engine_counts_accounts")
            warehouse = self.engine.warehouse()[1]
        elif (same := self._warehouse_at(path, count_by)) is not None:
            warehouse = same
        else:
            limits = {"row_cap": self.settings.row_cap, "seconds": self.settings.query_seconds}
            # The old connection stays open for calls in flight; it closes with its last user.
            warehouse = Warehouse.open(path, count_by=count_by, **limits)
        data = SegmentData(warehouse, catalog, traits=self.traits, rfm=self.rfm, role=role)
        self._open[count_by, role] = (path, warehouse, data)
        return self._open[count_by, role]

    def _warehouse_at(self, path: Path, count_by: CountBy) -> Warehouse | None:
        """The connection to a generation, where there is one."""
        found = [opened[1] for key, opened in self._open.items() if key[0] == count_by and opened[0] == path]
        return found[0] if found else None

    def traits(self) -> TraitCatalog:
        """Traits and tags, the brand's own `traits.yaml` among them. Raises BadArgument for a wrong definition."""
        return load_traits(self.directory / "traits.yaml")

    def rfm(self) -> RfmRules:
        """How RFM is scored and its segments named: the brand's own `rfm.yaml`, or the built-in rules."""
        return load_rfm(self.directory / "rfm.yaml")

    def set_tier_rules(self, changes: Mapping[str, str]) -> None:
        """Adopt tier rules with some thresholds changed; earlier versions and their membership stay."""
        from tools.tiers.change import set_rules

        require(self.settings.role, "configure")
        self.refuse_in_place("engine_tier_rules")
        set_rules(self.data_store, changes, adopted_at=self._now.replace(microsecond=0))

    def estimate_tier_rules(self) -> None:
        """Take the dormancy horizon from today's orders; the other thresholds stay."""
        from tools.facts import reestimate_rules

        require(self.settings.role, "configure")
        self.refuse_in_place("engine_tier_rules")
        reestimate_rules(self.data_store)

    def count_by(self, unit: CountBy) -> None:
        """Keep in the profile what a customer is where nobody says; the demo brand has a profile of its own."""
        require(self.settings.role, "configure")
        own = {DEMO: {**self.profile, "count_by": unit}} if self.holds_demo else {"count_by": unit}
        self._write_profile(**own)

    def load(
        self,
        files: list[Path],
        *,
        mapping: dict[str, str] | None = None,
        currency: str = "",
        brand: str = "",
        free_orders: bool = False,
        progress: Progress | None = None,
    ) -> LoadReport:
        """Add customer files to the loaded data; the demo brand gives way to them, as the two never mix.

        `currency` (three letters) and `brand` go into the profile once the files are loaded.
        Raises ToolError and leaves data and profile as they were when a file or an argument is unclear,
        or the amounts are in another currency than those that are loaded.
        """
        require(self.settings.role, "load")
        self.refuse_in_place("engine_no_load")
        settled = self._settled_currency(currency)
        self._make_directory()
        report = self._load(
            files, mapping=mapping, currency=settled, free_orders=free_orders, loaded_at=self._now, progress=progress
        )
        self._write_profile(currency=currency.upper(), brand=brand)
        return report

    def _settled_currency(self, given: str) -> str:
        """The currency of own data in the profile, else the one given; "" while nobody has said."""
        if given and not re.fullmatch(r"[A-Za-z]{3}", given):
            raise BadArgument("bad_currency", given=given)
        own = self.data_store.current() is not None and not self.holds_demo
        kept = str(self._profile.get("currency", "")).upper() if own else ""
        if given and kept and given.upper() != kept:
            raise BadArgument("workspace_currency", given=given.upper(), currency=kept)
        return kept or given.upper()

    def _load(self, files: list[Path], **how: Any) -> LoadReport:
        from tools.loading import load_files  # pandas and its kin: a question does not wait for them

        return load_files(files, self.data_store, **how)

    def make_demo(self, progress: Progress | None = None) -> Truth:
        """Write the demo brand's exports into the workspace and load them, replacing an earlier demo.

        Raises BadArgument where own data is loaded.
        """
        from tools.demo import write_demo

        self.refuse_in_place("engine_no_load")
        if self.data_store.current() is not None and not self.holds_demo:
            raise BadArgument("own_data_loaded")
        self._make_directory()
        exports = self.directory / "demo"
        truth = write_demo(exports)
        # The demo's days do not depend on the clock of this machine.
        evening = datetime.combine(truth.as_of, time.max)
        self._write_profile(demo={"brand": {"zh": truth.brand, "en": truth.brand_en}, "currency": "CNY"})
        self._load(sorted(exports.glob("*.csv")), loaded_at=evening, demo=True, progress=progress)
        return truth

    def build_index(
        self, documents: list[Path] | None = None, *, filing: Filing = Filing(), progress: Progress | None = None
    ) -> IndexReport:
        """Bring the knowledge index up to our cards, the team's documents and its lessons in force.

        Nothing to do costs nothing.
        """
        lessons = lesson_documents(self.lesson_store.all(self.calendar_day))
        return build_index(
            self.index_store,
            documents=documents or [],
            filing=filing,
            lessons=lessons,
            embedder=self.embedder,
            place=self.vector_place,
            progress=progress,
        )

    def remove_document(self, id: str) -> IndexReport:
        """Delete one of the team's own documents for good. Raises BadQuery."""
        return remove_document(self.index_store, id, place=self.vector_place)

    def knowledge(self) -> KnowledgeIndex:
        """The knowledge index, built first when there is none; it opens at the first search."""
        if self.index_store.current() is None:
            self.build_index()
        return KnowledgeIndex(
            self.index_store,
            self.embedder,
            lambda: self.lesson_store.recallable(self.calendar_day),
            place=self.vector_place,
            reranker=build_reranker(self.settings, self.people_in),
        )

    def people_in(self, words: str) -> list[str]:
        """Customers that `words` name, as far as data is loaded."""
        return data.people_in(words) if (data := self.data("account")) else []

    @cached_property
    def lesson_store(self) -> LessonStore:
        """What the team has learnt, and who decided on it."""
        self._make_directory()
        return LessonStore.open(self.directory / "store" / "lessons.sqlite")

    @cached_property
    def campaign_store(self) -> CampaignStore:
        """Campaigns with their approvals, and the audit trail."""
        self._make_directory()
        return CampaignStore.open(self.directory / "store")

    @cached_property
    def draft_shelf(self) -> DraftShelf:
        """Every version of every draft."""
        self._make_directory()
        return DraftShelf.open(self.directory / "store" / "drafts.sqlite")

    @cached_property
    def diagnosis_store(self) -> DiagnosisStore:
        """The diagnoses that the team keeps."""
        self._make_directory()
        return DiagnosisStore.open(self.directory / "diagnoses")

    def vocabulary(self) -> Vocabulary:
        """Words the planner must know: metrics, dimensions and the values in the data."""
        path, catalog, kept = self._current, self.metrics.catalog(), self._vocabulary
        if kept is None or kept[0] != path or kept[1] is not catalog:
            built = build_vocabulary(self.data(), catalog, self._read, self._read_marks)
            kept = self._vocabulary = (path, catalog, built)
        return kept[2]

    def _read(self, words: str) -> Reading | None:
        """The rule that plain words select people by; None while there is nothing to select from."""
        desk = self.segments()
        return desk.read(words) if desk else None

    def _read_marks(self, marks: Sequence[tuple[str, str, bool]]) -> MarkedReading | None:
        desk = self.segments()
        return desk.read_marks(marks) if desk else None

    def data_note(self, language: str) -> str:
        """One line on what is loaded."""
        data = self.data()
        if data is None:
            return text("data_note.empty", language)
        note = text(
            "data_note.loaded",
            language,
            first=data.first_day.isoformat(),
            last=data.last_day.isoformat(),
            tables=", ".join(sorted(data.tables)),
        )
        if not self.engine.configured:
            return note
        return f"{note} {text('engine.answers', language, engine=self.engine_name)}"

    def close(self) -> None:
        for warehouse in {opened[1] for opened in self._open.values()}:
            warehouse.close()
        self.engine.close()
        for name in ("lesson_store", "campaign_store", "draft_shelf", "diagnosis_store"):
            if store := vars(self).pop(name, None):
                store.close()


def _without(profile: dict) -> dict:
    return {key: value for key, value in profile.items() if value is not None}


def _spoken(named: str | dict[str, str], language: str) -> str:
    """A name in a language, or in the other one where it has none in this."""
    return (named.get(language) or next(filter(None, named.values()))) if isinstance(named, dict) else named
