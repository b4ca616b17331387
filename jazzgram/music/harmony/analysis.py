"""Chord inference: the harmony of an accompaniment without chord symbols, half bar by half bar.

Each half bar is scored against 144 chords, twelve qualities on twelve roots, by three kinds of evidence: the tones that
are struck together (templates on duration-weighted pitch classes, after Pardo & Birmingham, *Algorithms for chordal
analysis*, Computer Music Journal 26/2, 2002), single lines, and the bass. The most likely sequence for all half bars
is found with Viterbi's algorithm (Sheh & Ellis, *Chord segmentation and recognition using EM-trained hidden Markov
models*, ISMIR 2003), where a chord stays or moves as chords do in jazz: see `jazzgram.music.harmony.statistics`. Tones
that were struck long enough besides those of a chord then become its tensions. `docs/chord-inference.md` has figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np

from jazzgram.music.arrays import Flags, Floats
from jazzgram.music.chord import Chord
from jazzgram.music.harmony.evidence import ABOVE, CELL, STATES, Evidence, gather, segments
from jazzgram.music.harmony.qualities import QUALITIES
from jazzgram.music.harmony.statistics import BASS, CHANGE, FAMILY, LINE, MOTION, SHARE
from jazzgram.music.harmony.symbols import voicing
from jazzgram.music.note import Note
from jazzgram.music.note_names import FLAT_NAMES
from jazzgram.music.time import TICKS_PER_QUARTER, Meter

_FAMILIES = tuple(dict.fromkeys(FAMILY.values()))
_FAMILY_OF = np.array([_FAMILIES.index(FAMILY[state]) for state in STATES])
_FIRST_OF_FAMILY = np.searchsorted(_FAMILY_OF, range(len(_FAMILIES)))


_NAMES: dict[str, tuple[str, ...]] = {
    "": ("", "add9"),
    "6": ("6", "69", "69#11"),
    "maj7": ("maj7", "maj9", "maj7#11", "maj9#11", "maj13"),
    "7": ("7", "9", "7b9", "7#9", "13", "7#11", "9#11", "13b9", "13#11", "7b9b13", "7b5"),
    "7sus4": ("7sus4", "sus4", "9sus4", "13sus4", "7b9sus4"),
    "7#5": ("7#5", "aug", "9#5", "7#9#5", "7alt"),
    "m": ("m", "madd9"),
    "m6": ("m6", "m69"),
    "m7": ("m7", "m9", "m11", "m13"),
    "mMaj7": ("mMaj7", "mMaj9"),
    "m7b5": ("m7b5",),
    "dim7": ("dim7", "dim"),
}
"""The names that a state may get, by the tones that were struck."""


_MOST = 0.5
"""The share of a chord's time for which a tension must sound to be named."""


@dataclass(frozen=True, slots=True)
class EvidenceWeights:
    """How much each kind of evidence counts.

    Fitted by ``benchmarks/fit_chord_inference.py`` on training solos of the Weimar Jazz Database: their melodies and
    bass lines, and accompaniments made from their changes. Then `root` and `chord` were raised by hand from 0.17 and
    2.8: so much rootless comping in the training data had made an F triad over F a Dm7.

    Parameters
    ----------
    line, chord, bass, bass_after : float
        Factors of the log likelihood of single lines, of chords, of the bass in the first quarter of a segment, and of
        the bass in the rest of it, 0 or more.
    motion : float
        Factor of the log probability that a chord stays, or moves as it does, 0 or more.
    root, fifth, seventh, tension, foreign : float
        The expected weight in a chord of its root, its fifth, its sixth or seventh, a possible tension and any
        other tone, where the third or the fourth in its place is 1.0; above 0.
    """

    line: float = 3.4
    chord: float = 4.5
    bass: float = 4.3
    bass_after: float = 0.7
    motion: float = 2.1
    root: float = 0.4
    fifth: float = 1.4
    seventh: float = 1.2
    tension: float = 0.07
    foreign: float = 0.024


