"""Break files in the ways files break: flipped bytes, cut ends, moved and doubled pieces, wild numbers, torn lines."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

_INTERESTING = (b"\x00", b"\xff", b"\x7f", b"\x80", b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\xff\x2f\x00", b"MTrk")
_NUMBERS = (
    b"0",
    b"-1",
    b"999999999999",
    b"1e308",
    b"nan",
    b"-0",
    b"",
    b"1/0",
    b"2147483648",
    b"0.00001",
    "\u0663".encode(),
)
_WORDS = (
    b"<",
    b">",
    b"&",
    b'"',
    b"&x;",
    b"|",
    b"%",
    b",",
    b"{",
    b"}",
    b"\n",
    b"\r",
    b"\xef\xbb\xbf",
    b"\xc3(",
    b"[1",
    b"|:",
)


def mutants(seeds: Sequence[bytes], count: int, seed: int, text: bool) -> Iterator[bytes]:
    """Make broken files.

    Parameters
    ----------
    seeds : sequence of bytes
        Whole files; each mutant is one of them with one to four wounds.
    count : int
        How many mutants.
    seed : int
        The same seed gives the same mutants.
    text : bool
        Whether numbers, lines and tags are broken too, not only bytes.
    """
    rng = random.Random(seed)
    for _ in range(count):
        content = bytearray(rng.choice(seeds))
        for _ in range(rng.choice((1, 1, 1, 2, 4))):
            _wound(content, rng, text)
        yield bytes(content)


def _wound(content: bytearray, rng: random.Random, text: bool) -> None:
    if not content:
        content += rng.randbytes(8)
        return
    place = rng.randrange(len(content))
    length = min(rng.choice((1, 2, 4, 16, 64)), len(content) - place)
    ways = [_flip, _overwrite, _cut, _remove, _double, _swap]
    if text:
        ways += [_number, _number, _line, _word, _tag]
    rng.choice(ways)(content, place, length, rng)


def _flip(content: bytearray, place: int, length: int, rng: random.Random) -> None:
    content[place] ^= 1 << rng.randrange(8)


def _overwrite(content: bytearray, place: int, length: int, rng: random.Random) -> None:
    piece = rng.choice((rng.randbytes(length), rng.choice(_INTERESTING)))
    content[place : place + len(piece)] = piece


def _cut(content: bytearray, place: int, length: int, rng: random.Random) -> None:
    del content[place:]


def _remove(content: bytearray, place: int, length: int, rng: random.Random) -> None:
    del content[place : place + length]


def _double(content: bytearray, place: int, length: int, rng: random.Random) -> None:
    content[place:place] = content[place : place + length] * rng.choice((1, 1, 3, 100))


def _swap(content: bytearray, place: int, length: int, rng: random.Random) -> None:
    other = rng.randrange(len(content))
    piece = content[other : other + length]
    content[place : place + len(piece)] = piece


def _number(content: bytearray, place: int, length: int, rng: random.Random) -> None:
    found = re.compile(rb"\d+(\.\d+)?").search(content, place)
    if found:
        content[found.start() : found.end()] = rng.choice(_NUMBERS)


def _line(content: bytearray, place: int, length: int, rng: random.Random) -> None:
    lines = content.split(b"\n")
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one] * rng.choice((0, 1, 2))
    content[:] = b"\n".join(lines)


def _word(content: bytearray, place: int, length: int, rng: random.Random) -> None:
    content[place:place] = rng.choice(_WORDS)


def _tag(content: bytearray, place: int, length: int, rng: random.Random) -> None:
    found = re.compile(rb"<[^<>]{1,80}>").search(content, place)
    if found:
        content[found.start() : found.end()] = rng.choice((b"", found[0] * 2, b"</" + found[0][1:], b"<note>", b"<x>"))
