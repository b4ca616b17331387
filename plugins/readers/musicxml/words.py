"""Find the words and signs of a measure that say how to go on.

Source: MusicXML 4.0 (W3C Community Group, 2021), *words*, *rehearsal*, *symbol*, *segno*, *coda*.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from .._words import Instruction, read_instruction

_JUMPS = ("dacapo", "dalsegno")
_TARGETS = {"al fine": "fine", "al coda": "coda", "alla coda": "coda"}


def read_words(measure: Element, index: int) -> list[Instruction]:
    """Read the words and signs of a measure.

    Parameters
    ----------
    measure : Element
        As in the file.
    index : int
        Its index in the part.

    Returns
    -------
    list of Instruction
        In the order of the file; may be empty.
    """
    found = []
    for direction in measure.iterfind("direction"):
        pieces = (
            (piece.text or "").strip()
            for tag in ("words", "rehearsal", "symbol")
            for piece in direction.iterfind(f"direction-type/{tag}")
        )
        text = " ".join(" ".join(piece.split()) for piece in pieces if piece)
        signs = [tag for tag in ("segno", "coda") if direction.find(f"direction-type/{tag}") is not None]
        instruction = read_instruction(text, index)
        if instruction is not None:
            found.append(instruction)
            # A coda sign beside words is part of them ("To Coda" and the sign).
            signs = [sign for sign in signs if sign == "segno" and instruction.what == "segno"]
        elif re.fullmatch(r"to", text, re.IGNORECASE) and signs == ["coda"]:
            found.append(Instruction(index, "tocoda", "", text))
            signs = []
        found += [Instruction(index, sign, "", sign) for sign in signs]
    return _joined(found)


def _joined(found: list[Instruction]) -> list[Instruction]:
    """Join "D.C." with an "al Coda" that is a direction of its own."""
    jump = next((word for word in found if word.what in _JUMPS and not word.to), None)
    target = next((word for word in found if word.text.lower() in _TARGETS), None)
    if jump is None or target is None:
        return found
    joined = jump._replace(to=_TARGETS[target.text.lower()], text=f"{jump.text} {target.text}")
    return [joined if word is jump else word for word in found if word is not target]
