"""What the tests share: where development data lies, and pipelines that need no training."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("JAZZGRAM_SHARED", Path(__file__).resolve().parents[2] / "shared"))


@pytest.fixture
def shared() -> Path:
    """The folder with reference behaviour and real solos; the test is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"no reference data: {SHARED} does not exist (JAZZGRAM_SHARED names another folder)")
    return SHARED


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every test away from the user's cache, data folder and plugins."""
    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.delenv("JAZZGRAM_DATA", raising=False)
    monkeypatch.delenv("JAZZGRAM_REGISTRY", raising=False)
    monkeypatch.delenv("JAZZGRAM_LOAD_PLUGINS", raising=False)
