"""``jazzgram ablation``: the effect of each sampler, each critic and each step of a chain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jazzgram.cli import arguments, changes
from jazzgram.cli.evaluate import choruses
from jazzgram.cli.lines import terminal_width

if TYPE_CHECKING:
    from jazzgram.evaluation.ablation import Effect

_SHOWN = 30
"""Metrics in the picture: those that some step changes most."""


@click.command("ablation")
@arguments.config
@choruses
@changes.changes
@arguments.out
@arguments.settings
@arguments.seed
@arguments.no_cache
@arguments.force
@arguments.as_json
@arguments.verbosity
def command(
    config: str,
    force: bool,
    as_json: bool,
    count: int,
    bars: int,
    against: str,
    style: str,
    part: str,
    out: Path | None,
    settings: tuple[str, ...],
    no_cache: bool,
    **named: Any,
) -> None:
    """Remove each sampler, critic and step of the chain in turn, and show what each number gains or loses.

    A gain is how many standard deviations of real solos nearer to them the choruses are with the step; below 0 they are
    better without it. A shortened chain plays the same terms; without a sampler or a critic others are sampled, which
    takes longer.
    Writes ablation.json, ablation.md and ablation.png. Results are cached: the same command resumes an interrupted
    ablation.
    """
    from jazzgram.cli.display import Display
    from jazzgram.cli.folders import result_folder
    from jazzgram.corpus.processes import kept_processes
    from jazzgram.evaluation.ablation import ablate, effects
    from jazzgram.evaluation.benchmark import Benchmark
    from jazzgram.evaluation.evaluate import reference_for
    from jazzgram.evaluation.scores import distance
    from jazzgram.evaluation.text_tables import format_interval, text_table
    from jazzgram.pipeline.pipeline import Pipeline

    values, played_over = changes.over(settings, part, **named)
    with Display() as display, kept_processes():
        pipeline = Pipeline.load(config, settings=values, use_cache=not no_cache, reporter=display)
        default = Path("out") / "ablation" / pipeline.config.name
        with result_folder(out, default, "ablation.json", force=force) as folder:
            pipeline.train()
            real = reference_for(pipeline, against, bars).style(style)
            display.started(f"{count} choruses")
            benchmark = Benchmark.of(pipeline, count, bars, played_over)
            whole = benchmark.score(pipeline, pipeline.config.name)
            display.started("Steps")
            found = effects(whole, list(ablate(pipeline, benchmark)), real)
            title = f"{pipeline.config.name}: {count} choruses of {bars} bars"
            head = f"{title}, distance to real solos {format_interval(*distance(whole, real))}."
            files = _write(found, title, head, folder, _distances(whole.name, distance(whole, real)))
    table = text_table(_HEAD, _rows(found), terminal_width())
    display.result(folder, "ablation", as_json, [head, "", *table, "", f"{len(files)} files in {folder}"])


_HEAD = ("step", "gain in all", "brings nearer", "takes away")


def _distances(name: str, of: tuple[float, float, float]) -> dict[str, object]:
    return {"name": name, "distance": dict(zip(("distance", "low", "high"), of, strict=True))}


def _rows(found: list[Effect]) -> list[list[str]]:
    from jazzgram.evaluation.scores import UNCOUNTED
    from jazzgram.evaluation.text_tables import format_interval

    rows = []
    for effect in found:
        if effect.total is None:
            rows.append([effect.step, "–", "", effect.reason])
            continue
        sure = {
            name: gain
            for name, gain in effect.gains.items()
            if (gain[1] > 0 or gain[2] < 0) and abs(gain[0]) >= 0.01 and not name.startswith(UNCOUNTED)
        }
        order = sorted(sure, key=lambda name: -sure[name][0])
        nearer = [f"{name} {sure[name][0]:+.2f}" for name in order if sure[name][0] > 0][:3]
        away = [f"{name} {sure[name][0]:+.2f}" for name in reversed(order) if sure[name][0] < 0][:3]
        rows.append([effect.step, format_interval(*effect.total), ", ".join(nearer) or "–", ", ".join(away) or "–"])
    return rows


def _write(found: list[Effect], title: str, head: str, folder: Path, whole: dict[str, object]) -> list[Path]:
    import json
    from math import isfinite, nan

    from jazzgram.evaluation.plots import plot_heat
    from jazzgram.evaluation.text_tables import format_interval, markdown_table
    from jazzgram.pipeline.folder import whole_folder

    done = [effect for effect in found if effect.total is not None]
    metrics = list(dict.fromkeys(name for effect in done for name in effect.gains))
    gains = {name: [effect.gains.get(name, (nan, nan, nan)) for effect in done] for name in metrics}
    strength = {
        name: max((abs(gain[0]) for gain in row if isfinite(gain[0])), default=0.0) for name, row in gains.items()
    }
    moved = [name for name in metrics if strength[name] >= 0.005 and not name.startswith("histograms.")]
    shown = [name for name in moved if name in sorted(moved, key=lambda name: -strength[name])[:_SHOWN]]
    content = whole | {
        "steps": [
            {"step": effect.step, "gain": effect.total, "reason": effect.reason, "gains": effect.gains}
            for effect in found
        ]
    }
    with whole_folder(folder) as staging:
        text = json.dumps(content, indent=1).replace("NaN", "null")
        (staging / "ablation.json").write_text(text + "\n", encoding="utf-8")
        lines = [f"# {title}", "", head, "", *markdown_table(_HEAD, _rows(found)), ""]
        cells = [[name, *(format_interval(*gain) for gain in gains[name])] for name in moved]
        lines += ["Gain of each step for each number, in standard deviations of real solos:", ""]
        lines += markdown_table(("number", *(effect.step for effect in done)), cells)
        (staging / "ablation.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
        if done and shown:
            totals = [effect.total[0] if effect.total else nan for effect in done]
            values = [totals, *([gain[0] for gain in gains[name]] for name in shown)]
            steps = [effect.step for effect in done]
            plot_heat(steps, ["ALL (distance)", *shown], values, title, staging / "ablation.png")
        return sorted(folder / file.name for file in staging.iterdir())
