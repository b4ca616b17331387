"""Every token model on the same solos, by the same yardsticks: the table of docs/models.md.

Usage: python benchmarks/model_table.py RESULTS.json [NAME...]

Trains each model of `MODELS` on the training part of the Weimar Jazz Database and scores it on the validation part: by
bits a note on its own terms, and by the published protocol (`legato`; see docs/measuring.md). Those of `SEVERAL` are
trained from three seeds for the latter, and get mean and standard deviation. Each number is written to the file at
once: an interrupted run resumes. Needs data/wjazzd in the folder that ``JAZZGRAM_SHARED`` names (default:
the folder ``shared`` beside the checkout), and about two hours on two cores; name models to have only these.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import yaml

from jazzgram import Pipeline, TokenModel
from jazzgram.evaluation.event_stream import EventTable
from jazzgram.evaluation.likelihood import likelihoods
from jazzgram.evaluation.published_protocol import score_published
from jazzgram.hooks.progress import Reporter

SHARED = Path(os.environ.get("JAZZGRAM_SHARED", Path(__file__).resolve().parents[2] / "shared"))
SOLOS = SHARED / "data" / "wjazzd"
_LSTM = {
    **{"units": 192, "input": "embedding", "embedding": 64, "factored": True, "dropout": 0.3, "clip": 1.0},
    **{"examples": None, "window": 64, "batch": 16, "learning_rate": 0.004, "decay": 0.001, "epochs": 8},
    "condition": ["chord", "next_chord", "position", "form"],
}
MODELS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "markov": ("scale_degree", "markov", {}),
    "grammar": ("scale_degree", "grammar", {}),
    "lstm": ("scale_degree", "lstm", _LSTM),
    "note_lstm": ("events", "note_lstm", {"epochs": 16}),
    "note_lstm with labels": (
        "events",
        "note_lstm",
        {"epochs": 16, "labels": ["soloist", "instrument", "style", "tempo"]},
    ),
    "transformer": ("events", "transformer", {}),
}
"""Of each model its tokenizer, its plugin and the options that are not the plugin's own."""
NO_EVENTS = ("grammar",)
"""Models that learn no events."""
SEVERAL = ("lstm", "note_lstm", "note_lstm with labels")
SEEDS = (1, 2, 3)
STEPS = 300
YARDSTICKS = ("published", "own terms")


class Clock(Reporter):
    """Notes how long training took; 0 where the model was there already."""

    seconds = 0.0

    def finished(self, stage: str, seconds: float, result: str) -> None:
        """See `Reporter`."""
        if stage == "train" and "cache" not in result:
            self.seconds = seconds


def load(name: str, seed: int, yardstick: str, folder: Path, clock: Clock) -> Pipeline:
    """Return the configuration of a model; the protocol, not the reader, extends notes to the next one."""
    tokenizer, plugin, options = MODELS[name]
    durations = {"with": {"durations": "sounding"}} if yardstick == "published" else {}
    sections = {
        "corpus": {"read": "wjazzd", "source": str(SOLOS), "split": str(SOLOS / "split.json")} | durations,
        "tokenizer": {"use": tokenizer},
        "model": {"use": plugin, "seed": seed, "with": options},
        "samplers": [{"sample": "categorical"}],
    }
    file = folder / f"{name}.yaml"
    file.write_text(yaml.safe_dump(sections))
    return Pipeline.load(file, reporter=clock)


def notes_a_second(model: TokenModel, pipeline: Pipeline) -> float:
    """Step through a solo as when it is improvised, one term after the other; the best of three times."""
    tune = next(tune for tune in pipeline.tokens.data().validation if len(tune) > STEPS)
    times = []
    for _ in range(3):
        state, inputs = model.start(1), None
        begun = time.perf_counter()
        for at in range(STEPS):
            state, _ = model.step(state, inputs, (tune.position(at),))
            inputs = tune.tokens[at : at + 1]
        times.append(time.perf_counter() - begun)
    return STEPS / min(times)


def scores(name: str, seed: int, yardstick: str, folder: Path) -> list[dict[str, Any]]:
    """Train a model and score it, then the baselines."""
    clock = Clock()
    pipeline = load(name, seed, yardstick, folder, clock)
    if yardstick == "published":
        rows = [row.as_json() for row in score_published(pipeline)]
        model = pipeline.train_on(EventTable(pipeline, "legato"), "published protocol, legato")
    else:
        rows = [row.as_json() for row in likelihoods(pipeline)]
        model = pipeline.model
        rows[0]["notes_a_second"] = notes_a_second(model, pipeline)
    rows[0]["model"] = name
    rows[0]["parameters"] = sum(array.size for array in model.weights().values())
    rows[0]["train_seconds"] = clock.seconds
    return rows


def spread(values: list[float], form: str) -> str:
    """Return the mean, and with several values the standard deviation."""
    mean = form.format(fmean(values))
    return mean if len(values) == 1 else f"{mean} ± {form.format(stdev(values))}"


COLUMNS = {
    "published": {
        **{"joint": "{:.2f}", "pitch": "{:.2f}", "duration": "{:.2f}", "pitch_accuracy": "{:.3f}"},
        **{"duration_accuracy": "{:.3f}", "parameters": "{:,.0f}", "train_seconds": "{:,.0f}"},
    },
    "own terms": {
        **{"bits_per_note": "{:.3f}", "perplexity": "{:,.1f}", "bits_per_term": "{:.3f}", "accuracy": "{:.3f}"},
        **{"parameters": "{:,.0f}", "train_seconds": "{:,.0f}", "notes_a_second": "{:,.0f}"},
    },
}


def show(results: dict[str, list[dict[str, Any]]]) -> None:
    """Print a table for each yardstick, in Markdown."""
    for yardstick, columns in COLUMNS.items():
        print(f"\n| tokenizer | model | seeds | {' | '.join(columns)} |\n|{'---|' * (3 + len(columns))}")
        lines: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for key, rows in results.items():
            name, seed, measured = key.split("/")
            tokenizer = "events" if yardstick == "published" else MODELS[name][0]
            for number, row in enumerate(rows if measured == yardstick else []):
                if number == 0 or int(seed) == SEEDS[0]:
                    lines.setdefault((tokenizer, row["model"]), []).append(row)
        for (tokenizer, model), found in sorted(lines.items(), key=lambda line: -line[1][0][next(iter(columns))]):
            once = found if "parameters" in found[0] else found[:1]
            cells = [
                spread([row[column] for row in once], form) if column in once[0] else ""
                for column, form in columns.items()
            ]
            print(f"| `{tokenizer}` | {model} | {len(once)} | {' | '.join(cells)} |")


def main() -> None:
    """Fill the results' file, and print its tables."""
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if not SOLOS.is_dir():
        sys.exit(f"model_table: no solos in {SOLOS}; JAZZGRAM_SHARED names the folder with data/wjazzd")
    file = Path(sys.argv[1])
    results = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    with tempfile.TemporaryDirectory() as folder:
        for name in sys.argv[2:] or MODELS:
            for yardstick in YARDSTICKS[name in NO_EVENTS :]:
                for seed in SEEDS if name in SEVERAL and yardstick == "published" else SEEDS[:1]:
                    if (key := f"{name}/{seed}/{yardstick}") not in results:
                        results[key] = scores(name, seed, yardstick, Path(folder))
                        file.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
                        print(key, json.dumps(results[key][0]), file=sys.stderr, flush=True)
    show(results)


if __name__ == "__main__":
    main()
