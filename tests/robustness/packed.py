"""Edit binary files by their content: events of MIDI, entries of .mxl, parameters of a model; lengths stay right."""

from __future__ import annotations

import hashlib
import io
import json
import random
import struct
import zipfile

import numpy as np

from robustness.trees import edit_value, mutate_json, mutate_xml, mutate_yaml

Event = tuple[int, bytes]
"""Ticks since the event before, and the event with its status byte."""


def mutate_midi(content: bytes, rng: random.Random, edits: int) -> bytes:
    """Edit header, tracks and events of a MIDI file."""
    header, tracks = _midi(content)
    for _ in range(edits):
        track = rng.choice(tracks) if tracks else []
        match rng.randrange(12):
            case 0:
                field = rng.randrange(3)
                header[field] = rng.choice((0, 1, 2, 3, 24, 96, 0x7FFF, 0x8000, 0xE728, 0xFFFF))
            case 1 if tracks:
                tracks.insert(rng.randrange(len(tracks)), list(track))
            case 2 if len(tracks) > 1:
                tracks.remove(track)
            case 3 if tracks:
                tracks[0].insert(rng.randrange(len(tracks[0]) + 1), (rng.choice((0, 0, 480)), _meta(rng)))
            case _ if track:
                _edit_events(track, rng, tracks)
    chunks = b"".join(_chunk(track) for track in tracks)
    return struct.pack(">4sLHHH", b"MThd", 6, *header) + chunks


def _edit_events(track: list[Event], rng: random.Random, tracks: list[list[Event]]) -> None:
    at = rng.randrange(len(track))
    delta, event = track[at]
    match rng.randrange(8):
        case 0:
            del track[at]
        case 1:
            track[at:at] = [track[at]] * rng.choice((1, 1, 2, 200))
        case 2:
            track[at] = rng.choice(rng.choice(tracks) or track)
        case 3:
            track[at] = (rng.choice((0, 1, delta * 2, delta * 1000, 2**21, 2**28 - 1)), event)
        case 4:
            begin, end = sorted((at, rng.randrange(len(track))))
            track[begin:end] = reversed(track[begin:end])
        case 5 if event[0] < 0xF0:
            track[at] = (delta, bytes((rng.choice((0x80, 0x90, 0xA0, 0xB0, 0xE0)) | event[0] & 15, *event[1:], 0)[:3]))
        case 6 if len(event) > 1 and event[0] < 0xF0:
            track[at] = (delta, event[:-1] + bytes((rng.choice((0, 1, 64, 127, 128, 200, 255)),)))
        case _:
            track.insert(at, (delta, _meta(rng)))


def _meta(rng: random.Random) -> bytes:
    """Return a meta event, often of an odd value or length."""
    body = rng.choice(
        (
            *(b"\x51\x00\x00\x00", b"\x51\xff\xff\xff", b"\x51\x07\xa1\x20", b"\x51\x01", b"\x58\x00\x00\x18\x08"),
            *(
                b"\x58\x04\x02\x18\x08",
                b"\x58\xff\x07\x18\x08",
                b"\x58\x01\x06\x18\x08",
                b"\x58\x03",
                b"\x58\x05\xff\x18\x08",
            ),
            *(
                b"\x59\x07\x00",
                b"\x59\x80\x01",
                b"\x59",
                b"\x2f",
                b"\x54\x60\x00\x00\x00\x00",
                b"\x20\x63",
                b"\x21\x01",
            ),
            *(b"\x06Dm7", b"\x06[A]", b"\x01" + b"x" * 300, b"\x03\xff\xfe\x00", b"\x7f\x43\x7b\x01\x31\x02\x31\x02"),
        )
    )
    return b"\xff" + body[:1] + _number(len(body) - 1) + body[1:]


def _midi(content: bytes) -> tuple[list[int], list[list[Event]]]:
    header = list(struct.unpack(">HHH", content[8:14]))
    tracks, at = [], 8 + int.from_bytes(content[4:8], "big")
    while at + 8 <= len(content):
        length = int.from_bytes(content[at + 4 : at + 8], "big")
        if content[at : at + 4] == b"MTrk":
            tracks.append(_events(content[at + 8 : at + 8 + length]))
        at += 8 + length
    return header, tracks


def _events(body: bytes) -> list[Event]:
    events, at, status = [], 0, 0
    while at < len(body):
        delta, at = _read_number(body, at)
        if body[at] >= 0x80:
            status, at = body[at], at + 1
        begin = at
        if status == 0xFF:
            length, at = _read_number(body, at + 1)
            at += length
        elif status in (0xF0, 0xF7):
            length, at = _read_number(body, at)
            at += length
        else:
            at += 1 if status & 0xE0 == 0xC0 else 2
        events.append((delta, bytes((status,)) + body[begin:at]))
    return events


