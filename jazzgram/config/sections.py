"""The sections of a configuration, as they may be written: names, types, bounds and defaults."""

from __future__ import annotations

import os
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from jazzgram.config.shares import Shares
from jazzgram.config.styles import SOURCE, find_style, styles
from jazzgram.errors import JazzgramError
from jazzgram.hooks.use import Use
from jazzgram.music.harmony.keys import parse_key
from jazzgram.music.instruments import find_instrument
from jazzgram.music.labels import TEMPO_CLASSES
from jazzgram.music.notation.bar_numbers import parse_bar_numbers
from jazzgram.music.term import Term
from jazzgram.music.time import Meter


class Execution(BaseModel):
    """Where corpora are read and tokenized, choruses improvised and measured, and networks trained."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    engine: Literal["auto", "local", "processes", "dask"] = Field(
        "auto",
        description="local: this process; processes: one on each core; dask: a cluster;"
        " auto: processes where there is work for more than a few seconds.",
    )
    workers: int | None = Field(
        None, ge=1, le=4096, description="How many processes; as many as this machine has cores if null."
    )
    address: str | None = Field(
        None,
        pattern="^(tcp|tls|ws|wss|ucx)://.+",
        description="Of the Dask scheduler, tcp://host:8786; a cluster on this machine if null.",
    )
    devices: Literal["one", "all"] = Field(
        "one",
        description="What networks are trained on: one device, or all of this machine's and of those that TF_CONFIG"
        " names.",
    )
    strict: bool = Field(False, description="Whether one file that cannot be read stops the run.")

    @model_validator(mode="after")
    def _address_is_for_dask(self) -> Execution:
        if self.address is not None and self.engine != "dask":
            raise ValueError(f"address is for engine dask (the engine is {self.engine})")
        return self

    @property
    def cores(self) -> int:
        """How many processes there may be."""
        if self.workers is not None:
            return self.workers
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, populate_by_name=True)


class ModelSection(Use):
    """The token model, and the seed of its training."""

    seed: int = Field(
        1, ge=0, le=2**63 - 1, description="Decides what training leaves to chance: another seed, another model."
    )


Split = Annotated[
    Annotated[Shares, Tag("<shares>")] | Annotated[str, Tag("<file>")],
    Discriminator(lambda value: "<shares>" if isinstance(value, dict | Shares) else "<file>"),
]
"""Shares, or a file: distinguished by their shape, so that a mistake is reported for the one that was meant."""


class CorpusSection(_Section):
    """What is learned from."""

    read: str = Field(description="The reader plugin.")
    source: str = Field(description="A name in the registry, or a path relative to this file.")
    options: dict[str, Any] = Field({}, alias="with", description="The reader's options.")
    split: Split | None = Field(
        None,
        description="What is trained on, by composition: shares of train, validation and test with a seed, or a JSON"
        " file with the names of each part, relative to this file; everything if null.",
    )
    fallback: CorpusSection | None = Field(
        None, description="What to read where the registry's file is not available locally and cannot be downloaded."
    )


def _check_meter(text: str) -> str:
    Meter.parse(text)
    return text


def _check_key(text: str) -> str:
    try:
        parse_key(text)
    except JazzgramError as error:
        raise ValueError(str(error)) from None
    return text


def _check_bars(bars: list[int | str]) -> list[int | str]:
    parse_bar_numbers(bars)
    return bars


def _check_instrument(name: str) -> str:
    try:
        return find_instrument(name).name
    except JazzgramError as error:
        raise ValueError(str(error)) from None


def _check_term(text: str) -> str:
    Term.parse(text)
    return text


class ChartSection(_Section):
    """A tune whose changes are played over, from any file that a reader reads."""

    read: str = Field(description="The reader plugin.")
    source: str = Field(description="A name in the registry, or a path relative to this file.")
    options: dict[str, Any] = Field({}, alias="with", description="The reader's options.")
    tune: str | None = Field(None, description="The tune's title; the first one if null.")


class ReharmonizeSection(_Section):
    """Other chords for the changes, learned from the tunes that are trained on."""

    surprise: float = Field(
        0.5, ge=0, le=1, description="From 0, few substitutions that one expects, to 1, many that one does not."
    )
    seed: int | None = Field(
        None, ge=0, le=2**63 - 1, description="Decides which chords are chosen; the configuration's own seed if null."
    )


class LikeSection(_Section):
    """Whom a take is like; what is not asked for is drawn from the labels of the corpus."""

    soloist: str | None = Field(None, description='A soloist of the corpus: "Clifford Brown".')
    instrument: str | None = Field(None, description='An instrument of the corpus: "trumpet", "tenor sax".')
    style: str | None = Field(None, description='A style of the corpus: "bebop".')
    tempo: Literal[TEMPO_CLASSES] | None = Field(  # type: ignore[valid-type]
        None, description="A class of tempo, if it is to be another than that of the performance."
    )
    solo: str | None = Field(None, description='A solo of the corpus: "Clifford Brown - Joy Spring".')


class ImproviseSection(_Section):
    """What is improvised, and how the model is fed."""

    bars: int | None = Field(None, ge=1, le=10_000, description="Bars to improvise; `choruses` of the changes if null.")
    choruses: int | None = Field(
        None, ge=1, le=200, description="How often the soloist plays the changes, in place of `bars`; once if null."
    )
    head: bool = Field(
        False, description="Whether the tune's own melody is played in a chorus before the solo and in one after it."
    )
    intro: int = Field(
        0, ge=0, le=32, description="Bars that the band plays before the first chorus, over the end of the changes."
    )
    ending: Literal["tag"] | bool = Field(
        False,
        description="Whether the last chorus ends on the tonic instead of turning around; tag: after four more bars.",
    )
    build: bool = Field(
        False, description="Whether each chorus of the solo builds on the one before; by the step `build` of the chain."
    )
    chords: str = Field(
        "source", description='"source" for the corpus\'s own changes, or text: "Dm7 | G7 | Cmaj7 | %".'
    )
    chart: ChartSection | None = Field(None, description="A tune to play over; it wins over `chords`.")
    reharmonize: ReharmonizeSection | None = Field(
        None, description="Other chords to play over, in place of some of the changes; the changes as they are if null."
    )
    tempo: float | None = Field(None, ge=20, le=400, description="Quarter notes per minute; the source's own if null.")
    key: Annotated[str, AfterValidator(_check_key)] | None = Field(
        None, description='Key to play in: "Bb", "F# minor"; that of the tune or the changes if null.'
    )
    transpose: int = Field(
        0, ge=-12, le=12, description="Semitones up, negative: down, from the key of the tune or the changes."
    )
    meter: Annotated[str, AfterValidator(_check_meter)] | None = Field(
        None, description="Meter of changes given as text; the source's own if null."
    )
    instrument: Annotated[str, AfterValidator(_check_instrument)] | None = Field(
        None,
        description="Who plays, such as tenor sax: sound, range, clef, transposed part; as in the source if null.",
    )
    title: str | None = Field(None, description="The title at the head of the score.")
    feedback: Literal["one_hot", "soft"] = Field(
        "one_hot", description="The model's input from its last step: the chosen term, or its whole distribution."
    )
    start: Annotated[str, AfterValidator(_check_term)] | None = Field(
        None, description="The model's input before its first term; zeros if null."
    )
    terms: int | None = Field(
        None, ge=1, le=10_000, description="A fixed number of terms a bar, whatever their length, as in the course."
    )
    prefix: Annotated[str, AfterValidator(_check_term)] | None = Field(
        None, description="A term put before each bar's own, not an input of the model, as in the course."
    )
    restart: bool = Field(False, description="Whether the model forgets everything at each barline, as in the course.")
    particles: int = Field(
        8, ge=1, le=1_000, description="Candidates that are played side by side for the critics to choose from."
    )
    resampling: float = Field(
        0.5,
        ge=0,
        le=1,
        description="The candidates are drawn again by their weights where their effective number falls below this"
        " share of all.",
    )
    given: str | ChartSection | None = Field(
        None, description="A melody: a run's folder, or a file as in `chart`. Its bars in `keep` stay as they are."
    )
    keep: Annotated[list[int | str], AfterValidator(_check_bars)] = Field(
        [], description="Bars of the given melody that stay, from 1, and ranges: [1-4, 9]. The others are improvised."
    )
    vary: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Bind the other bars to the given melody: 0 to play it, 0.2 to ornament it, 1 to be free.",
    )
    shape: dict[str, list[float]] = Field(
        {},
        description="Curves over the bars, by critics that follow one: {density: [1, 1, 3, 2], register: [62, 74]}.",
    )
    phrase: int = Field(1, ge=1, le=100, description="Bars after which the critics score the candidates.")
    like: LikeSection | None = Field(
        None, description="Whom the take is like, for a model that is conditioned on labels; drawn by the seed if null."
    )
    guidance: float = Field(
        1.0,
        ge=0,
        le=5,
        description="Weight of the labels: 1 as the model learned them, more exaggerates, 0 is without.",
    )

    @model_validator(mode="after")
    def _one_length_and_one_key(self) -> ImproviseSection:
        if self.bars is not None and self.choruses is not None:
            raise ValueError("bars and choruses both decide the length; give one of them")
        if self.key is not None and self.transpose:
            raise ValueError("key and transpose both decide the key; give one of them")
        return self

    @property
    def over_tune(self) -> bool:
        """Whether a tune's own changes are played over: a chart's or the corpus's, not text."""
        return self.chart is not None or self.chords == "source"


