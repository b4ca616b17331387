"""Token models that are never trained, for the tests of what plays them."""

from __future__ import annotations

from typing import Any


class Untrained:
    """What a token model has beside `start` and `step`."""

    def fit(self, *_: Any) -> None:
        raise NotImplementedError

    def weights(self) -> dict[str, Any]:
        return {}

    def load(self, weights: Any) -> None:
        raise NotImplementedError

    def gather(self, rows: Any) -> int:
        return len(rows)
