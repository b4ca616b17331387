"""What a page needs to sound like the recording: of the sound bank the parts' recordings, and the mix."""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from jazzgram.music.solo import Solo
from jazzgram.music.tune import Track
from jazzgram.rendering.sound.bank import bundled_bank
from jazzgram.rendering.sound.levels import HOP, Powers, loudness_of, track_powers
from jazzgram.rendering.sound.master import LOUDNESS
from jazzgram.rendering.sound.regions import DRUMS
from jazzgram.rendering.sound.render import PANS, SENDS, Mix, target_loudness, tracks_by_role


def page_sound(
    solo: Solo, mix: Mix | None = None, *, pitches: Iterable[int] = (), files: bool = True
) -> dict[str, Any]:
    """Return what a page needs to play a solo with its band as `render_solo` does, ready for JSON.

    Parameters
    ----------
    solo : Solo
        Without an accompaniment of its own it gets a trio made from its changes.
    mix : Mix or None
        None for the defaults.
    pitches : iterable of int
        MIDI numbers that the soloist's instrument must play, beside those of the solo.
    files : bool
        Whether to add the recordings as ``files``; a page with a server asks for the files by their names.

    Returns
    -------
    dict
        As `page_bank`. Each of the ``parts`` also has its ``role`` (``solo``, ``chords``, ``bass``, ``drums``), its
        ``gain`` in dB, its ``pan``, -1 to 1, and ``send``, the factor by which it is sent to the room; ``gain`` brings
        the whole to the recording's loudness, in dB.
    """
    mix = mix or Mix()
    roles = tracks_by_role(solo, mix)
    gains, whole = _gains(roles, solo, mix)
    content = page_bank((track for tracks in roles.values() for track in tracks), pitches=pitches, files=files)
    named = [role for role, tracks in roles.items() for _ in tracks]
    for part, role in zip(content["parts"], named, strict=True):
        send = round(mix.room * SENDS[role], 3)
        part |= {"role": role, "gain": round(gains.get(role, 0.0), 2), "pan": PANS[role], "send": send}
    return content | {"gain": round(whole, 2)}


def _gains(roles: Mapping[str, Sequence[Track]], solo: Solo, mix: Mix) -> tuple[dict[str, float], float]:
    """Estimate the dB that bring each part to its level, and the whole, without room, to `LOUDNESS`; 0 for silence."""
    hops = math.ceil(solo.seconds / HOP)
    gains: dict[str, float] = {}
    whole: Powers = np.zeros(hops)
    for role, tracks in roles.items():
        powers = np.sum([track_powers(track, solo.tempo, hops) for track in tracks], axis=0)
        level = loudness_of(powers)
        if math.isfinite(level):
            gains[role] = target_loudness(role, mix) - level
            whole += powers * 10 ** (gains[role] / 10)
    level = loudness_of(whole)
    return gains, LOUDNESS - level if math.isfinite(level) else 0.0


def page_bank(tracks: Iterable[Track], *, pitches: Iterable[int] = (), files: bool = True) -> dict[str, Any]:
    """Return what a page needs of the bank to play some parts, ready for JSON.

    Parameters
    ----------
    tracks : iterable of Track
        The parts. Recordings that none of their notes needs are left out.
    pitches : iterable of int
        Further MIDI numbers that the first part plays.
    files : bool
        Whether to add the recordings.

    Returns
    -------
    dict
        ``rate``, ``room`` and, as in the index, ``instruments`` (name to regions), of these only the needed;
        ``parts``: name and instrument of each track, in their order; ``files``: MP3 files in base64 by the name that
        regions have in ``file``.
    """
    bank = bundled_bank()
    regions: dict[str, list[dict[str, Any]]] = {}
    parts: list[dict[str, Any]] = []
    for track in tracks:
        name = bank.instrument(DRUMS if track.is_drum else 0, track.program)
        played = {note.pitch for note in track.notes} | ({*pitches} if not parts else set())
        chosen = regions.setdefault(name, [])
        chosen += [
            row
            for row in bank.index["instruments"][name]
            if row not in chosen and any(row["low"] <= pitch <= row["high"] for pitch in played)
        ]
        parts.append({"name": track.name, "instrument": name})
    room = bank.index["room"]
    content = {"rate": bank.index["rate"], "room": room, "instruments": regions, "parts": parts}
    if files:
        needed = {row["file"] for rows in (*regions.values(), room.values()) for row in rows}
        content["files"] = {file: b64encode(bank.file(file)).decode() for file in sorted(needed)}
    return content
