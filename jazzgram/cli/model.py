"""``jazzgram model``: inspect trained models."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jazzgram.cli import arguments
from jazzgram.cli.lines import terminal_width

if TYPE_CHECKING:
    from jazzgram.models.store import StoredModel

_BARS = "▁▂▃▄▅▆▇█"
_WIDTH = 40
_FREQUENT = 10
_FEW = 8
"""Arrays of at most this many numbers are printed."""


@click.group("model")
def command() -> None:
    """Inspect trained models."""


@command.command("show")
@click.argument("model", metavar="FOLDER_OR_CONFIG")
@arguments.as_json
@arguments.settings
@arguments.seed
def show_model(model: str, as_json: bool, settings: tuple[str, ...], seed: int | None) -> None:
    """Show a trained model: plugin, options, terms, corpus, parameters, and the course of its training.

    FOLDER_OR_CONFIG is a folder that 'jazzgram train --out' wrote, or a configuration whose model is in the cache or
    comes with jazzgram. The frequencies of terms are shown for a configuration whose corpus is here.
    """
    from jazzgram.errors import JazzgramError

    found = _of_folder(Path(model)) if Path(model).is_dir() else _of_config(model, settings, seed)
    try:
        text = json.dumps(found, indent=1, ensure_ascii=False) if as_json else "\n".join(_lines(found))
    except (TypeError, ValueError, LookupError, AttributeError) as error:  # entries of other types than jazzgram writes
        file = Path(found["folder"]) / "manifest.json"
        raise JazzgramError(
            f"{file}: not what jazzgram writes about a model ({type(error).__name__}: {error})"
        ) from error
    click.echo(text)


def _of_folder(folder: Path) -> dict[str, Any]:
    from jazzgram.models.store import load_model

    return _facts(load_model(folder), folder)


def _of_config(config: str, settings: tuple[str, ...], seed: int | None) -> dict[str, Any]:
    import numpy as np

    from jazzgram.errors import JazzgramError
    from jazzgram.models.store import load_model, shipped_model
    from jazzgram.pipeline.pipeline import Pipeline
    from jazzgram.pipeline.shipped import configuration_key

    pipeline = Pipeline.load(config, settings=arguments.overrides(settings, seed=seed))
    shipped = shipped_model(configuration_key(pipeline.config))
    if shipped is not None:  # without its corpus, so that there is nothing to count
        return _of_folder(shipped)
    stored = pipeline.training.stored()
    if not stored:
        raise JazzgramError(f"{config}: its model is not trained yet; train it with: jazzgram train {config}")
    folder, _ = stored[0]
    facts = _facts(load_model(folder), folder)
    counts = np.bincount(pipeline.tokens.data().tokens, minlength=len(pipeline.vocabulary))
    order = np.argsort(-counts, kind="stable")[:_FREQUENT].tolist()
    facts["frequent"] = {str(pipeline.vocabulary.terms[token]): int(counts[token]) for token in order}
    return facts


def _facts(stored: StoredModel, folder: Path) -> dict[str, Any]:
    manifest = stored.manifest
    arrays = {
        name: {
            "shape": list(array.shape),
            "dtype": str(array.dtype),
            "count": int(array.size),
            "bytes": int(array.nbytes),
            "values": array.ravel().tolist() if array.size <= _FEW else None,
        }
        for name, array in sorted(stored.weights.items())
    }
    card = next((folder / name for name in ("README.md", "model_card.md") if (folder / name).is_file()), None)
    known = (
        "model",
        "options",
        "members",
        "tokenizer",
        "corpus",
        "corpus_digest",
        "tunes",
        "seed",
        "jazzgram",
        "history",
    )
    return {
        "folder": str(folder),
        **{name: manifest.get(name) for name in known},
        "vocabulary": len(stored.vocabulary),
        "arrays": arrays,
        "parameters": sum(array["count"] for array in arrays.values()),
        "bytes": sum(array["bytes"] for array in arrays.values()),
        "card": card.read_text(encoding="utf-8", errors="replace") if card is not None else None,
    }


def _lines(found: dict[str, Any]) -> list[str]:
    from jazzgram.evaluation.text_tables import text_table

    options = ", ".join(f"{name} {json.dumps(value)}" for name, value in (found["options"] or {}).items())
    tunes = found["tunes"]
    tunes = ", ".join(f"{count} {part}" for part, count in tunes.items()) if isinstance(tunes, dict) else str(tunes)
    rows = [
        ("model", f"{found['model']} (jazzgram {found['jazzgram']})"),
        ("options", options or "none"),
        ("tokenizer", str(found["tokenizer"])),
        ("corpus", f"{found['corpus']}, digest {str(found['corpus_digest'])[:12]}"),
        ("tunes", tunes),
        ("seed", str(found["seed"])),
        ("vocabulary", f"{found['vocabulary']} terms"),
    ]
    if "frequent" in found:
        rows.append(("frequent", ", ".join(f"{term} ({count})" for term, count in found["frequent"].items())))
    rows += [
        ("parameters", f"{found['parameters']:,}, {found['bytes'] / 1e6:.2f} MB"),
        ("training", _training(found["history"], bool(found["members"]))),
    ]
    lines = [f"{name:<12}{text}" for name, text in rows]
    arrays = [
        [
            name,
            "×".join(map(str, array["shape"])) or "1",
            array["dtype"],
            f"{array['count']:,}",
            f"{array['bytes'] / 1e6:.3f}",
            " ".join(f"{value:.3g}" for value in array["values"] or ()),
        ]
        for name, array in found["arrays"].items()
    ]
    lines += ["", *text_table(("array", "shape", "dtype", "count", "MB", "values"), arrays, terminal_width())]
    return [*lines, "", found["card"].rstrip()] if found["card"] else lines


def _training(history: Sequence[dict[str, Any]] | None, several: bool) -> str:
    """Return the course of the losses; for an ensemble, whose losses differ in unit, only that of the last member."""
    if not history:
        return "no epochs"
    if several:
        return f"{len(history)} epochs of members and mixture; the last loss {history[-1]['loss']:.3f}"
    text = f"{len(history)} epochs"
    for key, name in (("loss", "loss"), ("validation", "on validation")):
        losses = [entry[key] for entry in history if entry.get(key) is not None]
        if losses:
            text += f"; {name} {losses[-1]:.3f}, best {min(losses):.3f} {sparkline(losses)}"
    return text


def sparkline(values: Sequence[float], width: int = _WIDTH) -> str:
    """Draw values as a line of blocks, the lowest as the lowest block; at most `width` of them, evenly chosen.

    Examples
    --------
    >>> sparkline([8.0, 1.0, 4.5])
    '█▁▅'
    """
    if len(values) > width:
        values = [values[round(n * (len(values) - 1) / (width - 1))] for n in range(width)]
    low, high = min(values), max(values)
    return "".join(_BARS[round((value - low) / (high - low) * 7) if high > low else 0] for value in values)
