"""The published protocol: solos as events, and the perplexity of pitch and duration, worked out by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from notation import tune
from paths import SHARED
from small_configs import TWO_NOTES, hold_out, write_by_hand
from untrained import Untrained

from jazzgram import Chord, JazzgramError, Note, Pipeline, Position
from jazzgram.cli.evaluate_likelihood import command
from jazzgram.evaluation.bigrams import Bigrams
from jazzgram.evaluation.event_stream import CLASSES, PITCH_COUNT, REST_PITCH, EventStream, EventTable
from jazzgram.evaluation.published_protocol import score_published


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_by_hand(tmp_path, TWO_NOTES * 2)
    hold_out(tmp_path, TWO_NOTES + "G7 | C4:2 E4:2\n")
    return tmp_path


def triples(events: EventStream) -> list[tuple[int, int, int]]:
    """Pitch, ticks of the duration's class, and place of each event."""
    classes = [CLASSES[number] for number in events.duration]
    return list(zip(events.pitch.tolist(), classes, events.position.tolist(), strict=True))


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [
        # A gap of 240 ticks is an eighth, and no rest; one of 241 is.
        ("legato", [(60, 480, 0), (62, 240, 480), (REST_PITCH, 240, 720), (64, 480, 961)]),
        # The class of 239 ticks is 240, the next place is reckoned from it.
        ("sounding", [(60, 240, 0), (62, 240, 240), (REST_PITCH, 240, 720), (64, 480, 961)]),
    ],
)
def test_a_silence_longer_than_an_eighth_is_an_event(lengths: Any, expected: list[tuple[int, int, int]]) -> None:
    notes = (Note(60, 0, 240), Note(62, 480, 240), Note(64, 961, 480))
    assert triples(EventStream.of(tune(notes), lengths)) == expected


def test_a_note_sounds_across_the_barline() -> None:
    assert triples(EventStream.of(tune((Note(60, 1680, 720),), (Note(62, 480, 480),)))) == [
        (60, 720, 1680),
        (62, 480, 2400),
    ]


def test_of_notes_that_begin_together_the_highest_counts() -> None:
    assert triples(EventStream.of(tune((Note(60, 0, 480), Note(67, 0, 480))))) == [(67, 480, 0)]


def test_a_place_tells_nothing_of_its_own_event() -> None:
    """Whether a rest or a note follows, and how long either is, does not show in the place."""
    past = (Note(60, 0, 100), Note(62, 480, 150))  # a rest of 380 ticks lies between them
    futures = [(Note(64, 630, 100),), (Note(64, 700, 500),), (Note(90, 1900, 20),)]
    positions = {tuple(EventStream.of(tune((*past, *future)), "sounding").position[:4].tolist()) for future in futures}
    assert positions == {(0, 120, 480, 600)}


def test_a_solo_without_notes_has_no_events() -> None:
    assert len(EventStream.of(tune(()))) == 0


def test_the_chords_of_an_event_are_those_of_its_place(folder: Path) -> None:
    table = EventTable(Pipeline.load(folder / "mine.yaml"), "legato")
    ((_, stored),) = table.part("validation")
    found = [stored.position(number) for number in range(len(stored))]

    def symbol(chord: Chord | None) -> str | None:
        return chord.symbol if chord else None

    assert [(p.bar, p.onset, p.remaining, p.until) for p in found] == [
        (0, 0, 1920, 1920),
        (0, 960, 960, 960),
        (1, 0, 1920, 0),
        (1, 960, 960, 0),
    ]
    assert [(symbol(p.chord), symbol(p.next_chord)) for p in found] == [("C", "G7")] * 2 + [("G7", None)] * 2


@dataclass
class Told(Untrained):
    """A model that is never surprised by the pitch, and half sure of the duration."""

    ids: np.ndarray[Any, Any]

    def start(self, batch: int) -> int:
        return 0

    def step(self, state: int, inputs: Any, positions: Sequence[Position]) -> tuple[int, Any]:
        chances = np.zeros((len(positions), self.ids.size))
        pitch = 60 if state % 2 == 0 else 64
        chances[:, self.ids[pitch, [0, 1]]] = 0.5
        return state + 1, chances


def test_perplexities_of_a_model(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline = Pipeline.load(folder / "mine.yaml")
    told_all = Told(EventTable(pipeline, "legato").ids)
    monkeypatch.setattr(Pipeline, "train_on", lambda *_: told_all)
    first, uniform, unigram, bigram, _ = score_published(pipeline)
    assert (first.events, first.pitch) == (4, 1.0)
    assert (first.duration, first.joint) == pytest.approx((2, 2))
    assert first.as_json()["pitch_accuracy"] == 1.0
    assert first.as_json()["duration_accuracy"] == 0.0  # of two that are as likely the first is taken
    assert uniform.joint == pytest.approx(PITCH_COUNT * len(CLASSES))
    # Two of four training notes, each value counted once more than it was met.
    assert unigram.pitch == pytest.approx((4 + PITCH_COUNT) / 3)
    # E follows C twice of two times, C follows E once of once: (n + share) / (n + 1).
    share = 3 / (4 + PITCH_COUNT)
    expected = -(log(share) + 2 * log((2 + share) / 3) + log((1 + share) / 2))
    assert bigram.pitch == pytest.approx(exp(expected / 4))


def test_bigrams_sum_to_one() -> None:
    bigrams = Bigrams([(0, 1), (0, 2), (0, 1), (1, 0)], np.array([0.2, 0.3, 0.5]))
    assert [bigrams.after(context).sum() for context in (0, 1, 2)] == pytest.approx([1, 1, 1])
    # Three followers of two kinds.
    assert bigrams.after(0).tolist() == pytest.approx([2 * 0.2 / 5, (2 + 2 * 0.3) / 5, (1 + 2 * 0.5) / 5])


def test_the_command_prints_a_table_or_numbers(folder: Path) -> None:
    config = str(folder / "mine.yaml")
    done = CliRunner().invoke(command, [config, "--published", "legato"])
    assert done.exit_code == 0, done.output
    assert "4 events of the validation part" in done.output
    done = CliRunner().invoke(command, [config, "--published", "legato", "--json"])
    rows = json.loads(done.stdout)[config]
    assert [row["model"] for row in rows] == ["markov", "uniform", "unigram", "bigram", "copy_last_bar"]
    assert rows[1]["joint"] == pytest.approx(1419)


def test_a_part_without_notes_is_refused(folder: Path) -> None:
    hold_out(folder, "C | r:4\n")
    with pytest.raises(JazzgramError, match="no validation part with notes"):
        score_published(Pipeline.load(folder / "mine.yaml"))


@pytest.mark.slow
@pytest.mark.skipif(not (SHARED / "data" / "wjazzd").is_dir(), reason="the Weimar solos are not here")
def test_baselines_on_the_weimar_solos() -> None:
    """As another reading of the same files gave them, with its own code: 19,753 events, 187.1 and 57.7."""
    source = SHARED / "data" / "wjazzd"
    corpus = {"read": "wjazzd", "source": str(source), "split": str(source / "split.json")}
    settings = [f"corpus.{key}={value}" for key, value in corpus.items()]
    pipeline = Pipeline.load("blues", settings=[*settings, "corpus.with.durations=sounding", "model.use=markov"])
    _, _, unigram, bigram, _ = score_published(pipeline)
    assert unigram.events == pytest.approx(19_753, abs=10)
    assert (unigram.joint, bigram.joint) == pytest.approx((187.1, 57.7), abs=0.2)
