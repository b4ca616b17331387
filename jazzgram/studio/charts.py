"""Changes of a tune for the page: of the corpus, or of a file that was dropped on it.

A dropped file is read in another process, whose crash does not stop the studio.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from jazzgram.config.sections import ImproviseSection
from jazzgram.config.styles import style_of_label
from jazzgram.errors import JazzgramError
from jazzgram.hooks.progress import Reporter
from jazzgram.improvisation.target import target_chorus, target_meter
from jazzgram.music.notation.changes import changes_text
from jazzgram.music.tune import Tune

MOST_BYTES = 4 << 20
"""Bytes of a file."""
SECONDS = 30.0
"""How long reading one may take."""
MOST_CHART_TUNES = 2000
MOST_TAKE_BARS = 512
"""Bars of a take: more than any page is scrolled through."""


def read_dropped_chart(name: str, content: bytes, seconds: float = SECONDS) -> list[dict[str, Any]]:
    """Read the tunes of a file.

    Parameters
    ----------
    name : str
        Its name on the page; the ending selects the reader.
    content : bytes
        The file.
    seconds : float
        The time limit.

    Returns
    -------
    list of dict
        For each tune the result of `chart_of`; at least one.

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
        command = [sys.executable, "-m", "jazzgram.studio.charts", str(path)]
        try:
            done = subprocess.run(command, capture_output=True, timeout=seconds, check=False)
        except subprocess.TimeoutExpired:
            raise JazzgramError(f"{name}: not read within {seconds:g} seconds; try a smaller file") from None
        try:
            found = json.loads(done.stdout)
        except ValueError:
            raise JazzgramError(f"{name}: damaged: its reader gave up") from None
        if "error" in found:
            raise JazzgramError(found["error"].replace(f"{folder}/", "").replace(folder, ""))
    tunes: list[dict[str, Any]] = found["tunes"]
    return tunes


def read_tunes(path: Path) -> dict[str, Any]:
    """Read the tunes of a file in this process: ``tunes`` as of `read_dropped_chart`, or ``error`` with a sentence."""
    from jazzgram.corpus.doctor import diagnose

    try:
        found = diagnose(path)
        if not found.tunes:
            return {"error": found.findings[0].problem}
        tunes, problems = [], []
        for tune in found.tunes[:MOST_CHART_TUNES]:
            try:
                tunes.append(chart_of(tune))
            except JazzgramError as error:
                problems.append(str(error))
        if not any(re.search("[A-G]", tune["chords"]) for tune in tunes):
            return {"error": problems[0] if problems else f"{path.name}: no chord symbols found in it"}
        return {"tunes": tunes}
    except JazzgramError as error:
        return {"error": str(error)}
    except (Exception, RecursionError) as error:
        return {"error": f"{path.name}: cannot be read ({type(error).__name__})"}


def chart_of(tune: Tune) -> dict[str, Any]:
    """Return a tune's changes as the page's ``improvise`` section.

    Parameters
    ----------
    tune : Tune
        Any.

    Returns
    -------
    dict
        ``title``, ``chords``, ``meter``, ``tempo``, ``bars``; ``style``: that of the band which its label means, or "".

    Raises
    ------
    JazzgramError
        Where its changes cannot be written as text, or are too many.
    """
    section = ImproviseSection()
    meter = target_meter(section, tune)
    bars = target_chorus(section, tune, meter, Reporter())
    if len(bars) > MOST_TAKE_BARS:
        raise JazzgramError(f"{tune.title}: {len(bars)} bars are more than the studio plays ({MOST_TAKE_BARS})")
    return {
        "title": tune.title,
        "chords": changes_text(bars, meter),
        "meter": str(meter),
        "tempo": round(min(max(tune.tempo, 20), 400), 2),
        "bars": len(bars),
        "style": style.name if tune.style and (style := style_of_label(tune.style, meter)) else "",
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(read_tunes(Path(sys.argv[1]))))
