"""Personas: who is asked for, who is drawn, and that a take stays the same player from its first bar to its last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from untrained import Untrained

from jazzgram import JazzgramError, Labels, Pipeline, Position, Vocabulary, parse_terms
from jazzgram.config.sections import LikeSection
from jazzgram.hooks.token_model import label_kinds
from jazzgram.improvisation.given import given_melody
from jazzgram.improvisation.guided import Guided
from jazzgram.improvisation.persona import asked_labels, draw_persona
from jazzgram.pipeline.stages import TrainedModel

WEBSTER = Labels("Ben Webster", "tenor sax", "SWING", "slow", "Ben Webster - My Ideal")
NAVARRO = Labels("Fats Navarro", "trumpet", "BEBOP", "up", "Fats Navarro - Anthropology")
BROWN = Labels("Clifford Brown", "trumpet", "HARDBOP", "up", "Clifford Brown - Joy Spring")
ALL = ("soloist", "instrument", "style", "tempo", "solo")
WORDS = Vocabulary(parse_terms("60,1.000 62,1.000"), (), (WEBSTER, NAVARRO, BROWN, BROWN))


class Player(Untrained):
    """Plays C for a trumpet and D for anybody else, the more likely the longer it is asked; notes whom it was like."""

    label_kinds = ALL

    def __init__(self) -> None:
        self.labels: list[Labels] = []

    def start(self, batch: int) -> int:
        return 0

    def step(self, state: int, inputs: Any, positions: Sequence[Position]) -> tuple[int, Any]:
        self.labels += [position.labels for position in positions]
        rows = [[0.8, 0.2] if position.labels.instrument == "trumpet" else [0.5, 0.5] for position in positions]
        return state + 1, np.array(rows)


def asked(kinds: tuple[str, ...] = ALL, **like: str) -> Labels:
    model = Player()
    model.label_kinds = kinds  # type: ignore[assignment]
    return asked_labels(LikeSection(**like), model, "note_lstm", WORDS)


def test_names_are_found_in_upper_and_lower_case() -> None:
    assert asked(style="bebop", soloist="clifford brown") == Labels(soloist="Clifford Brown", style="BEBOP")


@pytest.mark.parametrize(
    ("like", "message"),
    [
        ({"style": "bebob"}, r"improvise\.like\.style: the model knows no style 'bebob' \(did you mean BEBOP\?\); it"),
        ({"soloist": "Cliford Brown"}, r"did you mean Clifford Brown\?"),
        ({"instrument": "kazoo"}, r"no instrument 'kazoo'; it knows tenor sax, trumpet$"),
    ],
)
def test_an_unknown_name_is_one_line(like: dict[str, str], message: str) -> None:
    with pytest.raises(JazzgramError, match=message):
        asked_labels(LikeSection(**like), Player(), "note_lstm", WORDS)


def test_a_model_without_the_label_says_what_it_has() -> None:
    with pytest.raises(JazzgramError, match="cannot be asked for a style: it is conditioned on soloist, tempo;"):
        asked(("soloist", "tempo"), style="bebop")
    with pytest.raises(JazzgramError, match="it is conditioned on no labels; take the configuration weimar"):
        asked((), style="bebop")


@pytest.mark.parametrize(
    ("wanted", "tempo", "possible"),
    [
        (Labels(), 50, {WEBSTER}),  # the only slow one
        (Labels(), 250, {NAVARRO, BROWN}),
        (Labels(instrument="trumpet"), 250, {NAVARRO, BROWN}),
        (Labels(style="HARDBOP"), 250, {BROWN}),
        (Labels(tempo="slow"), 250, {WEBSTER}),  # the label wins over the performance
        (Labels("Ben Webster", "trumpet"), 250, {Labels("Ben Webster", "trumpet", tempo="up")}),  # never did so
    ],
)
def test_who_may_be_drawn(wanted: Labels, tempo: float, possible: set[Labels]) -> None:
    assert {draw_persona(wanted, ALL, WORDS, tempo, seed) for seed in range(40)} == possible


def test_labels_are_drawn_as_often_as_the_corpus_has_them() -> None:
    drawn = Counter(draw_persona(Labels(), ALL, WORDS, 250, seed).soloist for seed in range(600))
    assert drawn["Clifford Brown"] / 600 == pytest.approx(2 / 3, abs=0.06)


def test_another_tempo_than_any_solo_s_keeps_the_soloist() -> None:
    assert draw_persona(Labels("Ben Webster"), ALL, WORDS, 250, 1) == Labels(
        "Ben Webster", "tenor sax", "SWING", "up", WEBSTER.solo
    )


def test_labels_that_are_no_inputs_stay_empty() -> None:
    assert draw_persona(Labels(), ("style",), WORDS, 50, 1) == Labels(style="SWING")


def improvising(*settings: str) -> tuple[Pipeline, Player]:
    """Four bars by `Player` in place of the configuration's model."""
    pipeline = Pipeline.load(
        "blues",
        settings=[
            *("tokenizer={use: events}", "samplers=[{sample: categorical}]", "chain=[]", "improvise.bars=4"),
            *settings,
        ],
    )
    model = Player()
    return pipeline.given(trained=TrainedModel(model, WORDS)), model


