"""numpydoc docstrings as Markdown."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

FACADES = {
    "jazzgram": "from jazzgram import Note, chord_scale, hookimpl",
    "jazzgram.music": "from jazzgram.music import infer_chords, parse_changes",
    "jazzgram.rendering": "from jazzgram.rendering import lead_sheet_svg, render_solo",
    "jazzgram.models": "from jazzgram.models import run_epochs",
    "jazzgram.evaluation": "from jazzgram.evaluation import find_reference, measure_solos",
    "jazzgram.testing": "from jazzgram.testing import check_plugin",
}
"""The modules that are the public API, each with an import as an example."""

_HEADING = re.compile(r"^(\w[\w ]*)\n-{3,}\n", re.MULTILINE)


def public(facade: str) -> list[str]:
    """List what a facade offers, in alphabetical order."""
    return sorted(importlib.import_module(facade).__all__, key=str.lower)


def address(facade: str) -> str:
    """Return the address of a facade's page."""
    return f"{facade}.md"


_CLASSES = {name: facade for facade in reversed(FACADES) for name in public(facade) if name[0].isupper()}
_CLASS = re.compile(rf"(?<![\w`.])({'|'.join(sorted(_CLASSES, key=len, reverse=True))})(?![\w`])")


@dataclass(frozen=True)
class Item:
    """One entry of a section such as Parameters.

    Parameters
    ----------
    name : str
        Empty where the section names only types (Returns, Raises).
    type : str
        As in the source.
    text : str
        Its description, one paragraph.
    """

    name: str
    type: str
    text: str


@dataclass(frozen=True)
class Docstring:
    """A docstring taken apart.

    Parameters
    ----------
    summary : str
        Its first line.
    body : str
        The text between the first line and the first section, as Markdown.
    sections : dict of str to str
        The text below each heading.
    """

    summary: str
    body: str
    sections: dict[str, str]

    def items(self, section: str) -> list[Item]:
        """List the entries of a section; none where it is missing."""
        found: list[Item] = []
        for block in re.split(r"\n(?=\S)", self.sections.get(section, "")):
            head, _, text = block.partition("\n")
            if head:
                name, colon, kind = head.partition(" : ")
                says = " ".join(text.split())
                if not colon and section in ("Parameters", "Attributes"):
                    found.append(Item(head, "", says))
                else:
                    found.append(Item(name if colon else "", kind if colon else head, says))
        return found


def parse(thing: Any) -> Docstring:
    """Take the docstring of a module, class or function apart."""
    parts = _HEADING.split(inspect.getdoc(thing) or "")
    summary, _, body = parts[0].partition("\n")
    sections = {name: text.strip("\n") for name, text in zip(parts[1::2], parts[2::2], strict=True)}
    return Docstring(summary, prose(body), sections)


def prose(text: str) -> str:
    """Turn what docstrings say between their sections into Markdown.

    Examples
    --------
    >>> print(prose("Like this::\\n\\n    f(x)\\nSource: Bach (1722)."))
    Like this:
    <BLANKLINE>
        f(x)
    <BLANKLINE>
    *Source:* Bach (1722).
    """
    text = re.sub(r"::$", ":", text, flags=re.MULTILINE)
    text = re.sub(r"^(Source|Measured): ", r"\n*\1:* ", text, flags=re.MULTILINE)
    text = re.sub(r"(?<=[^\n])\n(?=- )(?<!\n- )", "\n", text)
    text = re.sub(r"((?:^>>> .*\n?(?:^(?!>>>)\S.*\n?|^\.\.\. .*\n?)*)+)", _fenced, text, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


def _fenced(match: re.Match[str]) -> str:
    return f"```pycon\n{match[1].rstrip()}\n```\n"


def linked(text: str, up: str = "") -> str:
    """Link the public classes in the text of a type to where the page of their facade describes them.

    Parameters
    ----------
    text : str
        A type as a docstring writes it, ``tuple of Note or Rest``.
    up : str
        The way from the page to the top of the site, ``../`` for a page in a folder.
    """
    return _CLASS.sub(lambda match: f"[{match[1]}]({up}{address(_CLASSES[match[1]])}#{match[1].lower()})", text)


def cell(text: str) -> str:
    """Write a text for a cell of a table."""
    return " ".join(text.replace("|", "\\|").split())


def table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Write a table without the columns in which no row has anything; empty where there are no rows.

    Its class ``facts`` lets a narrow screen show each row as a paragraph.
    """
    if not rows:
        return ""
    used = [column for column in range(len(heads)) if any(row[column] for row in rows)]
    lines = [[line[column] for column in used] for line in (heads, ("---",) * len(heads), *rows)]
    written = "\n".join(f"| {' | '.join(map(cell, line))} |" for line in lines)
    return f'<div class="facts" markdown>\n\n{written}\n\n</div>'
