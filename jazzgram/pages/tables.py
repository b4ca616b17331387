"""The display of solos, corpora and traces in notebooks: HTML without external resources, on light and dark pages."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jazzgram.music.solo import Solo
    from jazzgram.music.tune import Corpus, Tune
    from jazzgram.pipeline.trace import Trace

SHOWN_BARS = 32
"""Bars of a solo that are drawn."""
SHOWN_TUNES = 12
"""Tunes of a corpus that are listed; the others are not read."""
_LONGEST = 80
"""Characters of a cell."""

_TABLE = "border-collapse:collapse;font-size:90%;color:inherit;background:transparent"
_ROW = "border-bottom:1px solid rgba(128,128,128,.3)"


def solo_picture(solo: Solo) -> str:
    """Draw a solo's piano roll: no more than `SHOWN_BARS` bars of it.

    Parameters
    ----------
    solo : Solo
        With or without notes.

    Returns
    -------
    str
        An image with its content in it, and a line where bars are left out.
    """
    from jazzgram.rendering.piano_roll import roll_png

    description = f"{solo.title}: {len(solo.notes)} notes over {solo.bars} bars"
    picture = picture_tag(roll_png(solo, 80, SHOWN_BARS), "image/png", f"Piano roll of {description}")
    return picture + (_more(f"the first {SHOWN_BARS} of {solo.bars} bars") if solo.bars > SHOWN_BARS else "")


def picture_tag(picture: bytes, kind: str, alternative: str) -> str:
    """Return an image element with a picture in it; `alternative` is its text for screen readers."""
    content = b64encode(picture).decode()
    return f'<img alt="{escape(alternative, quote=True)}" style="max-width:100%" src="data:{kind};base64,{content}">'


def corpus_table(corpus: Corpus) -> str:
    """Return a table of the first `SHOWN_TUNES` tunes of a corpus; the others are not read.

    Parameters
    ----------
    corpus : Corpus
        Of any size.
    """
    count = len(corpus.tunes)
    rows = (_tune_row(tune) for tune in islice(iter(corpus.tunes), SHOWN_TUNES))
    table = _table(("title", "performer", "bars", "notes", "meter", "tempo"), rows, numbers=(2, 3, 5))
    more = _more(f"and {count - SHOWN_TUNES:,} more") if count > SHOWN_TUNES else ""
    return f"<div><b>{count:,} tune{'s' if count != 1 else ''}</b></div>{table}{more}"


def _tune_row(tune: Tune) -> tuple[Any, ...]:
    notes = sum(len(bar.notes) for bar in tune.bars)
    (meter, _), *_ = Counter(str(bar.meter) for bar in tune.bars).most_common(1)
    return tune.title, tune.performer, len(tune.bars), notes, meter, f"{tune.tempo:.0f}"


def trace_table(trace: Trace) -> str:
    """Return a table of what each step of a chain did to the whole solo.

    Parameters
    ----------
    trace : Trace
        Of one improvisation.

    Returns
    -------
    str
        A table with a row for each step in the order of its first call: how many terms or notes went in and how many
        came out, how many of these are new or changed, and its time in milliseconds.
    """
    rows: dict[str, list[Any]] = {
        step: [step, tally.hook, _options(tally.options), f"{tally.calls:,} calls", "", "", 1000 * tally.seconds]
        for step, tally in trace.samplers.items()
    }
    for call in trace.calls:
        row = rows.setdefault(call.step, [call.step, call.hook, _options(call.options), 0, 0, 0, 0.0])
        row[3] += len(call.before)
        row[4] += len(call.after)
        if call.hook != "unparse_grammar":  # which makes notes of terms: all of them are new
            row[5] += (Counter(call.after) - Counter(call.before)).total()
        row[6] += 1000 * call.seconds
    for step, tally in trace.accompanists.items():
        rows[step] = [step, tally.hook, _options(tally.options), "", "", "", 1000 * tally.seconds]
    cells = [[*row[:6], f"{row[6]:.1f}"] for row in rows.values()]
    return _table(("step", "hook", "options", "in", "out", "new or changed", "ms"), cells, numbers=(3, 4, 5, 6))


def _options(options: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in options.items())


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]], numbers: Sequence[int]) -> str:
    sides = ["right" if column in numbers else "left" for column in range(len(head))]

    def row(kind: str, cells: Sequence[Any]) -> str:
        shown = [
            f'<{kind} style="text-align:{side}">{_cell(cell)}</{kind}>' for side, cell in zip(sides, cells, strict=True)
        ]
        return f'<tr style="{_ROW}">{"".join(shown)}</tr>'

    body = "".join(row("td", cells) for cells in rows)
    return f'<table cellpadding="4" style="{_TABLE}"><thead>{row("th", head)}</thead><tbody>{body}</tbody></table>'


def _cell(value: Any) -> str:
    text = f"{value:,}" if isinstance(value, int) else str(value)
    return escape(text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…")


def _more(text: str) -> str:
    return f'<div style="opacity:.7;font-size:90%">{escape(text)}</div>'
