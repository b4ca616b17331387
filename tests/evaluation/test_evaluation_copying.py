"""Copied runs: by note, by term, and the longest that two players share."""

from __future__ import annotations

from math import isnan
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from notation import even, tune

from jazzgram import Bar, Corpus, Note, Solo, Tune
from jazzgram.corpus.table_writer import TableWriter
from jazzgram.corpus.token_parts import tokenize
from jazzgram.corpus.token_table import TokenTable
from jazzgram.evaluation.copying import CorpusRuns, NoteCopy, TermRuns
from jazzgram.evaluation.run_index import RunIndex, is_varied
from jazzgram.evaluation.shared_runs import Shared, longest_shared
from jazzgram.music.term import Term, parse_terms


def solo(*pitches: int) -> Solo:
    return Solo(even(pitches, 240), (), 2)


items = st.lists(st.integers(0, 2), max_size=9)


@settings(max_examples=100, deadline=None)
@given(st.lists(items, max_size=4), items)
def test_the_longest_run_from_each_place_is_found(lines: list[list[int]], line: list[int]) -> None:
    found = RunIndex(lines).matches(line)
    for begin, match in enumerate(found):
        expected = max(
            length
            for length in range(len(line) - begin + 1)
            if not length
            or any(
                line[begin : begin + length] == other[at : at + length] for other in lines for at in range(len(other))
            )
        )
        assert (match.begin, match.length) == (begin, expected)
        if match.length:
            assert lines[match.line][match.index : match.index + match.length] == line[begin : match.end]


def test_each_note_knows_the_run_it_stands_in() -> None:
    corpus = Corpus((tune("60 64 67 71", "72 70", title="Arpeggio"), tune("50 52 54 55", title="Scale")))
    # E G sharp B D sharp is the arpeggio at another pitch; then a leap of 11 that is nowhere; then two tones up.
    found = CorpusRuns(corpus).by_note(solo(64, 68, 71, 75, 86, 88, 90))
    assert found[:4] == (NoteCopy(4, "Arpeggio", 0),) * 4
    assert found[4:] == (NoteCopy(3, "Scale", 0),) * 3
    assert CorpusRuns(corpus).by_note(solo(60, 64, 67, 71, 72))[4] == NoteCopy(5, "Arpeggio", 1)
    assert CorpusRuns(corpus).by_note(solo(60, 75)) == (NoteCopy(0, "", -1),) * 2
    assert CorpusRuns(Corpus(())).by_note(solo(60)) == (NoteCopy(0, "", -1),)


@pytest.mark.parametrize(
    ("run", "varied"), [([2, -2] * 6, False), ([1] * 9, False), ([2, 2, 1, 2, 2, 2, 1], True), ([], True)]
)
def test_a_figure_over_and_over_is_not_varied(run: list[int], varied: bool) -> None:
    assert is_varied(run) is varied


def test_the_longest_run_that_two_players_share_over_two_compositions() -> None:
    lick = "60 62 63 65 62 58"
    tunes = [
        tune(f"40 {lick}", title="A1", performer="Parker", work="Cherokee"),
        tune(f"41 {lick}", title="A2", performer="Parker", work="Donna Lee"),  # the same player
        tune(f"70 {lick} 90", title="B1", performer="Stitt", work="CHEROKEE"),  # the same composition
        tune("50 72 74 75 30", "62 63 65 70", title="B2", performer="Stitt", work="Oleo"),  # C D E flat, D E flat F
    ]
    # Parker's lick over Donna Lee and Stitt's over Cherokee: another player, another composition.
    assert longest_shared(tunes) == Shared(6, "A2", "B1", (0, 0))
    # Without that one: Cherokee is one composition, so three notes of Stitt's Oleo are the most.
    found = longest_shared([tunes[0], tunes[2], tunes[3]])
    assert found is not None
    assert (found.notes, found.second) == (3, "B2")
    assert longest_shared(tunes[:1]) is None
    assert longest_shared([]) is None


def test_a_shared_trill_counts_only_where_all_runs_do() -> None:
    lick = "50 53 55 59 58 51 62 63"
    tunes = [
        tune("60 62 60 62 60 62 60 62 60 62", lick, title="One", performer="A"),
        tune("70 72 70 72 70 72 70 72 70 72", f"20 {lick} 20", title="Two", performer="B"),
    ]
    whole, varied = longest_shared(tunes), longest_shared(tunes, varied=True)
    assert whole == Shared(10, "One", "Two", (0, 0))
    assert varied == Shared(8, "One", "Two", (1, 1))


def test_terms_are_looked_for_in_the_training_part(tmp_path: Path) -> None:
    texts = {
        "Known": ("C,0.500 S,0.500 R,1.000 C,2.000", "A,0.500 C,0.500 C,1.000 R,2.000"),
        "Held out": ("X,0.500 X,0.500 X,1.000 X,2.000",),
    }
    bars = {title: [parse_terms(text) for text in lines] for title, lines in texts.items()}
    grammar = iter([terms for lines in bars.values() for terms in lines])
    tunes = [Tune(title, tuple(Bar((Note(60, 0, 480),), ()) for _ in lines)) for title, lines in bars.items()]
    part = tokenize(tunes, lambda bar: next(grammar))
    with TableWriter(tmp_path) as writer:
        writer.add(part, list(texts), ["train", "test"], [np.arange(2)] * 3)
        writer.write(tmp_path / "table.arrow", {})
    runs = TermRuns(TokenTable(tmp_path / "table.arrow"))
    new = Term("L", 7)
    # Two terms of the first bar go on into the second: a run of four; then one that is nowhere.
    made = Solo((), (), 2, grammar=(parse_terms("R,1.000 C,2.000"), (*parse_terms("A,0.500 C,0.500"), new)))
    found = runs.of(made)
    assert (found.longest, found.tune, found.bar) == (4, "Known", 0)
    assert found.shares[4] == 1 / 2
    assert isnan(found.shares[6])
    held_out = runs.of(Solo((), (), 1, grammar=(parse_terms("X,0.500 X,0.500"),)))
    assert (held_out.longest, held_out.tune, held_out.bar) == (0, "", -1)
    assert runs.of(Solo((), (), 0)).longest == 0
    assert not np.isnan(found.longest)
