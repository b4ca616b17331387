"""Guess which part of a file plays what: melody, harmony, bass or drums, each with the reasons.

The features are those by which melody tracks have been identified (Rizo, Ponce de León, Pérez-Sancho, Pertusa &
Iñesta, *A pattern recognition approach for melody track selection in MIDI files*, ISMIR 2006: polyphony, pitch,
activity; Madsen & Widmer, *Towards a computational model of melody identification in polyphonic music*, IJCAI 2007),
with the file's own labels, the names and the General MIDI programs. The weights are this project's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np

from jazzgram import TICKS_PER_QUARTER

from .file import GM_FAMILIES, Part, list_parts
from .quantize import Ints, scale

_UNPITCHED = ("Percussion", "Sound Effect")

Role = Literal["melody", "harmony", "bass", "drums"]

_NAMED: dict[Role, re.Pattern[str]] = {
    cast("Role", role): re.compile("|".join(words.split()), re.IGNORECASE)
    for role, words in {
        "drums": r"drum perc kick snare hi-?hat cymb conga bongo shaker tambour batter schlagz",
        "bass": r"(\b|contra|kontra)bass\b(?!\W?(cl|tro|sax)) ^basse$ ^basso$ ^bajo$",
        "melody": r"m[eé]lod lead solo vocal \bvox\b voice sing sax trumpet trompet flute flöte clarinet klarinet "
        r"violin\W?1\b harmonica theme \bhead\b \bright\b \brh\b sopran chant\b gesang canto\b \bvoz\b",
        "harmony": r"chord comp\b comping accomp akkord harmon(y|ie) rhythm pad\b piano keys keyb organ string strum "
        r"backing choir \bleft\b \blh\b",
    }.items()
}
"""Words in the names of parts. The first role that finds one has it: a bass drum is a drum, lead keys are a lead."""

_SOLOIST = (0.6, 0.7, 0.5, 0.8, 0.0, 0.8, 0.3, 0.8, 1.0, 1.0, 1.0, 0.2, 0.1, 0.5, 0.0, 0.0)
_ACCOMPANIST = (1.0, 0.5, 0.9, 0.9, 0.0, 0.3, 0.7, 0.4, 0.2, 0.1, 0.3, 0.8, 0.3, 0.3, 0.0, 0.0)
"""How often each General MIDI family is one, 0.0 to 1.0."""


@dataclass(frozen=True, slots=True)
class PartFeatures:
    """What a part plays, in numbers.

    Parameters
    ----------
    monophony : float
        The share of the time in which it sounds that exactly one note does, 0.0 to 1.0.
    chords : float
        The share of its onsets at which three notes or more begin, 0.0 to 1.0.
    low, high : int
        Its lowest and highest pitch.
    mean_pitch : float
        The mean of its pitches.
    onsets : int
        How many times it begins to play: notes within a 32nd note of each other are one onset.
    density : float
        Onsets a quarter note, from its first note to its last.
    presence : float
        The share of the stretches of four quarter notes, from the first note of any part to the last, in which it
        begins a note, 0.0 to 1.0.
    rests : float
        The share of the time from its first note to its last in which it is silent, 0.0 to 1.0.
    """

    monophony: float
    chords: float
    low: int
    high: int
    mean_pitch: float
    onsets: int
    density: float
    presence: float
    rests: float


@dataclass(frozen=True, slots=True)
class PartProfile:
    """A part with its likely role.

    Parameters
    ----------
    number : int
        As the options of the midi reader count parts.
    name : str
        As the file names it.
    program : int
        General MIDI program, 0 to 127.
    notes : int
        How many it has.
    features : PartFeatures
        What it plays.
    role : str
        ``melody``, ``harmony``, ``bass`` or ``drums``.
    melody, harmony : float
        How well it would do as one, 0.0 to 1.0.
    why : str
        The reasons for the role, in words.
    """

    number: int
    name: str
    program: int
    notes: int
    features: PartFeatures
    role: Role
    melody: float
    harmony: float
    why: str

    @property
    def score(self) -> float:
        """How well it does in its role; 0.0 for bass and drums, which nobody has to choose."""
        return {"melody": self.melody, "harmony": self.harmony}.get(self.role, 0.0)


def profile_parts(score: Any, span: tuple[int, int] | None = None) -> list[PartProfile]:
    """Profile the parts of a file.

    Parameters
    ----------
    score : symusic.Score
        As `parse_midi` returns it.
    span : (int, int) or None
        Look only at the notes that begin in it; ticks, 480 to the quarter note. None: at all.

    Returns
    -------
    list of PartProfile
        In the order of their numbers, without those that have no notes in the span. May be empty.

    Examples
    --------
    >>> import symusic
    >>> score = symusic.Score(480)
    >>> for name, notes in ("Tenor", [(0, 72), (480, 74), (960, 71)]), ("Keys", [(0, 48), (0, 52), (0, 55)]):
    ...     track = symusic.Track(name)
    ...     track.notes.extend(symusic.Note(onset, 400, pitch, 90) for onset, pitch in notes)
    ...     score.tracks.append(track)
    >>> [(profile.name, profile.role) for profile in profile_parts(score)]
    [('Tenor', 'melody'), ('Keys', 'harmony')]
    """
    played = [it for it in (_Played.read(part, span) for part in list_parts(score)) if len(it.onsets)]
    if not played:
        return []
    start, end = min(int(it.onsets[0]) for it in played), max(int(it.onsets[-1]) for it in played)
    features = [it.features(start, end) for it in played]
    pitched = [its for it, its in zip(played, features, strict=True) if not is_unpitched(it.part)]
    busiest = max((its.onsets for its in pitched), default=1)
    profiles: list[PartProfile] = []
    for it, its in zip(played, features, strict=True):
        part, melody, harmony = it.part, 0.0, 0.0
        if not is_unpitched(part):
            lower = sum(other.mean_pitch < its.mean_pitch for other in pitched) / max(1, len(pitched) - 1)
            melody = _melody_score(part, its, its.onsets / busiest, lower)
            harmony = _harmony_score(part, its)
        role = _role(part, its, melody, harmony)
        why = _why(part, its, role)
        profiles.append(
            PartProfile(part.number, part.name, part.program, len(it.onsets), its, role, melody, harmony, why)
        )
    return profiles


def choose_melody(profiles: Sequence[PartProfile]) -> PartProfile | None:
    """Choose the soloist: the best melody; where no part plays one, the best of the others; None if all are drums."""
    for roles in (("melody",), ("harmony", "bass")):
        if candidates := [profile for profile in profiles if profile.role in roles]:
            return max(candidates, key=lambda profile: profile.melody)
    return None


def choose_harmony(profiles: Sequence[PartProfile]) -> PartProfile | None:
    """Choose who plays the chords: the best harmony; None where no part plays any."""
    candidates = [profile for profile in profiles if profile.role == "harmony" and profile.features.chords > 0]
    return max(candidates, key=lambda profile: profile.harmony, default=None)


@dataclass(frozen=True, eq=False)
class _Played:
    """The notes of a part that count, in ticks."""

    part: Part
    onsets: Ints
    ends: Ints
    pitches: Ints

    @classmethod
    def read(cls, part: Part, span: tuple[int, int] | None) -> _Played:
        onsets, ends = scale(part.onsets, part.per_quarter), scale(part.ends, part.per_quarter)
        inside = (span[0] <= onsets) & (onsets < span[1]) if span else np.full(len(onsets), True)
        # A note without length sounds all the same.
        return cls(part, onsets[inside], np.maximum(ends, onsets + 1)[inside], part.pitches[inside])

    def features(self, start: int, end: int) -> PartFeatures:
        """Compute the features; `start` and `end` are the first and the last onset of any part."""
        at, first = np.concatenate((self.ends, self.onsets)), int(self.onsets[0])
        order = np.argsort(at, kind="stable")
        sounding = np.cumsum(np.repeat((-1, 1), len(self.onsets))[order])[:-1]
        lengths = np.diff(at[order])
        sounding_ticks = int(lengths[sounding > 0].sum())
        stretch = 4 * TICKS_PER_QUARTER
        attacks = np.flatnonzero(np.diff(self.onsets, prepend=-stretch) > TICKS_PER_QUARTER // 8)
        quarters = max(1.0, (int(self.onsets[-1]) - first) / TICKS_PER_QUARTER + 1)
        return PartFeatures(
            monophony=float(lengths[sounding == 1].sum() / sounding_ticks),
            chords=float((np.diff(attacks, append=len(self.onsets)) >= 3).mean()),
            low=int(self.pitches.min()),
            high=int(self.pitches.max()),
            mean_pitch=float(self.pitches.mean()),
            onsets=len(attacks),
            density=len(attacks) / quarters,
            presence=len(np.unique((self.onsets - start) // stretch)) / ((end - start) // stretch + 1),
            rests=1 - sounding_ticks / (int(self.ends.max()) - first),
        )


def _named(name: str) -> Role | None:
    """Return the role that a name contains a word for."""
    return next((role for role, words in _NAMED.items() if words.search(name)), None)


def is_unpitched(part: Part) -> bool:
    """Check whether a part plays drums or noises, by its channel, name or program."""
    return part.is_drum or _named(part.name) == "drums" or GM_FAMILIES[part.program // 8] in _UNPITCHED


def _role(part: Part, features: PartFeatures, melody: float, harmony: float) -> Role:
    if is_unpitched(part):
        return "drums"
    labelled = _named(part.name) == "bass" or GM_FAMILIES[part.program // 8] == "Bass"
    if features.monophony >= 0.6 and features.mean_pitch < (54 if labelled else 46):
        return "bass"
    together = features.chords >= 0.1 or features.monophony < 0.6
    return "harmony" if together and harmony > melody else "melody"


def _melody_score(part: Part, features: PartFeatures, activity: float, height: float) -> float:
    """Weigh what makes a melody; `activity` compares its onsets with the busiest part's, `height` is its rank."""
    return _weigh(
        (3, _slope(features.monophony, 0.4, 0.9)),
        (2, _slope(features.mean_pitch, 45, 58) * _slope(features.mean_pitch, 98, 84)),
        (2, activity**0.5),
        (1, height),
        (0.5, _slope(features.rests, 0.0, 0.05) * _slope(features.rests, 0.95, 0.7)),
        (1, _SOLOIST[part.program // 8]),
        (2, {"melody": 1.0, None: 0.5}.get(_named(part.name), 0.0)),
    )


def _harmony_score(part: Part, features: PartFeatures) -> float:
    """Weigh what makes an accompaniment that has the chords."""
    return _weigh(
        (3, _slope(features.chords, 0.0, 0.6)),
        (2, features.presence),
        (1, _slope(features.mean_pitch, 40, 50) * _slope(features.mean_pitch, 85, 70)),
        (1, _ACCOMPANIST[part.program // 8]),
        (1, {"harmony": 1.0, None: 0.5}.get(_named(part.name), 0.0)),
    )


def _weigh(*terms: tuple[float, float]) -> float:
    return sum(weight * value for weight, value in terms) / sum(weight for weight, _ in terms)


def _slope(value: float, none: float, full: float) -> float:
    """Interpolate between 0.0 at `none` and 1.0 at `full`, clipped outside."""
    return min(1.0, max(0.0, (value - none) / (full - none)))


def _why(part: Part, features: PartFeatures, role: Role) -> str:
    named, family = _named(part.name), GM_FAMILIES[part.program // 8]
    reasons = [f"named {part.name!r}"] if named == role else []
    if role == "drums":
        return ", ".join(["on the drum channel"] * part.is_drum + reasons) or f"program {part.program} ({family})"
    sounds = f"three notes or more at {features.chords:.0%} of its onsets"
    reasons.insert(0, sounds if role == "harmony" else f"monophonic {features.monophony:.0%}")
    reasons.insert(1, f"range {features.low}–{features.high}")
    if role != "bass":
        reasons.insert(2, f"{features.density:.2g} onsets a quarter in {features.presence:.0%} of the file")
    return ", ".join([*reasons, f"program {part.program} ({family})"])
