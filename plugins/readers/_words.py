"""Obey jumps that a page has in words and signs only: D.C. al Fine, D.S. al Coda, To Coda, Fine.

They are obeyed where they are clear: one jump, and of each sign that it needs (segno, Fine, To Coda, coda) one, in the
order in which they are played. What is not clear is reported and does nothing.
Source: Gould, *Behind Bars* (2011), *Repeat signs*; MusicXML 4.0 (W3C Community Group, 2021), *words*, *segno*, *coda*.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from jazzgram.music import RepeatMarks

_JUMP = re.compile(r"(?:(d ?c|da capo)|d ?s(?: segno)?|(?:d|dal) segno|(?:d|dal) ?%)( .*)?")
_AL = {
    "": "",
    "al fine": "fine",
    "to fine": "fine",
    "e fine": "fine",
    "al coda": "coda",
    "alla coda": "coda",
    "to coda": "coda",
    "e coda": "coda",
    "and coda": "coda",
    "& coda": "coda",
    "al fine senza rep": "fine",
    "al fine senza ripetizione": "fine",
    "senza rep": "",
    "senza ripetizione": "",
    "no repeats": "",
    "no repeat": "",
}
_SIGNS = {
    "fine": "fine",
    "segno": "segno",
    "coda": "coda",
    "to coda": "tocoda",
    "al coda": "tocoda",
    "alla coda": "tocoda",
}
_GLYPHS = {"𝄋": "segno", "𝄌": "coda", "⊕": "coda"}
_UNCLEAR = re.compile(r"\b(to|al|alla) coda\b|\bal fine\b|\bd (c|s)\b|\bd[cs] al\b|\bda capo\b|\bdal segno\b")


class Instruction(NamedTuple):
    """A word or sign that says how to go on."""

    measure: int
    """Its index."""
    what: str
    """``dacapo``, ``dalsegno``, ``fine``, ``segno``, ``tocoda``, ``coda``; ``unclear`` for other words about these."""
    to: str
    """Of a jump, what it goes on to: ``fine``, ``coda``, ``unclear``, empty where it says nothing."""
    text: str
    """As the file has it."""


def read_instruction(text: str, index: int) -> Instruction | None:
    """Read words that stand in a measure.

    Parameters
    ----------
    text : str
        As the page has it.
    index : int
        The index of its measure.

    Returns
    -------
    Instruction or None
        None where the words say nothing about how to go on.

    Examples
    --------
    >>> read_instruction("D.S. al Coda", 3)
    Instruction(measure=3, what='dalsegno', to='coda', text='D.S. al Coda')
    >>> read_instruction("with feeling", 0)
    """
    plain = "".join(f" {_GLYPHS[sign]} " if sign in _GLYPHS else sign for sign in text[:80].lower())
    plain = " ".join(re.sub(r"[.,:()\[\]]", " ", plain).split())
    plain = re.sub(r"\b(coda|segno)( \1)+\b", r"\1", plain)
    if jump := _JUMP.fullmatch(plain):
        to = _AL.get((jump[2] or "").strip(), "unclear")
        return Instruction(index, "dacapo" if jump[1] else "dalsegno", to, text[:40])
    what = _SIGNS.get(plain)
    if what is None and _UNCLEAR.search(plain):
        what = "unclear"
    return Instruction(index, what, "", text[:40]) if what else None


def obey(marks: Sequence[RepeatMarks], instructions: Sequence[Instruction]) -> list[str]:
    """Add to the marks what the words say beyond them, where that is clear.

    Parameters
    ----------
    marks : sequence of RepeatMarks
        Of each measure, with their playback marks; changed in place.
    instructions : sequence of Instruction
        Of all parts, which may have the same ones.

    Returns
    -------
    list of str
        What is not obeyed, and why.
    """
    words = [word for word in dict.fromkeys(instructions) if word.what not in marks[word.measure].sounds]
    jumps = {
        index: sound for index, mark in enumerate(marks) for sound in ("dacapo", "dalsegno") if sound in mark.sounds
    }
    asked = [word for word in words if word.what in ("dacapo", "dalsegno")]
    disobeyed = [f"{word.text!r} is not obeyed: it is not understood" for word in words if word.what == "unclear"]
    distinct = jumps | {word.measure: word.what for word in asked}
    if len(distinct) != 1:
        why = "it is one of several jumps" if distinct else "no D.C. or D.S. comes after it"
        unused = asked or [
            word
            for word in words
            if not distinct and (word.what == "tocoda" or (word.what == "fine" and word.measure < len(marks) - 1))
        ]
        return disobeyed + [f"{word.text!r} is not obeyed: {why}" for word in unused]
    ((index, what),) = distinct.items()
    text, to = next(
        ((word.text, word.to) for word in instructions if (word.measure, word.what) == (index, what)), ("", "")
    )
    path = _path(marks, words, index, what, to)
    if isinstance(path, str):
        return [*disobeyed, f"{text!r} is not obeyed: {path}"] if asked else disobeyed
    for name, position in path.items():
        marks[position].sounds.setdefault(name, "")
    return disobeyed


def _path(
    marks: Sequence[RepeatMarks], words: Sequence[Instruction], jump: int, what: str, to: str
) -> dict[str, int] | str:
    """Return the measures of the signs that a jump needs, itself included; else what is wrong with them."""
    if to == "unclear":
        return "where it goes on to is not understood"
    segnos, fines = (_measures(marks, words, name) for name in ("segno", "fine"))
    path, start = {what: jump}, 0
    if what == "dalsegno":
        segnos = [index for index in segnos if index <= jump]
        if len(segnos) != 1:
            return f"there are {len(segnos)} segnos before it" if segnos else "there is no segno before it"
        path["segno"] = start = segnos[0]
    fines = [index for index in fines if start <= index <= jump]
    leaves, codas = _coda(marks, words)
    leaves = [index for index in leaves if start <= index <= jump]
    if to == "fine" or (not to and fines and not leaves):
        if len(fines) != 1:
            return f"there are {len(fines)} Fines before it" if fines else "there is no Fine before it"
        return path | {"fine": fines[0]}
    if to == "coda" or leaves:
        codas = [index for index in codas if leaves and index > leaves[0]]
        if len(leaves) != 1 or len(codas) != 1:
            return "it needs one To Coda before it and one coda to go to"
        return path | {"tocoda": leaves[0], "coda": codas[0]}
    return path


def _measures(marks: Sequence[RepeatMarks], words: Sequence[Instruction], what: str) -> list[int]:
    """Return the measures that have a sign: by playback marks, else by words."""
    sounds = [index for index, mark in enumerate(marks) if what in mark.sounds]
    return sounds or sorted({word.measure for word in words if word.what == what})


def _coda(marks: Sequence[RepeatMarks], words: Sequence[Instruction]) -> tuple[list[int], list[int]]:
    """Return where a coda is left for, and where it is; of two signs without words the first is the former."""
    leaves = _measures(marks, words, "tocoda")
    signs = sorted({word.measure for word in words if word.what == "coda" and word.measure not in leaves})
    codas = [index for index, mark in enumerate(marks) if "coda" in mark.sounds]
    if codas and not leaves:
        leaves = [index for index in signs if index < codas[0]]
    elif not codas and not leaves and len(signs) == 2:
        leaves, codas = signs[:1], signs[1:]
    return leaves, codas or signs
