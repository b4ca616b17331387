"""What a page needs to sound like the recording: of the sound bank the parts' recordings, and the mix."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from typing import Any

from jazzgram.music.solo import Solo
from jazzgram.music.tune import Track
from jazzgram.rendering.sound.bank import bundled_bank
from jazzgram.rendering.sound.regions import DRUMS
from jazzgram.rendering.sound.render import PANS, SENDS, Mix, mix_gains, parts_of


def page_sound(solo: Solo, mix: Mix | None = None) -> dict[str, Any]:
    """Return what a page needs to play a solo with its band as `render_solo` does, ready for JSON.

    Parameters
    ----------
    solo : Solo
        Without an accompaniment of its own it gets a trio made from its changes.
    mix : Mix or None
        None for the defaults.

    Returns
    -------
    dict
        As `page_bank`. Each of the ``parts`` also has its ``role`` (``solo``, ``chords``, ``bass``, ``drums``), its
        ``gain`` in dB, its ``pan``, -1 to 1, and ``send``, the factor of what the room hears of it; ``gain`` brings
        the whole to the recording's loudness, in dB.
    """
    mix = mix or Mix()
    roles = parts_of(solo, mix)
    gains, whole = mix_gains(solo, bundled_bank(), mix)
    content = page_bank(track for tracks in roles.values() for track in tracks)
    named = [role for role, tracks in roles.items() for _ in tracks]
    for part, role in zip(content["parts"], named, strict=True):
        send = round(mix.room * SENDS[role], 3)
        part |= {"role": role, "gain": round(gains.get(role, 0.0), 2), "pan": PANS[role], "send": send}
    return content | {"gain": round(whole, 2)}


def page_bank(tracks: Iterable[Track]) -> dict[str, Any]:
    """Return what a page needs of the bank to play some parts, ready for JSON.

    Parameters
    ----------
    tracks : iterable of Track
        The parts. Recordings that none of their notes needs are left out.

    Returns
    -------
    dict
        ``rate``, ``room`` and, as in the index, ``instruments`` (name to regions), of these only the needed;
        ``parts``: name and instrument of each track, in their order; ``files``: MP3 files in base64 by the name that
        regions have in ``file``.
    """
    bank = bundled_bank()
    regions: dict[str, list[dict[str, Any]]] = {}
    parts = []
    for track in tracks:
        name = bank.instrument(DRUMS if track.is_drum else 0, track.program)
        pitches = {note.pitch for note in track.notes}
        chosen = regions.setdefault(name, [])
        chosen += [
            row
            for row in bank.index["instruments"][name]
            if row not in chosen and any(row["low"] <= pitch <= row["high"] for pitch in pitches)
        ]
        parts.append({"name": track.name, "instrument": name})
    room = bank.index["room"]
    needed = {row["file"] for rows in regions.values() for row in rows} | {row["file"] for row in room.values()}
    content = {file: b64encode((bank.path / f"{file}.mp3").read_bytes()).decode() for file in sorted(needed)}
    return {"rate": bank.index["rate"], "room": room, "instruments": regions, "parts": parts, "files": content}
