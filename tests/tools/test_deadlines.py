"""One thread interrupts what takes too long, and nothing else."""

from __future__ import annotations

import threading

import pytest

from tools.engines.deadlines import Deadlines


@pytest.fixture
def deadlines():
    return Deadlines()


def test_what_is_still_running_is_called(deadlines):
    called = threading.Event()
    with deadlines.after(0.05, called.set):
        assert called.wait(30)


def test_what_ended_in_time_is_not_called(deadlines):
    called, later = threading.Event(), threading.Event()
    with deadlines.after(0.05, called.set):
        pass
    with deadlines.after(0.2, later.set):
        assert later.wait(30)
    assert not called.is_set()


def test_a_nearer_end_is_not_held_up_by_a_further_one(deadlines):
    far, near = threading.Event(), threading.Event()
    with deadlines.after(threading.TIMEOUT_MAX, far.set), deadlines.after(0.05, near.set):
        assert near.wait(30)
    assert not far.is_set()


def test_many_at_once_share_one_thread(deadlines):
    called = [threading.Event() for _ in range(50)]
    before = threading.active_count()
    over = threading.Event()

    def run(event):
        with deadlines.after(0.05, event.set):
            over.wait(30)

    running = [threading.Thread(target=run, args=(event,)) for event in called]
    for thread in running:
        thread.start()
    assert all(event.wait(30) for event in called)
    assert threading.active_count() <= before + len(running) + 1
    over.set()
    for thread in running:
        thread.join()


def test_it_goes_on_after_a_pause(deadlines):
    for _ in range(3):
        called = threading.Event()
        with deadlines.after(0.02, called.set):
            assert called.wait(30)
