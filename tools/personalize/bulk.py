"""Finished messages for a whole audience: batches of customers in, batches of checked messages out.

Customers are grouped by the fields they lack; a group shares one wording, whose literals and value columns are joined
in one Arrow call. What the data brought in is checked again in every message: see `screen`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tools.merge_fields import merge_fields
from tools.personalize import measure
from tools.personalize.columns import Column, clean_column
from tools.personalize.screen import UNSEEN, Screen, joined
from tools.personalize.template import BODY, PARTS, TITLE, Setting, Template, Text, Wording
from tools.personalize.wording import singular
from tools.results import Issue

SENT = ""
"""Reason of a message that may go out."""
SHORTEST_BODY = 2


@dataclass
class Tally:
    """What became of the messages rendered so far."""

    messages: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    """Reason ("rule:L1", "more_segments", "hollow", "empty_field", "unseen_character") -> messages set aside."""
    warnings: Counter[str] = field(default_factory=Counter)
    """Rule -> messages that data brought a warning into; they go out."""
    fallbacks: Counter[str] = field(default_factory=Counter)
    """Merge field -> messages that had no usable value for it."""
    segments: int = 0
    """SMS segments of the messages that may go out."""


class Renderer:
    """Renders texts for customers given as Arrow batches.

    A batch has customer_id, `text` (which of the texts, by number) and a column for each of `fields`.
    """

    def __init__(self, texts: Sequence[Text], setting: Setting) -> None:
        self._templates = [Template(text, setting) for text in texts]
        self._setting = setting
        self._screens: dict[int, Screen] = {}
        self._checked: dict[tuple, list[Issue]] = {}
        self.tally = Tally()

    @property
    def fields(self) -> list[str]:
        """Merge fields whose values every batch must bring."""
        return list(dict.fromkeys(name for template in self._templates for name in template.fields))

    def render(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
        """The messages of each batch, in its order: its own columns with clean values, and

        title, preheader, body, button, characters, segments, wording (fields that fell back), reason ("" where it may
        go out) and words (what made it fail).
        """
        for batch in batches:
            yield self._batch(batch)

    def _batch(self, batch: pa.RecordBatch) -> pa.Table:
        columns = {name: clean_column(batch.column(name), name, self._setting) for name in self.fields}
        numbers = batch.column("text").to_numpy(zero_copy_only=False)
        lacks = np.zeros(batch.num_rows, dtype=np.int64)
        for place, column in enumerate(columns.values()):
            lacks |= pc.is_null(column.values).to_numpy(zero_copy_only=False).astype(np.int64) << place
        groups = numbers.astype(np.int64) << len(columns) | lacks
        for name, column in columns.items():
            batch = batch.set_column(batch.schema.get_field_index(name), name, column.values)
        done, order = [], []
        for group in np.unique(groups):
            rows = np.flatnonzero(groups == group)
            order.append(rows)
            missing = frozenset(name for place, name in enumerate(columns) if group >> place & 1)
            done.append(self._group(batch, columns, rows, self._templates[group >> len(columns)], missing))
        self.tally.messages += batch.num_rows
        if len(done) == 1:
            return done[0]
        back = np.argsort(np.concatenate(order), kind="stable") if order else []
        return pa.concat_tables(done).take(pa.array(back)) if done else self._empty(batch)

    def _group(self, batch: pa.RecordBatch, columns: dict[str, Column], rows: np.ndarray, template: Template,
               missing: frozenset[str]) -> pa.Table:  # fmt: skip
        if len(rows) < batch.num_rows:
            batch = batch.take(pa.array(rows))
            columns = {name: column.take(pa.array(rows)) for name, column in columns.items()}
        messages = _Messages(template, template.wording(missing & frozenset(template.fields)), columns, len(rows))
        reason, words = self._judge(messages)
        found = dict(zip(PARTS, messages.texts, strict=True)) | {
            "characters": pa.array(messages.characters, pa.int32()),
            "segments": pa.array(messages.segments, pa.int16()),
            "wording": pa.array(["+".join(messages.wording.fallbacks)] * len(rows), pa.string()),
            "reason": reason, "words": words,
        }  # fmt: skip
        self._count(messages, found["reason"])
        return pa.table({name: batch.column(name) for name in batch.schema.names} | found)

    def _judge(self, messages: _Messages) -> tuple[pa.Array, pa.Array]:
        """Why each message may not go out, and the words that say so."""
        own = next((issue for issue in messages.wording.accepted if issue.severity == "block"), None)
        reasons = [f"rule:{own.rule}" if own else SENT] * len(messages)
        words = [own.words if own else ""] * len(messages)
        for at in [] if own else np.flatnonzero(messages.suspicious(self._screen(messages.wording))):
            issue = self._broken(messages, int(at))
            if issue:
                reasons[at], words[at] = f"rule:{issue.rule}", issue.words
        for flags, reason in messages.faults():
            for at in np.flatnonzero(flags):
                reasons[at] = reason
        return pa.array(reasons, pa.string()), pa.array(words, pa.string())

    def _screen(self, wording: Wording) -> Screen:
        if id(wording) not in self._screens:
            self._screens[id(wording)] = Screen(wording)
        return self._screens[id(wording)]

    def _broken(self, messages: _Messages, at: int) -> Issue | None:
        """The rule that a message must not break and that data made it break; new warnings are counted."""
        values = messages.values(at)
        key = (id(messages.wording), tuple(values.values()))
        if key not in self._checked:
            if len(self._checked) > _REMEMBERED:
                self._checked.clear()
            self._checked[key] = new_issues(messages.wording, values)
        issues = self._checked[key]
        blocking = next((issue for issue in issues if issue.severity == "block"), None)
        if blocking is None:
            self.tally.warnings.update({issue.rule for issue in issues})
        return blocking

    def _count(self, messages: _Messages, reason: pa.Array) -> None:
        for row in reason.value_counts().to_pylist():
            if row["values"] != SENT:
                self.tally.failed[row["values"]] += row["counts"]
        for name in messages.wording.fallbacks:
            self.tally.fallbacks[name] += len(messages)
        sent = pc.equal(reason, SENT).to_numpy(zero_copy_only=False)
        self.tally.segments += int(messages.segments[sent].sum())

    @staticmethod
    def _empty(batch: pa.RecordBatch) -> pa.Table:
        kinds = dict.fromkeys(PARTS, pa.string()) | {"characters": pa.int32(), "segments": pa.int16()}
        kinds |= dict.fromkeys(("wording", "reason", "words"), pa.string())
        more = {name: pa.array([], kind) for name, kind in kinds.items()}
        return pa.table({name: batch.column(name) for name in batch.schema.names} | more)


_REMEMBERED = 50_000


def new_issues(wording: Wording, values: dict[str, str]) -> list[Issue]:
    """What a message breaks because of its values: all that blocks, and warnings that the wording has not anyway."""
    accepted = {_key(issue, wording, wording.usual) for issue in wording.accepted if issue.severity == "warn"}
    return [issue for issue in wording.issues(values) if _key(issue, wording, values) not in accepted]


def _key(issue: Issue, wording: Wording, values: dict[str, str]) -> tuple[str, str, str]:
    part = wording.read(values)[BODY if issue.part == "body" else TITLE]
    whole = len(issue.words) == len(part)  # about its length
    return issue.rule, issue.part, "" if whole else issue.words


class _Messages:
    """The messages of one group, with what they measure."""

    def __init__(self, template: Template, wording: Wording, columns: dict[str, Column], rows: int) -> None:
        self.wording = wording
        self._template = template
        self._columns = {name: columns[name] for name in wording.usual}
        self._rows = rows
        values = {name: column.values for name, column in self._columns.items()}
        self.texts = [self._singular(joined(part, values, rows)) for part in wording.parts]
        counted = measure.segments(self.texts[BODY], wording.language) if self._channel == "sms" else None
        self.characters = counted[0] if counted else pc.utf8_length(self.texts[BODY]).to_numpy(zero_copy_only=False)
        self.segments = counted[1] if counted else np.zeros(rows, dtype=np.int64)

    def __len__(self) -> int:
        return self._rows

    @property
    def _channel(self) -> str:
        return self._template.setting.channel

    def values(self, at: int) -> dict[str, str]:
        return {name: column.values[at].as_py() for name, column in self._columns.items()}

    def suspicious(self, screen: Screen) -> np.ndarray:
        """Which messages the checker itself must see."""
        found = self._longer()
        if self._columns:  # without any value it is as it was approved
            found |= screen.finds({name: column.normal for name, column in self._columns.items()}, self._rows)
        for column in self._columns.values():
            found |= column.odd
        return found

    def faults(self) -> Iterator[tuple[np.ndarray, str]]:
        """What no rule is needed to see, the gravest last."""
        if self._channel == "sms":
            _, approved = measure.segments(pa.array([self._template.longest[BODY]]), self.wording.language)
            yield self.segments > approved, "more_segments"
        yield np.full(self._rows, self._template.hollow(self.wording)), "hollow"
        short = pc.less(pc.utf8_length(pc.utf8_trim_whitespace(self.texts[BODY])), SHORTEST_BODY)
        yield short.to_numpy(zero_copy_only=False), "empty_field"
        whole = pc.binary_join_element_wise(*self.texts, "\n")
        yield pc.match_substring_regex(whole, UNSEEN).to_numpy(zero_copy_only=False), "unseen_character"

    def _longer(self) -> np.ndarray:
        """Which messages are longer than what was approved, fields at their longest."""
        size = {"wecom": measure.octets, "push": measure.width}.get(self._channel)
        if size is None:
            return np.zeros(self._rows, dtype=bool)
        title, body = (size(pa.array([self._template.longest[part]])) for part in (TITLE, BODY))
        return (size(self.texts[BODY]) > body) | (size(self.texts[TITLE]) > title)

    def _singular(self, texts: pa.Array) -> pa.Array:
        counts = [name for name in self._columns if merge_fields()[name].kind == "count"]
        ones = [pc.any(pc.equal(self._columns[name].values, "1")).as_py() for name in counts]
        if self.wording.language == "zh" or not any(ones):
            return texts
        return pa.array([singular(text, "en") for text in texts.to_pylist()], pa.string())
