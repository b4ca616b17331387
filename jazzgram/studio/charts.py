"""Changes of a tune for the page: of the corpus, or of a file that was dropped on it.

A dropped file is read in another process, whose crash does not stop the studio.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from jazzgram.config.sections import ImproviseSection
from jazzgram.config.styles import style_of_label
from jazzgram.errors import JazzgramError
from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.finding import find
from jazzgram.hooks.progress import Reporter
from jazzgram.improvisation.target import target_chorus, target_meter
from jazzgram.music.notation.changes import changes_text
from jazzgram.music.tune import Corpus, Tune
from jazzgram.resources.printable import shortened

MOST_BYTES = 4 << 20
"""Bytes of a file."""
SECONDS = 30.0
"""How long reading one may take."""
MOST_CHART_TUNES = 2000
MOST_TAKE_BARS = 512
"""Bars of a take: more than any page is scrolled through."""


@dataclass(frozen=True)
class Choice:
    """What is read of a file.

    Parameters
    ----------
    chords : str
        Of MIDI, the part that plays the chords, by its number; ``infer``: all parts; empty for what the reader finds.
    first, last : int or None
        Bars, from 1; None for the first and the last that there are.
    """

    chords: str = ""
    first: int | None = None
    last: int | None = None

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Choice:
        """Read a choice from a query; raise JazzgramError where a bar is no whole number."""
        bars = []
        for key in ("first", "last"):
            text = values.get(key, "")
            if text and not (text.isdecimal() and 0 < int(text) < 10**6):
                raise JazzgramError(f"{key} bar: expected a whole number from 1 (got {shortened(text)!r})")
            bars.append(int(text) if text else None)
        return cls(values.get("chords", ""), *bars)


EVERYTHING = Choice()
"""All bars, with the chords that the reader finds."""


def read_dropped_chart(
    name: str, content: bytes, choice: Choice = EVERYTHING, seconds: float = SECONDS
) -> dict[str, Any]:
    """Read the tunes of a file.

    Parameters
    ----------
    name : str
        Its name on the page; the ending selects the reader.
    content : bytes
        The file.
    choice : Choice
        The bars, and the chord part, that are read.
    seconds : float
        The time limit.

    Returns
    -------
    dict
        ``tunes``: for each the result of `chart_of`; at least one. ``parts`` of MIDI, by which chords can be chosen:
        ``number``, ``name`` and ``role``, and whether it is ``chosen``.

    Raises
    ------
    JazzgramError
        One line, where it is too large, cannot be read, takes too long or has no changes.
    """
    name = re.sub(r"[^\w.()-]+", "_", Path(name.replace("\\", "/")).name)[-80:] or "changes.txt"
    if not content:
        raise JazzgramError(f"{name}: the file is empty")
    if len(content) > MOST_BYTES:
        raise JazzgramError(f"{name}: larger than {MOST_BYTES >> 20} MB; a chart is not")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(content)
        command = [sys.executable, "-m", "jazzgram.studio.charts", str(path), json.dumps(asdict(choice))]
        try:
            done = subprocess.run(command, capture_output=True, timeout=seconds, check=False)
        except subprocess.TimeoutExpired:
            raise JazzgramError(f"{name}: not read within {seconds:g} seconds; try a smaller file") from None
        try:
            found: dict[str, Any] = json.loads(done.stdout)
        except ValueError:
            raise JazzgramError(f"{name}: damaged: its reader gave up") from None
        if "error" in found:
            raise JazzgramError(found["error"].replace(f"{folder}/", "").replace(folder, ""))
    return found


def read_tunes(path: Path, choice: Choice = EVERYTHING) -> dict[str, Any]:
    """Read the tunes of a file in this process: the result of `read_dropped_chart`, or ``error`` with a sentence."""
    from jazzgram.corpus.doctor import diagnose

    try:
        found = diagnose(path)
        if not found.tunes:
            return {"error": found.findings[0].problem}
        is_midi = found.reader == "midi"
        tunes, problems = [], []
        for tune in _midi_tunes(path, choice.chords) if is_midi and choice.chords else found.tunes[:MOST_CHART_TUNES]:
            try:
                tunes.append(chart_of(tune, choice))
            except JazzgramError as error:
                problems.append(str(error))
        if not any(re.search("[A-G]", tune["chords"]) for tune in tunes):
            return {"error": problems[0] if problems else f"{path.name}: no chord symbols found in it"}
        parts = [
            {"number": part.number, "name": part.name, "role": part.role, "chosen": part.chosen == "chords"}
            for part in found.examination.parts
        ]
        return {"tunes": tunes, "parts": parts if is_midi else []}
    except JazzgramError as error:
        return {"error": str(error)}
    except (Exception, RecursionError) as error:
        return {"error": f"{path.name}: cannot be read ({type(error).__name__})"}


def _midi_tunes(path: Path, chords: str) -> Sequence[Tune]:
    """Read a MIDI file with the chords of a part, or of all parts."""
    reader = find("midi", "read_corpus", Path())
    values = {"chords": "infer"} if chords == "infer" else {"chords": "part", "chord_part": chords}
    try:
        options = reader.options(**values)
    except ValidationError:
        got = shortened(repr(chords))
        raise JazzgramError(f"chord part: expected the number of a part, or infer (got {got})") from None
    corpus: Corpus = PluginCalls(reader).caller("read_corpus", reader)(source=path, options=options)
    return corpus.tunes


def chart_of(tune: Tune, choice: Choice = EVERYTHING) -> dict[str, Any]:
    """Return a tune's changes as the page's ``improvise`` section.

    Parameters
    ----------
    tune : Tune
        Any.
    choice : Choice
        Its bars.

    Returns
    -------
    dict
        ``title``, ``chords``, ``meter``, ``tempo``, ``bars``; ``all_bars``: how many the tune has; ``style``: that of
        the band which its label means, or "".

    Raises
    ------
    JazzgramError
        Where its changes cannot be written as text, or are too many.
    """
    section = ImproviseSection()
    meter = target_meter(section, tune)
    every = target_chorus(section, tune, meter, Reporter())
    bars = every[(choice.first or 1) - 1 : choice.last]
    if not bars:
        raise JazzgramError(f"{tune.title}: has {len(every)} bars, none of them from {choice.first} to {choice.last}")
    if len(bars) > MOST_TAKE_BARS:
        raise JazzgramError(f"{tune.title}: {len(bars)} bars are more than the studio plays ({MOST_TAKE_BARS})")
    return {
        "title": tune.title,
        "chords": changes_text(bars, meter),
        "meter": str(meter),
        "tempo": round(min(max(tune.tempo, 20), 400), 2),
        "bars": len(bars),
        "all_bars": len(every),
        "style": style.name if tune.style and (style := style_of_label(tune.style, meter)) else "",
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(read_tunes(Path(sys.argv[1]), Choice(**json.loads(sys.argv[2])))))
