"""``jazzgram cache``: what the cache holds, and how to empty it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from jazzgram.cli.confirm import confirmed

if TYPE_CHECKING:
    from pathlib import Path

    from jazzgram.resources.cache_kinds import Contents

_UNITS = ("kB", "MB", "GB", "TB")


@click.group("cache")
def command() -> None:
    """Show or empty the cache: tunes, terms, models, results of evaluations, and downloads.

    Everything in it is made or downloaded again when it is needed. JAZZGRAM_CACHE names another folder.
    """


@command.command("info")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
def info(as_json: bool) -> None:
    """Show where the cache is, and number and size of the entries of each kind."""
    from jazzgram.resources.cache import cache_root
    from jazzgram.resources.cache_kinds import KINDS, others

    root = cache_root()
    found = _found(root)
    foreign = others(root, list(found.values()))
    if as_json:
        kinds = {name: {"entries": len(each.entries), "bytes": each.size} for name, each in found.items()}
        other = {"entries": len(foreign.entries), "bytes": foreign.size}
        click.echo(json.dumps({"folder": str(root), "kinds": kinds, "other": other}, indent=1))
        return
    click.echo(f"{root}\n")
    for kind in KINDS:
        each = found[kind.name]
        click.echo(f"{kind.name:<12}{len(each.entries):>7,}{size_text(each.size):>11}  {kind.what}")
    if foreign.entries:
        click.echo(f"{'other':<12}{len(foreign.entries):>7,}{size_text(foreign.size):>11}  not put there by jazzgram")
    total = sum(each.size for each in (*found.values(), foreign))
    click.echo(f"{'':<12}{'':>7}{size_text(total):>11}  in all")


@command.command("clear")
@click.argument("kinds", metavar="[KIND]...", nargs=-1)
@click.option("--yes", is_flag=True, help="Remove without asking.")
def clear(kinds: tuple[str, ...], yes: bool) -> None:
    """Remove the entries of some kinds, or of all; asks first.

    The kinds are those that 'jazzgram cache info' lists. Files that jazzgram did not put there stay, and so does
    whatever a link leads to.

    \b
    Examples:
      jazzgram cache clear evaluations choruses
      jazzgram cache clear --yes
    """
    from jazzgram.errors import JazzgramError, did_you_mean
    from jazzgram.resources.cache import cache_root
    from jazzgram.resources.cache_kinds import KINDS, Contents, remove

    names = [kind.name for kind in KINDS]
    for name in kinds:
        if name not in names:
            raise JazzgramError(f"the cache has no {name!r}{did_you_mean(name, names)}; there are: {', '.join(names)}")
    root = cache_root()
    found = {name: each for name, each in _found(root).items() if each.entries and (not kinds or name in kinds)}
    if not found:
        click.echo(f"nothing to remove in {root}")
        return
    whole = Contents(
        tuple(path for each in found.values() for path in each.entries), sum(each.size for each in found.values())
    )
    count = f"{len(whole.entries):,} {'entry' if len(whole.entries) == 1 else 'entries'} ({', '.join(found)})"
    question = f"Remove {count}, {size_text(whole.size)}, from {root}?"
    if not yes and not confirmed(question, "nothing was removed", "--yes removes without asking"):
        return
    remove(root, whole)
    click.echo(f"removed {count}; freed {size_text(whole.size)} in {root}")


def size_text(size: int) -> str:
    """Write a number of bytes for people.

    Examples
    --------
    >>> size_text(0), size_text(999), size_text(1500), size_text(999_960), size_text(12_345_678)
    ('0 B', '999 B', '1.5 kB', '1.0 MB', '12.3 MB')
    """
    if size < 1000:
        return f"{size} B"
    number = float(size)
    for unit in _UNITS:
        number /= 1000
        if round(number, 1) < 1000 or unit == _UNITS[-1]:
            break
    return f"{number:.1f} {unit}"


def _found(root: Path) -> dict[str, Contents]:
    from jazzgram.rendering.sound.soundfonts import registered
    from jazzgram.resources.cache_kinds import KINDS, contents
    from jazzgram.resources.registry import registry

    corpora = [entry.filename for entry in registry().values() if entry.filename and entry.url]
    downloads = [*corpora, *(entry.filename for entry in registered().values())]
    return {kind.name: contents(kind, root, downloads) for kind in KINDS}
