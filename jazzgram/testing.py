"""The kit for plugin authors: small music, hypothesis strategies, and the contract as a check.

In a plugin's own tests::

    from jazzgram.testing import check_plugin
    import my_plugin

    def test_it_keeps_the_contract():
        check_plugin(my_plugin)

The strategies need hypothesis, which is imported when they are first asked for.
"""

from __future__ import annotations

import copy
import inspect
import itertools
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from jazzgram.config.steps import PROMISES
from jazzgram.errors import JazzgramError
from jazzgram.hooks.plugins import Plugin, PluginCalls, check_hooks
from jazzgram.hooks.token_model import Place
from jazzgram.hooks.vocabulary import Vocabulary
from jazzgram.music.chord import Chord
from jazzgram.music.note import Note, Origin
from jazzgram.music.solo import Solo
from jazzgram.music.term import Term, parse_terms
from jazzgram.music.time import Meter
from jazzgram.music.tune import Bar, Corpus, Tune

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

FOUR_FOUR = Meter(4, 4)
BAR = FOUR_FOUR.bar

DM7 = Chord((50, 53, 57, 60), 0, BAR, "Dm7")
G7 = Chord((55, 59, 62, 65), 0, BAR, "G7")
CMAJ7 = Chord((48, 52, 55, 59), 0, BAR, "Cmaj7")
NO_CHORD = Chord((), 0, BAR, "NC")


def _bar(bar: int, *notes: tuple[int, int, int]) -> tuple[Note, ...]:
    return tuple(
        Note(pitch, onset, duration, origin=Origin(bar, term)) for term, (pitch, onset, duration) in enumerate(notes)
    )


TWO_FIVE_ONE: tuple[tuple[tuple[Note, ...], tuple[Chord, ...]], ...] = (
    (_bar(0, (62, 0, 240), (65, 240, 240), (69, 480, 240), (72, 720, 240), (71, 960, 480), (67, 1680, 240)), (DM7,)),
    (_bar(1, (68, 0, 240), (65, 240, 240), (62, 480, 160), (64, 640, 160), (65, 800, 160), (65, 960, 960)), (G7,)),
    (_bar(2, (64, 0, 960), (76, 1440, 480)), (CMAJ7,)),
)
"""Three bars, each with its chords: eighths, a triplet, a repeated note, a leap and a rest."""


def solo() -> Solo:
    """Give `TWO_FIVE_ONE` as a solo."""
    bars = [bar for bar, _ in TWO_FIVE_ONE]
    moved = tuple(
        Note(note.pitch, note.onset + number * BAR, note.duration, origin=note.origin)
        for number, bar in enumerate(bars)
        for note in bar
    )
    chords = tuple(
        Chord(chord.pitches, number * BAR, BAR, chord.symbol) for number, (_, (chord,)) in enumerate(TWO_FIVE_ONE)
    )
    return Solo(moved, chords, len(bars))


def corpus() -> Corpus:
    """Give `TWO_FIVE_ONE` as a corpus of one tune."""
    return Corpus((Tune("Two five one", tuple(Bar(notes, chords) for notes, chords in TWO_FIVE_ONE)),))


TERMS: tuple[tuple[Term, ...], ...] = (
    parse_terms("C,0.500 S,0.500,<M2,d-4> A,0.333,<m2,P-4> C,0.333,<P4,m-2> C,0.333,<P4,m-2> R,2.000"),
    parse_terms("R,0.500 C,0.500 C,0.500,<m3,m-3> C,0.500,<m3,m-3> X,1.000,<P5,A1> S,1.000,<M2,d-4>"),
    parse_terms("C,4.000"),
)
"""Three bars of terms, each exactly full."""


