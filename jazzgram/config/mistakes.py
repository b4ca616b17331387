"""The mistakes in one configuration, each with its file and line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from jazzgram.config.wording import field_names, unknown_key, value_message
from jazzgram.config.yaml_lines import Document, KeyPath, Source
from jazzgram.resources.printable import printable, shortened

_UNION_BRANCHES = re.compile(
    r"str|Use|<shares>|<file>|(constrained|function)-\w+(\[.*\])?|(literal|list|tuple|dict)\[.*\]"
)
"""What pydantic puts into an error's location where a value may be of several kinds: no keys of the file.

Pydantic offers no other way to distinguish them from keys.
"""
_NUMBERS = ("bool", "int", "float")
"""The same, for kinds that are a whole name: only behind the key."""
_EXPECTED = re.compile(r"expected (.*) \(got (.*)\)", re.DOTALL)


class Mistakes:
    """Collect the mistakes and warnings of a document.

    Parameters
    ----------
    document : Document
        The configuration with what it extends.
    path : Path
        Its file.
    """

    def __init__(self, document: Document, path: Path) -> None:
        self.document = document
        self.path = path
        self._found: dict[str, Source] = {}
        self._warnings: dict[str, Source] = {}

    @property
    def found(self) -> list[str]:
        """The mistakes, each once: those of ``--set`` as they were found, then by file and line."""
        return _in_order(self._found)

    @property
    def warnings(self) -> list[str]:
        """The warnings, in the same order."""
        return _in_order(self._warnings)

    def fail(self, key_path: KeyPath, message: str) -> None:
        """Note a mistake in a value."""
        self._found.setdefault(self._line(key_path, message), self.document.source(key_path))

    def warn(self, key_path: KeyPath, message: str) -> None:
        """Note a warning about a value."""
        self._warnings.setdefault(self._line(key_path, message), self.document.source(key_path))

    def report(self, error: ValidationError, at: KeyPath, model: type[BaseModel], given: KeyPath = ()) -> None:
        """Note what pydantic found wrong.

        Parameters
        ----------
        error : ValidationError
            Its errors.
        at : tuple of str or int
            The key path of the value that was checked.
        model : type
            The section or options class that it was checked against.
        given : tuple of str or int
            The first keys of what was checked that are not in the document.
        """
        missing: list[KeyPath] = []
        wrong: dict[KeyPath, list[str]] = {}
        for detail in error.errors():
            keys = _keys(detail["loc"])
            key_path = (*at, *(keys[len(given) :] if keys[: len(given)] == given else keys))
            if detail["type"] == "extra_forbidden":
                self.fail(key_path, unknown_key(model, key_path[len(at) :]))
            elif detail["type"] == "missing":
                missing.append(key_path)
            else:
                wrong.setdefault(key_path, []).append(value_message(detail))
        for key_path, messages in wrong.items():
            for message in _of_all_kinds(messages):
                self.fail(key_path, message)
        if at == () and len(missing) > 1 and all(len(key_path) == 1 for key_path in missing):
            names = ", ".join(str(key_path[0]) for key_path in missing)
            self.fail((), f"{names} are missing; begin with 'extends: blues', or another configuration that has them")
            return
        for key_path in missing:
            self.fail(key_path, "is missing")

    def refuse_field_name(self, value: dict[str, Any], key_path: KeyPath, model: type[BaseModel]) -> None:
        """Refuse ``options``, the name that `with` has in Python: pydantic takes either, and nothing would read it."""
        if "options" in value:
            self.fail((*key_path, "options"), f"unknown key; known: {', '.join(field_names(model, ()))}")

    def folder_of(self, key_path: KeyPath) -> Path:
        """Return the folder of the file that a value comes from, so that a parent's paths stay its own."""
        return (self.document.source(key_path).file or self.path).parent

    def _line(self, key_path: KeyPath, message: str) -> str:
        source = self.document.source(key_path)
        where = ".".join(shortened(str(part)) for part in key_path)
        named = not where or (source.file is None and source == self.document.sources.get(key_path))
        return printable(f"{source}: {message}" if named else f"{source}: {where}: {message}")


def _keys(location: KeyPath) -> KeyPath:
    found = [part for part in location if not (isinstance(part, str) and _UNION_BRANCHES.fullmatch(part))]
    return tuple(found[:-1] if len(found) > 1 and found[-1] in _NUMBERS else found)


def _of_all_kinds(messages: Sequence[str]) -> list[str]:
    """Say once what a value may be that is of none of several kinds."""
    matches = [match for message in messages if (match := _EXPECTED.fullmatch(message))]
    if len(matches) < len(messages) or len({match[2] for match in matches}) > 1:
        return list(messages)
    expected = " or ".join(dict.fromkeys(match[1] for match in matches))
    return [f"expected {expected} (got {matches[0][2]})"]


def _in_order(found: Mapping[str, Source]) -> list[str]:
    """Order lines by file and line; those of ``--set`` come first, as they were found."""
    return sorted(found, key=lambda line: (str(found[line].file), found[line].line) if found[line].file else ("", 0))
