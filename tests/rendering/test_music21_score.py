"""A solo as a music21 score, where music21 is installed."""

from __future__ import annotations

import sys

import pytest

from jazzgram import JazzgramError, Note, Solo
from jazzgram.rendering import to_music21


def test_without_music21_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "music21", None)
    with pytest.raises(JazzgramError, match=r"music21 is not installed; .* pip install 'jazzgram\[music21\]'$"):
        to_music21(Solo((Note(60, 0, 480),), (), 1))
