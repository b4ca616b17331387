"""The files that ``jazzgram new`` writes: a working plugin of each kind, with its test and a configuration."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """What a new plugin of one kind consists of.

    Parameters
    ----------
    hook : str
        The hook whose name the configuration uses.
    code : str
        The module, with ``NAME`` for the plugin's name.
    test : str
        The body of a test beyond the contract; ``plugin`` is the module.
    config : str
        The part of a configuration that uses it, with ``REF`` for how it is named.
    """

    hook: str
    code: str
    test: str
    config: str


_HEAD = '''"""SUMMARY

Say here what it does musically, and where the idea comes from (author, year).
"""

from __future__ import annotations

'''

_PRUNER = Kind(
    "prune_notes",
    _HEAD.replace("SUMMARY", "Remove notes below a pitch (NAME).")
    + '''from pydantic import Field

import jazzgram
from jazzgram import Note, hookimpl


class Options(jazzgram.Options):
    """What counts as low."""

    below: int = Field(50, ge=0, le=127, description="Remove notes under this MIDI number.")


@hookimpl
def prune_notes(notes: tuple[Note, ...], options: Options) -> list[Note]:
    """Keep the notes at or above `options.below`.

    Examples
    --------
    >>> [note.pitch for note in prune_notes((Note(40, 0, 480), Note(60, 480, 480)), Options())]
    [60]
    """
    return [note for note in notes if note.pitch >= options.below]
''',
    """    notes = (Note(40, 0, 480), Note(50, 480, 480), Note(60, 960, 480))
    assert [note.pitch for note in plugin.prune_notes(notes, plugin.Options(below=55))] == [60]
""",
    "chain:\n  - prune_notes: REF\n    with: {below: 55}\n  - clean_up_notes: no_overlaps\n",
)

_CLEANER = Kind(
    "clean_up_notes",
    _HEAD.replace("SUMMARY", "Shorten every note a little (NAME).")
    + '''from dataclasses import replace

from pydantic import Field

import jazzgram
from jazzgram import Note, hookimpl


class Options(jazzgram.Options):
    """How much shorter."""

    share: float = Field(0.9, gt=0, le=1, description="What is left of each note's length, 1 for all of it.")


@hookimpl
def clean_up_notes(notes: tuple[Note, ...], options: Options) -> list[Note]:
    """Leave `options.share` of each note's length, at least a tick.

    Examples
    --------
    >>> [note.duration for note in clean_up_notes((Note(60, 0, 480),), Options(share=0.5))]
    [240]
    """
    return [replace(note, duration=max(1, round(note.duration * options.share))) for note in notes]
''',
    """    notes = (Note(60, 0, 480), Note(62, 480, 240))
    assert [note.duration for note in plugin.clean_up_notes(notes, plugin.Options(share=0.5))] == [240, 120]
""",
    "chain:\n  - clean_up_notes: no_overlaps\n  - clean_up_notes: REF\n    with: {share: 0.9}\n",
)

_SAMPLER = Kind(
    "shape_distribution",
    _HEAD.replace("SUMMARY", "Make rests more or less likely (NAME).")
    + '''import numpy as np
from pydantic import Field

import jazzgram
from jazzgram import Probabilities, Vocabulary, hookimpl


class Options(jazzgram.Options):
    """How much more likely."""

    weight: float = Field(2.0, ge=0, le=100, description="Factor on the probability of every rest.")


@hookimpl
def shape_distribution(probabilities: Probabilities, vocabulary: Vocabulary, options: Options) -> Probabilities:
    """Multiply the probability of rests by `options.weight`; the engine normalises each row.

    Examples
    --------
    >>> from jazzgram import parse_terms
    >>> words = Vocabulary.of((parse_terms("C,1.000 R,1.000"),))
    >>> shape_distribution(np.array([[0.5, 0.5]]), words, Options(weight=3)).tolist()
    [[0.5, 1.5]]
    """
    factors = np.array([options.weight if term.is_rest else 1.0 for term in vocabulary.terms])
    return probabilities * factors
''',
    """    words = Vocabulary.of((parse_terms("C,1.000 R,1.000"),))
    shaped = plugin.shape_distribution(np.array([[0.5, 0.5]]), words, plugin.Options(weight=3))
    assert shaped.tolist() == [[0.5, 1.5]]
