"""The changes as a band reads them: by tick, with what bass and piano may play, and the last chord."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from jazzgram import Chord, ChordSymbol, Form, Meter, chord_scale
from jazzgram.music import symbol_of

_DOMINANTS = ((0, 4, 7, 10), (0, 4, 7, 10, 13))


@dataclass(frozen=True, slots=True)
class Harmony:
    """A chord as a bass player reads it; everything in pitch classes.

    Parameters
    ----------
    bass : int or None
        The tone after the slash, else the root; None for "no chord".
    third, fifth, seventh : int or None
        None where the chord has none, or where it rubs against another tone of it (a fifth beside #5 or b5 is none).
    calm : frozenset of int
        Tones that are no semitone from a tone of the chord, unless they are one of root, third and fifth themselves.
    scale : frozenset of int
        The chord's scale.
    """

    bass: int | None
    third: int | None
    fifth: int | None
    seventh: int | None
    calm: frozenset[int]
    scale: frozenset[int]


@dataclass(frozen=True, slots=True)
class Changes:
    """The chords of a performance, each lasting until the next.

    Parameters
    ----------
    chords : tuple of Chord
        In time order.
    onsets : tuple of int
        Of each chord.
    end : int
        Ticks at which the music ends.
    final : int or None
        Ticks at which the last chord is struck and held; None where the music stops with its changes.
    """

    chords: tuple[Chord, ...]
    onsets: tuple[int, ...]
    end: int
    final: int | None

    @classmethod
    def of(cls, chords: Sequence[Chord], meter: Meter, form: Form) -> Changes:
        """Read the chords of a performance; chords past its end are left out."""
        end = form.bars * meter.bar
        inside = tuple(chord for chord in chords if chord.onset < end)
        final = None if form.final is None else form.final * meter.bar
        return cls(inside, tuple(chord.onset for chord in inside), end, final)

    @property
    def playing(self) -> int:
        """The tick up to which patterns are played: the last chord, else the end."""
        return self.end if self.final is None else self.final

    def at(self, tick: int) -> int:
        """Return the index of the chord at a tick; the first one's before it."""
        return max(bisect_right(self.onsets, tick) - 1, 0)

    def until(self, index: int) -> int:
        """Return the tick at which a chord ends: the next one's onset, or the end."""
        return self.onsets[index + 1] if index + 1 < len(self.onsets) else self.end

    def chord(self, tick: int) -> Chord | None:
        """Return the chord at a tick; None where there is none or "no chord"."""
        if not self.chords:
            return None
        chord = self.chords[self.at(tick)]
        return chord if chord.pitches and chord.onset <= tick else None

    def is_minor_dominant(self, index: int) -> bool:
        """Return whether a chord is a seventh chord, plain or with b9, that resolves to a minor chord.

        Its ninth and thirteenth are flat in the minor key, natural in the chord's usual scale: a band plays neither.
        """
        if index + 1 >= len(self.chords):
            return False
        symbol, following = symbol_of(self.chords[index]), symbol_of(self.chords[index + 1])
        if symbol.root is None or following.root is None or symbol.intervals not in _DOMINANTS:
            return False
        return (following.root - symbol.root) % 12 == 5 and 3 in following.intervals

    def harmony(self, tick: int) -> Harmony:
        """Return the chord at a tick as a bass player reads it."""
        chord = self.chord(tick)
        return _harmony(chord.pitches, chord.symbol) if chord else _harmony((), "")


@lru_cache(maxsize=4096)
def _harmony(pitches: tuple[int, ...], text: str) -> Harmony:
    chord = Chord(pitches, 0, 1, text)
    symbol, scale = symbol_of(chord), chord_scale(chord)
    if symbol.root is None or scale is None:
        bass = pitches[0] % 12 if pitches else None
        return Harmony(bass, None, None, None, frozenset(() if bass is None else (bass,)), frozenset())
    root = symbol.root
    bass = root if symbol.bass is None else symbol.bass
    sounding = symbol.pitch_classes | {bass}
    plain = _plain(symbol)
    calm = frozenset(
        tone
        for tone in scale.scale
        if not {(tone + 1) % 12, (tone - 1) % 12} & (sounding | plain)
        or (tone in plain & sounding and not {(tone + 1) % 12, (tone - 1) % 12} & plain)
    )
    steps = symbol.intervals

    def tone(*choice: int) -> int | None:
        found = next(((root + step) % 12 for step in choice if step in steps), None)
        return found if found in calm else None

    return Harmony(bass, tone(3, 4), tone(7, 6, 8), tone(10, 9), calm | {bass}, scale.scale)


def _plain(symbol: ChordSymbol) -> frozenset[int]:
    """Return root, plain third and plain fifth, which a listener supplies where they are suspended or raised."""
    root, steps = symbol.root or 0, symbol.intervals
    third = 3 if 3 in steps and 4 not in steps else 4
    fifth = 6 if 6 in steps and 7 not in steps else 7
    return frozenset((root + step) % 12 for step in (0, third, fifth))