def test_a_take_is_one_player_from_the_first_bar_to_the_last() -> None:
    pipeline, model = improvising("improvise.tempo=200")
    solo = pipeline.improvise().solo
    assert len(model.labels) == 16
    assert set(model.labels) == {solo.labels} <= {NAVARRO, BROWN}
    assert solo.program == 56, "a trumpet plays"


def test_the_seeds_of_a_batch_have_a_player_each_as_they_would_alone() -> None:
    pipeline, model = improvising("improvise.tempo=200")
    together = pipeline.sample([1, 2, 3, 4])
    assert set(model.labels) == {NAVARRO, BROWN}
    for seed, grammar in zip([1, 2, 3, 4], together, strict=True):
        assert pipeline.sample([seed]) == [grammar]


def test_who_played_the_given_bars_plays_the_others_unless_somebody_is_asked_for() -> None:
    def leading_on(seed: int, *settings: str) -> str:
        pipeline, _ = improvising("improvise.tempo=200", f"seed={seed}", *settings)
        target, config = pipeline.target, pipeline.config
        melody = given_melody(first, target.changes, target.meter, config.tokenizer, pipeline.calls, [1], None)
        return pipeline.given(melody=melody).persona.soloist

    first = improvising("improvise.tempo=200", "seed=1")[0].improvise().solo
    assert {improvising("improvise.tempo=200", f"seed={seed}")[0].persona for seed in range(8)} == {NAVARRO, BROWN}
    assert {leading_on(seed) for seed in range(8)} == {first.labels.soloist}
    assert leading_on(1, "improvise.like.soloist=ben webster") == "Ben Webster"


def test_what_is_asked_for_is_played() -> None:
    pipeline, _ = improvising("improvise.like.soloist=ben webster", "improvise.like.instrument=trumpet")
    assert pipeline.improvise().solo.labels == Labels("Ben Webster", "trumpet", tempo="medium up")


def test_a_model_of_no_labels_plays_nobody_and_cannot_be_asked() -> None:
    quick = ["model={use: markov}", "improvise.bars=2"]
    assert not Pipeline.load("blues", settings=quick).improvise().solo.labels
    with pytest.raises(JazzgramError, match=r"improvise\.like\.style: the model markov cannot be asked for a style"):
        Pipeline.load("blues", settings=[*quick, "improvise.like.style=bebop"]).improvise()


@pytest.mark.parametrize(
    ("weight", "c"),
    [(0.0, 0.5), (1.0, 0.8), (2.0, 0.64 / 0.68), (0.5, 0.4**0.5 / (0.4**0.5 + 0.1**0.5))],
)
def test_guidance_weighs_the_labels(weight: float, c: float) -> None:
    """p(C) is 0.8 with the label and 0.5 without: at weight 2 it is 0.8^2 / 0.5, normalised."""
    model = Guided(Player(), weight)
    position = Position(0, 0, 1920, None, None, labels=NAVARRO)
    state, probabilities = model.step(model.start(1), None, [position])
    assert probabilities[0].tolist() == pytest.approx([c, 1 - c])
    assert state == (1, 1)


def test_a_mixture_is_conditioned_on_what_its_members_are() -> None:
    use = "model={use: ensemble, with: {members: [{use: markov}, {use: note_lstm, with: {labels: [style]}}]}}"
    pipeline = Pipeline.load("pitches", settings=[use])
    from jazzgram.models.trained import build

    assert label_kinds(build(pipeline.config.model, pipeline.calls, WORDS)) == ("style",)
