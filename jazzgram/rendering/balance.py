"""Channel volumes for a MIDI file: the soloist in front of the band in any player.

A General MIDI player knows no mix but velocities and controller 7. Both attenuate a note by 40 log10(value / 127) dB
(MMA, *General MIDI Level 2*, 1999, and *RP-025*), so that a part's level follows from its velocities:

    level = 10 log10(mean over its notes of (velocity / 127) ** 4) + 10 log10(notes that sound at once, on average)

The soloist has the highest volume that leaves room for accents, every other part the one that brings it to its level
in `LEVELS` below the soloist's. Instruments differ besides, by some dB from player to player.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import log10

from jazzgram.music.note import Note
from jazzgram.music.solo import Solo
from jazzgram.rendering.roles import role_of

LEVELS = {"solo": 0.0, "chords": -2.0, "bass": -4.0, "drums": -5.0}
"""Levels of the parts of a band relative to the soloist's, in dB, for instruments as players have them: a piano is
soft, and a stroke of a drum is short. Parts that play together share theirs."""
SOLO_VOLUME = 116
_VOLUMES = (20, 127)


def channel_volumes(solo: Solo) -> tuple[int, ...]:
    """Compute the volumes that balance a solo and its band.

    Parameters
    ----------
    solo : Solo
        With its accompaniment.

    Returns
    -------
    tuple of int
        Controller 7, 0 to 127, of the soloist and of each part of the accompaniment.

    Examples
    --------
    A piano of three notes that are all as loud as the soloist's:

    >>> from jazzgram.music.tune import Track
    >>> chord = tuple(Note(pitch, 0, 480) for pitch in (57, 60, 65))
    >>> channel_volumes(Solo((Note(72, 0, 480),), (), 1, accompaniment=(Track("Piano", 0, chord),)))
    (116, 79)
    """
    parts = Counter(role_of(track) for track in solo.accompaniment if track.notes)
    # All drums are on one channel, with one volume.
    strokes = [note for track in solo.accompaniment if track.is_drum for note in track.notes]
    own = _level(solo.notes) + 40 * log10(SOLO_VOLUME / 127)
    volumes = [SOLO_VOLUME]
    for track in solo.accompaniment:
        role = role_of(track)
        level = _level(strokes, alone=True) if track.is_drum else _level(track.notes) + 10 * log10(max(parts[role], 1))
        volumes.append(min(max(round(127 * 10 ** ((own + LEVELS[role] - level) / 40)), _VOLUMES[0]), _VOLUMES[1]))
    return tuple(volumes)


def _level(notes: Sequence[Note], alone: bool = False) -> float:
    """Return the level of a part in dB, 0 for one note at full velocity; strokes that are `alone` do not add up."""
    if not notes:
        return 0.0
    power = sum((note.velocity / 127) ** 4 for note in notes) / len(notes)
    sounding = reached = 0
    for note in sorted(notes, key=lambda note: note.onset):
        sounding += max(0, note.end - max(note.onset, reached))
        reached = max(reached, note.end)
    together = 1.0 if alone or not sounding else sum(note.duration for note in notes) / sounding
    return 10 * log10(power * max(together, 1.0))
