"""What each bundled configuration plays, note for note, so that a change that alters the music is seen as one.

The models are those that need no training: a Markov chain of the bundled solos in place of a network, and for
`pitches` and `weimar` the networks that ship. Where the music is meant to change, ``pytest
tests/pipeline/test_golden.py --update-golden`` writes the files anew; their difference is what a reviewer reads.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from notation import names
from paths import ROOT

from jazzgram import Epoch, Pipeline, Solo, Track
from jazzgram.hooks.progress import Reporter

GOLDEN = ROOT / "tests" / "golden"
CONFIGS = sorted(path for path in (ROOT / "configs").rglob("*.yaml") if path.stem != "base")
"""All but the one that the others extend."""
SHIPPED = ("pitches", "weimar")
"""What these play is played by a network that comes with jazzgram."""
UNTRAINED = ["model={use: markov}", "corpus={read: jazzgram_text, source: bundled}"]
FOUR_BARS = "improvise.bars=4"


class Untaught(Reporter):
    """Skip where a network would be trained: what it plays depends on the machine."""

    def epoch(self, epoch: Epoch) -> None:
        pytest.skip("the shipped model is not that of the configuration; test_shipped_models fails and says so")


def page(solo: Solo) -> str:
    """Write a solo: a bar's terms, then its notes as name, onset in the bar, duration and velocity.

    Notes beyond either end stand in the first and the last bar.
    """
    bar = solo.meter.bar
    lines = [f"{solo.title}, {solo.bars} bars of {solo.meter} at {solo.tempo:g}"]
    for number in range(solo.bars):
        notes = [note for note in solo.notes if min(max(note.onset // bar, 0), solo.bars - 1) == number]
        terms = solo.grammar[number] if number < len(solo.grammar) else ()
        lines.append(f"\n{number + 1}: {' '.join(map(str, terms))}")
        lines += [
            f"{names([note]):>6} {note.onset - number * bar:5} {note.duration:5} {note.velocity:4}" for note in notes
        ]
    return "\n".join([*lines, "", *map(sum_of, solo.accompaniment)]) + "\n"


def sum_of(track: Track) -> str:
    """Write a part of the band in short: too many notes to be read."""
    notes = repr([(note.pitch, note.onset, note.duration, note.velocity) for note in track.notes])
    return f"{track.name}: {len(track.notes)} notes, {hashlib.sha256(notes.encode()).hexdigest()[:16]}"


@pytest.mark.parametrize("config", CONFIGS, ids=lambda path: path.stem)
def test_the_music_is_what_it_was(config: Path, request: pytest.FixtureRequest) -> None:
    settings = [FOUR_BARS, *(() if config.stem in SHIPPED else UNTRAINED)]
    played = page(Pipeline.load(config, settings=settings, reporter=Untaught()).improvise().solo)
    file = GOLDEN / f"{config.stem}.txt"
    if request.config.getoption("--update-golden"):
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(played, encoding="utf-8", newline="\n")
    assert played == file.read_text(encoding="utf-8")


def test_every_file_has_its_configuration() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == {config.stem for config in CONFIGS}
