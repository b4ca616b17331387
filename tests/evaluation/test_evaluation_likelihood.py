"""Bits per note on held-out solos, worked out by hand."""

from __future__ import annotations

import json
from math import log2
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from small_configs import TWO_NOTES, hold_out, write_by_hand

from jazzgram import Dataset, JazzgramError, Note, Pipeline, Term, hookimpl
from jazzgram.cli.evaluate import command as evaluate
from jazzgram.cli.evaluate_likelihood import command
from jazzgram.evaluation.likelihood import likelihoods
from jazzgram.models.teacher_forcing import predict_terms


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_by_hand(tmp_path, TWO_NOTES * 2)


def scores(folder: Path, held_out: str, *settings: str) -> dict[str, tuple[float, int, int, float]]:
    hold_out(folder, held_out)
    found = likelihoods(Pipeline.load(folder / "mine.yaml", settings=settings))
    assert [row.name for row in found] == ["markov", "uniform", "unigram", "bigram", "copy_last_bar"]
    return {row.name: (row.bits, row.unknown, row.outside, row.accuracy) for row in found}


def close(value: float) -> Any:
    return pytest.approx(value, abs=1e-9)


def test_bits_of_two_notes_that_were_learned(folder: Path) -> None:
    found = scores(folder, TWO_NOTES)
    # No term occurred once: unknown ones have a share of 1 of 4. No note was outside among four: (0 + 1) / (4 + 2).
    pitch = 2 * log2((5 / 6) + (1 / 6) / 128)
    known = 2 * log2(3 / 4)
    assert found["uniform"] == (close(-2 * log2(1 / 2) - known - pitch), 0, 0, 0.5)
    assert found["unigram"] == (close(-2 * log2(1 / 2) - known - pitch), 0, 0, 0.5)
    # After the first term comes the second: 2 of 2 times, one kind; by Witten and Bell (2 + 1 * 1/2) / (2 + 1).
    assert found["bigram"] == (close(-log2(1 / 2) - log2(2.5 / 3) - known - pitch), 0, 0, 1.0)
    # Nothing is in the bar before.
    assert found["copy_last_bar"] == found["bigram"]


def test_copying_the_bar_before_is_trusted_as_often_as_it_was_right(folder: Path) -> None:
    found = scores(folder, TWO_NOTES * 2)
    # In the training tune it was right both times: after the first bar of the held-out tune nothing is in doubt.
    first_bar = -log2(1 / 2) - log2(2.5 / 3)
    pitch = 4 * log2((5 / 6) + (1 / 6) / 128)
    assert found["copy_last_bar"][0] == close(first_bar - 4 * log2(3 / 4) - pitch)
    assert found["copy_last_bar"][0] < found["bigram"][0]


def test_a_term_that_was_never_heard_is_charged_and_counted(folder: Path) -> None:
    bits, unknown, outside, right = scores(folder, "C | G4:4\n")["uniform"]
    # The share 1/4 over 128 pitches and the rest, and the one duration of the vocabulary.
    assert (bits, unknown, outside, right) == (close(-log2(1 / 4 / 129)), 1, 0, 0.0)


def test_a_note_that_its_term_cannot_become_is_charged_and_counted(folder: Path) -> None:
    plugin = ModuleType("always_middle_c")
    plugin.__doc__ = "Play middle C, whatever is asked for."

    @hookimpl
    def parse_melody(melody: tuple[Note, ...]) -> tuple[Term, ...]:
        return tuple(Term("C", note.duration) for note in melody)

    @hookimpl
    def unparse_grammar(terms: tuple[Term, ...]) -> list[Note]:
        return [Note(60, 0, term.duration, origin=term.origin) for term in terms]

    @hookimpl
    def list_pitches() -> tuple[int, ...]:
        return (60, 60, 62)

    for hook in (parse_melody, unparse_grammar, list_pitches):
        setattr(plugin, hook.__name__, hook)
    hold_out(folder, TWO_NOTES)
    pipeline = Pipeline.load(folder / "mine.yaml", settings=["tokenizer.use=always_middle_c"], plugins=[plugin])
    uniform = likelihoods(pipeline)[1]
    # One term, 4 times; E is none of its pitches: 2 of the 4 training notes are outside, (2 + 1) / (4 + 2).
    inside, outside = (1 / 2) * (2 / 3) + (1 / 2) / 128, (1 / 2) / 128
    assert uniform.outside == 1
    assert uniform.bits == close(-2 * log2(3 / 4) - log2(inside) - log2(outside))


def test_deepjazz_s_notes_are_drawn_evenly_from_their_candidates(folder: Path) -> None:
    """The first note of a solo is drawn within a major third of the middle of the register, where C4 is not."""
    bits, _, outside, _ = scores(folder, TWO_NOTES, "tokenizer.use=deepjazz")["uniform"]
    # So one training note of four is outside: (1 + 1) / (4 + 2). After C4 the range allows E4 and G4.
    assert outside == 1
    assert bits == close(-2 * log2(1 / 2 * 3 / 4) - log2(1 / 3 / 128) - log2(2 / 3 / 2 + 1 / 3 / 128))


def test_tunes_of_different_lengths_are_foreseen_side_by_side_as_alone(folder: Path) -> None:
    hold_out(folder, TWO_NOTES * 2)
    pipeline = Pipeline.load(folder / "mine.yaml")
    tunes = Dataset.of([0, 1, 0, 1, 1], [1], [0, -1, 0]).train
    together = predict_terms(pipeline.model, tunes)
    for tune, (chances, hits) in zip(tunes, together, strict=True):
        ((alone, alone_hits),) = predict_terms(pipeline.model, [tune])
        assert np.allclose(chances, alone) and (hits == alone_hits).all()
    assert together[2][0][1] == 0, "a term that the vocabulary does not have has no probability"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (['corpus.split={"train": 1, "validation": 0, "test": 0}'], "the corpus has no validation part; split it"),
        (["tokenizer.use=deepjazz", "tokenizer.with.faithful=true"], "set faithful: false"),
    ],
)
def test_what_cannot_be_scored_says_why(folder: Path, settings: list[str], message: str) -> None:
    with pytest.raises(JazzgramError, match=message):
        scores(folder, "C | C4:4\n", *settings)


def test_the_command_prints_a_table_or_json(folder: Path) -> None:
    hold_out(folder, TWO_NOTES * 2)
    result = CliRunner().invoke(command, [str(folder / "mine.yaml")], catch_exceptions=False)
    assert "4 notes of the validation part" in result.output and "copy_last_bar" in result.output
    result = CliRunner().invoke(command, [str(folder / "mine.yaml"), "--json"], catch_exceptions=False)
    rows = json.loads(result.stdout)[str(folder / "mine.yaml")]
    assert rows[0]["model"] == "markov" and rows[0]["bits_per_note"] < rows[1]["bits_per_note"]


def test_it_is_a_command_of_evaluate() -> None:
    from jazzgram.cli import register

    register()
    assert evaluate.get_command(None, "likelihood") is command  # type: ignore[arg-type]
