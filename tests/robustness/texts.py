"""Edit texts by their tokens and lines, so that most of what comes is still made of words that the format has."""

from __future__ import annotations

import random
import re

from robustness.trees import NUMBERS, WORDS


def mutate_text(content: bytes, rng: random.Random, edits: int, token: str) -> bytes:
    """Edit a text.

    Parameters
    ----------
    content : bytes
        In UTF-8.
    rng : random.Random
        Chooses.
    edits : int
        How many.
    token : str
        A regular expression of the format's tokens: notes, chords, bar lines, fields …
    """
    text = content.decode()
    vocabulary = sorted(set(re.findall(token, text)))
    for _ in range(edits):
        text = _edit_lines(text, rng) if rng.random() < 0.25 else _edit_tokens(text, rng, token, vocabulary)
    return text.encode("utf-8", "replace")


def _edit_tokens(text: str, rng: random.Random, token: str, vocabulary: list[str]) -> str:
    found = list(re.finditer(token, text))
    if not found:
        return text
    one, other = sorted(rng.sample(found, 2), key=re.Match.start) if len(found) > 1 else (found[0], found[0])
    match rng.randrange(7):
        case 0:
            return text[: one.start()] + text[one.end() :]
        case 1:
            return text[: one.start()] + one[0] * rng.choice((2, 2, 3, 60)) + text[one.end() :]
        case 2 if one is not other:
            return text[: one.start()] + other[0] + text[one.end() : other.start()] + one[0] + text[other.end() :]
        case 3:
            return text[: one.start()] + rng.choice((rng.choice(NUMBERS), rng.choice(WORDS))) + text[one.end() :]
        case 4:
            return (
                text[: one.start()] + re.sub(r"\d+", lambda _: rng.choice(NUMBERS), one[0], count=1) + text[one.end() :]
            )
        case 5:
            return text[: one.start()] + rng.choice(vocabulary) + text[one.start() :]
        case _:
            return text[: one.start()] + rng.choice(vocabulary) + text[one.end() :]


def _edit_lines(text: str, rng: random.Random) -> str:
    lines = text.split("\n")
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    match rng.randrange(4):
        case 0:
            del lines[one]
        case 1:
            lines.insert(other, lines[one])
        case 2:
            lines[one], lines[other] = lines[other], lines[one]
        case _:
            lines[one] += lines[other]
    return "\n".join(lines)


def mutate_table(content: bytes, rng: random.Random, edits: int) -> bytes:
    """Edit a CSV file by cells, columns and rows; the rows stay as long as they are, but for some."""
    rows = [line.split(",") for line in content.decode().splitlines()]
    for _ in range(edits):
        row = rng.choice((0, *(rng.randrange(len(rows)) for _ in range(19))))
        column = rng.randrange(max(len(rows[row]), 1))
        same = [cells[column] for cells in rows[1:] if column < len(cells)]
        match rng.randrange(16):
            case 0 | 9:
                rows.insert(row, rows[rng.randrange(len(rows))])
            case 1 if len(rows) > 2:
                del rows[row]
            case 2:
                rows = [cells[:column] + cells[column + 1 :] for cells in rows]
            case 3:
                rows[row] = rows[row] + rows[row][:1]
            case 4 | 5 | 6 | 7 | 8 if same:
                rows[row] = [*rows[row][:column], rng.choice(same), *rows[row][column + 1 :]]
            case _:
                cell = rng.choice((rng.choice(NUMBERS), rng.choice(WORDS)))
                rows[row] = [*rows[row][:column], cell, *rows[row][column + 1 :]]
    return "\n".join(",".join(cells) for cells in rows).encode("utf-8", "replace") + b"\n"
