"""Read changes from text lead sheets, one tune a file, to improvise over.

``Dm7 | G7 | Cmaj7 | %`` with a title, a key, a meter and a tempo, sections, repeats and endings, as
``docs/lead-sheets.md`` describes them. The tunes have chords and no melody: there is nothing to learn from them, but
every solo can be played over them.
Source: jazzgram's own format, after the chord charts that musicians type.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jazzgram import Corpus, hookimpl
from jazzgram.music import read_lead_sheet

from ._files import with_suffix


@hookimpl
def read_corpus(source: Path) -> Corpus:
    """Read one lead sheet.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp(), "turnaround.txt")
    >>> _ = file.write_text("key: Bb\\ntempo: 160\\n|: Cm7 F7 | Bbmaj7 G7 :|")
    >>> tune = read_corpus(file).tunes[0]
    >>> tune.title, tune.key, tune.tempo, [chord.symbol for chord in tune.bars[2].chords]
    ('turnaround', -2, 160.0, ['Cm7', 'F7'])
    """
    return Corpus((read_lead_sheet(source).tune,))


@hookimpl
def list_files(folder: Path) -> Sequence[Path]:
    """List the text files of a folder.

    Examples
    --------
    >>> list_files(Path("no such folder"))
    []
    """
    return with_suffix(folder.rglob("*"), ".txt")
