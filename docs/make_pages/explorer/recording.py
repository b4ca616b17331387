"""Recorded runs: combinations of the steps of a chain, all of the same sampled terms, played, measured and pooled."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
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


def play(pipeline: Pipeline, combinations: Iterable[int]) -> dict[int, Run]:
    """Improvise with each combination of the steps of a chain, all of the same sampled terms.

    Parameters
    ----------
    pipeline : Pipeline
        With every step.
    combinations : iterable of int
        A bit for each step that is on, the first one's being the lowest.
    """
    steps = pipeline.config.chain
    return {
        combination: pipeline.given(replace(pipeline.config, chain=_chosen(steps, combination))).improvise(
            pipeline.sampled
        )
        for combination in combinations
    }


def measure(made: Mapping[int, Run]) -> dict[int, dict[str, float]]:
    """Return the values of each run that are compared with real solos or shown, by name."""
    measured = measure_solos([run.solo for run in made.values()], Corpus(()), load_metrics(_MEASURED))
    return dict(zip(made, measured, strict=True))


def compared(values: Iterable[str]) -> list[str]:
    """Return the names of the values that the distance to real solos is the mean of."""
    return [name for name in values if not name.startswith(UNCOUNTED)]


def record(pipeline: Pipeline, combinations: Iterable[int]) -> dict[str, Any]:
    """Play combinations of the steps of a chain for a page.

    Parameters
    ----------
    pipeline : Pipeline
        With every step; its configuration is a file whose last key is the chain.
    combinations : iterable of int
        As in `play`.

    Returns
    -------
    dict
        ``runs``: what ``assets/combinations.js`` reads. Of `view` all that no step changes; ``terms``, the items of the
        sampled terms; ``steps``, each with ``name``, ``summary`` and its lines of ``yaml``; ``head``, the lines above
        the chain; what `_pooled` returns; ``metrics``, each with its name, mean and standard deviation of real solos.
        ``sound``: what the page needs to play them all. ``compared``: how many values the distance is the mean of.
    """
    made = play(pipeline, combinations)
    head, written = written_steps(pipeline.config.path, "chain")
    recorded = pool(made, pipeline.config.chain, written)
    terms = view(next(iter(made.values())))["steps"][0]["items"]
    return recorded | {"runs": recorded["runs"] | {"terms": terms, "head": head}}


def pool(
    made: Mapping[int, Run], steps: Sequence[Step], written: Sequence[str], *, of_same_terms: bool = True
) -> dict[str, Any]:
    """Return what a page shows of runs: see `record`, but for ``terms`` and ``head``.

    Parameters
    ----------
    made : mapping of int to Run
        By combination: a bit for each of the steps that is on, the first one's being the lowest.
    steps, written : sequence
        Each step, with its lines in a configuration.
    of_same_terms : bool
        Whether all runs are of the same sampled terms, so that one's notes are known in the others by their terms.
    """
    plain = view(next(iter(made.values())))
    runs = {name: value for name, value in plain.items() if name not in ("notes", "steps", "tracks")}
    runs |= _pooled(made, steps, of_same_terms=of_same_terms)
    runs["steps"] = [
        {"name": step.plugin.name, "summary": summary(step.plugin), "yaml": lines}
        for step, lines in zip(steps, written, strict=True)
    ]
    reference = find_reference()
    real = reference.style()
    runs["metrics"] = [[says, *rounded(real[name].mean, real[name].sd)] for name, says in METRICS.items()]
    measured = measure(made)
    counted = compared(next(iter(measured.values())))
    for combination, values in measured.items():
        runs["combinations"][combination] |= {
            "numbers": rounded(*(values[name] for name in METRICS)),
            "distance": round(reference.distance([values], counted), 3),
        }
    return {"runs": runs, "sound": _sound([run.solo for run in made.values()]), "compared": len(counted)}


def written_steps(config: Path, key: str) -> tuple[str, list[str]]:
    """Return the lines of a configuration above its last key, and those of each step below it."""
    head, _, steps = config.read_text(encoding="utf-8").partition(f"\n{key}:\n")
    return f"{head}\n", [f"  - {step.rstrip()}\n" for step in steps.removeprefix("  - ").split("\n  - ")]


def _chosen(steps: Sequence[Step], combination: int) -> tuple[Step, ...]:
    """Return the steps whose bit is set, the first one's being the lowest."""
    return tuple(step for bit, step in enumerate(steps) if combination >> bit & 1)


def _pooled(made: Mapping[int, Run], steps: Sequence[Step], *, of_same_terms: bool) -> dict[str, Any]:
    """Return what the runs share, each thing once, and what each run has of it.

    Returns
    -------
    dict
        ``notes``: lists of onset, duration, pitch, category, name, velocity, index of the sampled term in ``texts``, a
        bit for each step that changed it, and a number that it has in every run (-1 where a step made it, or
        the terms are others).
        ``names``: of the parts; ``parts``: for each but the first, which is the solo, its versions as played notes.
        ``combinations``: by combination the indices of its ``notes`` and of the version of each of its ``parts``.
    """
    shown = {combination: view(run) for combination, run in made.items()}
    bits = {step.label: 1 << bit for bit, step in enumerate(steps)}
    names = [track["name"] for track in next(iter(shown.values()))["tracks"]]
    notes: dict[tuple[Any, ...], int] = {}
    texts: dict[str, int] = {}
    origins: dict[Any, int] = {None: -1}
    parts: list[dict[str, int]] = [{} for _ in names[1:]]
    combinations: dict[int, dict[str, Any]] = {}
    for combination, each in shown.items():
        chosen = []
        items = each["steps"][-1]["items"]
        for note, item, history in zip(made[combination].solo.notes, items, each["notes"], strict=True):
            row = (
                *(item[field] for field in _NOTE),
                texts.setdefault(history["term"], len(texts)),
                sum(bits.get(label, 0) for label in history["steps"]),
                origins.setdefault(note.origin, len(origins)) if of_same_terms else -1,
            )
            chosen.append(notes.setdefault(row, len(notes)))
        played = [json.dumps(track["notes"]) for track in each["tracks"][1:]]
        versions = [pool.setdefault(text, len(pool)) for pool, text in zip(parts, played, strict=True)]
        combinations[combination] = {"notes": chosen, "parts": versions}
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


def rounded(*numbers: float) -> list[float | None]:
    """Return numbers with four digits; None for nan, which JSON does not have."""
    return [None if isnan(number) else float(f"{number:.4g}") for number in numbers]
