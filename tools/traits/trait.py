"""What a trait, a tag and their catalogue are; `tools.traits.catalog` reads them from files."""

from __future__ import annotations

from typing import Literal

from pydantic import field_validator

from tools.catalog import Synonyms, Value, find
from tools.catalog import builtin as metric_catalog
from tools.definitions import Strict
from tools.results import Bilingual, Unit
from tools.traits.conditions import Rule
from tools.traits.festivals import MonthDay, days_of

Kind = Literal["number", "money", "days", "date", "text", "flag"]


class Trait(Strict):
    """One thing that can be said of a customer."""

    name: str
    title: Bilingual
    synonyms: Synonyms = Synonyms()
    kind: Kind
    unit: Unit | None = None
    """None where the figure has none (a score) or is no figure."""
    definition: Bilingual
    needs: list[str] = []
    """Tables ("touches") and columns ("orders.list_amount") beyond the orders themselves; "a|b" means either,
    "orders.time" a time of day in `orders.ordered_at`."""
    windowed: bool = False
    """Whether it can be taken over a window instead of all history up to the day."""
    many: bool = False
    """Whether it is a list of values, such as every category a customer bought."""
    dimension: str = ""
    """Dimension of the metric catalogue whose closed values it takes."""
    rule: Rule | None = None
    """What a tag is made of; None for a measured trait."""

    @property
    def tag(self) -> bool:
        """Whether it is a behaviour tag: true or false for every customer."""
        return self.rule is not None

    @property
    def values(self) -> list[Value]:
        """All values of a closed text trait; empty where the data decides."""
        return metric_catalog().dimensions[self.dimension].values if self.dimension else []


class TagDefinition(Rule):
    """A tag as its file has it: the rule, and what people call it."""

    title: Bilingual
    synonyms: Synonyms = Synonyms()
    definition: Bilingual


class Settings(Strict):
    """Thresholds that measured traits share."""

    night_hours: tuple[int, int]
    """From the first hour (included) to the second (left out), over midnight where the first is larger."""
    lunch_hours: tuple[int, int]
    payday_days: list[int]
    """Days of the month."""
    discounted_from: float
    """An order counts as discounted when it was paid at least this share below its list price."""
    festivals: list[Bilingual]
    """Sales that have the same days each year."""
    view_events: list[str]
    """Event types, in lower case, that are a look at a page or product."""
    cart_events: list[str]
    favourite_events: list[str]

    @field_validator("night_hours", "lunch_hours")
    @classmethod
    def _are_hours(cls, hours: tuple[int, int]) -> tuple[int, int]:
        if not all(0 <= hour <= 24 for hour in hours) or hours[0] == hours[1]:
            raise ValueError("takes two different hours from 0 to 24")
        return hours

    @field_validator("payday_days")
    @classmethod
    def _are_days(cls, days: list[int]) -> list[int]:
        if not days or not all(1 <= day <= 31 for day in days):
            raise ValueError("takes days of the month, 1 to 31")
        return days

    @field_validator("discounted_from")
    @classmethod
    def _is_share(cls, share: float) -> float:
        if not 0 < share < 1:
            raise ValueError("takes a share above 0 and below 1")
        return share

    @field_validator("festivals")
    @classmethod
    def _are_festivals(cls, festivals: list[Bilingual]) -> list[Bilingual]:
        for festival in festivals:
            days_of(festival.en)
        return festivals

    @property
    def festival_days(self) -> list[tuple[MonthDay, MonthDay]]:
        """First and last (month, day) of each festival."""
        return [days_of(festival.en) for festival in self.festivals]

    def blanks(self, language: Literal["zh", "en"]) -> dict[str, str]:
        """How definitions quote the settings."""
        joint = "、" if language == "zh" else ", "
        return {
            "night_hours": "{:02}:00–{:02}:00".format(*self.night_hours),
            "lunch_hours": "{:02}:00–{:02}:00".format(*self.lunch_hours),
            "payday_days": joint.join(str(day) for day in self.payday_days),
            "discounted_from": f"{self.discounted_from * 100:g}{'%' if language == 'zh' else ' %'}",
            "festivals": joint.join(getattr(festival, language) for festival in self.festivals),
        }


class TraitCatalog(Strict):
    """Every trait by name, tags included."""

    overview: Bilingual
    """What the sizes of the tags say."""
    settings: Settings
    traits: dict[str, Trait]
    """Measured traits and tags by name."""

    @property
    def tags(self) -> dict[str, Trait]:
        """The behaviour tags by name."""
        return {name: trait for name, trait in self.traits.items() if trait.tag}

    def trait(self, given: str) -> Trait:
        """The trait or tag of that name, title or synonym. Raises BadArgument naming near ones."""
        return find(self.traits, given, "unknown_trait")

    def tag(self, given: str) -> Trait:
        """The tag of that name, title or synonym. Raises BadArgument naming near ones."""
        return find(self.tags, given, "unknown_tag")