def _chunk(track: list[Event]) -> bytes:
    body = b"".join(_number(delta) + event for delta, event in track)
    return b"MTrk" + struct.pack(">L", len(body)) + body


def _read_number(body: bytes, at: int) -> tuple[int, int]:
    value = 0
    while True:
        value = value << 7 | body[at] & 0x7F
        at += 1
        if body[at - 1] < 0x80:
            return value, at


def _number(value: int) -> bytes:
    digits = [value & 0x7F]
    while value := value >> 7:
        digits.append(value & 0x7F | 0x80)
    return bytes(reversed(digits))


def mutate_mxl(content: bytes, rng: random.Random, edits: int) -> bytes:
    """Edit a compressed score: the XML of its entries, their names and their number."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = [(name, archive.read(name)) for name in archive.namelist()]
    for _ in range(edits):
        at = rng.randrange(len(entries)) if entries else 0
        match rng.randrange(8):
            case 0 if len(entries) > 1:
                del entries[at]
            case 1 if entries:
                entries.append((f"{at}{entries[at][0]}", entries[at][1]))
            case 2 if entries:
                name = rng.choice(
                    ("/", "../up.xml", "score.xml", "META-INF/container.xml", "a/" * 50 + "x", "♭.musicxml")
                )
                entries[at] = (name, entries[at][1])
            case _ if entries:
                name, text = entries[at]
                if name.endswith("xml") and text.lstrip().startswith(b"<"):
                    entries[at] = (name, mutate_xml(text, rng, 1))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for name in dict(entries):
            archive.writestr(name, dict(entries)[name])
    return packed.getvalue()


def mutate_model(folder: dict[str, bytes], rng: random.Random, edits: int) -> dict[str, bytes]:
    """Edit one file of a model folder; most often its manifest's fingerprints are made to fit what was edited."""
    edited = dict(folder)
    name = rng.choice(sorted(set(folder) & {"manifest.json", "vocabulary.json", "weights.safetensors", "config.yaml"}))
    if name == "weights.safetensors":
        edited[name] = _mutate_weights(folder[name], rng, edits)
    else:
        edited[name] = (mutate_yaml if name == "config.yaml" else mutate_json)(folder[name], rng, edits)
    if name != "manifest.json" and rng.random() < 0.9:
        manifest = json.loads(edited["manifest.json"])
        manifest["weights"] = hashlib.sha256(edited["weights.safetensors"]).hexdigest()
        manifest["vocabulary"] = _fingerprint(edited["vocabulary.json"]) or manifest["vocabulary"]
        edited["manifest.json"] = json.dumps(manifest).encode()
    return edited


def _fingerprint(vocabulary: bytes) -> str:
    from jazzgram import Term, Vocabulary

    try:
        value = json.loads(vocabulary)
        return Vocabulary(tuple(map(Term.parse, value["terms"])), tuple(map(int, value["openings"]))).fingerprint
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return ""


def _mutate_weights(content: bytes, rng: random.Random, edits: int) -> bytes:
    from safetensors.numpy import load, save

    if rng.random() < 0.3:  # the header, which says where each array is
        length = int.from_bytes(content[:8], "little")
        header = json.dumps(edit_value(json.loads(content[8 : 8 + length]), rng, edits)).encode()
        return len(header).to_bytes(8, "little") + header + content[8 + length :]
    arrays = load(content)
    for _ in range(edits):
        name = rng.choice(sorted(arrays))
        array = arrays[name]
        match rng.randrange(7):
            case 0 if len(arrays) > 1:
                del arrays[name]
            case 1:
                arrays[f"{name}2"] = array
            case 2:
                arrays[name] = arrays[rng.choice(sorted(arrays))]
            case 3:
                with np.errstate(all="ignore"):
                    arrays[name] = array.astype(rng.choice(("int64", "int8", "uint8", "float16", "float64", "bool")))
            case 4:
                arrays[name] = rng.choice((array[:0], array[:1], array[None], array.ravel(), array[::-1], array.T))
            case _ if array.size:
                odd = (
                    rng.choice((0, -1, 1, 127, float("nan"), float("inf")))
                    if array.dtype.kind == "f"
                    else rng.choice((0, -1, 127))
                )
                arrays[name] = array.copy()
                arrays[name].flat[rng.randrange(array.size)] = odd
    return bytes(save({name: np.ascontiguousarray(array) for name, array in arrays.items()}))
