"""The report: one HTML file with the solo's sound, score, notes after each step, and the other results of the run.

Nothing is downloaded when it is shown: style, scripts, fonts, pictures and sound are in the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from importlib.resources import files
from importlib.resources.abc import Traversable
from math import isfinite
from typing import TYPE_CHECKING, Any

from jazzgram.pages.report.excerpt import excerpt
from jazzgram.pages.report.view import ADDED, CHANGED, FIELDS, MARK_INDEX, short, view
from jazzgram.pipeline.run import Run
from jazzgram.pipeline.trace import BarScores, seconds_by_step
from jazzgram.resources.frozen import dataclass
from jazzgram.resources.templates import render

if TYPE_CHECKING:
    from jazzgram.evaluation.copying import NoteCopy
    from jazzgram.hooks.token_model import Epoch
    from jazzgram.music.solo import Solo

LONG_RUN = 8
"""The length from which copied runs are marked: shorter ones are common scales and arpeggios."""
_WIDTH, _HEIGHT, _MARGIN = 640, 200, 36
ASSETS = files("jazzgram.pages.report") / "assets"
"""The folder of the style and the scripts."""
PLAYER = (
    *("dom", "timeline", "steps", "layout", "schedule", "envelope", "svg", "roll", "sheet"),
    *("bank", "band", "player", "transport"),
)
"""The scripts that the report and the studio share; each one uses names from those before it."""


@dataclass(frozen=True)
class Facts:
    """The results of a run beside the solo and its trace.

    Parameters
    ----------
    config : str
        The resolved configuration as YAML.
    command : str
        The command that makes the same solo again, in the folder of the report.
    measures : mapping of str to float
        The metrics' numbers.
    real : mapping of str to (float, float)
        The mean and standard deviation of these numbers over real solos.
    history : sequence of Epoch
        The training of the model.
    copies : sequence of NoteCopy
        One for each note of the solo, or empty where copied runs were not searched.
    """

    config: str
    command: str
    measures: Mapping[str, float] = field(default_factory=dict)
    real: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    history: Sequence[Epoch] = ()
    copies: Sequence[NoteCopy] = ()


def report(made: Run, facts: Facts) -> str:
    """Return a solo's page.

    Of a long run it shows the first bars (`jazzgram.pages.report.excerpt`), and says so; times and measures are of all.

    Parameters
    ----------
    made : Run
        A solo, with or without notes, its trace, and the files that stand beside the page.
    facts : Facts
        The other results.

    Returns
    -------
    str
        An HTML document without external resources.
    """
    from jazzgram.rendering.score import engrave_solo, without_style

    solo = made.solo
    part = excerpt(made)
    score = engrave_solo(part.solo)
    picture, score_style = without_style(score.svg)
    shown = view(part)
    shown["copied"] = copied_notes(facts.copies[: len(part.solo.notes)])
    seconds_of = seconds_by_step(made.trace)
    return render(
        "jazzgram.pages.report",
        "assets/report.html.jinja",
        title=solo.title,
        facts=f"{solo.bars} bars of {solo.meter} · ♩ = {solo.tempo:g} · {len(solo.notes)} notes · "
        f"{int(solo.seconds // 60)}:{int(solo.seconds % 60):02d}{f' · like {solo.labels}' if solo.labels else ''}",
        left_out=_left_out(made, part),
        sound=played_sound(part.solo, shown, files=True),
        score_style=score_style,
        score=picture.replace('color="black"', "").replace("<svg ", '<svg aria-hidden="true" ', 1),
        steps=[
            _step_row(number, step, seconds_of.get(step["label"], 0.0)) for number, step in enumerate(shown["steps"])
        ],
        critics=_critic_rows(made.trace.bar_scores),
        timed=any(seconds_of.values()),
        copied=copied_sentence(facts.copies),
        measures=_measure_rows(facts),
        real=bool(facts.real),
        curve=_curve(facts.history),
        command=facts.command,
        config=facts.config,
        view=shown,
        onsets=score.onsets,
        scripts="".join(map(script, (*PLAYER, "report"))),
    )


def played_sound(solo: Solo, shown: Mapping[str, Any], *, files: bool) -> dict[str, Any]:
    """Return what a page needs to play a view, the notes after each step, too.

    Parameters
    ----------
    solo : Solo
        The solo.
    shown : dict
        Its `jazzgram.pages.report.view.view`.
    files : bool
        Whether to add the recordings; see `jazzgram.rendering.page_sound`.
    """
    from jazzgram.rendering.sound.page import page_sound

    pitch = FIELDS["note"].index("pitch")
    pitches = {item[pitch] for step in shown["steps"] if not step["terms"] for item in step["items"]}
    return page_sound(solo, pitches=pitches, files=files)


def _left_out(made: Run, part: Run) -> dict[str, Any] | None:
    """Return how many bars are shown of how many, and the files that have all; None where all are shown."""
    if part is made:
        return None
    names = {file.name for file in made.files}
    beside = [name for name in ("solo.mid", "solo.musicxml") if name in names]
    return {"shown": part.solo.bars, "bars": f"{made.solo.bars:,}", "next": part.solo.bars + 1, "files": beside}


def _step_row(number: int, step: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    """Return a step's cells; nothing is counted for sampled terms and for the tokenizer, where everything is new."""
    counts: Sequence[Any] = ("", "", "")
    if number > 0 and step["hook"] != "unparse_grammar":
        marks = [item[MARK_INDEX] for item in step["items"]]
        counts = [count or "–" for count in (marks.count(CHANGED), marks.count(ADDED), len(step["gone"]))]
    milliseconds = f"{1000 * seconds:.1f}" if number > 0 else ""
    return {**{name: step[name] for name in ("label", "hook", "options", "out")}, "counts": counts, "ms": milliseconds}


def _critic_rows(bar_scores: Sequence[BarScores]) -> list[tuple[str, ...]]:
    """Return each critic's label, options, mean weight of what was played and of all candidates, and how often best."""
    rows = []
    for label in dict.fromkeys(scored.step for scored in bar_scores):
        own = [scored for scored in bar_scores if scored.step == label]
        played = [found.weights[found.chosen] for found in own]
        every = [weight for found in own for weight in found.weights if isfinite(weight)]
        best = sum(weight == max(found.weights) for weight, found in zip(played, own, strict=True))
        options = ", ".join(f"{name}={short(value)}" for name, value in own[0].options.items())
        means = [f"{sum(values) / len(values):+.2f}".replace("-", "−") if values else "–" for values in (played, every)]
        rows.append((label, options, *means, f"{best} of {len(own)}"))
    return rows


def script(name: str, folder: Traversable = ASSETS) -> str:
    """Read a script without the comments and the indentation that only its readers need: a third of its size."""
    source = (folder / f"{name}.js").read_text(encoding="utf-8")
    text = re.sub(r"^ */\*.*?\*/\n", "", source, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"(^| )// .*$", "", text, flags=re.MULTILINE)
    return re.sub(r"^ *\n|^ +", "", text, flags=re.MULTILINE)


def copied_notes(copies: Sequence[NoteCopy]) -> list[list[Any]]:
    """Return index, length, tune and bar of the notes in long copied runs."""
    return [[index, copy.notes, copy.tune, copy.bar + 1] for index, copy in enumerate(copies) if copy.notes >= LONG_RUN]


def copied_sentence(copies: Sequence[NoteCopy]) -> str:
    """Return a sentence on the longest copied run and the notes in long ones; empty for a solo without notes."""
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
    """Return the lines of loss and validation loss over the epochs; None where there are fewer than two epochs."""
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
