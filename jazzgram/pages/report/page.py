"""The report: one HTML file with the solo's sound, score, notes after each step, and what the run left besides.

Nothing is fetched when it is shown: style, scripts, fonts, pictures and sound are in the file.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any

from jazzgram.pages.report.view import ADDED, CHANGED, MARK, view
from jazzgram.pipeline.results import Improvisation

if TYPE_CHECKING:
    from jazzgram.evaluation.copying import NoteCopy
    from jazzgram.hooks.token_model import Epoch

LONG_RUN = 8
"""Notes from which on a copied run is marked: shorter ones are everybody's scales and arpeggios."""
_WIDTH, _HEIGHT, _MARGIN = 640, 200, 36
_SCRIPTS = ("timeline", "steps", "layout", "schedule", "timbre", "svg", "roll", "player", "report")
"""Each one uses names from those before it."""


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


def report(made: Improvisation, facts: Facts) -> str:
    """Write a solo's page.

    Parameters
    ----------
    made : Improvisation
        A solo, with or without notes, and its trace.
    facts : Facts
        What else is told.

    Returns
    -------
    str
        An HTML document that needs nothing else.
    """
    from jazzgram.rendering.lead_sheet import lead_sheet
    from jazzgram.rendering.score import engrave

    solo = made.solo
    score = engrave(lead_sheet(solo))
    shown = view(made)
    shown["copied"] = copied_notes(facts.copies)
    seconds = solo.bars * solo.meter.bar / 480 * 60 / solo.tempo
    return Template(_asset("report.html")).substitute(
        title=escape(solo.title),
        facts=escape(
            f"{solo.bars} bars of {solo.meter} · ♩ = {solo.tempo:g} · {len(solo.notes)} notes · "
            f"{int(seconds // 60)}:{int(seconds % 60):02d}"
        ),
        style=_asset("report.css"),
        audio=_audio(facts.sound),
        score=score.svg.replace('color="black"', "").replace("<svg ", '<svg aria-hidden="true" ', 1),
        steps=_steps_table(shown["steps"]),
        sections="".join((_copied_section(facts.copies), _measures_section(facts), _curve_section(facts.history))),
        command=escape(facts.command),
        config=escape(facts.config),
        view=_inside_script(shown),
        onsets=_inside_script(score.onsets),
        scripts="".join(map(_script, _SCRIPTS)),
    )


def _asset(name: str) -> str:
    return (files("jazzgram.pages.report") / "assets" / name).read_text(encoding="utf-8")


def _script(name: str) -> str:
    """Read a script without the comments and the indentation that only its readers need: a third of its size."""
    text = re.sub(r"^ */\*.*?\*/\n", "", _asset(f"{name}.js"), flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"(^| )// .*$", "", text, flags=re.MULTILINE)
    return re.sub(r"^ *\n|^ +", "", text, flags=re.MULTILINE)


def _inside_script(value: Any) -> str:
    """Write JSON that no text in it can end the script element of."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _audio(sound: bytes) -> str:
    if not sound:
        return ""
    return f'<audio id="sound" preload="auto" src="data:audio/mpeg;base64,{b64encode(sound).decode()}"></audio>'


def _steps_table(steps: Sequence[Mapping[str, Any]]) -> str:
    rows = []
    for number, step in enumerate(steps):
        marks = [item[MARK] for item in step["items"]]
        new = "" if number == 0 or step["hook"] == "unparse_grammar" else None
        cells = [
            f'<th scope="row"><button type="button" data-step="{number}">{escape(step["label"])}</button></th>',
            f"<td>{escape(step['hook'])}</td>",
            f'<td class="options">{escape(step["options"])}</td>',
            *(
                f"<td>{_count(count) if new is None else new}</td>"
                for count in (marks.count(CHANGED), marks.count(ADDED), len(step["gone"]))
            ),
            f"<td>{step['out']}</td>",
            f"<td>{'' if number == 0 else format(1000 * step['seconds'], '.1f')}</td>",
        ]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return "".join(rows)


def _count(count: int) -> str:
    return str(count) if count else "–"


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


def _copied_section(copies: Sequence[NoteCopy]) -> str:
    said = copied_sentence(copies)
    return _section("copied", "Copied", f"<p>{escape(said)}</p>") if said else ""


def _measures_section(facts: Facts) -> str:
    if not facts.measures:
        return ""
    rows = []
    for name, value in facts.measures.items():
        mean, deviation = facts.real.get(name, (None, 0.0))
        real = f"{mean:.3f} ± {deviation:.3f}" if mean is not None else "–"
        z = f"{(value - mean) / deviation:+.2f}".replace("-", "−") if mean is not None and deviation else "–"
        beside = f"<td>{real}</td><td>{z}</td>" if facts.real else ""
        rows.append(f'<tr><th scope="row">{escape(name)}</th><td>{value:.3f}</td>{beside}</tr>')
    beside = "<th>real solos</th><th>z</th>" if facts.real else ""
    head = f"<thead><tr><th>metric</th><th>value</th>{beside}</tr></thead>"
    table = f'<div class="wide"><table class="numbers">{head}<tbody>{"".join(rows)}</tbody></table></div>'
    note = "<p>z is the distance to the mean of real windows of the same length, in their standard deviations.</p>"
    return _section("measures", "Measured", (note if facts.real else "") + table)


def _curve_section(history: Sequence[Epoch]) -> str:
    """Draw loss and validation loss over the epochs."""
    if len(history) < 2:
        return ""
    series = [("loss", [epoch.loss for epoch in history])]
    watched = [epoch.validation for epoch in history]
    if all(loss is not None for loss in watched):
        series.append(("validation", [float(loss) for loss in watched if loss is not None]))
    low = min(min(values) for _, values in series)
    high = max(max(values) for _, values in series)
    lines = []
    for name, values in series:
        points = " ".join(
            f"{_MARGIN + place * (_WIDTH - 2 * _MARGIN) / (len(values) - 1):.1f},"
            f"{_HEIGHT - _MARGIN - (value - low) / ((high - low) or 1) * (_HEIGHT - 2 * _MARGIN):.1f}"
            for place, value in enumerate(values)
        )
        lines.append(f'<polyline class="{name}" points="{points}"/>')
    texts = (
        f'<text x="{_MARGIN - 4}" y="{_MARGIN + 4}" text-anchor="end">{high:.2f}</text>'
        f'<text x="{_MARGIN - 4}" y="{_HEIGHT - _MARGIN + 4}" text-anchor="end">{low:.2f}</text>'
        f'<text x="{_MARGIN}" y="{_HEIGHT - 12}">epoch 1</text>'
        f'<text x="{_WIDTH - _MARGIN}" y="{_HEIGHT - 12}" text-anchor="end">{len(history)}</text>'
    )
    said = f"Loss over {len(history)} epochs, from {series[0][1][0]:.2f} to {series[0][1][-1]:.2f}"
    if len(series) > 1:
        said += f"; on validation from {series[1][1][0]:.2f} to {series[1][1][-1]:.2f}"
    head = f'<svg class="curve" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{said}">'
    picture = f"{head}{''.join(lines)}{texts}</svg>"
    legend = " (dashed: on validation)" if len(series) > 1 else ""
    return _section("training", "Training", f"<p>{said}{legend}.</p>{picture}")


def _section(name: str, head: str, content: str) -> str:
    return f'<section aria-labelledby="{name}"><h2 id="{name}">{head}</h2>{content}</section>'
