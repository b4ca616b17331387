"""The likelihood of held-out solos under a model: bits per note, whatever its terms are.

A solo is scored teacher-forced, term by term, each predicted from the true ones before it::

    P(note) = P(term | history) * P(note | term)

The second factor comes from the tokenizer's realisation (its hook `list_pitches`): 1 where a term names a pitch, 1/n
where the pitch is drawn evenly from n. Rests have the bits of their terms, which count for the notes.

Nothing is skipped. A term that the training part does not have gets the share of terms that occur once there
(Good & Turing), spread evenly over 128 pitches and the rest and all durations of the vocabulary. A note that is not
among its term's pitches gets the share of such notes in training tunes, spread evenly over 128 pitches. Both are
counted. Lengths and onsets are those of the tokenizer's terms: what it smooths is free, so compare models on one
tokenizer, or tokenizers that smooth alike.

Source: Good, *The population frequencies of species and the estimation of population parameters* (Biometrika 40, 1953).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp2, nan
from typing import Any

import numpy as np

from jazzgram.corpus.token_table import TuneEntry
from jazzgram.errors import JazzgramError
from jazzgram.evaluation.bigrams import Bigrams
from jazzgram.hooks.token_model import UNKNOWN, TokenTune
from jazzgram.models.teacher_forcing import Predictions, predict_terms
from jazzgram.music.arrays import Floats, Ints
from jazzgram.music.chord import chord_at
from jazzgram.music.term import Term
from jazzgram.music.tune import Bar
from jazzgram.pipeline.pipeline import Pipeline

_PITCHES = 128
_SAMPLE = 64
"""Training tunes in which notes outside their term's pitches are counted."""
_SMALLEST = 1e-300


@dataclass(frozen=True)
class Likelihood:
    """The likelihood of the solos of a part.

    Parameters
    ----------
    name : str
        The model, or the baseline.
    notes, terms : int
        How many were scored.
    bits : float
        Of all of them together.
    term_bits : float
        The bits of the terms alone.
    right : int
        Terms that were the likeliest.
    unknown : int
        Terms that the training part does not have.
    outside : int
        Notes that are not among their term's pitches.
    """

    name: str
    notes: int
    terms: int
    bits: float
    term_bits: float
    right: int
    unknown: int
    outside: int

    @property
    def bits_per_note(self) -> float:
        """Bits per note; nan without notes."""
        return self.bits / self.notes if self.notes else nan

    @property
    def perplexity(self) -> float:
        """Two to the bits per note."""
        return exp2(self.bits_per_note)

    @property
    def bits_per_term(self) -> float:
        """Bits per term; nan without terms."""
        return self.term_bits / self.terms if self.terms else nan

    @property
    def accuracy(self) -> float:
        """Share of terms that were the likeliest; nan without terms."""
        return self.right / self.terms if self.terms else nan

    def as_json(self) -> dict[str, Any]:
        """Return the values by name."""
        return {
            "model": self.name,
            "bits_per_note": self.bits_per_note,
            "perplexity": self.perplexity,
            "bits_per_term": self.bits_per_term,
            "accuracy": self.accuracy,
            "notes": self.notes,
            "terms": self.terms,
            "unknown": self.unknown,
            "outside": self.outside,
        }


def likelihoods(pipeline: Pipeline, part: str = "validation") -> list[Likelihood]:
    """Score a configuration's model and the baselines on a part of its corpus.

    Parameters
    ----------
    pipeline : Pipeline
        Its model is trained where it is not yet.
    part : str
        ``validation``, ``test`` or ``train``.

    Returns
    -------
    list of Likelihood
        The model first, then uniform, unigram, bigram and copy_last_bar.

    Raises
    ------
    JazzgramError
        Where the part is empty, or the tokenizer does not list the pitches of a term.
    """
    table = pipeline.tokens
    entries = [(number, entry) for number, entry in enumerate(table.tunes) if entry.part == part and entry.notes]
    if not entries:
        raise JazzgramError(
            f"{pipeline.config.name}: the corpus has no {part} part; split it:"
            ' --set corpus.split={"train": 0.8, "validation": 0.2, "test": 0.0}'
        )
    realisation = _Realisation(pipeline)
    training = [(number, entry) for number, entry in enumerate(table.tunes) if entry.part == "train"][:_SAMPLE]
    seen = realisation.sizes(training)
    share = (np.count_nonzero(seen == 0) + 1) / (len(seen) + 2)
    sizes = realisation.sizes(entries)
    given = np.where(sizes > 0, (1 - share) / np.maximum(sizes, 1), 0.0) + share / _PITCHES
    pitch_bits = -float(np.log2(given[sizes >= 0]).sum())
    tunes = [table.tune(entry) for _, entry in entries]
    counts = np.bincount(table.tokens(), minlength=len(table.vocabulary))
    once = max(int((counts == 1).sum()), 1) / counts.sum()
    unseen = once / ((_PITCHES + 1) * len(np.unique(table.vocabulary.durations)))
    notes = sum(entry.notes for _, entry in entries)

    def scored(name: str, predictions: Sequence[Predictions]) -> Likelihood:
        probabilities = np.concatenate([probability for probability, _ in predictions])
        known = np.concatenate([tune.tokens for tune in tunes]) != UNKNOWN
        term_bits = -float(np.log2(np.maximum(np.where(known, probabilities * (1 - once), unseen), _SMALLEST)).sum())
        right = int(np.concatenate([hit for _, hit in predictions])[known].sum())
        unknown = int((~known).sum())
        bits = term_bits + pitch_bits
        return Likelihood(name, notes, len(probabilities), bits, term_bits, right, unknown, int((sizes == 0).sum()))

    train = table.data().train
    return [
        scored(pipeline.config.model.plugin.name, predict_terms(pipeline.model, tunes)),
        *(scored(name, [baseline(tune) for tune in tunes]) for name, baseline in _baselines(train, counts)),
    ]