def notes_of_a_bar(*, longest: int = 16) -> SearchStrategy[tuple[Note, ...]]:
    """Draw the notes of a 4/4 bar: monophonic, in time order, on the grid of sixteenths or triplets.

    Parameters
    ----------
    longest : int
        At most this many notes.
    """
    from hypothesis import strategies as st

    steps = st.sampled_from([120, 160, 240, 320, 480, 720, 960])

    @st.composite
    def bar(draw: Any) -> tuple[Note, ...]:
        notes: list[Note] = []
        onset = 0
        for term in range(draw(st.integers(0, longest))):
            length = draw(steps)
            if onset + length > BAR:
                break
            if draw(st.booleans()) or not notes:
                velocity = draw(st.integers(1, 127))
                notes.append(Note(draw(st.integers(36, 96)), onset, length, velocity, origin=Origin(0, term)))
            onset += length
        return tuple(notes)

    return bar()


def terms_of_a_bar() -> SearchStrategy[tuple[Term, ...]]:
    """Draw the terms of a 4/4 bar, summing exactly to the bar."""
    from hypothesis import strategies as st

    @st.composite
    def bar(draw: Any) -> tuple[Term, ...]:
        terms: list[Term] = []
        left = BAR
        while left:
            length = min(left, draw(st.sampled_from([120, 160, 240, 320, 480, 960])))
            kind = draw(st.sampled_from("CCSSARX"))
            heard = any(not term.is_rest for term in terms)
            interval_range = draw(st.sampled_from(["P4,m-2", "M2,d-4", "P1,d-5"])) if heard and kind != "R" else ""
            terms.append(Term(kind, length, interval_range, Origin(0, len(terms))))
            left -= length
        return tuple(terms)

    return bar()


