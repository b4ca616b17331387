"""The band: the accompanists that a configuration or a style names, each called once over the finished solo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
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
from jazzgram.improvisation.chain import call_step, problem_with
from jazzgram.improvisation.observer import Observer
from jazzgram.music.chord import Chord
from jazzgram.music.form import Form
from jazzgram.music.harmony.symbols import name_chord, parse_symbol
from jazzgram.music.note import Note
from jazzgram.music.solo import Solo
from jazzgram.music.swing import measured_swing_ratio
from jazzgram.music.time import Meter
from jazzgram.music.tune import Track
from jazzgram.resources.frozen import dataclass


@dataclass(frozen=True)
class OwnBand:
    """A tune's own band, its bars in the order of a performance.

    Parameters
    ----------
    tracks : tuple of Track
        From `arrange`.
    order : tuple of int or None
        For each bar the bar of the tune that is played; None where it has none, and accompanists play.
    drums : bool
        Whether accompanists play the drums where it has none.
    """

    tracks: tuple[Track, ...]
    order: tuple[int | None, ...]
    drums: bool = False

    @property
    def without_drums(self) -> bool:
        """Whether drums are wanted and it has none."""
        return self.drums and not any(track.is_drum for track in self.tracks)

    @property
    def is_completed(self) -> bool:
        """Whether accompanists have anything to play beside it."""
        return None in self.order or self.without_drums


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
    own : OwnBand or None
        The tune's own band, which the accompanists complete; None where they play alone.
    """

    style: Style
    players: tuple[Step, ...]
    ratio: float | None = None
    own: OwnBand | None = None

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
            The tune's own, then those of the players that have a note; without these where no chord has pitches.

        Raises
        ------
        StepError
            Where an accompanist fails, or returns what cannot be played.
        """
        if self.own is None:
            return self._called(solo, seed, observer)
        added = self._called(solo, seed, observer) if self.own.is_completed else ()
        return join_bands(self.own, added, solo.meter.bar)

    def _called(self, solo: Solo, seed: int, observer: Observer | None) -> tuple[Track, ...]:
        if not any(chord.pitches for chord in solo.chords):
            return ()
        calls = PluginCalls(*{id(step.plugin.module): step.plugin for step in self.players}.values())
        given: dict[str, Any] = {
            "chords": solo.chords,
            "meter": solo.meter,
            "tempo": solo.tempo,
            "form": solo.form or Form.of(solo.chords, solo.meter, solo.bars),
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


@cache
def _players(name: str) -> tuple[Step, ...]:
    parts = []
    for use in styles()[name].players:
        plugin = find(use.use, "accompany", Path())
        parts.append(Part(plugin, plugin.options.model_validate(use.options)))
    return players_of(parts)


def style_players(style: Style) -> tuple[Step, ...]:
    """Return the accompanists of a style, their plugins imported."""
    return _players(style.name)


def band_of(solo: Solo) -> tuple[Track, ...]:
    """Return a solo's own accompaniment, else that of the style that fits its meter."""
    if solo.accompaniment:
        return solo.accompaniment
    style = style_of_label("", solo.meter)
    assert style is not None
    return Band(style, style_players(style)).play(solo, seed=1)


def remarks(band: Band, chords: Sequence[Chord], meter: Meter) -> list[str]:
    """Report what the band cannot play as it is notated: a meter without patterns, chords that it cannot read."""
    found = []
    if band.players == style_players(band.style):
        known = {step.plugin.name: frozenset(band.style.meters) for step in band.players}
    else:
        known = {step.plugin.name: step.plugin.promise("METERS") for step in band.players}
    plain = [name for name, meters in known.items() if meters and str(meter) not in meters]
    if plain:
        found.append(
            f"no patterns of {band.style.name} for {meter}: {', '.join(plain)} play plain ones"
            f" (there are patterns for {', '.join(sorted(frozenset().union(*known.values())))})"
        )
    unread: dict[str, str] = {}
    for chord in chords:
        try:
            parse_symbol(chord.symbol or "NC")
        except JazzgramError:
            sounding = name_chord(chord.pitches)
            unread.setdefault(chord.symbol, f"bar {chord.onset // meter.bar + 1}: {chord.symbol!r} as {sounding}")
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


def arrange(tracks: Sequence[Track], order: Sequence[int | None], length: int) -> tuple[Track, ...]:
    """Play the bars of an accompaniment in another order.

    Parameters
    ----------
    tracks : sequence of Track
        The accompaniment.
    order : sequence of int or None
        For each bar the bar of the accompaniment that is played, from 0; None for a silence.
    length : int
        Of a bar, in ticks, above 0.

    Returns
    -------
    tuple of Track
        The same tracks, their notes in time order; a note sounds on over a barline only where its next bar follows.

    Examples
    --------
    >>> from jazzgram.music.note import Note
    >>> (bass,) = arrange([Track("Bass", 32, (Note(36, 0, 480), Note(43, 240, 480)))], (0, 1, 0, None), 480)
    >>> [(note.pitch, note.onset, note.duration) for note in bass.notes]
    [(36, 0, 480), (43, 240, 480), (36, 960, 480), (43, 1200, 240)]
    """
    ends: list[int] = []  # of the bars that follow each other as they do in the accompaniment, from the last
    for bar in reversed(range(len(order))):
        source = order[bar]
        goes_on = source is not None and bar + 1 < len(order) and order[bar + 1] == source + 1
        ends.append(ends[-1] if goes_on else (bar + 1) * length)
    ends.reverse()
    return tuple(replace(track, notes=tuple(_arranged(track, order, length, ends))) for track in tracks)


def _arranged(track: Track, order: Sequence[int | None], length: int, ends: Sequence[int]) -> Iterator[Note]:
    by_bar: dict[int, list[Note]] = {}
    for note in track.notes:
        by_bar.setdefault(note.onset // length, []).append(note)
    for bar, source in enumerate(order):
        for note in [] if source is None else by_bar.get(source, []):
            onset = note.onset + (bar - source) * length if source is not None else 0
            yield replace(note, onset=onset, duration=min(note.duration, ends[bar] - onset))


def join_bands(own: OwnBand, generated: Sequence[Track], length: int) -> tuple[Track, ...]:
    """Complete a tune's own band: in the bars that it does not have, and with drums.

    Parameters
    ----------
    own : OwnBand
        The tune's own.
    generated : sequence of Track
        For every bar.
    length : int
        Of a bar, in ticks, above 0.

    Returns
    -------
    tuple of Track
        `own`, then of `generated` the notes that begin in bars that it does not have, and perhaps all drums.
    """
    added = [
        replace(
            track,
            notes=tuple(
                note
                for note in track.notes
                if (track.is_drum and own.without_drums)
                or (note.onset // length < len(own.order) and own.order[note.onset // length] is None)
            ),
        )
        for track in generated
    ]
    return (*own.tracks, *(track for track in added if track.notes))