""",
    "samplers:\n  - shape_distribution: REF\n    with: {weight: 2}\n"
    "  - shape_distribution: bar_aware\n  - sample: categorical\n",
)

_TOKENIZER = Kind(
    "parse_melody",
    _HEAD.replace("SUMMARY", "Write each note as its height over the chord's lowest tone (NAME).")
    + '''from random import Random

from jazzgram import Chord, Meter, Note, Rest, Term, chord_at, hookimpl

PROVIDES = frozenset({"grid", "monophonic", "within_bar"})


def _lowest(chords: tuple[Chord, ...], onset: int) -> int:
    chord = chord_at(chords, onset)
    return min(chord.pitches) if chord is not None and chord.pitches else 48


@hookimpl
def parse_melody(melody: tuple[Note | Rest, ...], chords: tuple[Chord, ...]) -> tuple[Term, ...]:
    """Give each note the kind ``N`` and its semitones over the chord's lowest tone.

    Examples
    --------
    >>> print(*parse_melody((Note(55, 0, 480),), (Chord((48, 52, 55), 0, 1920),)))
    N,1.000,<7>
    """
    terms: list[Term] = []
    for element in melody:
        if isinstance(element, Rest):
            terms.append(Term("R", element.duration))
        else:
            height = element.pitch - _lowest(chords, element.onset)
            terms.append(Term("N", element.duration, str(height)))
    return tuple(terms)


@hookimpl
def unparse_grammar(terms: tuple[Term, ...], chords: tuple[Chord, ...], meter: Meter, rng: Random) -> list[Note]:
    """Put each height over the chord that sounds at the note's onset, up to the barline."""
    notes: list[Note] = []
    onset = 0
    for term in terms:
        length = min(term.duration, meter.bar - onset)
        if length > 0 and not term.is_rest:
            pitch = min(127, max(0, _lowest(chords, onset) + int(term.interval_range or 12)))
            notes.append(Note(pitch, onset, length, origin=term.origin))
        onset += term.duration
    return notes
''',
    """    chords = (Chord((48, 52, 55), 0, 1920),)
    terms = plugin.parse_melody((Note(60, 0, 480), Note(64, 480, 480)), chords)
    notes = plugin.unparse_grammar(terms, chords, Meter(4, 4), Random(1))
    assert [(note.pitch, note.onset) for note in notes] == [(60, 0), (64, 480)]
""",
    "tokenizer: {use: REF}\nchain:\n  - clean_up_notes: no_overlaps\n",
)

_MODEL = Kind(
    "build_model",
    _HEAD.replace("SUMMARY", "Predict the next term from the last one: a bigram table (NAME).")
    + '''from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field

import jazzgram
from jazzgram import Epoch, JazzgramError, Probabilities, TokenData, Vocabulary, Weights, hookimpl


class Options(jazzgram.Options):
    """How much is left to chance."""

    smoothing: float = Field(0.01, gt=0, le=10, description="Count added to every pair of terms.")


class Bigrams:
    """Counts of pairs; row ``i`` tells what follows term ``i``, the last row what comes first."""

    def __init__(self, size: int, smoothing: float) -> None:
        self.table = np.full((size + 1, size), smoothing)

    def fit(self, data: TokenData, seed: int, checkpoint: Path, report: Callable[[Epoch], None]) -> None:
        tokens = data.tokens
        if len(tokens) < 2:
            raise JazzgramError(f"the corpus has {len(tokens)} terms; a bigram table needs 2")
        np.add.at(self.table, (tokens[:-1], tokens[1:]), 1.0)
        self.table[-1] += np.bincount(tokens, minlength=self.table.shape[1])
        report(Epoch(1, 1, 0.0, 0.0))

    def weights(self) -> Weights:
        return {"table": self.table}

    def load(self, weights: Weights) -> None:
        if weights["table"].shape != self.table.shape:
            raise JazzgramError("the weights are for another vocabulary; train again")
        self.table = weights["table"]

    def start(self, batch: int) -> int:
        return batch

    def step(self, state: int, inputs: Any, places: Any) -> tuple[int, Probabilities]:
        rows = self.table / self.table.sum(axis=1, keepdims=True)
        if inputs is None:
            return state, np.repeat(rows[-1:], state, axis=0)
        return state, rows[inputs] if inputs.ndim == 1 else inputs @ rows[:-1]


