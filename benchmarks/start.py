"""How long a killed server takes to come back: to health, to a first answer, to its page; beside its frameworks alone.

    python -m benchmarks.start --workspace demo --runs 3
"""

from __future__ import annotations

import argparse
import json
import socket
import statistics
import subprocess
import sys
import time
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

QUESTION = "上个月各渠道的销售额是多少？"
UP = "from copilot.cli import main; main()"
FRAMEWORKS = "import gradio, langchain.agents, langgraph.checkpoint.sqlite.aio, fastapi, ibis, pandas, chromadb"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--workspace", default="demo")
    asked.add_argument("--runs", type=int, default=3)
    given = asked.parse_args()
    runs = [{**started(given.workspace), "its frameworks alone": imported()} for _ in range(given.runs)]
    middle = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    for name, seconds in middle.items():
        print(f"{name:>22} {seconds:6.2f} s {seconds / middle['its frameworks alone']:6.2f}")


def started(workspace: str) -> dict[str, float]:
    """Seconds from a new process until each answer; the process is killed in the end, as it was before."""
    port = free_port()
    address, began = f"http://127.0.0.1:{port}", time.monotonic()
    command = [sys.executable, "-c", UP, "up", "--workspace", workspace, "--port", str(port)]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        health = waited(server, f"{address}/healthz", began)
        body = json.dumps({"question": QUESTION}).encode()
        answer = waited(server, Request(f"{address}/api/v1/chat", body, {"content-type": "application/json"}), began)
        page = waited(server, f"{address}/chat/", began)
    finally:
        server.kill()
        server.wait()
    return {"health": health, "first answer": answer, "page": page}


def waited(server: subprocess.Popen, request: str | Request, began: float) -> float:
    """Seconds since `began` when the request was answered; a server that ended is an error."""
    while server.poll() is None:
        try:
            with urlopen(request, timeout=600) as answer:
                answer.read()
            return time.monotonic() - began
        except HTTPError:
            raise
        except (URLError, ConnectionError):
            time.sleep(0.02)
    raise SystemExit(f"the server ended with {server.returncode}")


def imported() -> float:
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", FRAMEWORKS], check=True)
    return time.monotonic() - began


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


if __name__ == "__main__":
    main()
