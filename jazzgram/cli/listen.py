"""``jazzgram listen``: make and analyse blind listening tests."""

from __future__ import annotations

from pathlib import Path

import click

from jazzgram.cli import arguments


class _Tests(click.Group):
    """A group whose default command makes a test."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in ("-h", "--help", *self.commands):
            args = ["page", *args]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, "--blind A B... [real] [OPTIONS]")


@click.group("listen", cls=_Tests)
def command() -> None:
    """Make a blind listening test, and analyse its answers.

    People rate solos without knowing their source. 'jazzgram listen page --help' lists the options of a test.

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
@click.option("--n", "count", type=click.IntRange(1, 100), default=5, show_default=True, help="Clips of each source.")
@click.option("--bars", type=click.IntRange(1, 256), default=16, show_default=True, help="Length of each clip.")
@click.option(
    "--part",
    type=click.Choice(["validation", "test"]),
    default="validation",
    show_default=True,
    help="The held-out tunes to play over.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Seed of the choice and the order of the clips; models keep their own.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("listening"),
    show_default=True,
    metavar="DIR",
    help="Folder to write index.html and key.json to.",
)
@arguments.settings
def _page(
    sources: tuple[str, ...],
    blind: bool,
    count: int,
    bars: int,
    part: str,
    seed: int,
    out: Path,
    settings: tuple[str, ...],
) -> None:
    """Make the page of a listening test: each SOURCE is a configuration, a folder with MIDI files, or real.

    index.html is for listeners and does not reveal the sources; key.json does, and is for you alone.
    """
    import json

    from jazzgram.cli.display import Display
    from jazzgram.errors import JazzgramError
    from jazzgram.evaluation.listening_test.clips import ClipRequest, collect_clips, render_clips
    from jazzgram.evaluation.listening_test.page import clip_names, make_page, test_name
    from jazzgram.pipeline.folder import check_writable, whole_folder
    from jazzgram.pipeline.pipeline import Pipeline
    from jazzgram.rendering.sound.requirements import need
    from jazzgram.rendering.sound.soundfonts import find_instruments

    if not blind:
        raise JazzgramError("found no --blind: listening tests are blind; write jazzgram listen --blind A B real")
    for library in ("soxr", "soundfile", "lameenc"):
        need(library)
    check_writable(out)
    with Display() as display:
        instruments = find_instruments(None, display.warn)
        clips = collect_clips(
            sources,
            ClipRequest(count, bars, part, seed),
            lambda name: Pipeline.load(name, settings=settings, reporter=display),
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
    with whole_folder(out) as folder:
        (folder / "index.html").write_text(make_page(rendered), encoding="utf-8")
        (folder / "key.json").write_text(json.dumps(key, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    click.echo(f"{out / 'index.html'}: {len(clips)} clips of {len(sources)} sources; give this file to listeners")
    click.echo(f"{out / 'key.json'}: says which clip is whose; keep it to yourself")


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