@hookimpl
def build_model(vocabulary: Vocabulary, options: Options) -> Bigrams:
    """Build a table of pairs over the vocabulary.

    Examples
    --------
    >>> from jazzgram import parse_terms
    >>> build_model(Vocabulary.of((parse_terms("C,1.000 R,1.000"),)), Options()).table.shape
    (3, 2)
    """
    return Bigrams(len(vocabulary), options.smoothing)
''',
    """    words = Vocabulary.of((parse_terms("C,1.000 R,1.000"),))
    model = plugin.build_model(words, plugin.Options(smoothing=0.001))
    model.fit(TokenData.of([0, 1, 0, 1]), 1, Path("unused"), lambda epoch: None)
    _, next_term = model.step(model.start(1), np.array([0]), ())
    assert next_term[0, 1] > 0.99
""",
    "model: {use: REF}\n",
)

_METRIC = Kind(
    "measure",
    _HEAD.replace("SUMMARY", "Count the notes of each bar (NAME).")
    + '''from jazzgram import Solo, hookimpl


@hookimpl
def measure(solo: Solo) -> dict[str, float]:
    """Give the mean number of notes a bar; nan for a solo without bars.

    Examples
    --------
    >>> from jazzgram import Note
    >>> measure(Solo((Note(60, 0, 480), Note(62, 480, 480)), (), bars=1))
    {'notes_per_bar': 2.0}
    """
    return {"notes_per_bar": len(solo.notes) / solo.bars if solo.bars else float("nan")}
''',
    """    assert plugin.measure(Solo((Note(60, 0, 480),), (), bars=2)) == {"notes_per_bar": 0.5}
""",
    "measure:\n  - REF\n",
)

_READER = Kind(
    "read_corpus",
    _HEAD.replace("SUMMARY", "Read solos from lines of MIDI numbers, four quarters a bar (NAME).")
    + '''from pathlib import Path

from jazzgram import Bar, Chord, Corpus, JazzgramError, Note, Tune, hookimpl, parse_symbol, voicing


@hookimpl
def read_corpus(source: Path) -> Corpus:
    """Read a chord symbol and four MIDI numbers from each line.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "tune.txt"
    >>> _ = file.write_text("C7 60 64 67 70")
    >>> [note.pitch for note in read_corpus(file).bars[0].melody]
    [60, 64, 67, 70]
    """
    bars = []
    for number, line in enumerate(source.read_text("utf-8", errors="replace").splitlines(), 1):
        words = line.split()
        if len(words) != 5 or not all(word.isdecimal() and int(word) < 128 for word in words[1:]):
            raise JazzgramError(f"{source}:{number}: expected a chord and four MIDI numbers (got {line!r})")
        chord = Chord(voicing(parse_symbol(words[0])), 0, 1920, words[0])
        bars.append(Bar(tuple(Note(int(word), beat * 480, 480) for beat, word in enumerate(words[1:])), (chord,)))
    if not bars:
        raise JazzgramError(f"{source}: the file is empty; expected a chord and four MIDI numbers a line")
    return Corpus((Tune(source.stem, tuple(bars)),))
''',
    """    file = Path(__file__).with_name("tune.txt")
    assert [note.pitch for note in plugin.read_corpus(file).bars[0].melody] == [60, 64, 67, 70]
""",
    "corpus: {read: REF, source: tests/tune.txt}\nmodel: {use: lstm, with: {window: 8, epochs: 20}}\n",
)

_WRITER = Kind(
    "write_solo",
    _HEAD.replace("SUMMARY", "Write the notes as a table (NAME).")
    + '''from pathlib import Path

from jazzgram import Solo, hookimpl


@hookimpl
def write_solo(solo: Solo, folder: Path) -> list[Path]:
    """Write ``solo.csv``: pitch, onset and duration in ticks, one note a line.

    Examples
    --------
    >>> import tempfile
    >>> from jazzgram import Note
    >>> (file,) = write_solo(Solo((Note(60, 0, 480),), (), bars=1), Path(tempfile.mkdtemp()))
    >>> print(file.read_text())
    pitch,onset,duration
    60,0,480
    <BLANKLINE>
    """
    rows = [f"{note.pitch},{note.onset},{note.duration}" for note in solo.notes]
    path = folder / "solo.csv"
    path.write_text("\\n".join(["pitch,onset,duration", *rows, ""]))
    return [path]
