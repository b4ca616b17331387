"""Read changes from iReal Pro links: one tune or a playlist, in a text file or a web page.

Links of both kinds are read, ``irealb://`` with its scrambling undone and ``irealbook://``. Repeats, endings, da capo,
dal segno and coda are played out; where a chart has a coda and no direction to jump, the coda is for the last chorus
only and is left out. The tunes have chords and no melody: there is nothing to learn from them, but every solo can be
played over them.
Source: iReal Pro's *custom chord chart protocol* (irealpro.com).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jazzgram import Corpus, Dropped, JazzgramError, Tune, hookimpl
from jazzgram.music import LeadSheet, follow_repeats, parse_key

from .._files import with_suffix
from .._tunebook import read_text, tunebook
from .chart import read_chart
from .links import Song, find_songs

_LARGEST = 8 << 20
"""Bytes; several times the playlist of 1,400 standards."""


@hookimpl
def read_corpus(source: Path) -> Corpus:
    """Read the tunes of all links of a file.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp(), "turnaround.txt")
    >>> _ = file.write_text("irealbook://Turn=Nobody=Medium Swing=Bb=n={T44C-7 F7 |Bb^7 G7 }")
    >>> tune = read_corpus(file).tunes[0]
    >>> tune.title, tune.key, [chord.symbol for chord in tune.bars[2].chords]
    ('Turn', -2, ['C-7', 'F7'])
    """
    found = (_tune(song) for song in find_songs(read_text(source, _LARGEST)))
    return tunebook(source, found, "no link of iReal Pro found (expected irealb:// or irealbook://)")


@hookimpl
def list_files(folder: Path) -> Sequence[Path]:
    """List the text files and web pages of a folder.

    Examples
    --------
    >>> list_files(Path("no such folder"))
    []
    """
    return with_suffix(folder.rglob("*"), ".html", ".htm", ".txt")


def _tune(song: Song | JazzgramError) -> Tune | JazzgramError:
    if isinstance(song, JazzgramError):
        return song
    try:
        return _sheet(song).tune
    except JazzgramError as error:
        return JazzgramError(f"{song.line}: {song.title or 'a tune'}: {error}")


def _sheet(song: Song) -> LeadSheet:
    chart = read_chart(song.chart)
    last = len(chart.bars)
    jumps = [marks.until for marks in chart.marks if marks.sounds.keys() & {"dacapo", "dalsegno"}]
    codas = [index for index, marks in enumerate(chart.marks) if "coda" in marks.sounds]
    if codas and not {"", "coda"} & set(jumps):
        last = codas[0] or last
    order = follow_repeats(chart.marks[:last])
    coda = len(chart.bars) - last
    chords = [len(bar.chords) for bar in chart.bars]
    return LeadSheet(
        song.title or "Untitled",
        tuple(chart.bars[index] for index in order.bars),
        tuple((number, chart.labels[index]) for number, index in enumerate(order.bars) if index in chart.labels),
        song.composer,
        song.style,
        parse_key(song.key) if song.key else 0,
        float(song.tempo) if 20 <= song.tempo <= 400 else 120.0,
        ((Dropped("a coda for the last chorus only", bars=coda, chords=sum(chords[last:])),) if coda else ())
        + order.dropped(chords=chords)
        + chart.dropped,
    )
