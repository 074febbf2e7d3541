"""A planned step, and how it rides on a message so that the next turn can lean on it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from copilot.planner.slots import Slots


@dataclass(frozen=True)
class Step:
    """One tool call (or, without a tool, one thing to say) and what its answer leads with."""

    focus: str
    tool: str = ""
    arguments: dict = field(default_factory=dict)
    slots: Slots = field(default_factory=Slots)
    asks: str = ""
    """The question that its answer put to the reader."""
    held: tuple[str, ...] = ()
    """Ids of the drafts that its answer showed, in their order."""
    lead: str = ""
    """Why it is told once more, where it is: the key of a sentence that goes before it."""
    blamed: str = ""
    """The tier that its answer found to have moved a figure most."""
    idle: bool = False
    """Whether its answer found nothing, so that nothing can lean on it."""

    def dump(self) -> dict:
        """JSON form that rides on the message, so that the next turn can lean on it."""
        slots = asdict(self.slots) | {"cues": sorted(self.slots.cues)}
        told = {"asks": self.asks, "held": list(self.held), "lead": self.lead, "blamed": self.blamed, "idle": self.idle}
        return {"focus": self.focus, "tool": self.tool, "arguments": self.arguments, "slots": slots} | told

    @classmethod
    def restore(cls, data: dict) -> Step:
        slots = {key: tuple(value) if isinstance(value, list) else value for key, value in data["slots"].items()}
        slots["cues"] = frozenset(slots["cues"])
        told = {name: data[name] for name in ("asks", "lead", "blamed", "idle") if name in data}
        told["held"] = tuple(data.get("held", ()))
        return cls(data["focus"], data["tool"], data["arguments"], Slots(**slots), **told)
