"""Run the app: bind first, then start, with the pages that are installed."""

from __future__ import annotations

import socket
from importlib.metadata import entry_points

import uvicorn

from copilot.api.app import Mount, create_app
from copilot.settings import Settings
from tools.errors import BadArgument


def web_socket(host: str, port: int) -> socket.socket:
    """Bind the address. Raises BadArgument when something else listens there."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise BadArgument("port_taken", host=host, port=port) from error
    return listener


def pages() -> tuple[Mount, ...]:
    """Pages register as entry points, so that imports point from them to us and never back."""
    return tuple(entry.load() for entry in entry_points(group="wellspring.pages"))


def serve(settings: Settings, listener: socket.socket) -> None:
    """Serve until interrupted."""
    app = create_app(settings, mounts=pages())
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=3))
    server.run(sockets=[listener])
