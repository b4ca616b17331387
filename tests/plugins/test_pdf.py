"""Lead sheets on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jazzgram_plugins.writers import pdf

from jazzgram import Chord, Note, Solo
from jazzgram.music.harmony.symbols import voicing
from jazzgram.rendering.pdf import lead_sheet_pdf

pdfium = pytest.importorskip("pypdfium2", reason="pypdfium2 is not installed")

CHANGES = ("Bbm7", "Eb7b9", "Abmaj7", "F7alt")
BARS = 20
SHEET = Solo(
    tuple(Note(58 + 3 * (beat % 5), beat * 480, 480) for beat in range(4 * BARS)),
    tuple(
        Chord(voicing(CHANGES[bar % 4]), bar * 1920, 1920, CHANGES[bar % 4] if bar < 16 else "G7")
        for bar in range(BARS)
    ),
    BARS,
    title="Flat $keys$",
    tempo=150,
)


def written(solo: Solo, folder: Path, paper: str = "a4") -> Any:
    (path,) = pdf.write_solo(solo, folder, pdf.Options.model_validate({"paper": paper}))
    assert path.name == "solo.pdf"
    return pdfium.PdfDocument(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the sheet lies on paper of size A4."""
    made: Path = tmp_path_factory.mktemp("pdf")
    written(SHEET, made)
    return made


@pytest.fixture
def sheet(folder: Path) -> Any:
    """The sheet on paper of size A4."""
    return pdfium.PdfDocument(folder / "solo.pdf")


def test_a_page_of_paper(sheet: Any, tmp_path: Path) -> None:
    letter = written(Solo((), (), 0, title="無題"), tmp_path, "letter")
    assert len(sheet) == len(letter) == 1
    assert sheet[0].get_size() == pytest.approx((595.3, 841.9), abs=0.2)
    assert letter[0].get_size() == pytest.approx((612, 792), abs=0.2)


def test_its_words_can_be_searched_and_stand_where_they_belong(sheet: Any) -> None:
    page = sheet[0]
    words = page.get_textpage()
    text = words.get_text_range()
    for word in ("Flat $keys$", "maj7", "F7alt", "150"):
        assert word in text

    def positions(word: str) -> list[tuple[float, float]]:
        search, found = words.search(word, match_case=True), []
        while hit := search.get_next():
            left, bottom, *_ = words.get_charbox(hit[0])
            found.append((left, bottom))
        return found

    width, height = page.get_size()
    (title,) = positions("Flat")
    assert height - title[1] < 80, "at the head"
    assert width * 0.3 < title[0] < width / 2, "in the middle"
    fourth = positions("F7alt")
    assert len(fourth) == 4, "once a line"
    assert all(width * 0.7 < x < width * 0.9 for x, _ in fourth), "the last of four bars"
    assert [y for _, y in fourth] == sorted((y for _, y in fourth), reverse=True)
    # The second and third line have no letter there, and so the number of their bar, left of the staff.
    # (The 5 of the tempo is above them.)
    assert len([x for x, y in positions("5") if x < 60 and y < fourth[0][1]]) == 1


def test_signs_are_outlines_inked_on_the_page(sheet: Any, folder: Path) -> None:
    page = sheet[0]
    assert not any("Petaluma" in name for name in _fonts(folder / "solo.pdf"))
    picture = page.render(scale=1).to_numpy()
    ink = (picture.min(axis=2) < 128).mean(axis=1)
    assert ink[60:330].max() > 0.8, "staff lines from margin to margin"
    assert 0.01 < ink.mean() < 0.1


def _fonts(path: Path) -> list[str]:
    content = path.read_bytes()
    return [piece[:40].decode("latin1") for piece in content.split(b"/BaseFont /")[1:]]


def test_a_long_solo_has_numbered_pages(tmp_path: Path) -> None:
    notes = tuple(Note(60 + bar % 12, bar * 1920, 1920) for bar in range(96))
    document = written(Solo(notes, (), 96), tmp_path)
    texts = [page.get_textpage().get_text_range() for page in document]
    assert len(texts) > 1
    assert texts[1].split()[-1] == "2"
    bars = [word for text in texts for word in text.split()]
    assert {"5", "49", "93"} <= set(bars)


def test_equal_solos_give_equal_files(folder: Path) -> None:
    assert lead_sheet_pdf(SHEET) == (folder / "solo.pdf").read_bytes()