def infer_chords(notes: Sequence[Note], bars: Sequence[Meter]) -> list[tuple[Chord, ...]]:
    """Find the chords that an accompaniment plays.

    Parameters
    ----------
    notes : sequence of Note
        The whole accompaniment, without drums, in any order; onsets in ticks from the start of the first bar.
        May be empty.
    bars : sequence of Meter
        The meter of each bar, in order. May be empty.

    Returns
    -------
    list of tuple of Chord
        For each bar its chords, one or two, which together fill it: onsets from its start, a symbol, and the voicing of
        that symbol on its root. A silence continues the chord before it; before the first note it is ``NC``.

    Notes
    -----
    A chord may change in the middle of a bar: on the third beat of 3/4 and of 4/4, the fourth of 5/4 and 6/4,
    the fifth of 7/4, the second of 6/8, the third of 12/8; 2/4 has one chord.

    Examples
    --------
    >>> notes = [Note(pitch, 0, 960) for pitch in (50, 60, 65, 69)] + [Note(pitch, 960, 960) for pitch in (43, 59, 65)]
    >>> [(chord.symbol, chord.onset, chord.duration) for chord in infer_chords(notes, [Meter()])[0]]
    [('Dm7', 0, 960), ('G7', 960, 960)]
    """
    if not bars:
        return []
    edges, on_barline = segments(bars)
    evidence = gather(notes, edges, on_barline)
    names = _names(evidence, decode_chords(evidence, on_barline, EvidenceWeights()), on_barline)
    voicings = {name: voicing(name) for name in set(names)}
    harmonies: list[tuple[Chord, ...]] = []
    starts = [*np.flatnonzero(on_barline).tolist(), len(names)]
    for first, end in pairwise(starts):
        chords: list[Chord] = []
        begin = onset = int(edges[first])
        for segment in range(first, end):
            until = int(edges[segment + 1])
            if chords and chords[-1].symbol == names[segment]:
                onset = begin + chords.pop().onset
            chords.append(Chord(voicings[names[segment]], onset - begin, until - onset, names[segment]))
            onset = until
        harmonies.append(tuple(chords))
    return harmonies


def decode_chords(evidence: Evidence, on_barline: Flags, weights: EvidenceWeights) -> list[tuple[int, str] | None]:
    """Find the most likely sequence of chords for the evidence.

    Parameters
    ----------
    evidence : Evidence
        Of n segments.
    on_barline : ndarray of bool, shape (n,)
        Which of them begin on a barline.
    weights : EvidenceWeights
        How much each kind of evidence counts.

    Returns
    -------
    list of (int, str) or None
        For each segment the pitch class of the root and one of `STATES`; for a silent one those before it, or None
        where nothing has sounded yet.
    """
    sounding = np.flatnonzero(evidence.sounding)
    if not len(sounding):
        return [None] * len(on_barline)
    fit = _fit(evidence, weights)[sounding]
    barline = on_barline[sounding].astype(int).tolist()
    motion = weights.motion * _motion()
    changing = (weights.motion * np.log(CHANGE)).tolist()
    staying = (weights.motion * np.log1p(-np.array(CHANGE))).tolist()
    shares = np.array([SHARE[state] for state in STATES], dtype=np.float64)
    families = np.add.reduceat(shares, _FIRST_OF_FAMILY)
    within = np.log(shares / families[_FAMILY_OF])

    scores = np.empty_like(fit)
    scores[0] = fit[0] + np.log(shares / shares.sum())
    for step in range(1, len(fit)):
        before = scores[step - 1]
        best = np.maximum.reduceat(before, _FIRST_OF_FAMILY, axis=1).reshape(-1, 1)
        arriving = (best + motion).max(axis=0).reshape(12, -1)[:, _FAMILY_OF] + within
        at = barline[step]
        scores[step] = fit[step] + np.maximum(before + staying[at], arriving + changing[at])

    root, state = divmod(int(scores[-1].argmax()), len(STATES))
    path = [(root, state)]
    for step in range(len(fit) - 1, 0, -1):
        before, at = scores[step - 1], barline[step]
        arrival = motion[:, root * len(_FAMILIES) + _FAMILY_OF[state]].reshape(12, -1)[:, _FAMILY_OF]
        moved = before + arrival + within[state] + changing[at]
        if moved.max() > before[root, state] + staying[at]:
            root, state = divmod(int(moved.argmax()), len(STATES))
        path.append((root, state))
    path.reverse()
    latest = np.searchsorted(sounding, np.arange(len(on_barline)), side="right") - 1
    return [(path[index][0], STATES[path[index][1]]) if index >= 0 else None for index in latest.tolist()]


