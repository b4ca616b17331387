"""The reference of the command line, from click."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from jazzgram.cli import commands, register
from make_pages.docstrings import table


def pages() -> dict[str, str]:
    """Make the page."""
    register()
    parts = [
        "# Commands",
        "A `CONFIG` is a YAML file, or the name of a bundled one. Status 0 means done, 2 a mistake in what was given "
        "(reported in one line), 130 Ctrl-C. `JAZZGRAM_DEBUG=1` shows the traceback behind an unexpected error.",
    ]
    for path, command in found():
        parts += [f"## {path}", *_help(path, command)]
    return {"commands.md": "\n\n".join(part for part in parts if part) + "\n"}


def found() -> Iterator[tuple[str, click.Command]]:
    """Walk through the commands, those of groups included, by name.

    Yields
    ------
    str, click.Command
        As it is typed (``jazzgram plugins show``), and the command.
    """
    register()
    waiting: list[tuple[str, click.Command]] = [("jazzgram", commands)]
    while waiting:
        path, command = waiting.pop(0)
        if isinstance(command, click.Group):
            waiting = [(f"{path} {name}", inner) for name, inner in sorted(command.commands.items())] + waiting
        else:
            yield path, command


def _help(path: str, command: click.Command) -> list[str]:
    context = click.Context(command, info_name=path)
    usage = " ".join([path, *command.collect_usage_pieces(context)])
    parts = [f"```sh\n{usage}\n```"]
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        if paragraph.startswith("\b\n"):  # click's mark for "do not wrap"
            head, _, example = paragraph.removeprefix("\b\n").partition("\n")
            parts += [head, f"```sh\n{inspect.cleandoc(example)}\n```"] if example else [head]
        else:
            parts.append(_plain(paragraph))
    records = filter(None, (parameter.get_help_record(context) for parameter in command.params))
    parts.append(table(("option", "meaning"), [(f"`{names}`", _plain(says)) for names, says in records if says]))
    return parts


def _plain(text: str) -> str:
    """Keep ``<name>`` from being taken for HTML."""
    return text.replace("<", "&lt;")
