"""``jazzgram listen``: make and analyse blind listening tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from jazzgram.cli import arguments, changes
from jazzgram.cli.groups import DefaultGroup


@click.group("listen", cls=DefaultGroup, default="page", usage="--blind A B... [real] [OPTIONS]")
def command() -> None:
    """Make a blind listening test, and analyse its answers.

    People rate solos without knowing their source. A source is a configuration, a folder with MIDI files, or real.

    \b
    Examples:
      jazzgram listen --blind mine.yaml blues real --out listening
      jazzgram listen analyse answers-*.csv --key listening/key.json
    """


@command.command("page")
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option(
    "--blind", is_flag=True, help="Hide the sources of the clips; required, a listening test is always blind."
)
@click.option("--n", "count", type=arguments.Whole(1, 100), default=5, show_default=True, help="Clips of each source.")
@click.option("--bars", type=arguments.Whole(1, 256), default=16, show_default=True, help="Length of each clip.")
@changes.part
@changes.changes
@click.option(
    "--seed",
    type=arguments.Whole(min=0),
    default=1,
    show_default=True,
    help="Seed of the choice and the order of the clips; models keep their own.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder to write index.html and key.json to (default: listening, or listening-2 … where that is there).",
)
@arguments.force
@arguments.settings
@arguments.as_json
@arguments.verbosity
def _page(
    sources: tuple[str, ...],
    blind: bool,
    count: int,
    bars: int,
    part: str,
    seed: int,
    out: Path | None,
    force: bool,
    settings: tuple[str, ...],
    as_json: bool,
    **named: Any,
) -> None:
    """Make the page of a listening test: each SOURCE is a configuration, a folder with MIDI files, or real.

    index.html is for listeners and does not reveal the sources; key.json does, and is for you alone.
    """
    import json

    from jazzgram.cli.browser import print_next
    from jazzgram.cli.display import Display
    from jazzgram.cli.folders import result_folder
    from jazzgram.errors import JazzgramError
    from jazzgram.evaluation.listening_test.clips import ClipRequest, collect_clips, render_clips
    from jazzgram.evaluation.listening_test.page import clip_names, make_page, test_name
    from jazzgram.pipeline.folder import whole_folder
    from jazzgram.pipeline.pipeline import Pipeline
    from jazzgram.rendering.sound.requirements import need
    from jazzgram.rendering.sound.soundfonts import find_instruments

    if not blind:
        raise JazzgramError("found no --blind: listening tests are blind; write jazzgram listen --blind A B real")
    values, played_over = changes.over(settings, part, **named)
    for library in ("soxr", "soundfile", "lameenc"):
        need(library)
    with result_folder(out, Path("listening"), "key.json", force=force) as folder, Display() as display:
        instruments = find_instruments(None, display.warn)
        clips = collect_clips(
            sources,
            ClipRequest(count, bars, played_over, seed),
            lambda name: Pipeline.load(name, settings=values, reporter=display),
        )
        display.started("Rendering")
        rendered = render_clips(clips, instruments, lambda done, total: display.progress(done, total, "clips"))
        names = clip_names(len(clips))
        key = {
            "test": test_name(rendered),
            "seed": seed,
            "bars": bars,
            "clips": {
                name: {"source": clip.source, "title": clip.solo.title} for name, clip in zip(names, clips, strict=True)
            },
        }
        with whole_folder(folder) as staging:
            (staging / "index.html").write_text(make_page(rendered), encoding="utf-8")
            (staging / "key.json").write_text(json.dumps(key, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if as_json:
        made = {"page": str(folder / "index.html"), "key": str(folder / "key.json"), "clips": len(clips)}
        click.echo(json.dumps(made, indent=1))
        return
    click.echo(f"{folder / 'index.html'}: {len(clips)} clips of {len(sources)} sources; give this file to listeners")
    click.echo(f"{folder / 'key.json'}: says which clip is whose; keep it to yourself")
    print_next("open", folder / "index.html")


@command.command("analyse")
@click.argument("answers", metavar="ANSWERS.csv...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--key", type=click.Path(path_type=Path), required=True, metavar="key.json", help="The sources of the clips."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder to write listening.md and listening.json to (default: beside the key).",
)
def _analyse(answers: tuple[Path, ...], key: Path, out: Path | None) -> None:
    """Compute the mean rating of each source with its 95 % interval, and Mann and Whitney's U for each pair.

    First of all listeners, then of each group.
    """
    import json

    from jazzgram.cli.browser import print_next
    from jazzgram.evaluation.listening_test.analysis import (
        AnswerKey,
        compare_ratings,
        ratings_as_json,
        ratings_as_markdown,
        read_answers,
    )
    from jazzgram.pipeline.folder import whole_folder

    known = AnswerKey.read(key)
    rated = compare_ratings(read_answers(answers, known), sorted(set(known.sources.values())))
    text = ratings_as_markdown(rated)
    with whole_folder(out or key.parent) as folder:
        (folder / "listening.md").write_text(text, encoding="utf-8")
        (folder / "listening.json").write_text(json.dumps(ratings_as_json(rated), indent=2) + "\n", encoding="utf-8")
    click.echo(text)
    print_next("open", (out or key.parent) / "listening.md")
