"""The hooks: the contract between jazzgram and its plugins.

A plugin is a Python module with one function for each hook it implements, marked with `hookimpl`, and, if
it has options, a class ``Options`` (see `jazzgram.Options`). A step or tokenizer may also declare sets of names,
``NEEDS``, ``PROVIDES`` and ``DESTROYS``: what must hold before it, what holds after it, what may hold no longer.
Everything else is a hook: its arguments are checked, its results tested, its page is generated.

**Arguments are opt-in**: name only those you use.
Everything you are given is immutable (frozen values, tuples; arrays must not be written to) and everything you
return is new. Randomness comes only from the `rng` you are given; nothing else (files, globals, clocks) may
influence what you return. Returning ``None`` is an error that names the step.

**Times** are integer ticks, 480 to the quarter note. In the hooks that see one bar (`parse_melody`,
`unparse_grammar`, `prune_grammar`, `prune_notes`) they count from the start of that bar; in those that see a whole
solo (`clean_up_notes`, `accompany`, `measure`, `write_solo`) from the start of the solo.

Every hook names the version that it came with; ``docs/versioning.md`` lists what may change in which release.
The arguments `options`, `rng` and `step` mean the same in every hook that has them, and are described once.

Parameters
----------
options : Options
    The plugin's options.
rng : random.Random
    The only random generator.
step : str
    The step's position and name, for messages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pluggy
from numpy.typing import NDArray

from jazzgram.hooks.examination import Examination
from jazzgram.hooks.token_model import Position, Probabilities, TokenModel
from jazzgram.hooks.vocabulary import Vocabulary
from jazzgram.music.chord import Chord
from jazzgram.music.form import Form
from jazzgram.music.note import Note, Rest
from jazzgram.music.solo import Solo
from jazzgram.music.term import Grammar, Term
from jazzgram.music.time import Meter
from jazzgram.music.tune import Corpus, Track

hookspec = pluggy.HookspecMarker("jazzgram")
hookimpl = pluggy.HookimplMarker("jazzgram")
"""Mark a function of a plugin as the implementation of the hook of its name."""


class HookSpecs:
    """Every hook, with its arguments and what it must return."""

    @hookspec(firstresult=True)
    def read_corpus(self, source: Path, options: Any) -> Corpus:
        """Read the solos and chords of a source.

        Cardinality: one a source, named by ``corpus: {read: ...}``.

        .. versionadded:: 0.1

        Parameters
        ----------
        source : Path
            An existing file; for a reader without `list_files` it may be a folder.

        Returns
        -------
        Corpus
            At least one tune with at least one bar; chords on the bars, onsets counted from each bar's start.

        Raises
        ------
        JazzgramError
            A line for each mistake: it names the file, what was found and what to do.
        """

    @hookspec(firstresult=True)
    def list_files(self, folder: Path, options: Any) -> Sequence[Path]:
        """List the files of a folder that can be read one by one.

        Cardinality: the same reader that implements `read_corpus`, if it reads folders. The engine then calls
        `read_corpus` once a file, on all cores, and caches the tunes of each file until it changes.

        .. versionadded:: 0.1

        Parameters
        ----------
        folder : Path
            An existing folder.

        Returns
        -------
        sequence of Path
            Files below `folder`, sorted, each worth one call of `read_corpus`; empty where there is none.
        """

    @hookspec(firstresult=True)
    def depends_on(self, source: Path, options: Any) -> Sequence[Path]:
        """Name the other files that a file is read with.

        Cardinality: the same reader that implements `read_corpus`, if a tune is read from more files than its `source`.
        A file is read again when one of these changes, too.

        .. versionadded:: 0.1

        Parameters
        ----------
        source : Path
            An existing file.

        Returns
        -------
        sequence of Path
            Empty where there is none. A file that is missing is named, too: its appearing is a change. Files are named
            without reading their content: every run calls this for every file.
        """

    @hookspec(firstresult=True)
    def examine(self, source: Path, options: Any) -> Examination:
        """Report what is in a file before it is read, for `jazzgram corpus doctor`.

        Cardinality: the same reader that implements `read_corpus`, if its files have parts to choose from or options
        that depend on what is in them.

        .. versionadded:: 0.1

        Parameters
        ----------
        source : Path
            An existing file.
        options : Options
            The plugin's options; usually their defaults.

        Returns
        -------
        Examination
            The parts with their likely roles and the reasons, the options that fit, and remarks.

        Raises
        ------
        JazzgramError
            As `read_corpus`.
        """

    @hookspec(firstresult=True)
    def parse_melody(
        self, melody: tuple[Note | Rest, ...], chords: tuple[Chord, ...], meter: Meter, options: Any
    ) -> tuple[Term, ...]:
        """Turn one bar of melody into terms.

        Cardinality: one tokenizer, named by ``tokenizer: {use: ...}``; it also implements `unparse_grammar`.

        .. versionadded:: 0.1

        Parameters
        ----------
        melody : tuple of Note or Rest
            In time order, onsets from the start of the bar. May be empty.
        chords : tuple of Chord
            In time order, onsets from the start of the bar. May be empty where nothing is played either.
        meter : Meter
            The bar's meter.

        Returns
        -------
        tuple of Term
            In time order; empty for an empty bar.
        """

    @hookspec(firstresult=True)
    def unparse_grammar(
        self,
        terms: tuple[Term, ...],
        chords: tuple[Chord, ...],
        meter: Meter,
        previous: Note | None,
        options: Any,
        rng: Random,
    ) -> list[Note]:
        """Turn the terms of one bar into notes over the chords that are to be played.

        Cardinality: the same tokenizer that implements `parse_melody`.

        .. versionadded:: 0.1

        Parameters
        ----------
        terms : tuple of Term
            The bar's grammar after `prune_grammar`. May be empty.
        chords : tuple of Chord
            At least one, in time order, onsets from the start of the bar.
        meter : Meter
            The bar's meter.
        previous : Note or None
            The last note played before this bar (its onset is negative), None if there is none.

        Returns
        -------
        list of Note
            In time order. Each note carries its term's ``origin``. Rests leave a gap.
        """

    @hookspec(firstresult=True)
    def list_pitches(self, term: Term, chord: Chord | None, before: int | None, options: Any) -> tuple[int, ...]:
        """List the pitches that `unparse_grammar` draws from for one term, for `jazzgram evaluate likelihood`.

        Cardinality: the same tokenizer that implements `unparse_grammar`, if its models are to be scored.

        .. versionadded:: 0.1

        Parameters
        ----------
        term : Term
            No rest.
        chord : Chord or None
            What sounds at its onset.
        before : int or None
            The MIDI number of the note before, None if there is none.

        Returns
        -------
        tuple of int
            At least one; each is as likely as its share of the tuple.
        """

    @hookspec(firstresult=True)
    def build_model(self, vocabulary: Vocabulary, options: Any, members: Sequence[TokenModel]) -> TokenModel:
        """Build a token model that is not trained yet.

        Cardinality: one, named by ``model: {use: ...}``, and the members that it names.

        .. versionadded:: 0.1

        Parameters
        ----------
        vocabulary : Vocabulary
            What it predicts.
        members : sequence of TokenModel
            For a model that is made of others: those that its options of the type ``tuple[Use, ...]`` name, in that
            order, built and not trained. Its `fit` trains them, each with a checkpoint of its own,
            beside its own under that name with a dot and more (the engine removes these, too). Else empty.

        Returns
        -------
        TokenModel
            With `fit`, `weights`, `load`, `start` and `step`. Loading and stepping need no training library.

        Notes
        -----
        A trained model is cached by the plugin's code and all that it imports of its own package and of jazzgram. A
        model that comes with jazzgram is found by the plugin's ``MODEL_VERSION`` instead, an integer at the top of the
        module, which is raised where the same terms, options and seed train other weights, or where the same weights
        mean something else.
        """

    @hookspec(firstresult=True)
    def shape_distribution(
        self,
        probabilities: Probabilities,
        histories: Sequence[Sequence[int]],
        positions: Sequence[Position],
        vocabulary: Vocabulary,
        options: Any,
        step: str,
    ) -> Probabilities:
        """Change the distribution that the next term is drawn from.

        Cardinality: any number, in the order of ``samplers:``.

        .. versionadded:: 0.1

        Parameters
        ----------
        probabilities : ndarray of float, shape (batch, vocabulary)
            A row for each solo improvised at once. Not to be written to.
        histories : sequence of sequences of int
            For each row the token ids chosen so far, oldest first.
        positions : sequence of Position
            For each row the position of the term.
        vocabulary : Vocabulary
            The terms of the columns.

        Returns
        -------
        ndarray of float, shape (batch, vocabulary)
            New, non-negative; each row is normalised afterwards. A row of zeros means that **no term fits here**:
            what remains of the bar becomes a rest.
        """

    @hookspec(firstresult=True)
    def sample(
        self,
        probabilities: Probabilities,
        histories: Sequence[Sequence[int]],
        options: Any,
        rngs: Sequence[Random],
        step: str,
    ) -> Sequence[int] | NDArray[np.int64]:
        """Choose the next token of each row.

        Cardinality: one, the last of ``samplers:``.

        .. versionadded:: 0.1

        Parameters
        ----------
        probabilities : ndarray of float, shape (batch, vocabulary)
            Rows that sum to 1.
        histories : sequence of sequences of int
            For each row the token ids chosen so far.
        rngs : sequence of random.Random
            One random generator a row.

        Returns
        -------
        sequence of int, length batch
            A token id for each row.
        """

    @hookspec(firstresult=True)
    def study_corpus(self, corpus: Corpus, options: Any) -> Any:
        """Learn what a critic compares candidates with, once, before anything is sampled.

        Cardinality: the same critic that implements `score_bar`, if it depends on the corpus.

        .. versionadded:: 0.1

        Parameters
        ----------
        corpus : Corpus
            The training tunes.

        Returns
        -------
        object
            What `score_bar` receives as `learned`. Not to be changed afterwards.
        """

    @hookspec(firstresult=True)
    def score_bar(
        self,
        terms: tuple[Term, ...],
        notes: tuple[Note, ...],
        chords: tuple[Chord, ...],
        meter: Meter,
        history: tuple[tuple[Note, ...], ...],
        position: Position,
        given: bool,
        log_likelihoods: tuple[float, ...],
        learned: Any,
        options: Any,
        step: str,
    ) -> float:
        """Score one candidate for one bar, while others are still in play.

        Cardinality: any number, in the order of ``critics:``. The log weights of all critics are added; a candidate
        with a higher sum is the likelier to go on.

        .. versionadded:: 0.1

        Parameters
        ----------
        terms : tuple of Term
            The bar's terms as they were sampled, or as they are given.
        notes : tuple of Note
            The bar's notes before the chain, onsets from the start of the bar.
        chords : tuple of Chord
            The bar's chords, onsets from the start of the bar.
        meter : Meter
            The bar's meter.
        history : tuple of tuple of Note
            The candidate's notes of each bar before, onsets from the start of that bar.
        position : Position
            That of the bar's start: its number, the number of bars, the tempo.
        given : bool
            Whether the bar is given, not sampled: the same for all candidates.
        log_likelihoods : tuple of float
            For each term its log-likelihood by the model, before the samplers, in nats; nan for a given term that is
            not in the vocabulary.
        learned : object
            From `study_corpus`; None for a critic without it.

        Returns
        -------
        float
            A log weight: 0 for no opinion, the difference between two candidates is the log of how much rather the one
            is taken; ``-inf`` for a candidate that must not go on.
        """

    @hookspec(firstresult=True)
    def prune_grammar(
        self, terms: tuple[Term, ...], chords: tuple[Chord, ...], meter: Meter, options: Any, rng: Random, step: str
    ) -> Sequence[Term]:
        """Change the terms of one bar before they become notes.

        Cardinality: any number, in the order of ``chain:``. A step is called for every bar in turn before the
        next step begins.

        .. versionadded:: 0.1

        Parameters
        ----------
        terms : tuple of Term
            The bar's grammar. May be empty.
        chords : tuple of Chord
            The bar's chords, onsets from the start of the bar.
        meter : Meter
            The bar's meter.

        Returns
        -------
        sequence of Term
            New. Change a term with `dataclasses.replace`, so that it keeps its origin.
        """

    @hookspec(firstresult=True)
    def prune_notes(
        self,
        notes: tuple[Note, ...],
        chords: tuple[Chord, ...],
        meter: Meter,
        previous: Note | None,
        following: Note | None,
        next_chord: Chord | None,
        options: Any,
        rng: Random,
        step: str,
    ) -> Sequence[Note]:
        """Change, remove or add notes of one bar.

        Cardinality: any number, in the order of ``chain:``. A step is called for every bar in turn before the
        next step begins.

        .. versionadded:: 0.1

        Parameters
        ----------
        notes : tuple of Note
            The bar's notes in time order. May be empty.
        chords : tuple of Chord
            The bar's chords, onsets from the start of the bar.
        meter : Meter
            The bar's meter.
        previous : Note or None
            The last note before this bar as this step left it (its onset is negative).
        following : Note or None
            The first note after this bar as it came to this step (its onset is the bar's length or more).
        next_chord : Chord or None
            The chord that follows the bar's last one (onset: the bar's length).

        Returns
        -------
        sequence of Note
            New, in time order. Change a note with `dataclasses.replace`, so that it keeps its origin.
        """

    @hookspec(firstresult=True)
    def clean_up_notes(
        self,
        notes: tuple[Note, ...],
        chords: tuple[Chord, ...],
        meter: Meter,
        tempo: float,
        form: Form,
        straight: bool,
        options: Any,
        rng: Random,
        step: str,
    ) -> Sequence[Note]:
        """Change the notes of the whole solo.

        Cardinality: any number, in the order of ``chain:``.

        .. versionadded:: 0.1

        Parameters
        ----------
        notes : tuple of Note
            The solo's notes in time order, onsets from the start of the solo. May be empty.
        chords : tuple of Chord
            The solo's chords, onsets from the start of the solo.
        meter : Meter
            The meter of every bar.
        tempo : float
            Quarter notes per minute.
        form : Form
            The sections of the solo's bars, and the bar of its last chord. The melody of a ``head`` is not improvised:
            a step that changes pitches or takes notes away leaves it alone.
        straight : bool
            Whether the style of the band has even eighths at every tempo, as bossa nova and funk have.

        Returns
        -------
        sequence of Note
            New, in time order. Change a note with `dataclasses.replace`, so that it keeps its origin.
        """

    @hookspec(firstresult=True)
    def accompany(
        self,
        chords: tuple[Chord, ...],
        meter: Meter,
        tempo: float,
        form: Form,
        ratio: float,
        solo: Solo,
        options: Any,
        rng: Random,
        step: str,
    ) -> Sequence[Track]:
        """Play beneath a solo.

        Cardinality: any number, in the order of ``accompany:``, or those of a style. Each plays by itself; none is
        conditioned on the tracks of another.

        .. versionadded:: 0.1

        Parameters
        ----------
        chords : tuple of Chord
            The solo's chords in time order, onsets from the start of the solo. May be empty; a chord without pitches
            ("no chord") is a silence.
        meter : Meter
            The meter of every bar. A plugin with patterns for some meters only names them in a set of names
            ``METERS`` ("4/4"); in another one the user is warned that it plays plain ones.
        tempo : float
            Quarter notes per minute.
        form : Form
            The sections, their roles and choruses, and the bar of the last chord.
        ratio : float
            Long to short eighth, 1 (even) to 4: what the style, the tempo and the soloist ask for. See
            `jazzgram.music.swung`.
        solo : Solo
            The finished solo, without accompaniment: leave room for its phrases, answer in its rests.

        Returns
        -------
        sequence of Track
            As played: swung, with velocities. Notes in time order, onsets from the start of the solo, none past its
            end. Empty where nothing is played.
        """

    @hookspec(firstresult=True)
    def respond(
        self,
        terms: Grammar,
        notes: tuple[tuple[Note, ...], ...],
        chords: tuple[tuple[Chord, ...], ...],
        meter: Meter,
        history: tuple[tuple[Note, ...], ...],
        go_on: Callable[..., Sequence[tuple[Term, ...]]],
        options: Any,
        rng: Random,
        step: str,
    ) -> Sequence[Sequence[Term]] | Sequence[Sequence[Note]]:
        """Answer the bars that a musician has just played.

        Cardinality: any number, named by ``live: {respond: [...]}``; they answer in turn.

        .. versionadded:: 0.1

        Parameters
        ----------
        terms : tuple of tuple of Term
            The musician's bars in the tokenizer's terms; empty where the machine begins.
        notes : tuple of tuple of Note
            The same as notes on the grid, one at a time, onsets from the start of their bar.
        chords : tuple of tuple of Chord
            The chords of each bar of the answer, onsets from the start of their bar.
        meter : Meter
            The meter of every bar.
        history : tuple of tuple of Note
            The notes of each bar so far, of both players, the musician's bars last.
        go_on : callable
            Returns the model's own continuation, conditioned on all that was played: a sequence of the terms of each
            bar of the answer, drawn when they are looked at, which takes about a millisecond a note. Where it is
            returned as it is, the answer begins before its last bars are drawn. ``within=(48, 84)`` keeps its pitches
            from the one MIDI number to the other. Call it at most once.

        Returns
        -------
        sequence of sequence of Term, or of Note
            A bar for each of `chords`: terms, which the tokenizer turns into notes, or notes, onsets from the start of
            their bar. The chain runs on it.
        """

    @hookspec(firstresult=True)
    def measure(self, solo: Solo, corpus: Corpus, options: Any) -> dict[str, float]:
        """Measure a solo.

        Cardinality: any number, named by ``measure:``.

        .. versionadded:: 0.1

        Parameters
        ----------
        solo : Solo
            The improvised solo.
        corpus : Corpus
            The training corpus.

        Returns
        -------
        dict of str to float
            Any number of named values; nan where a value is not defined.
        """

    @hookspec(firstresult=True)
    def write_solo(self, solo: Solo, folder: Path, options: Any) -> list[Path]:
        """Write a solo to files.

        Cardinality: any number, named by ``write:``.

        .. versionadded:: 0.1

        Parameters
        ----------
        solo : Solo
            The improvised solo.
        folder : Path
            An existing, empty-enough folder: files of the same name are replaced. The engine moves
            what is written here into the run's folder when all writers are done.

        Returns
        -------
        list of Path
            The files written, below `folder`.
        """


KINDS = {
    "read_corpus": "readers",
    "list_files": "readers",
    "depends_on": "readers",
    "examine": "readers",
    "parse_melody": "tokenizers",
    "unparse_grammar": "tokenizers",
    "list_pitches": "tokenizers",
    "build_model": "models",
    "shape_distribution": "samplers",
    "sample": "samplers",
    "study_corpus": "critics",
    "score_bar": "critics",
    "prune_grammar": "pruners",
    "prune_notes": "pruners",
    "clean_up_notes": "cleaners",
    "accompany": "accompanists",
    "respond": "responders",
    "measure": "metrics",
    "write_solo": "writers",
}
"""The folder of the stock library, and the prefix of an entry point's name, for each hook."""
