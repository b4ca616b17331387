"""Exports: takes as files to download."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from jazzgram.errors import JazzgramError
from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.finding import find
from jazzgram.studio.session import Take


@dataclass(frozen=True)
class File:
    """A file to be downloaded: its name, its media type and its content."""

    name: str
    kind: str
    content: bytes

    @property
    def disposition(self) -> str:
        """The header ``Content-Disposition``: a name in ASCII, and the true one where that is another (RFC 6266, 5987).

        Examples
        --------
        >>> for name in ("blue_bossa.mid", "água_枯葉.mid"):
        ...     print(File(name, "audio/midi", b"").disposition)
        attachment; filename="blue_bossa.mid"
        attachment; filename="agua_.mid"; filename*=UTF-8''%C3%A1gua_%E6%9E%AF%E8%91%89.mid
        """
        plain = unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode()
        if plain.startswith("."):
            plain = f"solo{plain}"
        true = "" if plain == self.name else f"; filename*=UTF-8''{quote(self.name, safe='')}"
        return f'attachment; filename="{plain}"{true}'


WRITERS = {
    "midi": ("mid", "audio/midi"),
    "musicxml": ("musicxml", "application/vnd.recordare.musicxml+xml"),
    "mp3": ("mp3", "audio/mpeg"),
    "wav": ("wav", "audio/wav"),
}
"""Ending and media type of each stock writer."""
MOST_SECONDS = 900
"""Seconds of a take that can be exported as sound."""
_SOUND = ("mp3", "wav")
EXPORTS = (*WRITERS, "report", "yaml")


def export(take: Take, kind: str) -> File:
    """Write a take.

    Parameters
    ----------
    take : Take
        From `jazzgram.studio.session.Session.take`.
    kind : str
        One of `EXPORTS`.

    Raises
    ------
    JazzgramError
        Where there is no such kind, or the writer cannot write it.
    """
    title = unicodedata.normalize("NFC", take.run.solo.title)
    name = re.sub(r"[^\w-]+", "_", title.replace(",", "").lower()).strip("_")[:60] or "solo"
    if kind == "yaml":
        return File(f"{name}.yaml", "application/yaml", _config(take).encode())
    if kind == "report":
        return File(f"{name}.html", "text/html", _report(take).encode())
    if kind not in WRITERS:
        raise JazzgramError(f"there is no export {kind!r}; there are {', '.join(EXPORTS)}")
    solo = take.run.solo
    if kind in _SOUND and solo.seconds > MOST_SECONDS:
        raise JazzgramError(
            f"{solo.seconds / 60:.0f} minutes are too long for a sound file here (at most {MOST_SECONDS // 60});"
            " export MIDI, which 'jazzgram render' renders"
        )
    plugin = find(kind, "write_solo", Path())
    ending, media = WRITERS[kind]
    with tempfile.TemporaryDirectory() as folder:
        (path,) = PluginCalls(plugin).caller("write_solo", plugin)(
            solo=solo, folder=Path(folder), options=plugin.options()
        )
        return File(f"{name}.{ending}", media, path.read_bytes())


def _config(take: Take) -> str:
    text = take.pipeline.resolved(take.pipeline.config.sections.improvise.title)
    if take.locked:
        text = f"# {take.locked} locked bars are of earlier takes: this plays all bars as the newest has them.\n{text}"
    if take.played:
        text = f"# A traded take: its configuration, without what you played.\n{text}"
    return text


def _report(take: Take) -> str:
    from jazzgram.pages.report.facts import facts_of
    from jazzgram.pages.report.page import report

    return report(take.run, facts_of(take.pipeline, take.run.solo, _config(take), {}))
