"""The gallery of the styles: for each a take of the bundled soloist to hear, to read and to see.

Takes are played when the site is built, by the model that comes with jazzgram and without network, so that one hears
what this version plays. They are cached in ``build/cached`` until code, model or configuration change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from shlex import quote
from textwrap import indent

from jazzgram import Corpus, Pipeline
from jazzgram.config.styles import find_style
from jazzgram.evaluation import measure_solos
from jazzgram.evaluation.metrics import load_metrics
from jazzgram.pages.report.facts import facts_of
from jazzgram.pages.report.page import report
from make_pages.cached import cached_files

BITRATE = 96
"""kbit/s of the recordings."""
FIRST = 20
"""Seconds of the take on the home page."""
FADE = 2
"""Seconds in which it fades out."""
_DPI = 80
_METRICS = ("harmony", "pitch", "rhythm", "form")


@dataclass(frozen=True)
class Example:
    """A take for the gallery.

    Parameters
    ----------
    style : str
        The style of the band.
    title : str
        The tune's.
    settings : tuple of str
        Settings of the run, besides style and title.
    text : str
        What to listen for.
    """

    style: str
    title: str
    settings: tuple[str, ...]
    text: str

    @property
    def arguments(self) -> tuple[str, ...]:
        """All settings of the run."""
        return (f"accompany.style={self.style}", f"improvise.title={self.title}", *self.settings)

    @property
    def command(self) -> str:
        """The command that plays the same notes."""
        return " \\\n    ".join(["jazzgram run weimar", *(f"--set {quote(each)}" for each in self.arguments)])

    def pipeline(self) -> Pipeline:
        """Return what improvises the take."""
        return Pipeline.load("weimar", settings=list(self.arguments))


def _bundled(tune: str, tempo: int, instrument: str, seed: int) -> tuple[str, ...]:
    """Return the settings for 32 bars over the changes of a bundled tune."""
    chart = f"improvise.chart={{read: jazzgram_text, source: bundled, tune: {tune}}}"
    return (chart, *_played(tempo, instrument, seed))


def _played(tempo: int, instrument: str, seed: int) -> tuple[str, ...]:
    return ("improvise.bars=32", f"improvise.tempo={tempo}", f"improvise.like.instrument={instrument}", f"seed={seed}")


_WALTZ = "Fmaj7 | Dm7 | Gm7 | C7 | Am7 | D7 | Gm7 | C7 | Cm7 | F7 | Bbmaj7 | Bbm7 Eb7 | Am7 | Abm7 Db7 | Gm7 C7 | F6"
EXAMPLES = (
    Example(
        "swing",
        "Weimar",
        ("seed=26",),
        "Like Clifford Brown. Short words at first; bars 9 to 12 are one line, bar 22 is the top.",
    ),
    Example(
        "ballad",
        "Late Lamp",
        _bundled("Late Lamp", 66, "tenor sax", 7),
        "Like Ben Webster. A pick-up and four bars of melody; then double time around it, and a low B♭ at the end.",
    ),
    Example(
        "waltz",
        "Three Windows",
        (f"improvise.chords={_WALTZ}", "improvise.meter=3/4", *_played(150, "alto sax", 9)),
        "Alto sax, like Desmond: eighths that turn with the changes, up to G in bars 13 and 15.",
    ),
    Example(
        "bossa",
        "Sea Wall",
        _bundled("Sea Wall", 132, "trombone", 9),
        "Trombone, like J. J. Johnson. One phrase at a time; bar 6 holds two notes; bar 13 is up at B♭.",
    ),
    Example(
        "afro",
        "Night Bus",
        _bundled("Night Bus", 116, "trumpet", 7),
        "Trumpet over the bell, in three against the written four, like Miles Davis. From the low G to B in bar 17.",
    ),
    Example(
        "funk",
        "Open Window",
        _bundled("Open Window", 104, "soprano sax", 9),
        "Soprano sax, in the gaps of the groove: single notes in bars 3, 20, 22 and 23. Bars 18 to 20 climb to A.",
    ),
    Example(
        "shuffle",
        "Lunch Counter",
        _bundled("Lunch Counter", 120, "vibraphone", 10),
        "Vibraphone, like Milt Jackson: it waits a bar, and bars 24 to 26 are the top.",
    ),
)


def pages() -> dict[str, str]:
    """Make the page of the gallery."""
    parts = [
        "# Hear it",
        "The soloist that comes with jazzgram, `weimar`, with the band in each of [its styles](band.md#who-plays): 32 "
        "bars over changes of our own. Nothing is edited. Each take is made by one command, on any computer the same. "
        "Below each is its whole [report](report.md), as `--open` shows it: every step of the chain, the score that "
        "follows the music, a mixer, any tempo.",
        "What do the steps of a chain do? Switch six of them on and off in any combination, or go through all of them, "
        "each before and after:",
        "[Open the chain explorer](explorer.md){ .md-button .md-button--primary } "
        "[Hear every step](steps.md){ .md-button }",
        "And what do critics do, which choose among candidates while a solo is sampled?",
        "[Hear every critic](every_critic.md){ .md-button }",
        *map(_section, EXAMPLES),
    ]
    return {"gallery.md": "\n\n".join(parts) + "\n"}


def _section(example: Example) -> str:
    name = f"gallery/{example.style}"
    return "\n\n".join(
        [
            f"## {example.style.capitalize()}",
            f"**{example.title}.** {find_style(example.style).summary} {example.text}",
            f'<audio controls preload="none" src="{name}.mp3"></audio>',
            f'<a class="md-button" href="{name}.html">Every step of the chain, mixer and tempo</a>',
            f"![{example.title}: the score]({name}.svg)",
            f'??? note "As a piano roll"\n\n    ![{example.title}: the piano roll]({name}.png)',
            '??? example "The command"\n\n' + indent(f"```sh\n{example.command}\n```", "    "),
        ]
    )


def files() -> dict[str, bytes]:
    """Return scores, rolls, recordings and reports by their addresses in the site; make them where none are cached."""
    return {f"gallery/{name}": content for name, content in cached_files("gallery", Path(__file__), _make).items()}


def _make() -> dict[str, bytes]:
    return {name: content for example in EXAMPLES for name, content in _example_files(example)}


def _example_files(example: Example) -> Iterator[tuple[str, bytes]]:
    """Draw and record a take; of the first one also the beginning, for the home page."""
    import numpy as np

    from jazzgram.rendering import RATE, encode, find_instruments, lead_sheet_svg, master, render_solo, roll_png

    pipeline = example.pipeline()
    run = pipeline.improvise()
    solo = run.solo
    yield f"{example.style}.svg", lead_sheet_svg(solo).encode()
    yield f"{example.style}.png", roll_png(solo, _DPI)
    samples = master(render_solo(solo, find_instruments(None, print)), RATE)
    yield f"{example.style}.mp3", encode(samples, RATE, "mp3", BITRATE, solo.title)
    (measures,) = measure_solos([solo], Corpus(()), load_metrics(_METRICS))
    facts = facts_of(pipeline, solo, pipeline.resolved(solo.title), measures)
    yield f"{example.style}.html", report(run, replace(facts, command=example.command)).encode()
    if example is EXAMPLES[0]:
        first = samples[: FIRST * RATE].copy()
        first[-FADE * RATE :] *= np.linspace(1, 0, FADE * RATE, dtype=first.dtype)[:, None]
        yield "first.mp3", encode(first, RATE, "mp3", BITRATE, solo.title)
