"""Stages are taken over from pipelines that other threads go on computing."""

from __future__ import annotations

from typing import Any

import pytest
from paths import ROOT

from jazzgram.config.check import load
from jazzgram.pipeline import dependencies
from jazzgram.pipeline.dependencies import KnownStages


def test_a_stage_that_is_computed_meanwhile_does_not_disturb(monkeypatch: pytest.MonkeyPatch) -> None:
    config = load(ROOT / "configs" / "weimar.yaml")
    playing, other = KnownStages(config), KnownStages(config)
    playing.put("harmony", "changes")
    compare = dependencies.decided_by

    def meanwhile(name: str, config: Any) -> tuple[Any, ...]:
        playing._known.setdefault("reading", ((), "corpus"))
        return compare(name, config)

    monkeypatch.setattr(dependencies, "decided_by", meanwhile)
    other.take_from(playing)
    assert "harmony" in other
