"""``jazzgram render``: convert MIDI files to sound files."""

from __future__ import annotations

from pathlib import Path

import click

from jazzgram.cli import arguments

_FORMATS = ("wav", "flac", "ogg", "mp3")


@click.command("render")
@click.argument("paths", metavar="FILE_OR_FOLDER...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(_FORMATS), default="mp3", show_default=True, help="Format of the sound files."
)
@click.option(
    "--bitrate",
    type=arguments.Whole(32, 320),
    default=192,
    show_default=True,
    help="kbit/s of mp3; approximate for ogg.",
)
@click.option("--keep-wav", is_flag=True, help="Write a .wav file as well.")
@click.option("--jobs", type=arguments.Whole(min=1), help="Files rendered at once (default: one per processor).")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write to (default: beside each MIDI file).",
)
@click.option(
    "--soundfont", metavar="FILE_OR_NAME", help="The soundfont (default: JAZZGRAM_SOUNDFONT, else the sound bank)."
)
@click.option("--stems", is_flag=True, help="Write each part alone as well: solo.bass.mp3 and so on.")
def command(
    paths: tuple[Path, ...],
    form: str,
    bitrate: int,
    keep_wav: bool,
    jobs: int | None,
    out: Path | None,
    soundfont: str | None,
    stems: bool,
) -> None:
    """Render MIDI files, and all those below a folder, as sound.

    Files that are up to date are skipped. A file that cannot be rendered is reported, the others are rendered, and the
    exit status is 1.

    \b
    Examples:
      jazzgram render out/blues/solo.mid
      jazzgram render midi --format mp3 --bitrate 128 --keep-wav --out mp3
    """
    import time

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.text import Text

    from jazzgram.cli.browser import print_next
    from jazzgram.pipeline.folder import check_writable
    from jazzgram.rendering.sound.files import Job, default_workers, plan, render_all
    from jazzgram.rendering.sound.requirements import need
    from jazzgram.rendering.sound.soundfonts import find_instruments

    for library in ("soxr", "soundfile", *(["lameenc"] if form == "mp3" else [])):
        need(library)
    if out is not None:
        check_writable(out)
    console = Console(stderr=True, highlight=False)

    def warn(message: str) -> None:
        console.print(Text(f"WARNING: {message}", "bold yellow"), soft_wrap=True)

    formats = tuple(dict.fromkeys((form, "wav") if keep_wav else (form,)))
    instruments = find_instruments(soundfont, warn).path
    work = plan(paths, Job(Path(), Path(), formats, bitrate, instruments, stems), out)
    begun, seconds, made, failed = time.perf_counter(), 0.0, 0, 0
    first: Path | None = None
    columns = (TextColumn("Rendering"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=len(work))
        for outcome in render_all(work, jobs or default_workers(len(work))):
            progress.advance(task)
            seconds += outcome.seconds
            made += outcome.rendered
            if outcome.failure:
                failed += 1
                console.print(Text(f"error: {outcome.failure}", "red"), soft_wrap=True)
            elif outcome.rendered:
                console.print(Text(f"  {outcome.files[0]}  ({outcome.seconds:.0f} s)"), soft_wrap=True)
                first = first or outcome.files[0]
    took = time.perf_counter() - begun
    words = [f"{made} rendered", f"{len(work) - made - failed} up to date"] + ([f"{failed} failed"] if failed else [])
    speed = f", {seconds / took:.0f} times real time" if seconds else ""
    click.echo(f"{', '.join(words)}: {seconds:.0f} s of sound in {took:.1f} s{speed}")
    if first is not None:
        print_next("open", first)
    if failed:
        raise click.exceptions.Exit(1)
