"""Reports of long runs: the page shows an excerpt, says so, and costs no more than one of that length."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from jazzgram import Pipeline
from jazzgram.cli.report import command
from jazzgram.pages.report.excerpt import MOST_BARS, excerpt
from jazzgram.pages.report.page import Facts, report
from jazzgram.pages.report.view import view
from jazzgram.pipeline.provenance import bar_of
from jazzgram.pipeline.run import Run

BARS = MOST_BARS + 8


def improvised(bars: int) -> Run:
    return Pipeline.load("blues", settings=["model.use=markov", f"improvise.bars={bars}"]).improvise()


@pytest.fixture(scope="module")
def long() -> Run:
    return improvised(BARS)


def test_a_run_of_256_bars_is_shown_as_it_is() -> None:
    made = Run(replace(improvised(2).solo, bars=MOST_BARS), improvised(2).trace)
    assert excerpt(made) is made
    assert "This page shows" not in report(made, Facts("", ""))


def test_an_excerpt_has_what_belongs_to_its_bars_and_nothing_else(long: Run) -> None:
    part, end = excerpt(long), MOST_BARS * long.solo.meter.bar
    assert part.solo.bars == MOST_BARS and part.solo.grammar == long.solo.grammar[:MOST_BARS]
    for mine, all_notes in ((part.solo.notes, long.solo.notes), (part.solo.notated, long.solo.notated)):
        assert mine == tuple(note for note in all_notes if bar_of(note, long.solo.meter.bar, BARS) < MOST_BARS)
        assert len(mine) < len(all_notes)
    for band, whole_band in zip(part.solo.accompaniment, long.solo.accompaniment, strict=True):
        assert band.notes == tuple(note for note in whole_band.notes if note.onset < end)
    assert part.solo.chords[-1].end == end
    for bar in (0, MOST_BARS - 1):
        assert list(part.record.bar(bar)) == list(long.record.bar(bar))
    assert list(part.record.bar(MOST_BARS)) == []
    shown = set(part.solo.notes)
    assert part.record.notes() == [found for found in long.record.notes() if found.note in shown]


def test_the_view_of_an_excerpt_is_the_beginning_of_the_view_of_all(long: Run) -> None:
    for part, whole in zip(view(excerpt(long))["steps"], view(long)["steps"], strict=True):
        for kind in ("items", "gone"):
            assert [item[:5] for item in part[kind]] == [item[:5] for item in whole[kind][: len(part[kind])]]
        assert len(part["items"]) < len(whole["items"])
        assert all(item[0] >= MOST_BARS * long.solo.meter.bar for item in whole["gone"][len(part["gone"]) :])


def test_the_page_tells_what_it_leaves_out(long: Run) -> None:
    page = report(replace(long, files=(Path("out/solo.mid"), Path("out/run.yaml"))), Facts("", ""))
    assert f"This page shows bars 1 to {MOST_BARS} of {BARS}" in page
    assert '<a href="solo.mid">solo.mid</a>' in page and "solo.musicxml" not in page
    assert f"jazzgram explain . --bar {MOST_BARS + 1}" in page
    assert f'<p class="facts">{BARS} bars of 4/4' in page, "the heading is of the whole solo"
    (held,) = re.findall(r'id="view">(.*?)</script>', page, re.DOTALL)
    assert json.loads(held)["bars"] == MOST_BARS


def test_a_page_of_any_length_is_as_large(long: Run) -> None:
    twice = improvised(2 * BARS)
    small, large = (len(report(made, Facts("", ""))) for made in (long, twice))
    assert large < 1.05 * small < 3_000_000


def test_a_report_that_a_run_leaves_out_is_written_later(tmp_path: Path) -> None:
    settings = ["model.use=markov", "improvise.bars=2", "write=[midi]", "report=false"]
    run = Pipeline.load("blues", settings=settings).run(tmp_path / "run")
    assert sorted(file.name for file in run.files) == ["run.yaml", "solo.mid", "times.json", "trace.jsonl"]
    assert run.config["report"] is False, "the same command leaves it out again"
    assert not (tmp_path / "run" / "report.html").exists()
    made = CliRunner().invoke(command, [str(tmp_path / "run")])
    assert made.exit_code == 0, made.output
    assert "Through the chain" in (tmp_path / "run" / "report.html").read_text(encoding="utf-8")


def test_a_run_with_a_report_does_not_speak_of_it(tmp_path: Path) -> None:
    run = Pipeline.load("blues", settings=["model.use=markov", "improvise.bars=2"]).run(tmp_path / "run")
    assert "report" not in run.config
