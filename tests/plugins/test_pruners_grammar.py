"""The stock pruners of grammar, case by case, and what holds for all of them."""

from __future__ import annotations

from random import Random
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jazzgram_plugins.pruners import density, fill_bar, limit_repeats
from pydantic import ValidationError

from jazzgram import Meter, Options, Term, parse_terms
from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.plugins import Plugin
from jazzgram.music.note import Origin
from jazzgram.testing import G7, check_plugin, terms_of_a_bar

COMMON = Meter(4, 4)
WALTZ = Meter(3, 4)
SIX_EIGHT = Meter(6, 8)
PRUNERS = (fill_bar, limit_repeats, density)


def prune(module: ModuleType, terms: tuple[Term, ...], meter: Meter = COMMON, seed: int = 1, **options: Any) -> Any:
    """Call a plugin as the chain does."""
    plugin = Plugin(module.__name__, module, "test")
    calls = PluginCalls()
    calls.add(plugin)
    call = calls.caller("prune_grammar", plugin)
    made: Options = plugin.options(**options)
    return call(terms=terms, chords=(G7,), meter=meter, options=made, rng=Random(seed), step="test")


def text(terms: Any) -> str:
    return " ".join(map(str, terms))


def length(terms: Any) -> int:
    return sum(term.duration for term in terms)


@pytest.mark.parametrize(
    ("meter", "before", "after"),
    [
        (COMMON, "C,4.000", "C,4.000"),
        (COMMON, "C,1.000 S,2.000 C,1.500 A,0.500", "C,1.000 S,2.000 C,1.000"),
        (COMMON, "C,2.000 S,2.000 C,1.000", "C,2.000 S,2.000"),
        (COMMON, "C,1.000 S,0.500", "C,1.000 S,0.500 R,2.500"),
        (WALTZ, "C,2.000 S,2.000", "C,2.000 S,1.000"),
        (SIX_EIGHT, "C,1.500", "C,1.500 R,1.500"),
        (COMMON, "C,0.333 C,0.333 C,0.333", "C,0.333 C,0.333 C,0.333 R,3.000"),
        (COMMON, "R,5.000 C,1.000", "R,4.000"),
        (COMMON, "", ""),
    ],
)
def test_fill_bar(meter: Meter, before: str, after: str) -> None:
    assert text(prune(fill_bar, parse_terms(before), meter)) == after


@given(st.lists(st.builds(Term, st.sampled_from("RCSAX"), st.integers(0, 2000)), min_size=1, max_size=12).map(tuple))
@settings(max_examples=50)
def test_fill_bar_keeps_its_promise(terms: tuple[Term, ...]) -> None:
    assert length(prune(fill_bar, terms, WALTZ)) == WALTZ.bar


@pytest.mark.parametrize(
    ("options", "before", "after"),
    [
        ({"length": 1, "times": 2}, "C,0.500 S,0.500 C,0.500", "C,0.500 S,0.500 C,0.500"),
        ({"length": 1, "times": 2}, "C,0.500 S,0.500 C,0.500 C,0.500", "C,0.500 S,0.500 C,1.000"),
        # The third time round, the figure's second term is tied to its first.
        (
            {"length": 2, "times": 2},
            "C,0.500 S,0.500 C,0.500 S,0.500 C,0.500 S,0.500 A,1.000",
            "C,0.500 S,0.500 C,0.500 S,0.500 C,1.000 A,1.000",
        ),
        # Another length or another interval makes another figure.
        (
            {"length": 1, "times": 1},
            "C,0.500 C,1.000 C,0.500,<P4,m-2> R,2.000",
            "C,0.500 C,1.000 C,0.500,<P4,m-2> R,2.000",
        ),
        # The tied term must not come too often itself: 0.5 + 0.5, then 1.0 again.
        ({"length": 1, "times": 1}, "C,1.000 C,0.500 C,0.500", "C,2.000"),
        ({"length": 3, "times": 1}, "C,1.000 S,1.000", "C,1.000 S,1.000"),
    ],
)
def test_limit_repeats(options: dict[str, Any], before: str, after: str) -> None:
    assert text(prune(limit_repeats, parse_terms(before), **options)) == after


@given(terms_of_a_bar(), st.integers(1, 3), st.integers(1, 3))
@settings(max_examples=50)
def test_no_figure_comes_too_often(terms: tuple[Term, ...], size: int, times: int) -> None:
    limited = prune(limit_repeats, terms, length=size, times=times)
    figures = [tuple(limited[first : first + size]) for first in range(len(limited) - size + 1)]
    assert all(figures.count(figure) <= times for figure in figures)


