"""``run.yaml``: the configuration of a run with every value written out."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jazzgram.config.config import Config, CorpusPart, Part
from jazzgram.config.steps import Step
from jazzgram.improvisation.accompaniment.band import Band
from jazzgram.resources.own_yaml import own_yaml

if TYPE_CHECKING:
    from jazzgram.corpus.reading import Reading

_LIBRARIES = ("jazzgram", "tensorflow", "tensorflow-cpu", "numpy", "pluggy", "symusic")


def resolved_text(
    config: Config,
    used: CorpusPart,
    reading: Reading | None,
    model_key: str | None,
    title: str | None,
    band: Band | None = None,
) -> str:
    """Return the configuration of a run as YAML, with every option written out and the versions it was made with.

    Paths are absolute, the corpus is the one that was used, and ``extends`` is resolved.

    Parameters
    ----------
    config : Config
        What was run.
    used : CorpusPart
        The corpus section that was used: the configured one, or its fallback.
    reading : Reading or None
        The corpus; None where the model comes with jazzgram, and no corpus was read.
    model_key : str or None
        Of the trained model in the cache; None where it was read from a folder.
    title : str or None
        Of the score; None for each solo's own.
    band : Band or None
        Who accompanied; None where nothing was played.
    """
    values = _resolved(config, used, reading, model_key, title, band)
    return "# Made by jazzgram: every value written out, so that the same notes can be played again.\n" + own_yaml(
        values
    )


def noted_plugins(config: Config, band: Band | None = None) -> dict[str, dict[str, str]]:
    """Return origin and hash of every plugin by name; of a reader and a writer of one name, those of the reader.

    In alphabetical order: a run that plays again notes the same, though its file names the band.
    """
    noted: dict[str, dict[str, str]] = {}
    for plugin in (*config.plugins(), *(step.plugin for step in (band.players if band else ()))):
        if plugin.name not in noted:
            noted[plugin.name] = {"from": plugin.origin, "sha256": plugin.fingerprint()}
    return dict(sorted(noted.items()))


def _resolved(
    config: Config,
    used: CorpusPart,
    reading: Reading | None,
    model_key: str | None,
    title: str | None,
    band: Band | None,
) -> dict[str, Any]:
    sections = config.sections

    def steps(items: Any) -> list[dict[str, Any]]:
        return [
            {step.hook: _name(step.plugin.name, step.plugin.file), "with": step.options.model_dump(mode="json")}
            for step in items
        ]

    return {
        "seed": sections.seed,
        "corpus": _corpus(used),
        "tokenizer": _use(config.tokenizer),
        "model": _use(config.model) | {"seed": sections.model.seed},
        "samplers": steps(config.samplers),
        **({"critics": steps(config.critics)} if config.critics else {}),
        "chain": steps(config.chain),
        "execution": sections.execution.model_dump(mode="json"),
        # The critics of curves are among the others.
        "improvise": sections.improvise.model_dump(mode="json")
        | {"title": title, "shape": {}}
        | _chart(config)
        | _given(config),
        "accompany": _accompany(config, band),
        "measure": [_use(part) for part in config.metrics],
        "write": [_use(part) for part in config.writers],
        **({} if sections.report else {"report": False}),
        "made_with": {
            "python": platform.python_version(),
            "packages": {name: version for name in _LIBRARIES if (version := _version(name))},
            **({} if reading is None else {"corpus": _read_facts(reading)}),
            "model_key": model_key,
            "plugins": noted_plugins(config, band),
        },
    }


def _read_facts(reading: Reading) -> dict[str, Any]:
    report = reading.report
    return {
        "digest": reading.digest,
        "files": report.files,
        "unread": len(report.failures),
        "tunes": report.parts,
    }


def _accompany(config: Config, band: Band | None) -> dict[str, Any]:
    """Return the section with the style and the players that it came to, so that the same band plays again."""
    section = config.sections.accompany.model_dump(mode="json")
    if band is None or band.own is not None:
        return section | {"players": _named(config.players)}
    return section | {"style": band.style.name, "players": _named(band.players)}


def _named(players: Sequence[Step]) -> list[dict[str, Any]]:
    return [_use(Part(step.plugin, step.options)) for step in players]


def _chart(config: Config) -> dict[str, Any]:
    chart = config.sections.improvise.chart
    if chart is None or config.chart is None:
        return {}
    return {"chart": _corpus(config.chart) | {"tune": chart.tune}}


def _given(config: Config) -> dict[str, Any]:
    given = config.sections.improvise.given
    if isinstance(config.given, Path):
        return {"given": str(config.given.resolve())}
    if config.given is None or given is None or isinstance(given, str):
        return {}
    return {"given": _corpus(config.given) | {"tune": given.tune}}


def _corpus(part: CorpusPart) -> dict[str, Any]:
    path = Path(part.source)
    written = {
        "read": _name(part.reader.plugin.name, part.reader.plugin.file),
        "source": str(path.resolve()) if path.exists() else part.source,
        "with": part.reader.options.model_dump(mode="json"),
    }
    if part.split is None:
        return written
    split = str(part.split.resolve()) if isinstance(part.split, Path) else part.split.model_dump(mode="json")
    return written | {"split": split}


def _use(part: Part) -> dict[str, Any]:
    return {"use": _name(part.plugin.name, part.plugin.file), "with": part.options.model_dump(mode="json")}


def _name(name: str, file: Path | None) -> str:
    return str(file) if name.endswith(".py") and file is not None else name


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
