"""Baselines of an evaluation: choruses that are played without a trained model.

Each plays every chorus of a plan, over its changes and with its seed:

- ``copy_a_bar``: one real bar, again and again, moved to each chord's root: real rhythm and a real line, no form.
- ``shuffle_bars``: real bars in a random order at their own pitches: real in every bar, regardless of the chords.
- ``arpeggiate``: chord tones in eighths, up and down: perfect harmony, nothing else.
- ``scale_tones``: eighths drawn evenly from the chord scale: harmony without a line.
- ``real``: the solo that was really played over the changes; the distance of a human with as many choruses. Only where
  the changes are those of held-out solos.

Source: copying and shuffling after Trieu & Keller, *JazzGAN* (MUME 2018), who compare with shuffled real bars.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from random import Random

from jazzgram.evaluation.plan import OWN_CHANGES, Chorus, Plan
from jazzgram.music.chord import Chord, chord_at, join_bars
from jazzgram.music.harmony.scales import ChordScale, chord_scale
from jazzgram.music.note import Note
from jazzgram.music.solo import Solo
from jazzgram.music.time import TICKS_PER_QUARTER, Meter
from jazzgram.music.tune import Bar, Corpus, Tune

_REGISTER = range(55, 85)
"""G3 to C6: the register of invented lines, the middle of the range of a tenor saxophone and a trumpet."""
_EIGHTH = TICKS_PER_QUARTER // 2

Baseline = Callable[[Chorus, Plan], list[Note]]


def baselines(plan: Plan, corpus: Corpus) -> dict[str, list[Solo]]:
    """Play the plan's choruses with every baseline.

    Parameters
    ----------
    plan : Plan
        The choruses.
    corpus : Corpus
        The training tunes, which real bars are copied from. Baselines that copy are left out where none of its bars in
        the plan's meter has notes.

    Returns
    -------
    dict of str to list of Solo
        By name, in the order of the plan.
    """
    players: dict[str, Baseline] = {"arpeggiate": arpeggiate, "scale_tones": random_scale_tones}
    if bars := real_bars(corpus, plan.meter):
        players = {"copy_a_bar": partial(copy_a_bar, bars), "shuffle_bars": partial(shuffle_bars, bars), **players}
    if plan.part != OWN_CHANGES:
        players["real"] = real
    return {
        name: [_solo(player(chorus, plan), chorus, plan) for chorus in plan.choruses]
        for name, player in players.items()
    }


def real_bars(corpus: Corpus, meter: Meter) -> list[Bar]:
    """Return the bars of a meter that have notes, in order, each note shortened to its barline."""
    found = []
    for tune in corpus.tunes:
        for bar in tune.bars:
            if bar.meter == meter and (notes := _within(bar)):
                found.append(replace(bar, melody=notes))
    return found


def copy_a_bar(bars: Sequence[Bar], chorus: Chorus, plan: Plan) -> list[Note]:
    """Repeat one real bar, moved from its own chord's root to that of each bar's first chord, by a tritone at most."""
    rng = Random(f"{chorus.seed}/copy_a_bar")
    lick = rng.choice(bars)
    home = _root(lick.chords)
    played: list[Note] = []
    for number, chords in enumerate(plan.changes(chorus)):
        moved = (_root(chords) - home + 6) % 12 - 6
        played += _placed(lick, number * plan.meter.bar, moved)
    return played


def shuffle_bars(bars: Sequence[Bar], chorus: Chorus, plan: Plan) -> list[Note]:
    """Play a real bar, drawn at random, in each bar."""
    rng = Random(f"{chorus.seed}/shuffle_bars")
    return [note for number in range(plan.bars) for note in _placed(rng.choice(bars), number * plan.meter.bar, 0)]


def arpeggiate(chorus: Chorus, plan: Plan) -> list[Note]:
    """Go up and down through the chord tones in eighths; silent where there is no chord."""
    played: list[Note] = []
    pitch, upward = _REGISTER[len(_REGISTER) // 2], True
    for onset, scale in _eighths(chorus, plan):
        ladder = [step for step in _REGISTER if step % 12 in scale.chord_tones]
        beyond = [step for step in ladder if (step > pitch if upward else step < pitch)]
        if not beyond:
            upward = not upward
            beyond = [step for step in ladder if (step > pitch if upward else step < pitch)]
        pitch = min(beyond, key=lambda step: abs(step - pitch))
        played.append(Note(pitch, onset, _EIGHTH))
    return played


def random_scale_tones(chorus: Chorus, plan: Plan) -> list[Note]:
    """Draw every eighth evenly from the chord scale's tones in the register; silent where there is no chord."""
    rng = Random(f"{chorus.seed}/scale_tones")
    return [
        Note(rng.choice([step for step in _REGISTER if step % 12 in scale.scale]), onset, _EIGHTH)
        for onset, scale in _eighths(chorus, plan)
    ]


def real(chorus: Chorus, plan: Plan) -> list[Note]:
    """Return the solo that was played over these bars."""
    bars = [bar for bar in chorus.tune.bars if bar.meter == plan.meter]
    played: list[Note] = []
    for number in range(plan.bars):
        bar = replace(bars[number % len(bars)], melody=_within(bars[number % len(bars)]))
        played += _placed(bar, number * plan.meter.bar, 0)
    return played


def _solo(notes: list[Note], chorus: Chorus, plan: Plan) -> Solo:
    tune: Tune = chorus.tune
    return Solo(
        notes=tuple(notes),
        chords=join_bars(plan.changes(chorus), plan.meter.bar),
        bars=plan.bars,
        meter=plan.meter,
        tempo=tune.tempo,
        title=f"{tune.title}, seed {chorus.seed}",
        program=tune.program,
        key=tune.key,
        notated=tuple(notes),
    )


def _within(bar: Bar) -> tuple[Note, ...]:
    notes = (note for note in bar.notes if note.onset < bar.meter.bar)
    return tuple(replace(note, duration=min(note.duration, bar.meter.bar - note.onset)) for note in notes)


def _placed(bar: Bar, start: int, moved: int) -> list[Note]:
    notes = (note for note in bar.melody if isinstance(note, Note))
    return [
        replace(note, onset=note.onset + start, pitch=min(127, max(0, note.pitch + moved)), spelling=None, origin=None)
        for note in notes
    ]


def _root(chords: tuple[Chord, ...]) -> int:
    scale = next((scale for chord in chords if (scale := chord_scale(chord)) is not None), None)
    return 0 if scale is None else scale.root


def _eighths(chorus: Chorus, plan: Plan) -> list[tuple[int, ChordScale]]:
    """Return the onset of each eighth that a chord sounds on, and that chord's scale."""
    eighths = []
    for number, chords in enumerate(plan.changes(chorus)):
        for onset in range(0, plan.meter.bar, _EIGHTH):
            scale = chord_scale(chord_at(chords, onset))
            if scale is not None:
                eighths.append((number * plan.meter.bar + onset, scale))
    return eighths