def _check_style(name: str) -> str:
    try:
        find_style(name)
    except JazzgramError as error:
        raise ValueError(str(error)) from None
    return name


def _check_style_or_source(name: str) -> str:
    return name if name == SOURCE else _check_style(name)


class AccompanySection(_Section):
    """Who plays beneath the solo; a list is short for `players`."""

    style: Annotated[str, AfterValidator(_check_style_or_source)] = Field(
        SOURCE,
        description="source: the tune's own band over its own changes, else the style that the chart names;"
        f" or always one of {', '.join(styles())}.",
    )
    drums: bool | Annotated[str, AfterValidator(_check_style)] = Field(
        False,
        description="Whether a drummer joins a tune's own band that has no drums: true for the one of the style that"
        " the chart names, or the name of a style.",
    )
    ratio: float | None = Field(
        None, ge=1, le=4, description="Long to short eighth of the band, 1 even; the style's and the soloist's if null."
    )
    players: list[str | Use] = Field(
        [], description="Accompanists in place of those of the style; those of the style where there is none."
    )

    @model_validator(mode="before")
    @classmethod
    def _list_is_players(cls, value: Any) -> Any:
        return {"players": value} if isinstance(value, list) else value


def _check_host_and_port(text: str) -> str:
    host, _, port = text.rpartition(":")
    is_host = re.fullmatch(r"\[[\w:.%]+\]|[^\s:\[\]]{1,253}", host)
    if not is_host or not re.fullmatch("[0-9]{1,5}", port) or not 1 <= int(port) <= 65_535:
        raise ValueError("expected a host and a port, 1 to 65535: 127.0.0.1:9000, or [::1]:9000 for IPv6")
    return text


