"""Several processes of this machine that train together."""

from __future__ import annotations

import json
import socket


def tasks(count: int) -> list[str]:
    """Return the ``TF_CONFIG`` of each of some workers, on ports that are free."""
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("localhost", 0))
    cluster = {"worker": [f"localhost:{each.getsockname()[1]}" for each in sockets]}
    for each in sockets:
        each.close()
    return [json.dumps({"cluster": cluster, "task": {"type": "worker", "index": index}}) for index in range(count)]