def _fit(evidence: Evidence, weights: EvidenceWeights) -> Floats:
    """Compute the log likelihood of each segment under each chord, shape (n, 12 roots, 12 qualities).

    The tones of a stab are nearly as much evidence as those of a held chord: struck tones count by their
    share of the time in which chords sound, times the square root of that time.
    """
    templates = np.array([_template(state, weights) for state in STATES])
    lines = np.array([LINE[state] for state in STATES], dtype=np.float64)
    basses = np.array([BASS[FAMILY[state]] for state in STATES], dtype=np.float64)
    struck = evidence.struck / np.sqrt(np.maximum(evidence.chordal, CELL / TICKS_PER_QUARTER))[:, None]
    bass = weights.bass * evidence.bass + weights.bass_after * evidence.bass_after
    total = np.zeros((len(struck), 12, len(STATES)))
    for sounds, table in ((weights.chord * struck, templates), (weights.line * evidence.line, lines), (bass, basses)):
        likelihood = np.log(table / table.sum(axis=1, keepdims=True))
        rooted = np.concatenate([likelihood[:, ABOVE[root]] for root in range(12)])
        # Not a matrix product: a thread for each core costs more than so small a one.
        total += np.einsum("np,cp->nc", sounds, rooted).reshape(total.shape)
    return total


def _template(state: str, weights: EvidenceWeights) -> list[float]:
    """Return the expected weight in a chord of each degree, in semitones above its root."""
    tones = QUALITIES[state]
    tensions = {step % 12 for name in _NAMES[state] for step in QUALITIES[name]}
    own = {0: weights.root, **dict.fromkeys((6, 7, 8), weights.fifth), **dict.fromkeys((9, 10, 11), weights.seventh)}
    return [
        own.get(step, 1.0) if step in tones else weights.tension if step in tensions else weights.foreign
        for step in range(12)
    ]


@cache
def _motion() -> Floats:
    """Return the log probability of every change, from (root, family) to (root, family); shape (60, 60)."""
    counted = np.array([[MOTION[before][after] for after in _FAMILIES] for before in _FAMILIES], dtype=np.float64)
    # A motion that was never counted gets a probability of about one in a thousand.
    likelihood = np.log((counted + 1.0) / (counted + 1.0).sum(axis=(1, 2), keepdims=True))
    table = np.empty((12, len(_FAMILIES), 12, len(_FAMILIES)))
    for before in range(12):
        for after in range(12):
            table[before, :, after, :] = likelihood[:, :, (after - before) % 12]
    return table.reshape(12 * len(_FAMILIES), -1)


def _names(evidence: Evidence, path: Sequence[tuple[int, str] | None], on_barline: Flags) -> list[str]:
    """Name the chord of each segment, with the tensions that are struck for most of its time in the bar."""
    starts = [index for index in range(len(path)) if on_barline[index] or path[index] != path[index - 1]]
    struck = np.add.reduceat(evidence.struck, starts, axis=0)
    chordal = np.add.reduceat(evidence.chordal, starts)
    names: list[str] = []
    for run, (start, end) in enumerate(pairwise([*starts, len(path)])):
        found = path[start]
        if found is None:
            name = "NC"
        elif chordal[run]:
            root, state = found
            share = struck[run, ABOVE[-root]] / chordal[run]
            name = FLAT_NAMES[root] + _NAMES[state][int((_tones(state) @ (share - _MOST)).argmax())]
        elif not start or path[start - 1] != found:
            # Only lines and basses, whose passing tones are not tensions of the chord.
            name = FLAT_NAMES[found[0]] + found[1]
        names += [name] * (end - start)
    return names


@cache
def _tones(state: str) -> Floats:
    """Return a mask of the pitch classes, above the root, of each name that a state may get; shape (names, 12)."""
    table = np.zeros((len(_NAMES[state]), 12))
    for row, name in zip(table, _NAMES[state], strict=True):
        row[[step % 12 for step in QUALITIES[name]]] = 1.0
    return table