@pytest.mark.parametrize(
    ("meter", "target", "before", "after"),
    [
        # Too dense: sixteenths become eighths, in pairs that begin on the stronger position.
        (COMMON, 2, "C,0.250 S,0.250 A,0.250 C,0.250 R,3.000", "C,0.500 A,0.500 R,3.000"),
        # A triplet becomes a quarter and an eighth of the triplet, then one beat; the eighths beside it stay.
        (COMMON, 2, "C,0.333 S,0.333 C,0.333 S,0.500 A,0.500 R,2.000", "C,0.667 C,0.333 S,0.500 A,0.500 R,2.000"),
        (COMMON, 1, "C,0.333 S,0.333 C,0.333 R,3.000", "C,1.000 R,3.000"),
        # Notes on either side of a rest are no neighbours.
        (COMMON, 1, "C,0.500 R,0.500 C,0.500 R,2.500", "C,0.500 R,0.500 C,0.500 R,2.500"),
        # Too sparse: at the middle of the bar, then at the beats, then between them.
        (COMMON, 0.5, "C,4.000", "C,2.000 C,2.000"),
        (COMMON, 1, "C,4.000", "C,1.000 C,1.000 C,1.000 C,1.000"),
        (COMMON, 1, "C,1.500 R,2.500", "C,1.000 C,0.500 R,2.500"),
        (COMMON, 2, "S,1.000,<M2,d-4> R,3.000", "S,0.500,<M2,d-4> S,0.500,<M2,d-4> R,3.000"),
        # A triplet quarter is split into triplet eighths.
        (COMMON, 3, "C,0.667 S,0.333 R,3.000", "C,0.333 C,0.333 S,0.333 R,3.000"),
        # In 6/8 a dotted quarter holds three eighths, not two dotted ones.
        (SIX_EIGHT, 3, "C,1.500 R,1.500", "C,0.500 C,0.500 C,0.500 R,1.500"),
        # Nothing smaller than a triplet eighth or a sixteenth is made.
        (COMMON, 4, "C,0.333 R,0.667 C,0.250 R,2.750", "C,0.333 R,0.667 C,0.250 R,2.750"),
    ],
)
def test_density(meter: Meter, target: float, before: str, after: str) -> None:
    assert text(prune(density, parse_terms(before), meter, target=target, tolerance=0)) == after


def test_density_leaves_what_is_near_enough() -> None:
    bar = parse_terms("C,0.500 S,0.500 C,1.000 S,0.500 C,0.500 C,1.000")
    assert tuple(prune(density, bar, target=2, tolerance=0.5)) == bar


@given(terms_of_a_bar(), st.sampled_from([0.5, 1.0, 2.0, 3.0]))
@settings(max_examples=50)
def test_density_never_moves_away_from_its_target(terms: tuple[Term, ...], target: float) -> None:
    beats = sum(term.duration for term in terms if not term.is_rest) / COMMON.beat

    def distance(bar: Any) -> float:
        return abs(sum(not term.is_rest for term in bar) - target * beats)

    changed = prune(density, terms, target=target, tolerance=0)
    assert distance(changed) <= max(distance(terms), 0.5)
    assert [t.duration for t in changed if t.is_rest] == [t.duration for t in terms if t.is_rest]


@pytest.mark.parametrize("module", PRUNERS)
def test_contract(module: ModuleType) -> None:
    check_plugin(module)


@pytest.mark.parametrize("module", PRUNERS)
@settings(max_examples=40)
@given(terms=terms_of_a_bar(), seed=st.integers(0, 3))
def test_what_holds_for_all(module: ModuleType, terms: tuple[Term, ...], seed: int) -> None:
    before = tuple(terms)
    pruned = prune(module, terms, seed=seed)
    assert length(pruned) == COMMON.bar, "a full bar stays full"
    assert all(term.duration > 0 for term in pruned)
    assert terms == before
    assert list(pruned) == list(prune(module, terms, seed=seed))
    assert {term.origin for term in pruned} <= {term.origin for term in terms} | {None}
    origins = [term.origin.term for term in pruned if isinstance(term.origin, Origin)]
    assert origins == sorted(origins), "terms keep their order"
    assert prune(module, (), seed=seed) == []


@pytest.mark.parametrize(
    ("module", "options"),
    [
        (limit_repeats, {"times": 0}),
        (limit_repeats, {"length": 0}),
        (density, {"target": 0}),
        (density, {"tolerance": -1}),
        (density, {"notes": 3}),
    ],
)
def test_options_out_of_bounds_are_refused(module: ModuleType, options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        module.Options(**options)
