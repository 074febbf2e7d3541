"""Turns survive: what was asked is kept before it runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from copilot.answer import Answer
from copilot.store import Store
from copilot.team import ACTING, Person


def test_a_finished_turn_comes_back_whole(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "turns.sqlite")
    store.begin(id="1", thread="t", question="多少人？")
    store.finish("1", "done", Answer(id="1", text="三人", language="zh", model="m", thread="t"))
    store.close()

    turn = Store.open(tmp_path / "turns.sqlite").turns("t")[0]
    assert (turn.question, turn.state, turn.answer.text) == ("多少人？", "done", "三人")


def test_a_turn_that_never_ended_is_shown_as_interrupted(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "turns.sqlite")
    store.begin(id="1", thread="t", question="q")
    assert store.mark_interrupted() == 1
    assert store.turns("t")[0].state == "interrupted"
    assert store.mark_interrupted() == 0


def test_threads_are_named_by_their_first_question_newest_first(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "turns.sqlite")
    for id, thread, question in (("1", "a", "first a"), ("2", "b", "first b"), ("3", "a", "second a")):
        store.begin(id=id, thread=thread, question=question)
    assert [(t.id, t.title, t.turns) for t in store.threads()] == [("a", "first a", 2), ("b", "first b", 1)]


def test_each_person_has_the_threads_that_they_began(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "turns.sqlite")
    store.begin(id="0", thread="nobody", question="before anybody was named")
    ana, ben = (Person(name=name, role="operator", secret="scrypt$16384$8$1$AAAA$AAAA") for name in ("Ana", "Ben"))
    for number, person in enumerate((ana, ben), 1):
        with acting(person):
            store.begin(id=str(number), thread=person.name, question=f"of {person.name}")
            assert [thread.id for thread in store.threads()] == [person.name]
            assert (store.may_see(person.name), store.may_see("new"), store.may_see("nobody")) == (True, True, False)
    with acting(ana):
        assert not store.may_see("Ben")
        store.begin(id="3", thread="Ben", question="of Ana in what is not hers")
    with acting(ben):
        assert store.may_see("Ben")
    assert {thread.id for thread in store.threads()} == {"nobody", "Ana", "Ben"}


@contextmanager
def acting(person: Person) -> Iterator[None]:
    before = ACTING.set(person)
    try:
        yield
    finally:
        ACTING.reset(before)
