"""The report: one HTML file with the solo's sound, score, notes after each step, and what the run left besides.

Nothing is fetched when it is shown: style, scripts, fonts, pictures and sound are in the file.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jazzgram.music.time import TICKS_PER_QUARTER
from jazzgram.pages.report.view import ADDED, CHANGED, view
from jazzgram.pipeline.run import Run
from jazzgram.resources.templates import render

if TYPE_CHECKING:
    from jazzgram.evaluation.copying import NoteCopy
    from jazzgram.hooks.token_model import Epoch

LONG_RUN = 8
"""Notes from which on a copied run is marked: shorter ones are everybody's scales and arpeggios."""
_WIDTH, _HEIGHT, _MARGIN = 640, 200, 36


@dataclass(frozen=True)
class Facts:
    """What a run knows besides the solo and its trace.

    Parameters
    ----------
    config : str
        The resolved configuration as YAML.
    command : str
        What makes the same solo again, run in the folder of the report.
    measures : mapping of str to float
        The metrics' numbers.
    real : mapping of str to (float, float)
        Of these numbers over real solos: mean and standard deviation.
    history : sequence of Epoch
        The training of the model.
    copies : sequence of NoteCopy
        One for each note of the solo, or empty where nobody looked.
    sound : bytes
        The solo with its band as MP3; empty where the page is to play the notes itself.
    """

    config: str
    command: str
    measures: Mapping[str, float] = field(default_factory=dict)
    real: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    history: Sequence[Epoch] = ()
    copies: Sequence[NoteCopy] = ()
    sound: bytes = b""


def report(made: Run, facts: Facts) -> str:
    """Write a solo's page.

    Parameters
    ----------
    made : Run
        A solo, with or without notes, and its trace.
    facts : Facts
        What else is told.

    Returns
    -------
    str
        An HTML document that needs nothing else.
    """
    from jazzgram.rendering.lead_sheet import lead_sheet_musicxml
    from jazzgram.rendering.score import engrave

    solo = made.solo
    score = engrave(lead_sheet_musicxml(solo))
    shown = view(made)
    shown["copied"] = copied_notes(facts.copies)
    seconds = solo.bars * solo.meter.bar / TICKS_PER_QUARTER * 60 / solo.tempo
    return render(
        "jazzgram.pages.report",
        "assets/report.html.jinja",
        title=solo.title,
        facts=f"{solo.bars} bars of {solo.meter} · ♩ = {solo.tempo:g} · {len(solo.notes)} notes · "
        f"{int(seconds // 60)}:{int(seconds % 60):02d}",
        sound=b64encode(facts.sound).decode(),
        score=score.svg.replace('color="black"', "").replace("<svg ", '<svg aria-hidden="true" ', 1),
        steps=[_step_row(number, step) for number, step in enumerate(shown["steps"])],
        copied=copied_sentence(facts.copies),
        measures=_measure_rows(facts),
        real=bool(facts.real),
        curve=_curve(facts.history),
        command=facts.command,
        config=facts.config,
        view=shown,
        onsets=score.onsets,
    )


def _step_row(number: int, step: Mapping[str, Any]) -> dict[str, Any]:
    """Return a step's cells; what was sampled and what the tokenizer made is all new, so there nothing is counted."""
    counts: Sequence[Any] = ("", "", "")
    if number > 0 and step["hook"] != "unparse_grammar":
        marks = [item[4] for item in step["items"]]
        counts = [count or "–" for count in (marks.count(CHANGED), marks.count(ADDED), len(step["gone"]))]
    milliseconds = "" if number == 0 else f"{1000 * step['seconds']:.1f}"
    return {**{name: step[name] for name in ("label", "hook", "options", "out")}, "counts": counts, "ms": milliseconds}


def copied_notes(copies: Sequence[NoteCopy]) -> list[list[Any]]:
    """Give place, length, tune and bar of the notes that stand in long copied runs."""
    return [[place, copy.notes, copy.tune, copy.bar + 1] for place, copy in enumerate(copies) if copy.notes >= LONG_RUN]


def copied_sentence(copies: Sequence[NoteCopy]) -> str:
    """Tell the longest copied run, and how many notes stand in long ones; nothing of a solo without notes."""
    if not copies:
        return ""
    longest = max(copies, key=lambda copy: copy.notes)
    if not longest.notes:
        return "No two notes in a row stand in what the model learned from."
    marked = sum(copy.notes >= LONG_RUN for copy in copies)
    return (
        f"The longest run of intervals that stands in what the model learned from has {longest.notes} notes "
        f"({longest.tune}, bar {longest.bar + 1}). "
        + (
            f"{marked} of {len(copies)} notes stand in runs of {LONG_RUN} or more; underlined after the last step."
            if marked
            else f"No note stands in a run of {LONG_RUN} or more."
        )
    )


def _measure_rows(facts: Facts) -> list[tuple[str, str, str, str]]:
    """Return name, value, mean and deviation of real solos, and the distance to them, of each metric."""
    rows = []
    for name, value in facts.measures.items():
        mean, deviation = facts.real.get(name, (None, 0.0))
        real = f"{mean:.3f} ± {deviation:.3f}" if mean is not None else "–"
        z = f"{(value - mean) / deviation:+.2f}".replace("-", "−") if mean is not None and deviation else "–"
        rows.append((name, f"{value:.3f}", real, z))
    return rows


def _curve(history: Sequence[Epoch]) -> dict[str, Any] | None:
    """Lay out loss and validation loss over the epochs; None where there is no line to draw."""
    if len(history) < 2:
        return None
    series = {"loss": [epoch.loss for epoch in history]}
    validation = [epoch.validation for epoch in history if epoch.validation is not None]
    if len(validation) == len(history):
        series["validation"] = validation
    low = min(map(min, series.values()))
    high = max(map(max, series.values()))
    across = (_WIDTH - 2 * _MARGIN) / (len(history) - 1)
    up = (_HEIGHT - 2 * _MARGIN) / ((high - low) or 1)
    summary = f"Loss over {len(history)} epochs, from {history[0].loss:.2f} to {history[-1].loss:.2f}"
    if "validation" in series:
        summary += f"; on validation from {validation[0]:.2f} to {validation[-1]:.2f}"
    return {
        "summary": summary,
        "lines": {
            name: " ".join(
                f"{_MARGIN + epoch * across:.1f},{_HEIGHT - _MARGIN - (value - low) * up:.1f}"
                for epoch, value in enumerate(values)
            )
            for name, values in series.items()
        },
        "low": f"{low:.2f}",
        "high": f"{high:.2f}",
        "epochs": len(history),
        "width": _WIDTH,
        "height": _HEIGHT,
        "margin": _MARGIN,
    }
