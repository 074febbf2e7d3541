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

from tools.personalize import measure
from tools.personalize.columns import Column, clean_column
from tools.personalize.screen import UNSEEN, Screen
from tools.personalize.template import PARTS, Setting, Template, Text, Wording
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
    """Reason ("rule:L1", "more_segments", "unseen_character", "empty_field") -> messages set aside."""
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

        title, preheader, body, characters, segments, wording (which alternative of the text), reason ("" where it may
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
        everybody = len(rows) == batch.num_rows
        part = batch if everybody else batch.take(pa.array(rows))
        wording = template.wording(missing & frozenset(template.fields))
        odd = np.zeros(len(rows), dtype=bool)
        for name in template.fields:
            odd |= columns[name].odd[rows]
        texts = _joined(wording, part)
        messages = _Messages(template, wording, part, texts, odd)
        reason, words = self._judge(messages)
        found = dict(zip(PARTS, texts, strict=True)) | {
            "characters": pa.array(messages.characters, pa.int32()),
            "segments": pa.array(messages.segments, pa.int16()),
            "wording": pa.array(["+".join(wording.fallbacks)] * len(rows), pa.string()),
            "reason": reason, "words": words,
        }  # fmt: skip
        self._count(wording, messages, found["reason"])
        return pa.table({name: part.column(name) for name in part.schema.names} | found)

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

    def _count(self, wording: Wording, messages: _Messages, reason: pa.Array) -> None:
        for row in reason.value_counts().to_pylist():
            if row["values"] != SENT:
                self.tally.failed[row["values"]] += row["counts"]
        for name in wording.fallbacks:
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
    title, _, body = wording.read(values)
    whole = len(issue.words) == len(body if issue.part == "body" else title)  # about its length
    return issue.rule, issue.part, "" if whole else issue.words


def _joined(wording: Wording, rows: pa.RecordBatch) -> list[pa.Array]:
    return [_join(part, rows, wording) for part in wording.parts]


def _join(pieces: tuple[str, ...], rows: pa.RecordBatch, wording: Wording) -> pa.Array:
    if len(pieces) == 1:
        return pa.array(pieces * rows.num_rows, pa.string())
    columns = [rows.column(piece) if place % 2 else pa.scalar(piece) for place, piece in enumerate(pieces)]
    text = pc.binary_join_element_wise(*columns, "")
    ones = [pc.any(pc.equal(rows.column(name), "1")).as_py() for name in pieces[1::2]]
    if wording.language == "en" and any(ones):
        return pa.array([singular(each, "en") for each in text.to_pylist()], pa.string())
    return text


class _Messages:
    """The messages of one group, with what they measure."""

    def __init__(self, template: Template, wording: Wording, rows: pa.RecordBatch, texts: list[pa.Array],
                 odd: np.ndarray) -> None:  # fmt: skip
        self.template = template
        self.wording = wording
        self._rows = rows
        self._texts = texts
        self._odd = odd
        sms = template.setting.channel == "sms"
        counted = measure.segments(texts[2], wording.language) if sms else None
        self.characters = counted[0] if counted else pc.utf8_length(texts[2]).to_numpy(zero_copy_only=False)
        self.segments = counted[1] if counted else np.zeros(len(self), dtype=np.int64)

    def __len__(self) -> int:
        return self._rows.num_rows

    def values(self, at: int) -> dict[str, str]:
        return {name: self._rows.column(name)[at].as_py() for name in self.wording.usual}

    def suspicious(self, screen: Screen) -> np.ndarray:
        """Which messages the checker itself must see."""
        if not self.wording.usual:  # no value in it: as it was approved
            return np.zeros(len(self), dtype=bool)
        whole = pc.binary_join_element_wise(*self._texts, "\n")
        return self._odd | screen.finds(whole) | self._longer()

    def _longer(self) -> np.ndarray:
        """Which messages are longer than what was approved, fields at their longest."""
        title, _, body = (pa.array([text]) for text in self.template.longest)
        size = {"wecom": measure.octets, "push": measure.width}.get(self.template.setting.channel)
        if size is None:
            return np.zeros(len(self), dtype=bool)
        return (size(self._texts[2]) > size(body)) | (size(self._texts[0]) > size(title))

    def faults(self) -> Iterator[tuple[np.ndarray, str]]:
        """What no rule is needed to see, the gravest last."""
        if self.template.setting.channel == "sms":
            _, approved = measure.segments(pa.array([self.template.longest[2]]), self.wording.language)
            yield self.segments > approved, "more_segments"
        whole = pc.binary_join_element_wise(*self._texts, "\n")
        short = pc.less(pc.utf8_length(pc.utf8_trim_whitespace(self._texts[2])), SHORTEST_BODY)
        yield short.to_numpy(zero_copy_only=False), "empty_field"
        yield pc.match_substring_regex(whole, UNSEEN).to_numpy(zero_copy_only=False), "unseen_character"
