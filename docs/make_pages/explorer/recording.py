"""The runs of the explorer: one for each combination of its steps, of the same sampled terms."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from math import isnan
from pathlib import Path
from typing import Any

from jazzgram import Corpus, Pipeline, Solo
from jazzgram.config.steps import Step
from jazzgram.evaluation import find_reference, measure_solos
from jazzgram.evaluation.metrics import load_metrics
from jazzgram.evaluation.scores import UNCOUNTED
from jazzgram.hooks.catalogue import summary
from jazzgram.pages.report.view import FIELDS, view
from jazzgram.pipeline.run import Run
from jazzgram.rendering.sound.page import page_sound

CONFIG = Path(__file__).parent / "solo.yaml"
"""The configuration with every step on."""
METRICS = {
    "harmony.chord_tones": "notes that are chord tones",
    "harmony.scale_tones": "notes of the chord's scale",
    "harmony.guide_tones_at_changes": "changes met with a third or seventh",
    "harmony.approaches_resolved": "approach tones that resolve",
    "pitch.phrase_range": "range of a phrase, semitones",
    "pitch.steps": "intervals that are steps",
    "rhythm.notes_per_bar": "notes a bar",
    "rhythm.off_beats": "notes off the beat",
    "rhythm.triplets": "notes that are triplets",
    "rhythm.phrase_notes": "notes of a phrase",
    "rhythm.silence": "share of silence",
    "rhythm.swing": "swing: long eighth to short",
}
"""The values that the page shows, and how it names them."""
_MEASURED = ("harmony", "pitch", "rhythm", "form")
_NOTE = tuple(FIELDS["note"].index(name) for name in ("onset", "duration", "pitch", "category", "name", "velocity"))


def record() -> dict[str, Any]:
    """Play every combination of the steps.

    Returns
    -------
    dict
        ``runs``: what ``assets/combinations.js`` reads. Of `view` all that no step changes; ``terms``, the items of the
        sampled terms; ``steps``, each with ``name``, ``summary`` and its lines of ``yaml``; ``head``, the lines above
        the chain; what `_pooled` returns; ``metrics``, each with its name, mean and standard deviation of real solos.
        ``sound``: what the page needs to play them all. ``compared``: how many values the distance is the mean of.
    """
    pipeline = Pipeline.load(CONFIG)
    steps = pipeline.config.chain
    made = [
        pipeline.given(replace(pipeline.config, chain=_chosen(steps, combination))).improvise(pipeline.sampled)
        for combination in range(2 ** len(steps))
    ]
    plain = view(made[0])
    head, written = written_steps()
    runs = {name: value for name, value in plain.items() if name not in ("notes", "steps", "tracks")}
    runs |= {"terms": plain["steps"][0]["items"], "head": head, **_pooled(made, steps)}
    runs["steps"] = [
        {"name": step.plugin.name, "summary": summary(step.plugin), "yaml": lines}
        for step, lines in zip(steps, written, strict=True)
    ]
    solos = [run.solo for run in made]
    reference = find_reference()
    real = reference.style()
    runs["metrics"] = [[says, *_rounded(real[name].mean, real[name].sd)] for name, says in METRICS.items()]
    measured = measure_solos(solos, Corpus(()), load_metrics(_MEASURED))
    compared = [name for name in measured[0] if not name.startswith(UNCOUNTED)]
    for combination, values in zip(runs["combinations"], measured, strict=True):
        combination["numbers"] = _rounded(*(values[name] for name in METRICS))
        combination["distance"] = round(reference.distance([values], compared), 3)
    return {"runs": runs, "sound": _sound(solos), "compared": len(compared)}


def written_steps() -> tuple[str, list[str]]:
    """Return the lines of the configuration above its chain, and those of each step."""
    head, _, chain = CONFIG.read_text(encoding="utf-8").partition("chain:\n")
    return head, [f"  - {step.rstrip()}\n" for step in chain.removeprefix("  - ").split("\n  - ")]


def _chosen(steps: Sequence[Step], combination: int) -> tuple[Step, ...]:
    """Return the steps whose bit is set, the first one's being the lowest."""
    return tuple(step for bit, step in enumerate(steps) if combination >> bit & 1)


def _pooled(made: Sequence[Run], steps: Sequence[Step]) -> dict[str, Any]:
    """Return what the runs share, each thing once, and what each run has of it.

    Returns
    -------
    dict
        ``notes``: lists of onset, duration, pitch, category, name, velocity, index of the sampled term in ``texts``, a
        bit for each step that changed it, and a number that it has in every run (-1 where a step made it).
        ``names``: of the parts; ``parts``: for each but the first, which is the solo, its versions as played notes.
        ``combinations``: for each run the indices of its ``notes`` and of the version of each of its ``parts``.
    """
    shown = [view(run) for run in made]
    bits = {step.label: 1 << bit for bit, step in enumerate(steps)}
    names = [track["name"] for track in shown[0]["tracks"]]
    notes: dict[tuple[Any, ...], int] = {}
    texts: dict[str, int] = {}
    origins: dict[Any, int] = {None: -1}
    parts: list[dict[str, int]] = [{} for _ in names[1:]]
    combinations = []
    for run, each in zip(made, shown, strict=True):
        chosen = []
        for note, item, history in zip(run.solo.notes, each["steps"][-1]["items"], each["notes"], strict=True):
            row = (
                *(item[field] for field in _NOTE),
                texts.setdefault(history["term"], len(texts)),
                sum(bits[label] for label in history["steps"]),
                origins.setdefault(note.origin, len(origins)),
            )
            chosen.append(notes.setdefault(row, len(notes)))
        played = [json.dumps(track["notes"]) for track in each["tracks"][1:]]
        versions = [pool.setdefault(text, len(pool)) for pool, text in zip(parts, played, strict=True)]
        combinations.append({"notes": chosen, "parts": versions})
    return {
        "texts": list(texts),
        "notes": list(notes),
        "names": names,
        "parts": [[json.loads(text) for text in pool] for pool in parts],
        "combinations": combinations,
    }


def _sound(solos: Sequence[Solo]) -> dict[str, Any]:
    """Return the sound of the last solo, with the recordings that the others need, too."""
    last = solos[-1]
    everything = replace(
        last,
        notes=tuple(note for solo in solos for note in solo.notes),
        accompaniment=tuple(
            replace(track, notes=tuple(note for solo in solos for note in solo.accompaniment[number].notes))
            for number, track in enumerate(last.accompaniment)
        ),
    )
    needed = page_sound(everything)
    return page_sound(last, files=False) | {name: needed[name] for name in ("instruments", "files")}


def _rounded(*numbers: float) -> list[float | None]:
    """Return numbers with four digits; None for nan, which JSON does not have."""
    return [None if isnan(number) else float(f"{number:.4g}") for number in numbers]