class OscSection(_Section):
    """Cues by Open Sound Control; a text is short for `to`."""

    to: Annotated[str, AfterValidator(_check_host_and_port)] = Field(
        description="Where they go, host and port: 127.0.0.1:9000, [::1]:9000."
    )
    send: list[Literal["bar", "beat", "chord", "notes"]] = Field(
        ["bar", "beat", "chord", "notes"], min_length=1, description="What is sent, each at its moment."
    )

    @model_validator(mode="before")
    @classmethod
    def _text_is_to(cls, value: Any) -> Any:
        return {"to": value} if isinstance(value, str) else value


class LiveSection(_Section):
    """Trading bars with a musician."""

    trade: Annotated[int, Field(ge=1, le=64)] | Literal["chorus"] = Field(
        4, description="Bars of each turn, or whole choruses: chorus."
    )
    first: Literal["me", "it"] = Field("me", description="Who begins: the musician (me) or the machine (it).")
    choruses: int = Field(2, ge=1, le=1_000, description="How often the changes are played.")
    count_in: int = Field(1, ge=0, le=8, description="Bars of clicks before the music.")
    latency: float = Field(
        0.0, ge=0, le=1, description="Seconds by which what is played arrives late, as measured by tapping along."
    )
    clock: Literal["send", "follow"] | None = Field(
        None, description="MIDI clock: send it to the port that is played to, or follow another's; neither if null."
    )
    osc: OscSection | None = Field(None, description="Where bars, beats, chords and notes are sent; nowhere if null.")
    respond: list[str | Use] = Field(["continue"], min_length=1, description="The responders; they answer in turn.")


class Sections(_Section):
    """The sections of a configuration."""

    # Default sections are constructed, not validated: a section's validator is built with the first configuration.

    extends: str | None = Field(
        None, description="A configuration to start from: a path relative to this file, or a bundled one's name."
    )
    seed: int = Field(
        1, ge=0, le=2**63 - 1, description="Decides what is improvised: another seed, another take by the same model."
    )
    corpus: CorpusSection
    tokenizer: Use
    model: ModelSection
    samplers: list[dict[str, Any]] = Field(min_length=1)
    critics: list[dict[str, Any]] = []
    chain: list[dict[str, Any]] = []
    improvise: ImproviseSection = ImproviseSection.model_construct()
    accompany: AccompanySection = AccompanySection.model_construct()
    live: LiveSection = LiveSection.model_construct()
    execution: Execution = Field(Execution.model_construct(), description="Where corpora are read and tokenized.")
    measure: list[str | Use] = []
    write: list[str | Use] = Field(["midi", "musicxml"], description="The writers.")
    report: bool = Field(
        True, description="Whether a run writes `report.html`; `jazzgram report` writes it later where it is left out."
    )
    made_with: dict[str, Any] = Field({}, description="Versions and hashes that a run noted; not set by hand.")
