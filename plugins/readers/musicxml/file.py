"""Open a MusicXML file, plain or compressed, and refuse in one line what is not whole or not safe.

The standard library's parser (expat) reads a lead sheet in a few milliseconds and never opens a network connection or
another file: the DOCTYPE that MusicXML files have is read over. What it would expand without limit are declarations
inside the DOCTYPE (entities within entities, default attributes), which no program writes into MusicXML: a first pass
over the lines before the root element refuses them. A text in another encoding than its first line declares is read
again by its bytes; an archive whose container does not lead to a score is read where it has one score only.
Source: MusicXML 4.0 (W3C Community Group, 2021), *Compressed .MXL files*; XML 1.0, appendix F, *Autodetection of
Character Encodings*; Python, *XML vulnerabilities*.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree
from xml.parsers import expat

from jazzgram import JazzgramError

from .encoding import as_utf8

LARGEST = 20_000_000
"""Bytes of a file, packed or unpacked. A lead sheet has 100,000."""

MOST_TAGS = 1_000_000
"""Tags of a file, which is what takes memory: about 300 MB for so many. A written note has about twenty."""

GREATEST_RATIO = 200
"""Times by which unpacking may enlarge. MusicXML packs to about a twentieth, seldom to a fiftieth."""

_CONTAINER = "META-INF/container.xml"
_BEGINNING = 16_384
"""Bytes within which a score's root element begins."""

_MOST_MEMBERS = 8
"""Files of an archive without a usable container that are unpacked; a score has some of its own beside it, not many."""


class _RootReachedError(Exception):
    """All before the root element has been read."""


class _DeclarationError(Exception):
    """The DOCTYPE declares something."""


class _DamagedError(JazzgramError):
    """What is no XML."""


_DAMAGES = (ElementTree.ParseError, expat.ExpatError, ValueError, LookupError)
"""What the parser raises; ValueError and LookupError are about the encoding that the first line declares."""


def open_score(source: Path) -> ElementTree.Element:
    """Parse a MusicXML file.

    Parameters
    ----------
    source : Path
        A file, XML or a zip archive, whatever its name ends in.

    Returns
    -------
    Element
        The ``score-partwise``.

    Raises
    ------
    JazzgramError
        Where the file cannot be read, is too large, is neither, is damaged, or declares entities.
    """
    try:
        with source.open("rb") as file:
            content = file.read(LARGEST + 1)
    except IsADirectoryError:
        raise JazzgramError(f"{source}: is a folder; the musicxml reader reads one file (.musicxml, .mxl)") from None
    except OSError as error:
        raise JazzgramError(f"{source}: cannot be read ({error.strerror}); check its name and permissions") from None
    if len(content) > LARGEST:
        raise JazzgramError(
            f"{source}: is larger than the {LARGEST // 1_000_000} MB that are read; export the melody's part alone"
        )
    if not content:
        raise JazzgramError(f"{source}: is empty (0 bytes); get an intact MusicXML file")
    if content.startswith(b"PK"):
        content = _unpack(source, content)
    root = _parse(source, content, "")
    if root.tag == "score-timewise":
        raise JazzgramError(f"{source}: is a timewise score; export it as partwise MusicXML")
    if root.tag != "score-partwise":
        raise JazzgramError(
            f"{source}: is not MusicXML (its root element is {str(root.tag)[:40]!r} instead of 'score-partwise')"
        )
    return root


def _unpack(source: Path, content: bytes) -> bytes:
    """Return the score of a compressed file: what its container names first, else the only one in it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if _CONTAINER in names:
                path = _named_score(source, _member(source, archive, _CONTAINER))
                problem = f"its {_CONTAINER} names {f'{_short(path)!r}, which it has not' if path else 'no score'}"
            else:
                path, problem = "", f"the archive has no {_CONTAINER!r}"
            if path in names:
                return _member(source, archive, path)
            candidates = sorted(filter(_may_be_score, names))[:_MOST_MEMBERS]
            scores = [score for name in candidates if (score := _score(source, archive, name))]
            if len(scores) == 1:
                return scores[0]
            raise JazzgramError(
                f"{source}: {problem}, and of scores it has {len(scores)} (expected 1); export it again"
            )
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError) as error:
        # All that zipfile raises on damaged archives; RuntimeError is for encrypted ones.
        raise JazzgramError(f"{source}: damaged .mxl archive ({_short(error)}); get an intact copy") from None


def _named_score(source: Path, container: bytes) -> str:
    """Return the path of the first score that a container names; empty where it is damaged or names none."""
    try:
        root = _parse(source, container, f" ({_CONTAINER})")
    except _DamagedError:
        return ""
    return next((path for found in root.iterfind(".//{*}rootfile") if (path := found.get("full-path"))), "")


def _may_be_score(name: str) -> bool:
    """Check a name of an archive: macOS adds a shadow of every file."""
    path = PurePosixPath(name)
    return path.suffix.lower() in (".xml", ".musicxml") and path.parts[0] not in ("META-INF", "__MACOSX")


def _score(source: Path, archive: zipfile.ZipFile, name: str) -> bytes:
    """Return a member of an archive, empty where it is no score."""
    content = _member(source, archive, name)
    return content if b"<score-partwise" in content[:_BEGINNING].replace(b"\0", b"") else b""


def _member(source: Path, archive: zipfile.ZipFile, path: str) -> bytes:
    """Unpack one file of an archive, within bounds."""
    member = archive.getinfo(path)
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise JazzgramError(f"{source}: {_short(path)!r} is packed in a way that .mxl files are not; export it again")
    if member.file_size > LARGEST or member.file_size > GREATEST_RATIO * member.compress_size:
        raise JazzgramError(
            f"{source}: {_short(path)!r} would unpack from {member.compress_size} to {member.file_size} bytes (at most "
            f"{LARGEST}, and {GREATEST_RATIO} times the packed size, are read); export it again"
        )
    # What the archive claims may be a lie: a bound given to read() holds while unpacking, read() alone cuts afterwards.
    with archive.open(member) as packed:
        return packed.read(LARGEST)


def _parse(source: Path, content: bytes, where: str) -> ElementTree.Element:
    """Parse XML that declares nothing."""
    if content.count(b"<") > MOST_TAGS:
        raise JazzgramError(
            f"{source}{where}: has more than the {MOST_TAGS} tags that are read; export the melody's part alone"
        )
    try:
        try:
            return _elements(content)
        except _DAMAGES as error:
            try:
                return _elements(as_utf8(content))
            except _DAMAGES:
                # What the file itself is found to have is of more use than what is wrong with what was made of it.
                raise _DamagedError(f"{source}{where}: damaged XML ({_short(error)}); export it again") from None
    except _DeclarationError:
        raise JazzgramError(
            f"{source}{where}: its DOCTYPE declares entities or attributes, which MusicXML never needs and which can "
            "exhaust the memory; remove what stands in its [ ]"
        ) from None


def _elements(content: bytes) -> ElementTree.Element:
    _refuse_declarations(content)
    return ElementTree.fromstring(content)


def _refuse_declarations(content: bytes) -> None:
    """Read up to the root element, and raise where a DOCTYPE has an inside."""

    def doctype(_name: str, _system: str | None, _public: str | None, has_inside: int) -> None:
        if has_inside:
            raise _DeclarationError

    def root(_name: str, _attributes: dict[str, str]) -> None:
        raise _RootReachedError

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = root
    try:
        parser.Parse(content, True)
    except _RootReachedError:
        return


def _short(what: object) -> str:
    """Return a foreign text on one line of a bearable length."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in str(what)).split())[:100]
