"""Put the tunes of one file together: unique titles, and reports of the tunes that could not be read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from jazzgram import Corpus, Dropped, JazzgramError, Tune

_MOST_TUNES = 20_000
"""More in one file are no tunebook."""

_MOST_MISTAKES = 20


def read_text(source: Path, most: int) -> str:
    """Read a text file, UTF-8 or else Latin-1.

    Parameters
    ----------
    source : Path
        An existing file.
    most : int
        How many bytes it may have.

    Returns
    -------
    str
        Without a byte order mark.

    Raises
    ------
    JazzgramError
        Where it cannot be opened or is larger.
    """
    try:
        size = source.stat().st_size
        if size > most:
            raise JazzgramError(f"{source}: has {size} bytes (expected at most {most}; split it into several files)")
        content = source.read_bytes()
    except OSError as error:
        raise JazzgramError(f"{source}: cannot be read ({error.strerror or error})") from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def tunebook(source: Path, found: Iterable[Tune | JazzgramError], expected: str) -> Corpus:
    """Build the corpus of a file of many tunes.

    Parameters
    ----------
    source : Path
        The file.
    found : iterable of Tune or JazzgramError
        Its tunes in order; for one that cannot be read the reason, which begins with its line.
    expected : str
        What is wrong with a file without tunes, and what was expected.

    Returns
    -------
    Corpus
        A title that occurs for the second time has ``(2)`` behind it. The mistakes in the others are in the first
        tune's `dropped`.

    Raises
    ------
    JazzgramError
        Where no tune could be read, with the first 20 mistakes; where there are more than 20,000.

    Examples
    --------
    >>> found = [Tune("Blues", ()), JazzgramError("7: no key"), Tune("Blues", ())]
    >>> corpus = tunebook(Path("book.abc"), found, "no tune found")
    >>> [tune.title for tune in corpus.tunes], corpus.tunes[0].dropped[0].reason
    (['Blues', 'Blues (2)'], 'another tune of the file: book.abc:7: no key')
    """
    tunes: list[Tune] = []
    mistakes: list[str] = []
    first: JazzgramError | None = None
    for tune in found:
        if isinstance(tune, JazzgramError):
            first = first or tune
            mistakes.append(f"{source}:{tune}")
        else:
            tunes.append(tune)
        if len(tunes) + len(mistakes) > _MOST_TUNES:
            raise JazzgramError(f"{source}: more than {_MOST_TUNES} tunes (split it into several files)")
    if not tunes:
        if not mistakes:
            raise JazzgramError(f"{source}: {expected}")
        shown = mistakes[:_MOST_MISTAKES]
        more = len(mistakes) - len(shown)
        raise JazzgramError(
            "\n".join(shown + ([f"and {more} more tunes that cannot be read"] if more else []))
        ) from first
    numbers: dict[str, int] = {}
    named: list[Tune] = []
    for tune in tunes:
        title, number = tune.title, numbers.get(tune.title, 1)
        while title in numbers:
            number += 1
            title = f"{tune.title} ({number})"
        numbers[tune.title] = number
        numbers[title] = 1
        named.append(tune if title == tune.title else replace(tune, title=title, work=tune.work or tune.title))
    others = tuple(Dropped(f"another tune of the file: {mistake}") for mistake in mistakes)
    named[0] = replace(named[0], dropped=named[0].dropped + others)
    return Corpus(tuple(named))
