"""Mixtures of models: probabilities and weights by hand, what a configuration may name, and what is stored of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from jazzgram_plugins.models import ensemble, markov
from jazzgram_plugins.models.ensemble.weights import hold_out, mixture_weights

from jazzgram import UNKNOWN, ConfigError, Dataset, Epoch, JazzgramError, Pipeline, Use
from jazzgram.cli.model import command as show
from jazzgram.hooks.token_model import TokenTune, Weights
from jazzgram.models import known_terms

NOWHERE = Path("unused")


class Fixed:
    """Always predicts the same; records how it was trained."""

    def __init__(self, *probabilities: float, epochs: int = 0) -> None:
        self.expects = np.array(probabilities)
        self.epochs = epochs
        self.trainings: list[tuple[int, int, str]] = []

    def fit(self, data: Dataset, seed: int, checkpoint: Path, report: Callable[[Epoch], None]) -> None:
        self.trainings.append((len(data.train), seed, checkpoint.name))
        for number in range(1, self.epochs + 1):
            report(Epoch(number, self.epochs, 9.0, 0.5))

    def weights(self) -> Weights:
        return {"expects": self.expects}

    def load(self, weights: Weights) -> None:
        if set(weights) != {"expects"}:
            raise JazzgramError(f"has {sorted(weights)}")
        self.expects = weights["expects"]

    def start(self, batch: int) -> int:
        return batch

    def step(self, state: int, inputs: Any, positions: Any) -> Any:
        return state, np.tile(self.expects, (state, 1))

    def gather(self, rows: Any) -> int:
        return len(rows)


class Alternating(Fixed):
    """Predicts the other one than its last input, and at first its fixed distribution."""

    def step(self, state: int, inputs: Any, positions: Any) -> Any:
        if inputs is None:
            return super().step(state, inputs, positions)
        return state, np.eye(2)[(1 - inputs) % 2]


def mixed(members: Sequence[Any], weights: tuple[float, ...] | None = None, names: str = "") -> Any:
    uses = tuple(Use(use=name) for name in names or "abcdefgh"[: len(members)])
    return ensemble.build_model(ensemble.Options(members=uses, weights=weights), members)


def trained(model: Any, data: Dataset, seed: int = 1, report: Callable[[Epoch], None] = lambda epoch: None) -> Any:
    model.fit(data, seed, Path("checkpoint"), report)
    return model


def tunes(*tokens: Sequence[int]) -> Sequence[TokenTune]:
    return Dataset.of(*tokens).train


class TestMixture:
    def test_probabilities_by_hand(self) -> None:
        model = trained(mixed([Fixed(0.7, 0.3), Alternating(0.1, 0.9)], (0.25, 0.75)), Dataset.of([0, 1]))
        state, first = model.step(model.start(2), None, ())
        assert first.tolist() == [pytest.approx([0.25, 0.75])] * 2, "0.25 * 0.7 + 0.75 * 0.1, and so on"
        _, then = model.step(state, np.array([0, 1]), ())
        assert then.tolist() == [pytest.approx([0.175, 0.825]), pytest.approx([0.925, 0.075])]

    def test_one_member_is_itself(self) -> None:
        model = trained(mixed([Fixed(0.2, 0.8)]), Dataset.of([0], [1]))
        assert model.step(model.start(1), None, ())[1].tolist() == [[0.2, 0.8]]

    def test_an_ensemble_may_be_a_member(self) -> None:
        inner = mixed([Fixed(1.0, 0.0), Fixed(0.0, 1.0)], (0.5, 0.5))
        model = trained(mixed([inner, Fixed(0.9, 0.1)], (0.5, 0.5)), Dataset.of([0]))
        assert model.step(model.start(1), None, ())[1].tolist() == [pytest.approx([0.7, 0.3])]
        assert sorted(model.weights()) == ["0/0/expects", "0/1/expects", "0/shares", "1/expects", "shares"]

    def test_untrained_it_has_no_weights(self) -> None:
        with pytest.raises(JazzgramError, match="no weights yet"):
            mixed([Fixed(1.0), Fixed(1.0)]).weights()


class TestWeights:
    @pytest.mark.parametrize(
        ("first", "second", "heads", "expected"),
        [
            (0.9, 0.1, 7, 0.75),  # 0.75 * 0.9 + 0.25 * 0.1 = 0.7
            (0.8, 0.2, 5, 0.5),
            (0.6, 0.3, 5, 2 / 3),
            (0.5, 0.4, 9, 1.0),  # neither expects enough: the one that is nearer alone
        ],
    )
    def test_of_two_they_are_the_analytic_optimum(
        self, first: float, second: float, heads: int, expected: float
    ) -> None:
        came = np.array([0] * heads + [1] * (10 - heads))
        given = np.array([[share, 1 - share] for share in (first, second)])[:, came]
        assert mixture_weights(given)[0] == pytest.approx(expected, abs=1e-6)

    @settings(max_examples=40, deadline=None)
    @given(st.integers(1, 4), st.integers(1, 30), st.integers(0, 2**32 - 1))
    def test_on_what_they_are_fitted_to_no_member_alone_is_better(self, members: int, terms: int, seed: int) -> None:
        given = np.random.default_rng(seed).uniform(1e-6, 1, (members, terms))
        weights = mixture_weights(given)
        assert weights.sum() == pytest.approx(1) and (weights >= 0).all()
        bits = -np.log2(given).mean(axis=1)
        assert -np.log2(weights @ given).mean() <= bits.min() + 1e-6

    def test_terms_that_nobody_thought_possible_do_not_count(self) -> None:
        given = np.array([[0.9] * 7 + [0.1] * 3 + [0.0], [0.1] * 7 + [0.9] * 3 + [0.0]])
        assert mixture_weights(given)[0] == pytest.approx(0.75)
        assert mixture_weights(np.zeros((4, 3))).tolist() == [0.25] * 4

    def test_each_term_is_predicted_from_the_true_ones_before_it(self) -> None:
        # Two tunes of different length, and a term that the vocabulary does not have.
        model = Alternating(0.3, 0.7)
        probabilities, likeliest = known_terms(model, tunes([0, 1, 1, 0], [1, UNKNOWN]))
        assert probabilities.tolist() == [0.3, 1.0, 0.0, 1.0, 0.7]
        assert likeliest.tolist() == [False, True, False, True, True]


class TestFit:
    def test_weights_are_fitted_to_the_validation_part(self) -> None:
        data = Dataset(tunes([0, 0, 0]), tunes([0] * 4, [0, 0, 0, 1, 1, 1]))
        epochs: list[Epoch] = []
        members = [Fixed(0.9, 0.1, epochs=2), Fixed(0.1, 0.9)]
        model = trained(mixed(members), data, report=epochs.append)
        assert model.weights()["shares"].tolist() == pytest.approx([0.75, 0.25], abs=1e-6)
        assert [(epoch.number, epoch.of) for epoch in epochs] == [(1, 2), (2, 2), (3, 3)]
        bits = -(7 * np.log2(0.7) + 3 * np.log2(0.3)) / 10
        assert (epochs[-1].loss, epochs[-1].validation, epochs[-1].accuracy) == pytest.approx((bits, bits, 0.7))

    def test_without_one_every_tenth_tune_is_held_out_and_then_learned(self) -> None:
        train, held_out = hold_out(tunes(*([number] for number in range(12))))
        assert [int(tune.tokens[0]) for tune in held_out] == [0, 10] and len(train) == 10
        members = [Fixed(0.9, 0.1), Fixed(0.1, 0.9)]
        data = Dataset.of([0] * 7 + [1] * 3, *([1] for _ in range(9)))
        model = trained(mixed(members), data, seed=5)
        assert model.weights()["shares"].tolist() == pytest.approx([0.75, 0.25], abs=1e-6)
        assert members[1].trainings == [(9, 5, "checkpoint.held_out.1"), (10, 5, "checkpoint.1")]

    def test_of_one_tune_all_weigh_the_same(self) -> None:
        model = trained(mixed([Fixed(0.9, 0.1), Fixed(0.1, 0.9)]), Dataset.of([0, 0, 0]))
        assert model.weights()["shares"].tolist() == [0.5, 0.5]

    def test_the_same_model_again_has_another_seed(self) -> None:
        members = [Fixed(1.0), Fixed(1.0), Fixed(1.0), Fixed(1.0)]
        trained(mixed(members, (0.25,) * 4, names="abaa"), Dataset.of([0]), seed=3)
        assert [member.trainings[0][1] for member in members] == [3, 3, 4, 5]

    def test_an_error_says_of_which_member_it_is(self) -> None:
        chain = markov.build_model(range(3), markov.Options())
        with pytest.raises(JazzgramError, match=r"^members\.1: a corpus without terms"):
            trained(mixed([Fixed(1.0), chain], (0.5, 0.5)), Dataset.of([]))


class TestStoring:
    def test_what_is_stored_comes_back(self) -> None:
        model = trained(mixed([Fixed(0.9, 0.1), Fixed(0.1, 0.9)], (0.25, 0.75)), Dataset.of([0]))
        other = mixed([Fixed(), Fixed()])
        other.load(model.weights())
        assert other.step(other.start(1), None, ())[1].tolist() == model.step(model.start(1), None, ())[1].tolist()

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"shares": np.array([0.5, 0.4])}, "are not 2 shares"),
            ({"shares": np.array([1.0])}, "are not 2 shares"),
            ({"shares": np.array([1.5, -0.5])}, "are not 2 shares"),
            ({"shares": np.array([np.nan, 1.0])}, "are not 2 shares"),
            ({"2/expects": np.zeros(2)}, "the weights 2/expects are of no member"),
            ({"1/other": np.zeros(2)}, r"members\.1: has \['expects', 'other'\]"),
        ],
    )
    def test_what_does_not_fit_is_refused(self, change: Weights, message: str) -> None:
        model = trained(mixed([Fixed(0.9, 0.1), Fixed(0.1, 0.9)], (0.25, 0.75)), Dataset.of([0]))
        with pytest.raises(JazzgramError, match=message):
            model.load(model.weights() | change)


# --- in a configuration ---

HEAD = "extends: blues\nmodel:\n  use: ensemble\n  with:\n"
MINE = '''\
"""Halve the chances of two models."""
from jazzgram import Options as BaseOptions, Use, hookimpl
from pydantic import Field

class Options(BaseOptions):
    """Which."""
    both: tuple[Use, ...] = Field((Use(use="markov"),), description="The models.")

@hookimpl
def build_model(options, members):
    return members[-1]
'''
OTHER = '''\
"""A chain of one term."""
from jazzgram import hookimpl
from jazzgram_plugins.models import markov

@hookimpl
def build_model(vocabulary):
    return markov.build_model(vocabulary, markov.Options(order=1))
'''


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def load(folder: Path, text: str, *settings_: str) -> Pipeline:
    (folder / "solo.yaml").write_text(text)
    return Pipeline.load(folder / "solo.yaml", settings=settings_, plugins=[ensemble])


@pytest.mark.parametrize(
    ("options", "messages"),
    [
        ("    members: []\n", ["solo.yaml:5: model.with.members: Tuple should have at least 1 item"]),
        ("    members: markov\n", ["solo.yaml:5: model.with.members: expected a list (got 'markov')"]),
        ("    members: [markov]\n", ["solo.yaml:5: model.with.members.0: expected keys and values"]),
        (
            "    members:\n    - {use: markof}\n    - use: markov\n      with: {ordr: 2}\n",
            [
                "solo.yaml:6: model.with.members.0.use: no plugin 'markof' for build_model (did you mean markov?)",
                "solo.yaml:8: model.with.members.1.with.ordr: unknown key (did you mean order?)",
            ],
        ),
        ("    members: [{use: deepjazz}]\n", ["solo.yaml:5: model.with.members.0.use: no plugin 'deepjazz' for"]),
        ("    members: [{use: markov, wth: {}}]\n", ["solo.yaml:5: model.with.members.0.wth: unknown key"]),
        (
            "    members: [{use: ensemble, with: {members: [{use: markov, with: {order: 99}}]}}]\n",
            ["solo.yaml:5: model.with.members.0.with.members.0.with.order: expected at most 12"],
        ),
        (
            "    weights: [1, 0, 0]\n",
            ["solo.yaml:5: model.with.weights: expected 2 weights, one for each member"],
        ),
        ("    weights: [0.5, 0.4]\n", ["solo.yaml:5: model.with.weights: the weights sum to 0.9,"]),
        ("    weights: [1.5, -0.5]\n", ["solo.yaml:5: model.with.weights.0: expected at most 1"]),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_their_lines(tmp_path: Path, options: str, messages: list[str]) -> None:
    with pytest.raises(ConfigError) as error:
        load(tmp_path, HEAD + options)
    text = str(error.value).replace(f"{tmp_path}/", "")
    for message in messages:
        assert message in text


def test_a_run_writes_every_option_of_every_member_and_plays_again(tmp_path: Path) -> None:
    text = HEAD + "    members: [{use: markov, with: {order: 2}}, {use: markov, with: {order: 5}}]\nwrite: [midi]\n"
    text += "improvise: {bars: 12}\n"
    pipeline = load(tmp_path, text)
    run = pipeline.run(tmp_path / "first")
    replayed = Pipeline.load(tmp_path / "first" / "run.yaml", plugins=[ensemble], use_cache=False)
    assert replayed.config.document.value["model"]["with"] == {
        "members": [
            {"use": "markov", "with": {"order": 2, "discount": None}},
            {"use": "markov", "with": {"order": 5, "discount": None}},
        ],
        "weights": None,
    }
    assert "markov" in replayed.config.document.value["made_with"]["plugins"]
    replayed.run(tmp_path / "second")
    assert (tmp_path / "first" / "solo.mid").read_bytes() == (tmp_path / "second" / "solo.mid").read_bytes()
    assert replayed.training.key == pipeline.training.key
    assert replayed.training.history[-1].loss == pipeline.training.history[-1].loss
    assert run.solo.notes
    again = load(tmp_path, text)
    assert again.model.weights()["shares"].tolist() == pipeline.model.weights()["shares"].tolist()
    shown = CliRunner().invoke(show, ["show", str(cached(again))], catch_exceptions=False).stdout
    assert re.search(r"training +1 epochs of members and mixture; the last loss \d\.\d{3}\n", shown)
    assert re.search(r"\nshares +2 +float64 +2 +0\.000 +0\.\d+ 0\.\d+$", shown.rstrip())


def cached(pipeline: Pipeline) -> Path:
    ((folder, how),) = pipeline.training.stored()
    assert "cache" in how
    return folder


def test_a_plugin_of_ones_own_may_be_made_of_others_and_be_one(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(MINE)
    (tmp_path / "other.py").write_text(OTHER)
    text = "extends: blues\nmodel: {use: mine.py, with: {both: [{use: markov}, {use: other.py}]}}\nwrite: [midi]\n"
    pipeline = load(tmp_path, text)
    assert {path.name for path in pipeline.config.files()} >= {"mine.py", "other.py", "solo.yaml"}
    pipeline.train(tmp_path / "model")
    stored = Pipeline.load_trained(tmp_path / "model", trust=True)
    assert stored.config.model.members[1].plugin.file == tmp_path / "other.py"
    assert stored.improvise().solo.notes == pipeline.improvise().solo.notes
    key = pipeline.training.key
    assert load(tmp_path, text).training.key == key
    (tmp_path / "other.py").write_text(OTHER.replace("order=1", "order=2"))
    assert load(tmp_path, text).training.key != key, "what a member does has changed"
    assert load(tmp_path, text.replace("[{use: markov}, {use: other.py}]", "[]")).config.model.members == ()


def test_members_are_taken_from_where_they_were_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fitted: list[int] = []
    fit = markov.Markov.fit

    def counting(self: Any, data: Dataset, *rest: Any) -> None:
        fitted.append(len(data.train))
        fit(self, data, *rest)

    monkeypatch.setattr(markov.Markov, "fit", counting)
    text = "extends: blues\nmodel: {use: markov, with: {order: 2}}\n"
    alone = load(tmp_path, text).model.weights()
    assert fitted == [12]
    members = "    members: [{use: markov, with: {order: 2}}, {use: markov, with: {order: 3}}]\n"
    weights = load(tmp_path, HEAD + members).model.weights()
    assert all((weights[f"0/{name}"] == array).all() for name, array in alone.items())
    assert fitted == [12, 10, 10, 12], "each without the held-out tunes; with them, only the one that is new"
    assert load(tmp_path, HEAD + members + "    weights: [0.5, 0.5]\n").model.weights()["shares"].tolist() == [0.5, 0.5]
    assert fitted == [12, 10, 10, 12]


def test_after_a_kill_it_goes_on_with_the_member_that_is_missing(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit = markov.Markov.fit
    fitted: list[int] = []

    def killed(self: Any, data: Dataset, *rest: Any) -> None:
        fitted.append(self._options.order)
        if fitted == [2, 3]:
            raise KeyboardInterrupt
        fit(self, data, *rest)

    monkeypatch.setattr(markov.Markov, "fit", killed)
    text = HEAD + (
        "    members: [{use: markov, with: {order: 2}}, {use: markov, with: {order: 3}}]\n    weights: [0.5, 0.5]\n"
    )
    with pytest.raises(KeyboardInterrupt):
        _ = load(tmp_path, text).model
    assert load(tmp_path, text).model.weights()
    assert fitted == [2, 3, 3]
    assert not list((cache / "models").glob("*checkpoint*"))