class _Realisation:
    """The pitches that the tokenizer may realize the terms of a corpus with, against its notes."""

    def __init__(self, pipeline: Pipeline) -> None:
        tokenizer = pipeline.config.tokenizer
        if "list_pitches" not in tokenizer.plugin.hooks:
            raise JazzgramError(
                f"tokenizer {tokenizer.plugin.name}: does not say what pitches a term may become; implement"
                " list_pitches beside unparse_grammar"
            )
        self._list = pipeline.calls.caller("list_pitches", tokenizer.plugin)
        self._options = tokenizer.options
        self._table = pipeline.tokens
        self._tunes = pipeline.corpus.tunes

    def sizes(self, entries: Sequence[tuple[int, TuneEntry]]) -> Floats:
        """Return for each term the inverse of its note's probability: how many pitches it is drawn from.

        Returns
        -------
        ndarray of float, shape (terms,)
            0 where the note is not among them; -1 for rests and for terms that the vocabulary does not have.
        """
        found: list[float] = []
        for number, entry in entries:
            rows = slice(entry.begin, entry.end)
            tokens, bars = self._table.column("token")[rows].tolist(), self._table.column("bar")[rows].tolist()
            by_bar: dict[int, list[int]] = defaultdict(list)
            for bar, token in zip(bars, tokens, strict=True):
                by_bar[bar].append(token)
            before: int | None = None
            tune = self._tunes[number]
            for bar, ids in by_bar.items():
                sizes, before = self._bar(ids, tune.bars[bar], before)
                found += sizes
        return np.array(found)

    def _bar(self, ids: Sequence[int], bar: Bar, before: int | None) -> tuple[list[float], int | None]:
        terms = [self._table.terms[token] for token in ids]
        pitches = iter(_pitches(bar, sum(not term.is_rest for term in terms)))
        sizes: list[float] = []
        onset = 0
        for token, term in zip(ids, terms, strict=True):
            if term.is_rest:
                sizes.append(-1)
            else:
                pitch = next(pitches)
                known = token < len(self._table.vocabulary)
                sizes.append(self._size(term, bar, onset, before, pitch) if known else -1)
                before = pitch
            onset += term.duration
        return sizes, before

    def _size(self, term: Term, bar: Bar, onset: int, before: int | None, pitch: int) -> float:
        drawn = self._list(term=term, chord=chord_at(bar.chords, onset), before=before, options=self._options)
        return len(drawn) / drawn.count(pitch) if pitch in drawn else 0


def _pitches(bar: Bar, count: int) -> list[int]:
    """Return the pitches of a bar's terms: of all notes, or of the highest of those that begin together."""
    if len(bar.notes) == count:
        return [note.pitch for note in bar.notes]
    highest: dict[int, int] = {}
    for note in bar.notes:
        if note.onset < bar.meter.bar:
            highest[note.onset] = max(note.pitch, highest.get(note.onset, 0))
    if len(highest) != count:
        raise JazzgramError(
            f"a bar of {len(bar.notes)} notes has {count} terms that are no rests: they cannot be matched"
        )
    return list(highest.values())


def _baselines(training: Sequence[TokenTune], counts: Ints) -> list[tuple[str, Callable[[TokenTune], Predictions]]]:
    """Return the baselines by name, in order."""
    alone = counts / counts.sum()
    bigrams = Bigrams((pair for tune in training for pair in pairwise(tune.tokens.tolist())), alone)

    def uniform(tune: TokenTune) -> Predictions:
        return np.full(len(tune), 1 / len(counts)), tune.tokens == 0

    def unigram(tune: TokenTune) -> Predictions:
        return alone[tune.tokens], tune.tokens == alone.argmax()

    def pairs(tune: TokenTune, copied: Sequence[int | None], trust: float) -> Predictions:
        probabilities, hits = np.zeros(len(tune)), np.zeros(len(tune), bool)
        before = UNKNOWN
        for at, (token, same) in enumerate(zip(tune.tokens.tolist(), copied, strict=True)):
            mixed = bigrams.after(before)
            highest = float(mixed.max())
            weight = 0.0 if same is None or same == UNKNOWN else trust
            if token != UNKNOWN:
                probabilities[at] = (1 - weight) * mixed[token] + weight * (same == token)
                top = max((1 - weight) * highest, (1 - weight) * mixed[same] + weight if weight else 0.0)
                hits[at] = probabilities[at] >= top
            before = token
        return probabilities, hits

    copies = [(tune.tokens, _bar_before(tune)) for tune in training]
    hit = [
        same == token
        for tokens, bar in copies
        for token, same in zip(tokens.tolist(), bar, strict=True)
        if same is not None
    ]
    trust = sum(hit) / len(hit) if hit else 0.0
    return [
        ("uniform", uniform),
        ("unigram", unigram),
        ("bigram", lambda tune: pairs(tune, [None] * len(tune), 0.0)),
        ("copy_last_bar", lambda tune: pairs(tune, _bar_before(tune), trust)),
    ]


def _bar_before(tune: TokenTune) -> list[int | None]:
    """Return for each term the one at its onset in the bar before; None where there is none."""
    positions = list(zip(tune.bar.tolist(), tune.onset.tolist(), strict=True))
    there = dict(zip(positions, tune.tokens.tolist(), strict=True))
    return [there.get((bar - 1, onset)) for bar, onset in positions]
