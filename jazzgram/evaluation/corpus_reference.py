"""The reference of a configuration's corpus, cached, and its Markdown tables."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from jazzgram.corpus.split import PARTS
from jazzgram.errors import JazzgramError
from jazzgram.evaluation.metrics import load_metrics
from jazzgram.evaluation.reference import ALL, UNCOPIED, Reference, players_styles
from jazzgram.hooks.progress import Reporter
from jazzgram.music.tune import Tune
from jazzgram.pipeline.pipeline import Pipeline
from jazzgram.resources.cache import cache_root, content_key, read_entry
from jazzgram.resources.results import code_key


def corpus_reference(pipeline: Pipeline, bars: int, part: str, reporter: Reporter) -> Reference:
    """Measure the solos of a configuration's corpus, or read the cached reference.

    Parameters
    ----------
    pipeline : Pipeline
        Its corpus is read.
    bars : int
        The length of an excerpt.
    part : str
        ``train``, ``validation`` or ``test``; ``all``: every solo.
    reporter : Reporter
        Receives the progress.

    Raises
    ------
    JazzgramError
        Where there is no such part, it has no solo, or none is long enough.
    """
    if part not in (*PARTS, ALL):
        raise JazzgramError(f"no part {part!r} of a split; expected {', '.join(PARTS)} or {ALL}")
    tokens, corpus = pipeline.tokens, pipeline.corpus
    chosen = [number for number, entry in enumerate(tokens.tunes) if part in (entry.part, ALL)]
    if not chosen:
        raise JazzgramError(f"{pipeline.source.path}: the split has no {part} solo; see corpus.split")
    reporter.started("measure")
    begun = time.perf_counter()
    source, file = pipeline.source.part, pipeline.source.path
    metrics = load_metrics(UNCOPIED)
    key = content_key(
        corpus=pipeline.reading.digest,
        reader=[source.reader.plugin.fingerprint(), source.reader.options.model_dump(mode="json")],
        tunes=[tokens.tunes[number].title for number in chosen],
        metrics=[part.plugin.fingerprint() for part in metrics],
        bars=bars,
        players=players_styles(),
        engine=code_key("references"),
    )
    path = cache_root() / "references" / f"{key}.json"
    if pipeline.use_cache and (cached := read_entry(path, Reference.read, reporter.warn)) is not None:
        reporter.finished("measure", time.perf_counter() - begun, "from the cache")
        return cached
    solos: list[Tune] = [corpus.tunes[number] for number in chosen]
    found = Reference.of(
        solos,
        bars,
        source=file.name,
        part=part,
        metrics=metrics,
        players=players_styles(),
        execution=pipeline.config.sections.execution,
        progress=reporter.progress,
    )
    found.write(path)
    count = max(statistic.count for statistic in found.styles[ALL].values())
    reporter.finished("measure", time.perf_counter() - begun, f"{len(solos)} solos, {count} windows of {bars} bars")
    return Reference.read(path)  # rounded as in the next run


def markdown_lines(reference: Reference) -> Iterator[str]:
    """Yield the statistics as Markdown: a table of all excerpts, and one of the means by style."""
    everything = reference.styles[ALL]
    count = max(statistic.count for statistic in everything.values())
    yield f"{reference.source}, {reference.part}: {count} windows of {reference.bars} bars"
    if reference.longest_shared:
        yield (
            f"longest run that two players share over two compositions: {reference.longest_shared} notes, "
            f"{reference.longest_shared_varied} without trills and the like"
        )
    yield ""
    yield from _table(
        ["value", "mean", "sd", "95 % of the mean", "windows"],
        [
            [name, f"{s.mean:.3f}", f"{s.sd:.3f}", f"{s.low:.3f} to {s.high:.3f}", str(s.count)]
            for name, s in everything.items()
        ],
    )
    styles = [style for style in reference.styles if style != ALL]
    if styles:
        yield ""
        yield from _table(
            ["mean by style", *styles],
            [[name, *(f"{reference.styles[style][name].mean:.3f}" for style in styles)] for name in everything],
        )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        _, *numbers = (f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
        return "| " + " | ".join([cells[0].ljust(widths[0]), *numbers]) + " |"

    yield line(head)
    yield "| " + " | ".join(["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]) + " |"
    yield from map(line, rows)
