"""Files that are broken or mean harm: one line that names the file, in little time and memory, and nothing fetched."""

from __future__ import annotations

import re
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from jazzgram_plugins.readers import musicxml
from jazzgram_plugins.readers.musicxml.file import LARGEST
from musicxml_files import CONTAINER, DOCTYPE, attributes, barline, harmony, measure, notes, save, score

from jazzgram import Corpus, JazzgramError

BAR = measure(attributes(), harmony("C"), "C4:48")
pytestmark = pytest.mark.timeout(60)

WHOLE = score(BAR)


def read(file: Path) -> Corpus:
    corpus: Corpus = musicxml.read_corpus(file, musicxml.Options())
    return corpus


def refusal(file: Path) -> str:
    """Read what must be refused, and return the message after the file's name."""
    with pytest.raises(JazzgramError) as caught:
        read(file)
    message = str(caught.value)
    assert message.startswith(f"{file}") and len(message.splitlines()) == 1
    return message.removeprefix(f"{file}")


BILLION_LAUGHS = (
    '<!DOCTYPE score-partwise [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)


@pytest.mark.parametrize(
    ("doctype", "inside"),
    [
        (BILLION_LAUGHS, "&i;"),
        (f'<!DOCTYPE score-partwise [<!ENTITY a "{"ha" * 50_000}">]>', "&a;" * 50_000),
        ('<!DOCTYPE score-partwise [<!ENTITY a SYSTEM "file:///etc/hostname">]>', "&a;"),
        ('<!DOCTYPE score-partwise [<!ENTITY a SYSTEM "http://127.0.0.1:9/">]>', "&a;"),
        ('<!DOCTYPE score-partwise [<!ENTITY % a SYSTEM "http://127.0.0.1:9/"> %a;]>', ""),
        # Default attributes are filled in for every element: 100,000 times 100 KB.
        (f'<!DOCTYPE score-partwise [<!ATTLIST x y CDATA "{"ha" * 50_000}">]>', "<x/>" * 100_000),
        (DOCTYPE.replace(">", " [<!ELEMENT x ANY>]>"), ""),
    ],
    ids=["billion laughs", "quadratic", "file", "network", "parameter", "default attributes", "harmless"],
)
def test_declarations_in_the_doctype_are_refused(tmp_path: Path, doctype: str, inside: str) -> None:
    text = score(BAR, head=f"<movement-title>{inside}</movement-title>", doctype=doctype)
    assert "its DOCTYPE declares entities or attributes" in refusal(save(tmp_path, text))
    # Packed, the largest are refused for their ratio already.
    assert re.search("its DOCTYPE declares|would unpack from", refusal(save(tmp_path, text, "tune.mxl")))


def test_declarations_in_the_container_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "tune.mxl"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("META-INF/container.xml", '<!DOCTYPE c [<!ENTITY a "score.xml">]>' + CONTAINER)
        archive.writestr("score.xml", WHOLE)
    assert "(META-INF/container.xml): its DOCTYPE declares" in refusal(file)


@pytest.mark.parametrize(
    "doctype",
    [DOCTYPE, "", "<!DOCTYPE score-partwise>", DOCTYPE.replace("http://www.musicxml.org", "http://127.0.0.1:9")],
)
def test_the_usual_doctypes_are_read_over_and_not_fetched(
    tmp_path: Path, doctype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("urllib.request.urlopen", refuse)
    assert len(read(save(tmp_path, score(BAR, doctype=doctype))).bars) == 1


def pack(folder: Path, content: bytes, container: str = CONTAINER, name: str = "score.xml", how: int = 8) -> Path:
    file = folder / "tune.mxl"
    with zipfile.ZipFile(file, "w", how) as archive:
        archive.writestr("META-INF/container.xml", container)
        archive.writestr(name, content)
    return file


def test_zip_bombs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the ratio, by the size, and where the archive lies about both."""
    assert "would unpack from" in refusal(pack(tmp_path, b" " * 1_000_000))
    with monkeypatch.context() as smaller:
        smaller.setattr("jazzgram_plugins.readers.musicxml.file.LARGEST", 5_000)
        assert "(at most 5000, and 200 times" in refusal(pack(tmp_path, score(BAR * 20).encode()))
    honest = pack(tmp_path, WHOLE.encode() + b" " * (6 * LARGEST)).read_bytes()
    lying = tmp_path / "lying.mxl"
    size = struct.pack("<L", len(WHOLE) + 6 * LARGEST)
    assert honest.count(size) == 2
    lying.write_bytes(honest.replace(size, struct.pack("<L", 50_000)))
    tracemalloc.start()
    assert "damaged .mxl archive" in refusal(lying)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * LARGEST


def test_archives_that_are_not_whole(tmp_path: Path) -> None:
    content = WHOLE.encode()
    assert "packed in a way that .mxl files are not" in refusal(pack(tmp_path, content, how=zipfile.ZIP_LZMA))
    file = pack(tmp_path, content)
    whole = file.read_bytes()
    for cut in range(2, len(whole), 37):
        file.write_bytes(whole[:cut])
        refusal(file)


@pytest.mark.parametrize(
    "container",
    [
        None,
        "",
        "<container/>",
        "<container><rootfiles><rootfile/></rootfiles></container>",
        "<container><rootfiles><rootfile full-path='Don't.xml'/></rootfiles></container>",
        CONTAINER[:40],
        CONTAINER.replace("score.xml", "renamed.xml"),
        CONTAINER.replace("score.xml", "../../../../etc/hostname"),
        CONTAINER.replace("<container>", '<?xml version="1.0" encoding="UTF-16"?><container>'),
        CONTAINER.replace("<rootfile ", '<rootfile full-path=""/><rootfile '),
    ],
)
def test_without_a_container_that_leads_to_it_the_one_score_is_read(tmp_path: Path, container: str | None) -> None:
    """As long as it is one; shadows of macOS, pictures and other XML are none."""
    file = tmp_path / "tune.mxl"
    others = {"META-INF/more.xml": WHOLE, "__MACOSX/._score.xml": "?", "style.xml": "<museScore/>", "a.png": WHOLE}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"score.xml": WHOLE, **others}.items():
            archive.writestr(name, content)
        if container is not None:
            archive.writestr("META-INF/container.xml", container)
    assert read(file).bars == read(save(tmp_path, WHOLE)).bars


def test_an_archive_with_no_score_or_several_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "tune.mxl"
    for scores in (0, 2):
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("other.xml", "<other/>")
            for number in range(scores):
                archive.writestr(f"{number}.musicxml", WHOLE)
        assert f"no 'META-INF/container.xml', and of scores it has {scores} (expected 1)" in refusal(file)
    assert "names 'score.xml', which it has not, and" in refusal(pack(tmp_path, b"<other/>", name="other.xml"))
    # The bounds hold for what is found as for what is named.
    assert "would unpack from" in refusal(pack(tmp_path, b" " * 1_000_000, "<container/>"))
    assert "its DOCTYPE declares" in refusal(
        pack(tmp_path, score(BAR, doctype="<!DOCTYPE s [<!ENTITY a 'b'>]>").encode(), "<container/>")
    )


def test_a_container_may_have_a_namespace(tmp_path: Path) -> None:
    """As those of music21's own corpus."""
    named = CONTAINER.replace("<container>", '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container">')
    assert read(pack(tmp_path, WHOLE.encode(), named)).bars == read(save(tmp_path, WHOLE)).bars


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"MThd\x00\x00", "damaged XML"),
        (b"\x00" * 100, "damaged XML"),
        (b"<html/>", "is not MusicXML (its root element is 'html'"),
        (b"<score-timewise/>", "export it as partwise"),
        (b"<score-partwise/>", "no part has any notes"),
        (b'<?xml version="1.0" encoding="nonsense"?><score-partwise>', "damaged XML"),
        (b'<?xml version="1.0" encoding="utf-7"?>+ADw-score-partwise/+AD4-', "damaged XML"),
        (b'<?xml version="1.0" encoding="shift_jis"?><score-partwise>\x83', "damaged XML"),
        (WHOLE.encode()[:-40], "damaged XML"),
        (b"<a>" * 500_000, "damaged XML"),
        (b"<a>" * 5_000_000, "has more than the 1000000 tags"),
        (b"<a>" * 500_000 + b"</a>" * 500_000, "is not MusicXML"),
        (b" " * (LARGEST + 1), "is larger than the 20 MB"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else "",
)
def test_files_that_are_no_scores(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "tune.musicxml"
    file.write_bytes(content)
    assert message in refusal(file)


@pytest.mark.parametrize(
    ("bars", "message"),
    [
        (measure(attributes(), "C4:48"), "no part has chord symbols"),
        (measure(attributes(), "r:48"), "no part has any notes"),
        (measure(attributes(), harmony("C", "lively"), "r:48"), "a chord is of the kind 'lively'"),
        (measure(harmony("C"), "C4:48", number="7"), "measure 7: the part does not say into how many divisions"),
        (BAR.replace("<duration>48", "<duration>many"), "measure 1: the duration is 'many'"),
        (BAR.replace("<duration>48</duration>", ""), "measure 1: a note has no duration"),
        (BAR.replace("<divisions>12", "<divisions>0"), "a quarter note has 0 divisions"),
        (BAR.replace("<octave>4", "<octave>44"), "a note sounds at 540, outside MIDI's range"),
        (BAR.replace("<step>C", "<step>H"), "a note's step is 'H' (expected A to G)"),
        (BAR.replace("<root-step>C", "<root-step>"), "the root of a chord is '' (expected A to G)"),
        (BAR.replace("major", "lively"), "a chord is of the kind 'lively'"),
        (BAR.replace("<beats>4", "<beats>0"), "measure 1: not a meter: 0/4"),
        (BAR.replace("<beat-type>4", "<beat-type>3"), "measure 1: not a meter: 4/3"),
        (BAR.replace("<duration>48", "<duration>4800"), "measure 1 lasts 400 quarter notes, which is no meter"),
        (
            BAR + measure("C4:48", barline("backward").replace("/>", ' times="9999"/>')) * 3,
            "more than the 20000 bars",
        ),
        (measure(attributes(), harmony("C"), notes("C4:1 " * 48), barline("backward")), None),
    ],
)
def test_scores_with_mistakes(tmp_path: Path, bars: str, message: str | None) -> None:
    file = save(tmp_path, score(bars))
    if message is None:
        assert len(read(file).bars) == 2
    else:
        assert message in refusal(file)


def test_repeats_cannot_make_more_notes_than_memory_holds(tmp_path: Path) -> None:
    many = measure(
        attributes(), harmony("C"), notes("C4:1 " * 480), barline("backward").replace("/>", ' times="9999"/>')
    )
    assert "more than the 200000 notes" in refusal(save(tmp_path, score(many.replace("12<", "120<", 1))))


TITLED = score(BAR, head="<movement-title>{}</movement-title>")


@pytest.mark.parametrize(
    ("encoding", "declared", "before", "title"),
    [
        ("utf-8", "UTF-16", b"", "Été"),
        ("utf-8", "UTF-16", b"\xef\xbb\xbf", "Été"),
        ("utf-8", "utf8mb4", b"\r\n", "Été"),
        ("utf-8", "Shift_JIS", b"", "Été"),
        ("utf-8", "UTF-8", b"\xef\xbb\xbf\xef\xbb\xbf", "Été"),
        ("latin-1", "UTF-8", b"", "Été"),
        ("latin-1", "UTF-16", b"", "Été"),
        ("cp1252", "UTF-8", b"", "“Été”"),
        ("shift_jis", "Shift_JIS", b"", "枯葉"),
        ("gbk", "GB2312", b"", "枯叶"),
        ("utf-16", "UTF-8", b"", "Été"),
        ("utf-16-le", "UTF-8", b"", "Été"),
        ("utf-16-be", "UTF-16", b"", "Été"),
        ("utf-8", "UTF-8", b"\n \n", "Ét\x0b\x1fé"),
    ],
)
def test_a_wrongly_declared_encoding_is_read_by_its_bytes(
    tmp_path: Path, encoding: str, declared: str, before: bytes, title: str
) -> None:
    file = tmp_path / "tune.musicxml"
    file.write_bytes(before + TITLED.format(title).replace("UTF-8", declared, 1).encode(encoding))
    (tune,) = read(file).tunes
    assert (tune.title, len(tune.bars)) == (title.replace("\x0b\x1f", ""), 1)


def test_single_bytes_of_another_encoding_in_utf_8(tmp_path: Path) -> None:
    file = tmp_path / "tune.musicxml"
    file.write_bytes(TITLED.format("Été ?").encode().replace(b"?</move", b"\xe9</move"))
    assert read(file).tunes[0].title == "Été é"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "latin-1"])
def test_declarations_in_a_wrong_encoding_are_refused(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "tune.musicxml"
    text = score(BAR, head="<movement-title>é&i;</movement-title>", doctype=BILLION_LAUGHS)
    file.write_bytes(text.encode(encoding))
    assert "its DOCTYPE declares entities or attributes" in refusal(file)


def test_numbers_that_are_not_meant(tmp_path: Path) -> None:
    """Exponents, other scripts' digits, endless digits: none reaches the arithmetic."""
    for number in ("1e999999999", "٣", "9" * 5000, "1/3", "nan", "inf", "0x10", "-1", "1_0"):
        assert "the duration is" in refusal(save(tmp_path, score(BAR.replace(">48<", f">{number}<"))))


def test_what_is_no_file(tmp_path: Path) -> None:
    assert "is a folder" in refusal(tmp_path)
    assert re.search(r"cannot be read \(No such file", refusal(tmp_path / "nothing.mxl"))
