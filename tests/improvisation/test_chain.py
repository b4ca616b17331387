"""The rules of the chain: order, purity, seeds, and steps that go wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest

from jazzgram import Chord, Meter, Note, Options, StepError, Term, hookimpl
from jazzgram.config.steps import Step, check_promises
from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.finding import load_file
from jazzgram.hooks.plugins import Plugin
from jazzgram.improvisation.chain import Chain
from jazzgram.pipeline.trace import Trace

C7 = Chord((48, 52, 55, 58), 0, 1920, "C7")
CHANGES = ((C7,), (C7,))
METER = Meter(4, 4)


def module(name: str, **members: Any) -> ModuleType:
    made = ModuleType(name)
    vars(made).update(members)
    return made


class Semitones(Options):
    """How far to transpose."""

    by: int = 1


@hookimpl
def transpose(notes: tuple[Note, ...], options: Semitones) -> list[Note]:
    return [replace(note, pitch=note.pitch + options.by) for note in notes]


@hookimpl
def drop_last(notes: tuple[Note, ...]) -> list[Note]:
    return list(notes[:-1])


@hookimpl
def random_pitch(notes: tuple[Note, ...], rng: Random) -> list[Note]:
    return [replace(note, pitch=rng.randrange(128)) for note in notes]


TRANSPOSE = Plugin("transpose", module("transpose", prune_notes=transpose, Options=Semitones), "test")
DROP_LAST = Plugin("drop_last", module("drop_last", prune_notes=drop_last), "test")
RANDOM = Plugin("random_pitch", module("random_pitch", prune_notes=random_pitch), "test")


def chain_of(*steps: Step, seed: int = 1, trace: Trace | None = None) -> Chain:
    calls = PluginCalls()
    for step in steps:
        calls.add(step.plugin)
    return Chain(steps, calls, seed, trace)


def step_of(plugin: Plugin, number: int, occurrence: int = 0, **options: Any) -> Step:
    return Step(plugin.hooks[0], plugin, plugin.options(**options), number, occurrence)


def pitches(bars: tuple[tuple[Note, ...], ...]) -> list[list[int]]:
    return [[note.pitch for note in bar] for bar in bars]


BARS = ((Note(60, 0, 480), Note(62, 480, 480)), (Note(64, 0, 480),))


def test_yaml_order_is_call_order_and_output_is_the_next_input() -> None:
    steps = [step_of(DROP_LAST, 1), step_of(TRANSPOSE, 2, by=2), step_of(TRANSPOSE, 3, 1, by=10)]
    assert pitches(chain_of(*steps).prune_notes(BARS, CHANGES, METER)) == [[72], []]


def test_the_same_plugin_stands_twice_with_its_own_options() -> None:
    steps = [step_of(TRANSPOSE, 1, by=1), step_of(TRANSPOSE, 2, 1, by=5)]
    assert pitches(chain_of(*steps).prune_notes(BARS, CHANGES, METER)) == [[66, 68], [70]]


def test_inserting_a_step_does_not_reshuffle_the_others() -> None:
    alone = chain_of(step_of(RANDOM, 1)).prune_notes(BARS, CHANGES, METER)
    after = chain_of(step_of(TRANSPOSE, 1), step_of(RANDOM, 2)).prune_notes(BARS, CHANGES, METER)
    assert pitches(alone) == pitches(after)


def test_the_second_occurrence_and_another_seed_draw_differently() -> None:
    first = chain_of(step_of(RANDOM, 1)).prune_notes(BARS, CHANGES, METER)
    second = chain_of(step_of(RANDOM, 1), step_of(RANDOM, 2, 1)).prune_notes(BARS, CHANGES, METER)
    other_seed = chain_of(step_of(RANDOM, 1), seed=2).prune_notes(BARS, CHANGES, METER)
    assert len({str(pitches(bars)) for bars in (first, second, other_seed)}) == 3


def test_neighbours_are_seen_in_the_bars_own_time() -> None:
    seen: list[tuple[Note | None, Note | None, Chord | None]] = []

    @hookimpl
    def prune_notes(
        notes: tuple[Note, ...], previous: Note | None, following: Note | None, next_chord: Chord | None
    ) -> list[Note]:
        seen.append((previous, following, next_chord))
        return list(notes)

    chain_of(step_of(Plugin("look", module("look", prune_notes=prune_notes), "test"), 1)).prune_notes(
        (BARS[0], (), BARS[1]), (*CHANGES, (C7,)), METER
    )
    assert [previous and previous.onset for previous, _, _ in seen] == [None, 480 - 1920, 480 - 2 * 1920]
    assert [following and following.onset for _, following, _ in seen] == [2 * 1920, 1920, None]
    assert [chord and chord.onset for _, _, chord in seen] == [1920, 1920, None]


@pytest.mark.parametrize(
    ("result", "message"),
    [
        (None, r"step 1:bad \(prune_notes, bar 1\) returned None; return a list"),
        ({Note(60, 0, 1)}, "returned a set; return a list of Note"),
        ([60], "returned a int among its Notes: 60"),
        ([Note(128, 0, 480)], "whose pitch is no MIDI number"),
        ([Note(60.0, 0, 480)], "whose pitch is no MIDI number"),  # type: ignore[arg-type]
        ([Note(60, -1, 480)], "whose times are no ticks"),
        ([Note(60, 0, 0.5)], "whose times are no ticks"),  # type: ignore[arg-type]
        ([Note(60, 0, 480, velocity=0)], "whose velocity is not 1 to 127"),
        ([Note(60, 480, 1), Note(60, 0, 1)], "out of time order"),
    ],
)
def test_what_a_step_may_not_return_names_the_step(result: Any, message: str) -> None:
    @hookimpl
    def prune_notes() -> Any:
        return result

    bad = Plugin("bad", module("bad", prune_notes=prune_notes), "test")
    with pytest.raises(StepError, match=message):
        chain_of(step_of(bad, 1)).prune_notes(BARS, CHANGES, METER)


def test_a_mistake_deep_in_a_library_names_the_plugins_own_line(tmp_path: Path) -> None:
    file = tmp_path / "deep.py"
    lines = ["from jazzgram import hookimpl", "", "@hookimpl", "def prune_notes(notes, options):"]
    for body, message in (
        ("    return options.mostt", r"AttributeError: .* \(.*deep.py:5\)"),
        ("    notes[0].pitch = 3", r"values are frozen: change a copy with dataclasses.replace \(.*deep.py:5\)"),
    ):
        file.write_text("\n".join([*lines, body, ""]))
        plugin = load_file("deep.py", tmp_path)
        with pytest.raises(StepError, match=message):
            chain_of(step_of(plugin, 1)).prune_notes(BARS, CHANGES, METER)


def test_what_a_step_raises_names_the_step_and_the_line() -> None:
    @hookimpl
    def prune_notes(notes: tuple[Note, ...]) -> list[Note]:
        return [notes[7]]

    bad = Plugin("bad", module("bad", prune_notes=prune_notes), "test")
    with pytest.raises(StepError, match=r"step 1:bad \(prune_notes, bar 1\): IndexError: .*test_chain.py:\d+"):
        chain_of(step_of(bad, 1)).prune_notes(BARS, CHANGES, METER)


def test_terms_keep_their_step_order_too() -> None:
    @hookimpl
    def prune_grammar(terms: tuple[Term, ...]) -> list[Term]:
        return [replace(term, duration=term.duration * 2) for term in terms]

    double = Plugin("double", module("double", prune_grammar=prune_grammar), "test")
    grammar = ((Term("C", 240),), ())
    out = chain_of(step_of(double, 1), step_of(double, 2, 1)).prune_grammar(grammar, CHANGES, METER)
    assert out == ((Term("C", 960),), ())


def test_the_trace_sees_every_call_and_the_step_does_not_know() -> None:
    trace = Trace()
    chain_of(step_of(DROP_LAST, 1), step_of(TRANSPOSE, 2), trace=trace).prune_notes(BARS, CHANGES, METER)
    assert [(e.step, e.bar, len(e.before), len(e.after)) for e in trace.calls] == [
        ("1:drop_last", 0, 2, 1),
        ("1:drop_last", 1, 1, 0),
        ("2:transpose", 0, 1, 1),
        ("2:transpose", 1, 0, 0),
    ]


def test_promises_are_checked_before_anything_runs() -> None:
    def promising(name: str, **promises: frozenset[str]) -> Step:
        return step_of(Plugin(name, module(name, clean_up_notes=transpose, **promises), "test"), 1)

    tokenizer = Plugin("tok", module("tok", PROVIDES=frozenset({"grid"})), "test")
    swing = promising("swing", NEEDS=frozenset({"grid"}), DESTROYS=frozenset({"grid"}))
    snap = promising("snap", PROVIDES=frozenset({"grid"}))
    legato = promising("legato", NEEDS=frozenset({"monophonic"}))
    odd = promising("odd", NEEDS=frozenset({"swung"}))
    assert list(check_promises(tokenizer, [swing, snap, swing])) == []
    assert "which 1:swing destroys" in next(check_promises(tokenizer, [swing, swing]))[1]
    assert "which nothing before it provides" in next(check_promises(tokenizer, [legato]))[1]
    assert "names the promise 'swung'" in next(check_promises(tokenizer, [odd]))[1]