def chords_of_a_bar() -> SearchStrategy[tuple[Chord, ...]]:
    """Draw one or two chords that fill a 4/4 bar; now and then no chord."""
    from hypothesis import strategies as st

    voicings = st.sampled_from(
        [DM7, G7, CMAJ7, NO_CHORD, Chord((46, 50, 53, 56), 0, BAR, "Bb7"), Chord((60, 63, 67), 0, BAR)]
    )

    def halves(pair: tuple[Chord, Chord]) -> tuple[Chord, ...]:
        first, second = pair
        return (
            Chord(first.pitches, 0, BAR // 2, first.symbol),
            Chord(second.pitches, BAR // 2, BAR // 2, second.symbol),
        )

    return st.one_of(voicings.map(lambda chord: (chord,)), st.tuples(voicings, voicings).map(halves))


def check_plugin(module: ModuleType) -> None:
    """Hold a plugin to the contract of every hook it implements.

    Parameters
    ----------
    module : ModuleType
        The plugin.

    Raises
    ------
    AssertionError
        With every problem, one a line.

    Notes
    -----
    Checked are: known hooks and arguments, documentation and options, and for every hook that nothing given is
    changed, that the result has the right type and order, that empty input, one note and a bar without chords are
    borne, that the same seed gives the same result, and that promises are kept: what holds before a step
    (`jazzgram.improvise.chain.PROMISES`) holds after it, unless the plugin says that it ``DESTROYS`` it.
    """
    found = problems(module)
    if found:
        raise AssertionError("\n".join(found))


def problems(module: ModuleType) -> list[str]:
    """List what `check_plugin` would complain of; an empty list for a plugin in order."""
    plugin = Plugin(module.__name__.rpartition(".")[2], module, "given")
    try:
        check_hooks(plugin)
    except JazzgramError as error:
        return [str(error)]
    if not plugin.hooks:
        return [f"{plugin.name}: implements no hook"]
    found = list(_documentation(plugin))
    try:
        options = plugin.options()
    except ValueError:
        return [*found, f"{plugin.name}: Options() fails; every option needs a default"]
    calls = PluginCalls()
    calls.add(plugin)
    for hook in plugin.hooks:
        check = _CHECKS.get(hook)
        if check is not None:
            call = calls.caller(hook, plugin)
            try:
                found.extend(f"{plugin.name}: {hook}: {problem}" for problem in check(plugin, call, options))
            except Exception as error:
                found.append(f"{plugin.name}: {hook} raised {type(error).__name__}: {error}")
    return list(dict.fromkeys(found))


def _documentation(plugin: Plugin) -> Iterator[str]:
    if not inspect.getdoc(plugin.module):
        yield f"{plugin.name}: no module docstring; its first line is shown by `jazzgram plugins list`"
    for hook in plugin.hooks:
        doc = inspect.getdoc(getattr(plugin.module, hook))
        if not doc:
            yield f"{plugin.name}: {hook} has no docstring"
    for name, field in plugin.options.model_fields.items():
        if not field.description:
            yield f"{plugin.name}: option {name} has no description"
        if field.is_required():
            yield f"{plugin.name}: option {name} has no default"
    for promise in ("NEEDS", "PROVIDES", "DESTROYS"):
        for name in plugin.promise(promise) - PROMISES.keys():
            yield f"{plugin.name}: {promise} names {name!r}; there are {', '.join(PROMISES)}"


def _twice(call: Callable[..., Any], **arguments: Any) -> tuple[Any, list[str]]:
    """Call with two sources of chance of equal seed; say what the contract forbids about either call."""
    found = []
    before = copy.deepcopy(arguments)
    first = call(**arguments, rng=Random("check"))
    if arguments != before:
        found.append("changed what it was given")
    second = call(**arguments, rng=Random("check"))
    if first is None:
        return (), ["returned None"]
    if not isinstance(first, list | tuple):
        return (), [f"returned a {type(first).__name__}; expected a list"]
    if list(first) != list(second):
        found.append("gave two results for one seed: randomness must come from rng only")
    return tuple(first), found


def _check_prune_grammar(plugin: Plugin, call: Callable[..., Any], options: Any) -> Iterator[str]:
    cases = [((), (DM7,)), *((terms, (chord,)) for terms in TERMS for chord in (G7, NO_CHORD))]
    for terms, chords in cases:
        stamped = tuple(Term(t.kind, t.duration, t.interval_range, Origin(0, n)) for n, t in enumerate(terms))
        out, found = _twice(call, terms=stamped, chords=chords, meter=FOUR_FOUR, options=options, step="check")
        yield from found
        if not all(isinstance(term, Term) for term in out):
            yield "returned something that is no Term"
            continue
        if any(term.duration < 0 for term in out):
            yield "returned a term of negative length"
        total = sum(term.duration for term in out)
        if terms and total != BAR and "full_bars" not in plugin.promise("DESTROYS"):
            yield f"a full bar sums to {total}, not {BAR} ticks after it; if that is meant, DESTROYS = {{'full_bars'}}"
        if out and all(term.origin is None for term in out):
            yield "lost every origin; change terms with dataclasses.replace"


def _check_prune_notes(plugin: Plugin, call: Callable[..., Any], options: Any) -> Iterator[str]:
    one = _bar(0, (67, 480, 480))
    last = Note(60, -240, 240)
    for notes, chords in [((), (DM7,)), (one, (G7,)), (one, (NO_CHORD,)), *TWO_FIVE_ONE]:
        for previous, following, after in (
            (None, None, None),
            (last, Note(62, BAR, 240), Chord(G7.pitches, BAR, BAR, "G7")),
        ):
            out, found = _twice(
                call,
                notes=notes,
                chords=chords,
                meter=FOUR_FOUR,
                previous=previous,
                following=following,
                next_chord=after,
                options=options,
                step="check",
            )
            yield from found
            yield from _check_notes(plugin, out, BAR, notes)


def _check_clean_up(plugin: Plugin, call: Callable[..., Any], options: Any) -> Iterator[str]:
    made = solo()
    for notes in ((), made.notes[:1], made.notes):
        out, found = _twice(
            call, notes=notes, chords=made.chords, meter=FOUR_FOUR, tempo=160.0, options=options, step="check"
        )
        yield from found
        yield from _check_notes(plugin, out, made.bars * BAR, notes)


def _check_notes(plugin: Plugin, out: tuple[Any, ...], end: int, given: tuple[Note, ...]) -> Iterator[str]:
    if not all(isinstance(note, Note) for note in out):
        yield "returned something that is no Note"
        return
    for note in out:
        whole = all(type(value) is int for value in (note.pitch, note.onset, note.duration, note.velocity))
        if (
            not whole
            or not 0 <= note.pitch <= 127
            or not 1 <= note.velocity <= 127
            or min(note.onset, note.duration) < 0
        ):
            yield f"returned a note that cannot be played: {note!r}"
    pairs = list(itertools.pairwise(out))
    if any(later.onset < earlier.onset for earlier, later in pairs):
        yield "returned notes out of time order"
    destroys = plugin.promise("DESTROYS")
    if "monophonic" not in destroys and any(later.onset < earlier.end for earlier, later in pairs):
        yield "made notes sound together; if that is meant, DESTROYS = {'monophonic'}"
    if "within_bar" not in destroys and any(note.end > end for note in out):
        yield "made a note sound past the end"
    if "grid" not in destroys and any(note.onset % 120 and note.onset % 160 for note in out):
        yield "moved an onset off the grid of sixteenths and triplets; if that is meant, DESTROYS = {'grid'}"
    if not given and out:
        yield "made notes where there were none"
    if given and out and all(note.origin is None for note in out):
        yield "lost every origin; change notes with dataclasses.replace"


def _distributions() -> tuple[Vocabulary, np.ndarray[Any, Any], dict[str, Any]]:
    vocabulary = Vocabulary.of(TERMS)
    rows = np.array([[1.0] * len(vocabulary), range(1, len(vocabulary) + 1), [0.0] * len(vocabulary)])
    rows[:2] /= rows[:2].sum(axis=1, keepdims=True)
    places = [Place(0, 0, BAR, DM7, G7), Place(1, 960, 960, G7, CMAJ7), Place(2, 1800, 120, CMAJ7, None)]
    return vocabulary, rows, {"histories": [[], [0, 1, 0, 1], [2]], "places": places}


def _check_shape(plugin: Plugin, call: Callable[..., Any], options: Any) -> Iterator[str]:
    vocabulary, rows, context = _distributions()
    given = rows.copy()
    out = call(probabilities=rows, vocabulary=vocabulary, options=options, step="check", **context)
    if not np.array_equal(rows, given):
        yield "wrote to the probabilities it was given"
    if out is None or np.shape(out) != rows.shape:
        yield f"returned shape {np.shape(out)}; expected {rows.shape}"
        return
    if not np.isfinite(out).all() or np.min(out) < 0:
        yield "returned negative or infinite probabilities"
    if np.sum(out[2]) > 0:
        yield "gave probability to a row in which no term fits"
    again = call(probabilities=rows, vocabulary=vocabulary, options=options, step="check", **context)
    if not np.array_equal(out, again):
        yield "gave two results for the same input"


def _check_sample(plugin: Plugin, call: Callable[..., Any], options: Any) -> Iterator[str]:
    _, rows, context = _distributions()
    arguments = {"probabilities": rows[:2], "histories": context["histories"][:2], "options": options, "step": "check"}
    first = call(rngs=[Random(1), Random(2)], **arguments)
    second = call(rngs=[Random(1), Random(2)], **arguments)
    if first is None or len(first) != 2:
        yield f"returned {first!r}; expected a token id for each of 2 rows"
    elif list(first) != list(second):
        yield "gave two results for one seed"
    elif not all(0 <= int(token) < rows.shape[1] for token in first):
        yield f"returned {first!r}; token ids go from 0 to {rows.shape[1] - 1}"


def _check_list(plugin: Plugin, call: Callable[..., Any], options: Any) -> Iterator[str]:
    if "read_corpus" not in plugin.hooks:
        yield "is there without read_corpus, which reads what it lists"
    with tempfile.TemporaryDirectory() as folder:
        found = call(folder=Path(folder), options=options)
        if found is None or list(found):
            yield f"returned {found!r} for an empty folder; expected an empty sequence"


def _check_parse(plugin: Plugin, call: Callable[..., Any], options: Any) -> Iterator[str]:
    for notes, chords in [((), (DM7,)), *TWO_FIVE_ONE]:
        terms = call(melody=notes, chords=chords, meter=FOUR_FOUR, options=options)
        if terms is None or not all(isinstance(term, Term) for term in terms):
            yield f"returned {terms!r}; expected a tuple of Term"
            return
        if any(Term.parse(str(term)) != term for term in terms):
            yield "made a term that its own text does not give back"


def _check_unparse(plugin: Plugin, call: Callable[..., Any], options: Any) -> Iterator[str]:
    parse = getattr(plugin.module, "parse_melody", None)
    if parse is None:
        yield "is there without parse_melody; a tokenizer goes both ways"
        return
    calls = PluginCalls()
    calls.add(plugin)
    parse = calls.caller("parse_melody", plugin)
    for notes, chords in [((), (DM7,)), *TWO_FIVE_ONE]:
        terms = parse(melody=notes, chords=chords, meter=FOUR_FOUR, options=options)
        stamped = tuple(Term(t.kind, t.duration, t.interval_range, Origin(0, n)) for n, t in enumerate(terms))
        for previous in (None, Note(60, -240, 240)):
            out, found = _twice(call, terms=stamped, chords=chords, meter=FOUR_FOUR, previous=previous, options=options)
            yield from found
            provides = plugin.promise("PROVIDES")
            if any(note.origin is None for note in out):
                yield "made a note without its term's origin"
            if "within_bar" in provides and any(note.end > BAR for note in out):
                yield "made a note cross the barline"
            if "monophonic" in provides and any(b.onset < a.end for a, b in itertools.pairwise(out)):
                yield "made notes sound together"


def _check_model(plugin: Plugin, call: Callable[..., Any], options: Any) -> Iterator[str]:
    try:
        model = call(vocabulary=Vocabulary.of(TERMS), options=options, members=())
    except JazzgramError:  # it learns terms of another tokenizer: those that name pitches are the other ones there are
        model = call(vocabulary=Vocabulary.of((parse_terms("60,1.000 R,1.000"),)), options=options, members=())
    for method in ("fit", "weights", "load", "start", "step"):
        if not callable(getattr(model, method, None)):
            yield f"returned a model without {method}"
            return
    if len(inspect.signature(model.step).parameters) != 3:
        yield "returned a model whose step does not take state, inputs and places"


def _check_measure(plugin: Plugin, call: Callable[..., Any], options: Any) -> Iterator[str]:
    for notes in (solo().notes, ()):
        numbers = call(solo=Solo(notes, solo().chords, 3), corpus=corpus(), options=options)
        if not isinstance(numbers, dict) or not all(isinstance(value, int | float) for value in numbers.values()):
            yield f"returned {numbers!r}; expected numbers by name"


def _check_write(plugin: Plugin, call: Callable[..., Any], options: Any) -> Iterator[str]:
    for made in (solo(), Solo((), solo().chords, 3)):
        with tempfile.TemporaryDirectory() as folder:
            files = call(solo=made, folder=Path(folder), options=options)
            if not files or not all(Path(file).is_file() and Path(folder) in Path(file).parents for file in files):
                yield f"returned {files!r}; expected the files it wrote below the folder it was given"


_CHECKS: dict[str, Callable[[Plugin, Callable[..., Any], Any], Iterator[str]]] = {
    "prune_grammar": _check_prune_grammar,
    "prune_notes": _check_prune_notes,
    "clean_up_notes": _check_clean_up,
    "shape_distribution": _check_shape,
    "sample": _check_sample,
    "list_files": _check_list,
    "parse_melody": _check_parse,
    "unparse_grammar": _check_unparse,
    "build_model": _check_model,
    "measure": _check_measure,
    "write_solo": _check_write,
}
