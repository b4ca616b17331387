"""Configurations of a Markov chain, which is trained in no time, for the tests of whole runs."""

from __future__ import annotations

from pathlib import Path

BUNDLED = """
extends: base
seed: 3
corpus: {read: jazzgram_text, source: bundled, split: {train: 0.6, validation: 0.3, test: 0.1, seed: 1}}
tokenizer: {use: scale_degree}
model: {use: markov}
execution: {engine: local}
"""
"""A chain of the bundled tunes, some of which are held out."""

BY_HAND = """
corpus: {read: jazzgram_text, source: solos, split: split.json}
tokenizer: {use: scale_degree}
model: {use: markov, with: {order: 1, discount: 0.5}}
samplers: [sample: categorical]
"""
"""A chain of a tune or two, so that its numbers can be worked out by hand."""

TWO_NOTES = "C | C4:2 E4:2\n"
"""A bar with one term after the other: ``1,o4`` and ``3,+``."""


def write_bundled(folder: Path, more: str = "") -> Path:
    """Write `BUNDLED` and what else there is as ``small.yaml``."""
    path = folder / "small.yaml"
    path.write_text(BUNDLED + more)
    return path


def write_by_hand(folder: Path, train: str) -> Path:
    """Write `BY_HAND` as ``mine.yaml`` with one training tune; `hold_out` writes the other one."""
    (folder / "solos").mkdir()
    (folder / "split.json").write_text('{"train": ["a"], "validation": ["b"]}')
    (folder / "mine.yaml").write_text(BY_HAND)
    _write_solo(folder, "a", train)
    return folder


def hold_out(folder: Path, bars: str) -> None:
    """Write the held-out tune of `write_by_hand`, in the text format."""
    _write_solo(folder, "b", bars)


def _write_solo(folder: Path, title: str, bars: str) -> None:
    (folder / "solos" / f"{title}.txt").write_text(f"title: {title}\nmeter: 4/4\ntempo: 120\n\n{bars}")
