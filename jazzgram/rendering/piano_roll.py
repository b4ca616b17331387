"""A solo as a piano roll: four bars a line, the changes above, every note in the colour of what it is."""

from __future__ import annotations

import io
from math import ceil
from typing import TYPE_CHECKING, Any

from jazzgram.music.harmony.spell import symbol_of
from jazzgram.music.note_names import pitch_name
from jazzgram.music.solo import Solo
from jazzgram.music.time import TICKS_PER_QUARTER
from jazzgram.rendering.colours import COLOURS, category

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BARS_A_LINE = 4
_INCHES = 12.0
_LEAST_ROWS = 12
"""An octave is drawn at least, so that one note does not fill a line."""
_BLACK = frozenset((1, 3, 6, 8, 10))


def roll_figure(solo: Solo) -> Figure:
    """Draw a solo.

    Parameters
    ----------
    solo : Solo
        With or without notes.

    Returns
    -------
    matplotlib.figure.Figure
        A line for every four bars. Right of the last bar stays empty.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    low, high = _rows(solo)
    lines = max(ceil(solo.bars / BARS_A_LINE), 1)
    height = 0.6 + (high - low + 1) * 0.055 + 0.35
    figure = Figure(figsize=(_INCHES, 0.5 + lines * height), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(f"{solo.title}   ♩ = {solo.tempo:g}", fontsize=12)
    length = BARS_A_LINE * solo.meter.bar
    for line, axes in enumerate(figure.subplots(lines, 1, squeeze=False)[:, 0]):
        _draw_grid(axes, solo, line, low, high)
        for note in solo.notes:
            if (note.onset // length if note.onset > 0 else 0) == line:
                axes.barh(
                    note.pitch,
                    max(note.duration, 1),
                    left=note.onset,
                    height=0.9,
                    color=COLOURS[category(note, solo.chords)],
                    edgecolor="white",
                    linewidth=0.4,
                )
        for chord in solo.chords:
            for begin in _shown(chord.onset, chord.end, line * length, length):
                axes.text(begin, high + 1.2, symbol_of(chord).canonical, fontsize=9, va="bottom", clip_on=False)
    _draw_legend(figure, solo)
    return figure


def roll_png(solo: Solo, dpi: int = 120) -> bytes:
    """Give the picture as PNG; `dpi` dots to an inch of its twelve."""
    target = io.BytesIO()
    roll_figure(solo).savefig(target, format="png", dpi=dpi)
    return target.getvalue()


def _rows(solo: Solo) -> tuple[int, int]:
    pitches = [note.pitch for note in solo.notes] or [60]
    low, high = min(pitches) - 1, max(pitches) + 1
    missing = max(_LEAST_ROWS - (high - low + 1), 0)
    return max(low - missing // 2, 0), min(high + missing - missing // 2, 127)


def _shown(onset: int, end: int, start: int, length: int) -> list[int]:
    """Give where a chord's symbol stands in a line: where it begins, or at the left edge where it goes on."""
    if start <= onset < start + length:
        return [onset]
    return [start] if onset < start < end else []


def _draw_grid(axes: Any, solo: Solo, line: int, low: int, high: int) -> None:
    start, length = line * BARS_A_LINE * solo.meter.bar, BARS_A_LINE * solo.meter.bar
    end = min(start + length, solo.bars * solo.meter.bar)
    for pitch in range(low, high + 1):
        if pitch % 12 in _BLACK:
            axes.barh(pitch, end - start, left=start, height=1, color="#f1f1f1", zorder=0)
    for onset in range(start, end + 1, TICKS_PER_QUARTER):
        barline = onset % solo.meter.bar == 0
        axes.axvline(onset, color="#555555" if barline else "#dddddd", linewidth=1.0 if barline else 0.6, zorder=1)
    for bar in range(start, end, solo.meter.bar):
        axes.text(bar, low - 0.8, str(bar // solo.meter.bar + 1), fontsize=7, va="top", color="#555555")
    axes.set_xlim(start, start + length)
    axes.set_ylim(low - 0.5, high + 0.5)
    names = [pitch for pitch in range(low, high + 1) if pitch % 12 == 0]
    axes.set_yticks(names, [pitch_name(pitch) for pitch in names])
    axes.set_xticks([])
    for side in ("top", "right", "bottom", "left"):
        axes.spines[side].set_visible(False)


def _draw_legend(figure: Figure, solo: Solo) -> None:
    from matplotlib.patches import Patch

    there = {category(note, solo.chords) for note in solo.notes}
    patches = [Patch(color=colour, label=name) for name, colour in COLOURS.items() if name in there]
    if patches:
        figure.legend(handles=patches, loc="outside lower center", ncols=len(patches), frameon=False, fontsize=9)
