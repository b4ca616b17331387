"""A solo as a piano roll: four bars a line, the changes above, every note in the colour of its category."""

from __future__ import annotations

import io
from collections.abc import Sequence, Set
from typing import TYPE_CHECKING, Any

from jazzgram.music.note import Note
from jazzgram.music.note_names import pitch_name
from jazzgram.music.solo import Solo
from jazzgram.music.time import TICKS_PER_QUARTER
from jazzgram.rendering.colours import COLOURS, Category, category
from jazzgram.rendering.roll_lines import RollLine, roll_lines

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BARS_A_LINE = 4
_INCHES = 12.0
_LEAST_ROWS = 12
"""At least an octave is drawn, so that one note does not fill a line."""
_BLACK = frozenset((1, 3, 6, 8, 10))


def roll_figure(solo: Solo, most_bars: int | None = None) -> Figure:
    """Draw a solo.

    Parameters
    ----------
    solo : Solo
        With or without notes.
    most_bars : int or None
        How many bars are drawn at most, in whole lines; all where None.

    Returns
    -------
    matplotlib.figure.Figure
        A line for every four bars; empty right of the last bar.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    lines = roll_lines(solo, solo.notes, BARS_A_LINE)[: None if most_bars is None else most_bars // BARS_A_LINE]
    notes = [note for line in lines for note in line.notes]
    low, high = _rows(notes)
    height = 0.6 + (high - low + 1) * 0.055 + 0.35
    figure = Figure(figsize=(_INCHES, 0.5 + len(lines) * height), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(f"{solo.title}   ♩ = {solo.tempo:g}", fontsize=12)
    for line, axes in zip(lines, figure.subplots(len(lines), 1, squeeze=False)[:, 0], strict=True):
        _draw_grid(axes, line, solo.meter.bar, low, high)
        for note in line.notes:
            axes.barh(
                note.pitch,
                max(note.duration, 1),
                left=note.onset,
                height=0.9,
                color=COLOURS[category(note, solo.chords)],
                edgecolor="white",
                linewidth=0.4,
            )
        for onset, symbol in line.changes:
            axes.text(onset, high + 1.2, symbol, fontsize=9, va="bottom", clip_on=False)
    _draw_legend(figure, {category(note, solo.chords) for note in notes})
    return figure


def roll_png(solo: Solo, dpi: int = 120, most_bars: int | None = None) -> bytes:
    """Return the picture as PNG; `dpi` dots to an inch of its twelve."""
    target = io.BytesIO()
    roll_figure(solo, most_bars).savefig(target, format="png", dpi=dpi)
    return target.getvalue()


def _rows(notes: Sequence[Note]) -> tuple[int, int]:
    pitches = [note.pitch for note in notes] or [60]
    low, high = min(pitches) - 1, max(pitches) + 1
    missing = max(_LEAST_ROWS - (high - low + 1), 0)
    return max(low - missing // 2, 0), min(high + missing - missing // 2, 127)


def _draw_grid(axes: Any, line: RollLine, bar: int, low: int, high: int) -> None:
    start, end = line.start, line.end
    for pitch in range(low, high + 1):
        if pitch % 12 in _BLACK:
            axes.barh(pitch, end - start, left=start, height=1, color="#f1f1f1", zorder=0)
    for onset in range(start, end + 1, TICKS_PER_QUARTER):
        barline = onset % bar == 0
        axes.axvline(onset, color="#555555" if barline else "#dddddd", linewidth=1.0 if barline else 0.6, zorder=1)
    for onset in range(start, end, bar):
        axes.text(onset, low - 0.8, str(onset // bar + 1), fontsize=7, va="top", color="#555555")
    axes.set_xlim(start, start + BARS_A_LINE * bar)
    axes.set_ylim(low - 0.5, high + 0.5)
    names = [pitch for pitch in range(low, high + 1) if pitch % 12 == 0]
    axes.set_yticks(names, [pitch_name(pitch) for pitch in names])
    axes.set_xticks([])
    for side in ("top", "right", "bottom", "left"):
        axes.spines[side].set_visible(False)


def _draw_legend(figure: Figure, present: Set[Category]) -> None:
    from matplotlib.patches import Patch

    patches = [Patch(color=colour, label=name) for name, colour in COLOURS.items() if name in present]
    if patches:
        figure.legend(handles=patches, loc="outside lower center", ncols=len(patches), frameon=False, fontsize=9)
