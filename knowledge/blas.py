"""Keeps small matrix products on one thread: waking the others costs more than they compute."""

from __future__ import annotations

from functools import cache


def one_thread():
    """Return a context in which NumPy's linear algebra takes one thread."""
    return _controller().limit(limits=1, user_api="blas")


@cache
def _controller():
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()  # looks for the libraries once: that takes milliseconds
