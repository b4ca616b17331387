"""The band: the accompanists that a configuration or a style names, each called once over the finished solo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import Any

from jazzgram.config.config import Part, players_of
from jazzgram.config.steps import Step
from jazzgram.config.styles import Style, style_of_label, styles, swing_ratio
from jazzgram.errors import JazzgramError, StepError
from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.finding import find
from jazzgram.improvise.chain import call_step, problem_with
from jazzgram.improvise.observer import Observer
from jazzgram.music.chord import Chord
from jazzgram.music.form import Form
from jazzgram.music.harmony.symbols import name_chord, parse_symbol
from jazzgram.music.solo import Solo
from jazzgram.music.swing import measured_swing_ratio
from jazzgram.music.time import Meter
from jazzgram.music.tune import Track


@dataclass(frozen=True)
class Band:
    """Who accompanies, and how eighths are played.

    Parameters
    ----------
    style : Style
        Decides the ratio of eighths.
    players : tuple of Step
        The accompanists, in the order in which they are called.
    ratio : float or None
        Long to short eighth; None for the style's and the soloist's.
    """

    style: Style
    players: tuple[Step, ...]
    ratio: float | None = None

    def swing(self, solo: Solo) -> float:
        """Return the ratio of eighths under a solo: even where the style is, else as the soloist swings, if it does."""
        if self.ratio is not None:
            return self.ratio
        if self.style.swing == "tempo":
            soloist = measured_swing_ratio(solo.notes, solo.notated or solo.notes, solo.meter)
            if soloist > 1:
                return soloist
        return swing_ratio(solo.tempo, self.style)

    def play(self, solo: Solo, seed: int, observer: Observer | None = None) -> tuple[Track, ...]:
        """Call every accompanist.

        Parameters
        ----------
        solo : Solo
            Without accompaniment.
        seed : int
            The run's seed.
        observer : Observer or None
            Receives each call.

        Returns
        -------
        tuple of Track
            Those that have a note, in the order of the players; empty where no chord has pitches.

        Raises
        ------
        StepError
            Where an accompanist fails, or returns what cannot be played.
        """
        if not any(chord.pitches for chord in solo.chords):
            return ()
        calls = PluginCalls(*{id(step.plugin.module): step.plugin for step in self.players}.values())
        given: dict[str, Any] = {
            "chords": solo.chords,
            "meter": solo.meter,
            "tempo": solo.tempo,
            "form": Form.of(solo.chords, solo.meter, solo.bars),
            "ratio": self.swing(solo),
            "solo": solo,
        }
        band: list[Track] = []
        for step in self.players:
            begun = perf_counter()
            call = calls.caller("accompany", step.plugin)
            tracks = _well_formed(step, call_step(step, call, None, rng=step.rng(seed, 0), **given), solo)
            if observer is not None:
                observer.accompanist(step.label, step.options, tracks, perf_counter() - begun)
            band.extend(track for track in tracks if track.notes)
        return tuple(band)


def style_band(style: Style, ratio: float | None = None) -> Band:
    """Return the band of a style, its plugins imported."""
    return Band(style, _players(style.name), ratio)


@cache
def _players(name: str) -> tuple[Step, ...]:
    parts = []
    for use in styles()[name].players:
        plugin = find(use.use, "accompany", Path())
        parts.append(Part(plugin, plugin.options.model_validate(use.options)))
    return players_of(parts)


def band_of(solo: Solo) -> tuple[Track, ...]:
    """Return a solo's own accompaniment, else that of the style that fits its meter."""
    if solo.accompaniment:
        return solo.accompaniment
    style = style_of_label("", solo.meter)
    assert style is not None
    return style_band(style).play(solo, seed=1)


def remarks(band: Band, chords: Sequence[Chord], meter: Meter) -> list[str]:
    """Report what the band cannot play as it is notated: a meter without patterns, chords that it cannot read."""
    found = []
    plain = [
        step.plugin.name for step in band.players if (own := step.plugin.promise("METERS")) and str(meter) not in own
    ]
    if plain:
        known = sorted(frozenset().union(*(step.plugin.promise("METERS") for step in band.players)))
        found.append(
            f"no patterns of {band.style.name} for {meter}: {', '.join(plain)} play plain ones"
            f" (there are patterns for {', '.join(known)})"
        )
    unread: dict[str, str] = {}
    for chord in chords:
        try:
            parse_symbol(chord.symbol or "NC")
        except JazzgramError:
            heard = name_chord(chord.pitches)
            unread.setdefault(chord.symbol, f"bar {chord.onset // meter.bar + 1}: {chord.symbol!r} as {heard}")
    if unread:
        found.append(
            f"the band cannot read {len(unread)} chord symbol{'s' * (len(unread) > 1)} and plays the sounding tones: "
            + "; ".join([*unread.values()][:5])
            + ("; and more" if len(unread) > 5 else "")
        )
    return found


def _well_formed(step: Step, result: Any, solo: Solo) -> tuple[Track, ...]:
    """Return an accompanist's tracks; raise StepError where they cannot be played."""
    where = f"step {step.label} (accompany)"
    if not isinstance(result, list | tuple) or not all(isinstance(track, Track) for track in result):
        raise StepError(f"{where} returned {type(result).__name__}; return a list of Track, empty for silence")
    end = solo.bars * solo.meter.bar
    for track in result:
        if problem := problem_with(track.notes):
            raise StepError(f"{where} returned in {track.name!r} {problem}")
        if late := [note for note in track.notes if note.end > end]:
            raise StepError(f"{where} returned in {track.name!r} a note past the end of the solo ({end}): {late[0]!r}")
    return tuple(result)


def loop(tracks: Sequence[Track], length: int, total: int) -> tuple[Track, ...]:
    """Repeat an accompaniment to the end of a solo.

    Parameters
    ----------
    tracks : sequence of Track
        The accompaniment; notes that begin at `length` or later are left out.
    length : int
        Ticks after which it starts again, above 0.
    total : int
        Ticks at which everything ends: notes that sound longer are cut, 0 or more.

    Returns
    -------
    tuple of Track
        The same tracks with notes up to `total`, in time order.

    Raises
    ------
    ValueError
        Where `length` is not above 0.

    Examples
    --------
    >>> from jazzgram.music.note import Note
    >>> (bass,) = loop([Track("Bass", 32, (Note(36, 0, 480), Note(43, 480, 480)))], 960, 1680)
    >>> [(note.pitch, note.onset, note.duration) for note in bass.notes]
    [(36, 0, 480), (43, 480, 480), (36, 960, 480), (43, 1440, 240)]
    """
    if length <= 0:
        raise ValueError(f"an accompaniment of {length} ticks cannot be repeated")
    return tuple(
        replace(
            track,
            notes=tuple(
                replace(note, onset=start + note.onset, duration=min(note.duration, total - start - note.onset))
                for start in range(0, total, length)
                for note in track.notes
                if note.onset < length and start + note.onset < total
            ),
        )
        for track in tracks
    )
