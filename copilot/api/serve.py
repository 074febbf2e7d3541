"""Run the app: bind first, then start, with the pages that are installed."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterable
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copilot.api.app import Mount
    from copilot.settings import Settings


class CannotListen(Exception):
    """The address cannot be listened on; worded like a tool's refusal (copilot/refusals.py)."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params
        self.alternatives: list[str] = []


def web_socket(host: str, port: int) -> socket.socket:
    """Listen on the address. Raises CannotListen when something else does, or when it is not to be had."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()  # at once: two sockets may be bound to one address, only one listens
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise CannotListen("port_taken", host=host, port=port) from error
        raise CannotListen("cannot_listen", host=host, port=port, why=error.strerror or error) from error
    return listener


def pages() -> tuple[Mount, ...]:
    """Pages register as entry points, so that imports point from them to us and never back."""
    return tuple(entry.load() for entry in entry_points(group="wellspring.pages"))


def serve(settings: Settings, listener: socket.socket, *, host: str, names: Iterable[str] = ()) -> None:
    """Serve until interrupted; `host` is the address listened on, `names` are others that lead to it."""
    import uvicorn  # heavy, as the app is: who may not serve is told before they load

    from copilot.api.app import create_app

    app = create_app(settings, mounts=pages(), host=host, names=names)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=3))
    server.run(sockets=[listener])
