"""The kinds of input that people bring: whole examples of each, how its structure is edited, and what reads it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote, unquote
from xml.etree import ElementTree

from paths import ROOT, SHARED
from small_configs import write_bundled

from robustness import use
from robustness.packed import mutate_midi, mutate_model, mutate_mxl
from robustness.texts import mutate_table, mutate_text
from robustness.trees import mutate_json, mutate_json_lines, mutate_xml, mutate_yaml

Folder = dict[str, bytes]
"""An input: the content of its files by their names."""
Edit = Callable[[bytes, random.Random, int], bytes]

_SHORT = 60_000
"""Bytes of the longest example that is edited whole."""


@dataclass(frozen=True)
class InputKind:
    """A kind of input.

    Parameters
    ----------
    seeds : callable
        Return whole inputs, given a folder for what has to be made first.
    mutate : callable
        Return an input with some edits; its structure holds, so that a parser goes on.
    read : callable
        Read what stands at a path as the commands do, and use it.
    main : str
        The file that is read; empty for the folder.
    first_check : tuple of str
        The modules or functions whose refusal is the parser's first check: not this format at all. Empty where the
        format is read line by line and has none.
    """

    seeds: Callable[[Path], list[Folder]]
    mutate: Callable[[Folder, random.Random, int], Folder]
    read: Callable[[Path], None]
    main: str
    first_check: tuple[str, ...]


def _one(edit: Edit) -> Callable[[Folder, random.Random, int], Folder]:
    """Edit any one of the files."""

    def mutate(folder: Folder, rng: random.Random, edits: int) -> Folder:
        name = rng.choice(sorted(folder))
        return folder | {name: edit(folder[name], rng, edits)}

    return mutate


def _files(main: str, *patterns: str, more: tuple[bytes, ...] = ()) -> Callable[[Path], list[Folder]]:
    """Return a function that reads the examples of some patterns, below the repository and the development data."""

    def seeds(made: Path) -> list[Folder]:
        found = [path for root in (ROOT, SHARED) for pattern in patterns for path in sorted(root.glob(pattern))]
        whole = [path.read_bytes() for path in found if path.stat().st_size < _SHORT]
        return [{main: content} for content in (*whole, *more)]

    return seeds


def _scores(made: Path) -> list[Folder]:
    """Return the scores of the cases, and the first bars of real lead sheets."""
    seeds = []
    for folder in _files("mutant.musicxml", "cases/*.musicxml")(made):
        try:
            ElementTree.fromstring(folder["mutant.musicxml"])
        except (ElementTree.ParseError, LookupError):
            continue
        seeds.append(folder)
    for path in sorted(SHARED.glob("data/wjazzd/musicxml/*.musicxml"))[:6]:
        root = ElementTree.parse(path).getroot()
        for part in root.iter("part"):
            for measure in list(part)[12:]:
                part.remove(measure)
        seeds.append({"mutant.musicxml": ElementTree.tostring(root, "utf-8")})
    return seeds or [{"mutant.musicxml": _SCORE}]


_CONTAINER = b'<container><rootfiles><rootfile full-path="score.xml"/></rootfiles></container>'
_SCORE = (
    b"<score-partwise><part-list><score-part id='P1'><part-name>Sax</part-name></score-part></part-list><part id='P1'>"
    b"<measure number='1'><attributes><divisions>2</divisions><key><fifths>-2</fifths></key><time><beats>4</beats>"
    b"<beat-type>4</beat-type></time></attributes><barline><repeat direction='forward'/></barline><harmony><root>"
    b"<root-step>C</root-step></root><kind text='m7'>minor-seventh</kind></harmony><note><pitch><step>E</step>"
    b"<alter>-1</alter><octave>4</octave></pitch><duration>8</duration></note></measure><measure number='2'><harmony>"
    b"<root><root-step>F</root-step></root><kind>dominant</kind><degree><degree-value>9</degree-value><degree-alter>1"
    b"</degree-alter><degree-type>add</degree-type></degree></harmony><note><rest/><duration>4</duration></note><note>"
    b"<pitch><step>A</step><octave>4</octave></pitch><duration>4</duration></note><barline><ending number='1' "
    b"type='stop'/><repeat direction='backward'/></barline></measure></part></score-partwise>"
)


def _archives(made: Path) -> list[Folder]:
    import io
    import zipfile

    seeds = []
    for folder in [*_scores(made)[:8], {"mutant.musicxml": _SCORE}]:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("META-INF/container.xml", _CONTAINER)
            archive.writestr("score.xml", folder["mutant.musicxml"])
        seeds.append({"mutant.mxl": packed.getvalue()})
    return seeds


_ABC = b"""X:1
T:Turn
M:4/4
L:1/8
Q:1/4=160
K:Bb
|:"Cm7"CDEF "F7"(3GAB c2|"Bbmaj7"B>A G/F/ z2 D2-|D4 [K:F] ^F2 _A2:|1 "G7"[GB]4 z4:|2 "F"F8|]
X:2
T:Parts
M:3/4
L:1/4
P:(A2.B)2A
V:T clef=treble-8 transpose=-2
K:Dm
P:A
[V:T]|:"Dm"D2 A|1 "A7"^c2 e:|2 "Dm"d3|]
P:B
[V:T]"Gm7""C7"G3|!D.C.!"F^"F3|]
"""
_IREAL = (
    "irealbook://Turn=Nobody=Medium Swing=Bb=n={*AT44C-7 F7 |Bb^7 G7b9 |N1C-7/F F7 }|N2Bb6 |"
    "[*BEb^7 |x |n |S<D.C. al Coda>D7alt QQ|r|pp(Ab7)|Y*sus(b9)*G Z=Other=Nobody=Waltz=D-=n=T34[D- |A7b13 |%|U ]"
)
_LEAD_SHEET = b"""title: Turn
key: Bb
meter: 4/4
tempo: 160
[A]
|: Cm7 F7 | Bbmaj7 G7b9 | Cm7/F / F7 / |1. Bb6 :|2. Bb6 |
[B] Ebmaj7 | % | NC | D7alt ||
"""
_GRAMMAR = b"""(parameter (min-pitch 58)) (parameter (max-pitch 84)) (parameter (scale-type Use_First_Scale))
(startsymbol P)
(base (P 0) () 1.0)
(rule (P Y) ((BAR 480) (P (- Y 480))) 1.0)
(rule (BAR 480) (C4 (slope 1 2 S8/3 A8/3 C8/3) L4 R4) 2)
(rule (BAR 480) (Y8 (slope -4 -3 C4 C8) Fill) 1) // Fill is half a bar
(rule (Fill) ((triadic C4 C4)) 1)
"""

_ABC_TOKEN = r'"[^"\n]*"|\[?[A-Za-z]:[^\n\]]*|[_^=]?[A-Ga-gzx][,\']*[\d/<>-]*|\|:|:\||[|:\[\]()\d!]'
_IREAL_TOKEN = r"<[^>]*>|\*[A-Za-z]|N\d|T\d\d|[A-GW][b#]?[-^o0-9hb#a-z+]*(?:/[A-G][b#]?)?|[{}\[\]|ZxrnQSUYlsfp,=()]"
_WORD_TOKEN = r"[^\s|:/~]+|[|:/~]|\n"


def _mutate_ireal(content: bytes, rng: random.Random, edits: int) -> bytes:
    """Edit a link as text; write it plain, quoted in a page, or scrambled as iReal Pro does."""
    from jazzgram_plugins.readers.ireal.links import unscramble

    text = unquote(mutate_text(content, rng, edits, _IREAL_TOKEN).decode())
    match rng.randrange(3):
        case 0:
            return text.encode("utf-8", "replace")
        case 1:
            return f'<html><body><p>"A" <a href="{quote(text, safe=":/")}">Turn</a></body></html>'.encode()
        case _:
            songs = [fields.split("=") for fields in text.removeprefix("irealbook://").split("\n")]
            title, composer, style, key, *rest = [*songs[0], "", "", "", "", ""][:9]
            chart = "1r34LbKcu7" + unscramble(rest[-1] if rest and rest[-1] else "T44C |F |")
            fields = [title, composer, "", style, key, "", chart, "", rng.choice(("0", "160", "x", "999")), "0"]
            return ("irealb://" + quote("=".join(fields) + rng.choice(("", "===Playlist")))).encode()


def _solos(made: Path) -> list[Folder]:
    """Return the first rows of real solos with their beats, and the other table of the database."""
    seeds = []
    for melody in sorted(SHARED.glob("data/wjazzd/melody/*.csv"))[:20]:
        beats = melody.parent.parent / "beats" / melody.name
        seeds.append({f"{path.parent.name}/mutant.csv": _rows(path, 120) for path in (melody, beats)})
    return seeds


def _table(made: Path) -> list[Folder]:
    return [{"melody/mutant.csv": _rows(path, 120)} for path in sorted(SHARED.glob("cases/*.csv"))]


def _rows(path: Path, count: int) -> bytes:
    return b"".join(path.read_bytes().splitlines(keepends=True)[:count])


def _runs(made: Path) -> list[Folder]:
    """Make a run, and return the files that are read back."""
    from jazzgram import Pipeline

    made.mkdir(exist_ok=True)
    config = write_bundled(
        made,
        "improvise: {bars: 4}\nwrite: [midi]\nmeasure: [pitch]\nchain: [clean_up_notes: swing]\n"
        "accompany: {style: swing}\n",
    )
    folder = made / "run"
    if not folder.exists():
        Pipeline.load(config).run(folder)
    names = ("run.yaml", "trace.jsonl", "measures.json", "times.json")
    return [{name: (folder / name).read_bytes() for name in names if (folder / name).exists()}]


def _mutate_run(folder: Folder, rng: random.Random, edits: int) -> Folder:
    name = rng.choice((*sorted(folder), "trace.jsonl", "trace.jsonl", "run.yaml"))
    edit = {"run.yaml": mutate_yaml, "trace.jsonl": mutate_json_lines}.get(name, mutate_json)
    return folder | {name: edit(folder[name], rng, edits)}


def _configurations(made: Path) -> list[Folder]:
    """Return the bundled configurations; what one extends is named as users name it, from any folder."""
    found = _files("mutant.yaml", "configs/*.yaml", "configs/chains/*.yaml")(made)
    texts = [folder["mutant.yaml"].decode() for folder in found]
    return [{"mutant.yaml": re.sub(r"extends: (?:\.\./)?(\w+)\.yaml", r"extends: \1", text).encode()} for text in texts]


def _run_yamls(made: Path) -> list[Folder]:
    return [{"run.yaml": folder["run.yaml"]} for folder in _runs(made)]


def _models(made: Path) -> list[Folder]:
    """Train a chain, and return its folder."""
    from jazzgram import Pipeline

    made.mkdir(exist_ok=True)
    folder = made / "model"
    if not folder.exists():
        Pipeline.load(write_bundled(made, "improvise: {bars: 2}\nwrite: [midi]\n")).train(folder)
    return [{path.name: path.read_bytes() for path in folder.iterdir()}]


KINDS = {
    "MIDI": InputKind(
        _files("mutant.mid", "data/bundled_midi/*.mid", "cases/*.mid", "cases/*.kar", "data/*.mid"),
        _one(mutate_midi),
        partial(use.read_tunes, "midi"),
        "mutant.mid",
        ("midi/file.py",),
    ),
    "MusicXML": InputKind(
        _scores, _one(mutate_xml), partial(use.read_tunes, "musicxml"), "mutant.musicxml", ("musicxml/file.py",)
    ),
    ".mxl": InputKind(
        _archives, _one(mutate_mxl), partial(use.read_tunes, "musicxml"), "mutant.mxl", ("musicxml/file.py",)
    ),
    "ABC": InputKind(
        _files("mutant.abc", "cases/*.abc", more=(_ABC,)),
        _one(partial(mutate_text, token=_ABC_TOKEN)),
        partial(use.read_tunes, "abc"),
        "mutant.abc",
        ("abc/__init__.py", "readers/_tunebook.py"),
    ),
    "iReal": InputKind(
        _files("mutant.html", "cases/*ireal*.txt", more=(_IREAL.encode(),)),
        _one(_mutate_ireal),
        partial(use.read_tunes, "ireal"),
        "mutant.html",
        ("ireal/__init__.py", "ireal/links.py"),
    ),
    "lead sheet": InputKind(
        _files("mutant.txt", more=(_LEAD_SHEET,)),
        _one(partial(mutate_text, token=_WORD_TOKEN)),
        partial(use.read_tunes, "lead_sheet"),
        "mutant.txt",
        ("notation/lead_sheet.py:read_lead_sheet",),
    ),
    "jazzgram_text": InputKind(
        _files("mutant.txt", "data/bundled/*.txt"),
        _one(partial(mutate_text, token=_WORD_TOKEN)),
        partial(use.read_tunes, "jazzgram_text"),
        "mutant.txt",
        (),
    ),
    "grammar": InputKind(
        _files("mutant.grammar", "cases/*.grammar", more=(_GRAMMAR,)),
        _one(partial(mutate_text, token=r"[()]|[^\s()]+")),
        use.read_grammar,
        "mutant.grammar",
        ("grammars/file.py:_nodes",),
    ),
    "wjazzd": InputKind(
        _solos, _one(mutate_table), partial(use.read_tunes, "wjazzd"), "melody/mutant.csv", ("wjazzd/csv.py",)
    ),
    "wjazzd table": InputKind(
        _table, _one(mutate_table), partial(use.read_tunes, "wjazzd"), "melody/mutant.csv", ("wjazzd/csv.py",)
    ),
    "configuration": InputKind(
        _configurations,
        _one(mutate_yaml),
        use.read_config,
        "mutant.yaml",
        ("config/yaml_lines.py", "config/files.py"),
    ),
    "run.yaml": InputKind(
        _run_yamls, _one(mutate_yaml), use.read_config, "run.yaml", ("config/yaml_lines.py", "config/files.py")
    ),
    "model folder": InputKind(
        _models, mutate_model, use.read_model_folder, "", ("config/yaml_lines.py", "config/files.py", "models/store.py")
    ),
    "run folder": InputKind(_runs, _mutate_run, use.read_run_folder, "", ("config/yaml_lines.py",)),
}