''',
    """    (file,) = plugin.write_solo(Solo((Note(60, 0, 480),), (), bars=1), tmp_path)
    assert file.read_text().splitlines()[1] == "60,0,480"
""",
    "write:\n  - midi\n  - REF\n",
)

KINDS = {
    "pruner": _PRUNER,
    "cleaner": _CLEANER,
    "sampler": _SAMPLER,
    "tokenizer": _TOKENIZER,
    "model": _MODEL,
    "metric": _METRIC,
    "reader": _READER,
    "writer": _WRITER,
}

TUNE = "C7 60 64 67 70\nF7 69 72 75 72\nC7 70 67 64 60\nG7 59 62 65 67\n"
"""What a new reader reads: four bars."""

_TEST = '''"""The plugin keeps the contract, and does what it says."""

from __future__ import annotations

import importlib.util
IMPORTS
from jazzgram.testing import check_plugin

_SPEC = importlib.util.spec_from_file_location("NAME", Path(__file__).parents[1] / "FILE")
assert _SPEC is not None and _SPEC.loader is not None
plugin = importlib.util.module_from_spec(_SPEC)
sys.modules["NAME"] = plugin
_SPEC.loader.exec_module(plugin)


def test_it_keeps_the_contract() -> None:
    check_plugin(plugin)


def test_it_does_what_it_says(FIXTURE) -> None:
BODY'''

_PYPROJECT = """\
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "jazzgram-DASHED"
version = "0.1.0"
description = "A KIND for jazzgram."
requires-python = ">=3.11"
dependencies = ["jazzgram"]

[project.entry-points.jazzgram]
NAME = "MODULE"

[tool.setuptools]
py-modules = ["MODULE"]
"""

_PACKAGE_README = """\
# jazzgram-DASHED

A KIND for [jazzgram](https://pypi.org/project/jazzgram/). After `pip install .` a configuration names it `NAME`:

    jazzgram run NAME.yaml
    jazzgram plugins check NAME
"""


def files(kind: str, name: str, package: bool) -> dict[str, str]:
    """Give the files of a new plugin by their path.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    name : str
        The plugin's name, a Python identifier.
    package : bool
        Whether it is to be shared as a pip package instead of lying beside the configuration.

    Returns
    -------
    dict of str to str
        Path to content.
    """
    made = KINDS[kind]
    module = f"jazzgram_{name}"
    file = f"{module}.py" if package else f"plugins/{name}.py"
    words = {"NAME": name, "FILE": file, "KIND": kind, "MODULE": module, "DASHED": name.replace("_", "-")}
    written = {
        file: _filled(made.code, words),
        f"tests/test_{name}.py": _test(made, words),
        f"{name}.yaml": f"# Tries {name}. Change an option, run it again, listen again.\nextends: blues\n"
        + made.config.replace("REF", name if package else file),
    }
    if kind == "reader":
        written["tests/tune.txt"] = TUNE
    if package:
        written["pyproject.toml"] = _filled(_PYPROJECT, words)
        written["README.md"] = _filled(_PACKAGE_README, words)
    return written


def _filled(text: str, words: dict[str, str]) -> str:
    for word, value in words.items():
        text = text.replace(word, value)
    return text


def _test(kind: Kind, words: dict[str, str]) -> str:
    names = ["Chord", "Meter", "Note", "Solo", "TokenData", "Vocabulary", "parse_terms"]
    used = [name for name in names if f"{name}(" in kind.test or f"{name}." in kind.test]
    lines = ["import sys", "from pathlib import Path"]
    if "Random(" in kind.test:
        lines.append("from random import Random")
    lines.append("")
    if "np." in kind.test:
        lines += ["import numpy as np", ""]
    if used:
        lines.append(f"from jazzgram import {', '.join(used)}")
    text = _TEST.replace("IMPORTS", "\n".join(lines))
    if kind is _READER:
        text = text.replace("check_plugin(plugin)", 'check_plugin(plugin, Path(__file__).with_name("tune.txt"))')
    text = text.replace("FIXTURE", "tmp_path: Path" if "tmp_path" in kind.test else "").replace("BODY", kind.test)
    return _filled(text, words)
