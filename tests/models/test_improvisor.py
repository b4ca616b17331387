"""Impro-Visor's grammars: the text there and back, what is refused, and the bars that come of one."""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from mutation import mutants

from jazzgram import JazzgramError, Term, parse_terms
from jazzgram.cli.grammar import command
from jazzgram.models.grammars import (
    Call,
    Group,
    MelodyGrammar,
    Rule,
    Tone,
    expand,
    format_duration,
    format_grammar,
    from_windows,
    parse_duration,
    parse_grammar,
    to_bars,
)
from jazzgram.models.grammars.terms import to_items

SWING = """
; two kinds of bar, the second half as likely, and a pick-up
(parameter (min-pitch 58))
(parameter (scale-type Use_First_Scale))
(startsymbol P)
(base (P 0) () 1.0)
(rule (P Y) ((BAR 480) (P (- Y 480))) 1.0)
(rule (BAR 480) (C4 (slope 1 2 S8/3 A8/3 C8/3) L4 R4) 2)
(rule (BAR 480) (Y8 (slope -4 -3 C4 C8) Fill) 1) // Fill is half a bar
(rule (Fill) ((triadic C4 C4)) 1)
"""


@pytest.mark.parametrize(
    ("text", "ticks"),
    [
        *(("1", 1920), ("2", 960), ("4", 480), ("8", 240), ("16", 120), ("32", 60)),
        *(("4/3", 320), ("8/3", 160), ("16/3", 80), ("16/5", 96), ("4.", 720), ("4..", 840)),
        *(("4+8", 720), ("4+8/3", 640), ("1+1", 3840)),
        # Any fraction of the whole note: a sixth of it, a slot, a tick.
        *(("3", 640), ("6", 320), ("12", 160), ("10", 192), ("24", 80), ("4+16+20", 696)),
    ],
)
def test_durations(text: str, ticks: int) -> None:
    assert parse_duration(text) == ticks
    assert parse_duration(format_duration(ticks)) == ticks


@pytest.mark.parametrize(
    ("text", "ticks", "again"),
    [
        ("120", 16, "120"),
        ("480", 4, "480"),
        ("4+32+120+480", 560, "4+16/3"),
        ("1+480", 1924, "1+480"),
        ("96+480", 24, "80"),
        ("1920", 1, "1920"),
    ],
)
def test_durations_in_slots(text: str, ticks: int, again: str) -> None:
    """480 slots are a whole note; what is no note value is written in fractions of it."""
    assert parse_duration(text) == ticks
    grammar = parse_grammar(f"(startsymbol P) (rule (P Y) (C{text}) 1)")
    assert f"(C{again})" in format_grammar(grammar)
    assert parse_grammar(format_grammar(grammar)) == grammar


@given(st.integers(1, 3 * 1920))
def test_every_length_can_be_written(ticks: int) -> None:
    grammar = MelodyGrammar("P", (Rule(Call("P"), (Tone("C", ticks),)),))
    assert parse_grammar(format_grammar(grammar)) == grammar


@pytest.mark.parametrize(
    "text", ["", "7", "0", "961", "8/0", "x", "8+", "+8", "8/3/3", "-8", "8/7", "+".join(["64"] * 65)]
)
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        parse_duration(text)


@pytest.mark.parametrize("ticks", [0, -480, 1, 7, 1920 * 64])
def test_lengths_that_no_note_has(ticks: int) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        format_duration(ticks)


def test_a_grammar_as_a_value() -> None:
    grammar = parse_grammar(SWING)
    assert grammar.start == "P"
    assert grammar.parameters == (("min-pitch", ("58",)), ("scale-type", ("Use_First_Scale",)))
    assert grammar.rules[1] == Rule(Call("P", ("Y",)), (Call("BAR", ("480",)), Call("P", (("-", "Y", "480"),))), 1.0)
    triplet = Group("slope", (1, 2), (Tone("S", 160), Tone("A", 160), Tone("C", 160)))
    assert grammar.rules[2].body == (Tone("C", 480), triplet, Tone("L", 480), Tone("R", 480))
    assert grammar.rules[3].body[-1] == Call("Fill")


def test_what_is_kept_though_it_is_not_obeyed() -> None:
    text = "(startsymbol P)\n(rule (P Y) ((X b3 8) R4) (builtin brick Sad-Cadence) 0.5)\n"
    grammar = parse_grammar(text)
    assert grammar.rules[0].extras == (("builtin", "brick", "Sad-Cadence"),)
    assert grammar.rules[0].body[0] == Tone("X", 240, "b3")
    assert format_grammar(grammar) == text


@pytest.mark.parametrize(
    "between",
    [
        "(terminals C4 C8 L8 R4)",
        "-" * 60,
        "====\n****\n- - - -",
        "____ ; a comment",
        "(terminals (X b3 8) (slope 1 2 C8))",
    ],
)
def test_what_is_read_over(between: str) -> None:
    start, rule = "(startsymbol P)", "(rule (P Y) (C4 (P (- Y 120))) 1)"
    grammar = parse_grammar(f"{start}\n{between}\n{rule}\n{between}")
    assert grammar == parse_grammar(start + rule)
    assert grammar.remarks == ()


def test_unknown_lists_are_read_over_with_a_remark() -> None:
    text = "(startsymbol P)\n(composer Nobody)\n(rule (P Y) (C4) 1)\n(style swing (tempo 120))"
    grammar = parse_grammar(text, "mine.grammar")
    assert len(grammar.rules) == 1
    assert grammar.remarks == (
        "mine.grammar:2: an unknown list is read over: (composer Nobody)",
        "mine.grammar:4: an unknown list is read over: (style swing (tempo 120))",
    )


def test_triadic_is_read_and_not_obeyed() -> None:
    text = "(startsymbol P)\n(rule (P) ((triadic 1 8) (triadic 0.5 Y C8) C4) 1.0)\n"
    grammar = parse_grammar(text)
    groups = (Group("triadic", (), (), ("1", "8")), Group("triadic", (), (Tone("C", 240),), ("0.5", "Y")))
    assert grammar.rules[0].body == (*groups, Tone("C", 480))
    assert format_grammar(grammar) == text
    assert [tone.duration for tone, _ in expand(grammar, 1920, Random(1))] == [240, 480, 1200]


MOTIFS = """
(startsymbol P_motif)
(rule (P_motif) ((fill 16 (P 1000)) P_motif 10000) 1)
(base (P 0) () 1)
(rule (P Y) (C2 (P (- Y 240))) 1)
"""


def test_a_switch_of_a_headset_plays_its_default() -> None:
    text = "(startsymbol P)\n(rule (P) ((muse-switch 1 ((0 low) (default none)))) 1)\n(rule (none) (R1) 1)"
    grammar = parse_grammar(text)
    assert (grammar.rules[0].body, grammar.remarks) == (
        (Call("none"),),
        ("grammar:2: no headset; always played is none",),
    )
    assert parse_grammar(text.replace("default", "1")).rules[0].body == (Call("low"),)
    with pytest.raises(JazzgramError, match=r"grammar:2: \(muse-switch 1\); expected \(muse-switch NUMBER"):
        parse_grammar("(startsymbol P)\n(rule (P) ((muse-switch 1)) 1)")


def test_a_title_stands_below_a_line() -> None:
    assert len(parse_grammar("(startsymbol P)\n-----\nMOTIF 1\n-----\n(rule (P) (C4) 1)").rules) == 1
    with pytest.raises(JazzgramError, match="3: 'MOTIF' outside of any list"):
        parse_grammar("-----\n(startsymbol P)\nMOTIF 1")


def test_a_grammar_of_motifs_is_played_without_them() -> None:
    grammar = parse_grammar(MOTIFS, "mine.grammar")
    assert grammar.start == "P"
    assert [tone.duration for tone, _ in expand(grammar, 1920, Random(1))] == [960, 960]
    (remark,) = grammar.remarks
    assert remark.startswith("mine.grammar:3: a motif is not played: (rule (P_motif) ((fill 16 (P 1000))")
    other = parse_grammar(MOTIFS + "(rule (P_motif) (C4 P_motif) 1)")
    assert (other.start, len(other.rules)) == ("P_motif", 3), "a start symbol that has another rule stays"


def test_reported_grammars_are_read(shared: Path) -> None:
    """The files that were reported as refused."""
    files = sorted((shared / "cases").glob("*.grammar"))
    grammars = {file.name[:2]: parse_grammar(file.read_text(), file.name) for file in files}
    assert sorted(grammars) == ["26", "27", "28", "29", "30"]
    for number, grammar in grammars.items():
        assert parse_grammar(format_grammar(grammar)) == grammar
        played = to_bars(grammar, 2, 1920, Random(1))
        silent = all(term.is_rest for bar in played for term in bar)
        assert silent == (number == "29"), number  # nothing but triadic, which is not obeyed


NAMES = st.sampled_from(["P", "BRICK", "Q0", "Seg1", "C3"])
DURATIONS = st.sampled_from(["1", "2.", "4", "4.", "8", "8/3", "16", "16/3", "16/5", "32", "4+16"]).map(parse_duration)
TONES = st.one_of(
    st.builds(Tone, st.sampled_from("CLSAHXYGR"), DURATIONS),
    st.builds(Tone, st.just("X"), DURATIONS, st.sampled_from(["1", "b3", "#4"])),
)
NUMBERS = st.integers(0, 1920).map(str)
EXPRESSIONS = st.recursive(
    NUMBERS | st.sampled_from("YZ"), lambda inner: st.tuples(st.sampled_from("+-*/"), inner, inner), max_leaves=4
)
SLOPES = st.tuples(st.integers(-12, 12), st.integers(0, 5)).map(lambda pair: (pair[0], pair[0] + pair[1]))
ITEMS = st.one_of(
    TONES,
    st.builds(Group, st.just("slope"), SLOPES, st.lists(TONES, max_size=4).map(tuple)),
    st.builds(
        Group,
        st.just("triadic"),
        st.just(()),
        st.lists(TONES, max_size=4).map(tuple),
        st.sampled_from([(), ("1", "8"), ("0.5", "Y")]),
    ),
    st.builds(Call, NAMES, st.lists(EXPRESSIONS, max_size=2).map(tuple)),
)
RULES = st.builds(
    Rule,
    st.builds(Call, NAMES, st.lists(NUMBERS | st.just("Y"), max_size=2).map(tuple)),
    st.lists(ITEMS, max_size=5).map(tuple),
    st.floats(0, 1e6),
    st.booleans(),
    st.sampled_from([(), (("builtin", "brick", "Dropback"),)]),
)


@settings(max_examples=80, deadline=None)
@given(st.builds(MelodyGrammar, NAMES, st.lists(RULES, max_size=5).map(tuple), st.just((("leap-prob", ("0.01",)),))))
def test_what_is_written_is_read_again(grammar: MelodyGrammar) -> None:
    text = format_grammar(grammar)
    assert parse_grammar(text) == grammar
    assert format_grammar(parse_grammar(text)) == text


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "no start symbol"),
        ("(startsymbol P)\n(rule (P Y)", 2, "never closed"),
        ("(startsymbol P))", 1, "too many"),
        ("(" * 100_000, 1, "nested too deep"),
        ("\nstartsymbol", 2, "outside of any list"),
        ("(startsymbol P)\n\n(rul (P Y) () 1)", 3, "parameter, startsymbol, rule or base"),
        ("(startsymbol P)\n(rule (P Y) (C7) 1)", 2, "a duration"),
        ("(startsymbol P)\n(rule (P Y) (C8x) 1)", 2, "a tone such as"),
        ("(startsymbol P)\n(rule (P Y) (C8\n (slope 2 C8)) 1)", 3, "(slope LOW HIGH TONES)"),
        ("(startsymbol P)\n(rule (P Y) ((slope 3 1 C8)) 1)", 2, "LOW at most HIGH"),
        ("(startsymbol P)\n(rule (P Y) ((slope 1 3 (P Y))) 1)", 2, "a tone such as"),
        ("(startsymbol P)\n(rule (P Y) (C8) -1)", 2, "a number from 0 up"),
        ("(startsymbol P)\n(rule (P Y) (C8) 1e999)", 2, "a number from 0 up"),
        ("(startsymbol P)\n(rule (P Y) C8 1)", 2, "(rule (NAME ARGUMENTS) (BODY) WEIGHT)"),
        ("(startsymbol P)\n(rule (P (- Y 1)) () 1)", 2, "numbers and variables"),
        ("(startsymbol P)\n(rule (P Y) ((P (% Y 2))) 1)", 2, "with + - * or /"),
        ("(startsymbol P) /* and so on", 1, "*/"),
        ("(parameter min-pitch)", 1, "(parameter (NAME VALUE))"),
        ("(startsymbol (P))", 1, "(startsymbol NAME)"),
    ],
)
def test_what_is_refused(text: str, line: int, message: str) -> None:
    with pytest.raises(JazzgramError) as caught:
        parse_grammar(text, "mine.grammar")
    assert str(caught.value).startswith(f"mine.grammar:{line}: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@settings(max_examples=100, deadline=None)
@given(st.text("()PYC8/3 \n;-*rule", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    """What is refused is named by its line; what is read is written, and read as the same again."""
    try:
        grammar = parse_grammar("(startsymbol P)\n" + text, "mine.grammar")
    except JazzgramError as error:
        assert re.fullmatch(r"mine\.grammar:\d+: .+", str(error))  # noqa: PT017, either is right
    else:
        assert parse_grammar(format_grammar(grammar)) == grammar


def test_a_broken_grammar_is_read_or_refused() -> None:
    whole = 0
    for content in mutants([SWING.encode()], 600, 1, text=True):
        try:
            grammar = parse_grammar(content.decode(errors="replace"))
        except JazzgramError:
            continue
        assert parse_grammar(format_grammar(grammar)) == grammar
        whole += 1
    assert 100 < whole < 600, "both kinds must occur, or this shows nothing"


def test_expansion_fills_the_time() -> None:
    grammar = parse_grammar(SWING)
    for seed in range(20):
        for ticks in (1920, 5760, 1000):
            assert sum(tone.duration for tone, _ in expand(grammar, ticks, Random(seed))) == ticks


def test_weights_are_probabilities() -> None:
    grammar = parse_grammar(SWING)
    rng = Random(1)
    first = sum(expand(grammar, 1920, rng)[0][0].kind == "C" for _ in range(600))
    assert 360 < first < 440  # two of three bars, give or take 3.5 standard deviations


@pytest.mark.parametrize(
    ("rules", "ticks", "kinds"),
    [
        ("(base (P 0) () 1) (rule (P Y) (C4 (P (- Y 120))) 1)", 1440, "CCC"),
        ("(rule (P Y) (C4 (P (- Y 120))) 1)", 960, "CC"),  # time runs out
        ("(base (P 0) () 1) (rule (P Y) (C4 (P 0)) 1)", 960, "CR"),  # the rest is silent
        ("(rule (P Y) (S4) 1) (rule (P 240) (A4 A4) 1)", 960, "AA"),  # the number itself goes first
        ("(rule (P Y) (S4) 1) (base (P Z) (A4 A4) 1)", 960, "AA"),  # base goes first
        ("(rule (P Y) ((Q (/ (* Y 2) 4) Y)) 1) (rule (Q 120 Z) (C2) 1)", 960, "C"),  # 240 x 2 / 4
        ("(rule (P) (C2) 1)", 960, "C"),  # a start symbol without a length
    ],
)
def test_counting(rules: str, ticks: int, kinds: str) -> None:
    played = expand(parse_grammar(f"(startsymbol P) {rules}"), ticks, Random(1))
    assert "".join(tone.kind for tone, _ in played) == kinds


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("(rule (P Y) ((P Y)) 1)", "without end"),
        ("(rule (P Y) ((P Y) (P Y)) 1)", "without end"),
        ("(rule (P Y) ((P (* (* Y Y) Y))) 1)", "counts beyond"),
        ("(rule (P Y) ((Q Y)) 1)", "no rule for (Q 480)"),
        ("(rule (P Y) ((P Z)) 1)", "'Z'"),
        ("(rule (P Y) ((P (/ Y 0))) 1)", "divides by 0"),
    ],
)
def test_grammars_that_lead_nowhere(rules: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jazzgram.models.grammars.expansion._MOST_REPLACEMENTS", 10_000)
    with pytest.raises(JazzgramError) as caught:
        expand(parse_grammar(f"(startsymbol P) {rules}"), 1920, Random(1))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("body", "terms"),
    [
        ("C4 (slope 1 2 L4) (slope -5 -3 Y2)", "C,1.000 S,1.000,<M2,m2> X,2.000,<m-3,P-4>"),
        ("(slope 3 3 C4) R4 (slope 12 14 A2)", "C,1.000 R,1.000 A,2.000,<M9,P8>"),  # a bar's first note has no range
        ("(X 1 4) (X 6 4) (X b2 2)", "C,1.000 S,1.000 X,2.000"),
        ("G2.. G8", "C,3.500 C,0.500"),
    ],
)
def test_tones_become_terms(body: str, terms: str) -> None:
    grammar = parse_grammar(f"(startsymbol P) (rule (P Y) ({body}) 1)")
    assert " ".join(map(str, to_bars(grammar, 1, 1920, Random(1))[0])) == terms


def test_tones_of_any_kind_are_drawn() -> None:
    grammar = parse_grammar("(startsymbol P) (rule (P Y) (X8 H8 (P (- Y 120))) 1)")
    bars = to_bars(grammar, 40, 1920, Random(1))
    assert {term.category for bar in bars for term in bar[::2]} == set("CSAX")
    assert {term.category for bar in bars for term in bar[1::2]} == set("CSA")


def test_a_tone_stops_at_the_barline() -> None:
    grammar = parse_grammar("(startsymbol P) (rule (P Y) (C2. S2 (P (- Y 600))) 1)")
    assert [" ".join(map(str, bar)) for bar in to_bars(grammar, 2, 1920, Random(1))] == [
        "C,3.000 S,1.000",
        "R,1.000 C,3.000",
    ]


def test_terms_become_slopes() -> None:
    terms = parse_terms("C,1.000 S,0.500,<P4,m-2> X,0.500,<P5,A1> A,1.000,<P1,d-5> R,1.000")
    assert to_items(terms) == (
        Tone("C", 480),
        Group("slope", (2, 4), (Tone("S", 240), Tone("Y", 240))),
        Group("slope", (-3, -3), (Tone("A", 480),)),
        Tone("R", 480),
    )


def test_a_learned_grammar_plays_the_bars_it_has_learned() -> None:
    first, second = parse_terms("C,1.000 S,3.000"), parse_terms("R,2.000 A,2.000")
    short = parse_terms("C,1.000")
    following = {None: [1.0, 0.0], 0: [0.0, 1.0], 1: [1.0, 0.0]}
    grammar, left_out = from_windows([(0, first, 2), (1, second, 1), (1, short, 1)], following.__getitem__)
    assert left_out == 1
    assert parse_grammar(format_grammar(grammar)) == grammar
    assert to_bars(grammar, 4, 1920, Random(1)) == (first, second, first, second)


def test_odd_lengths_are_written_as_the_nearest_notes() -> None:
    windows = [(0, (Term("C", 477), Term("S", 1443)), 1)]
    grammar, _ = from_windows(windows, lambda cluster: [1.0])
    assert to_bars(grammar, 1, 1920, Random(1)) == (parse_terms("C,1.000 S,3.000"),)


def test_kinds_that_no_grammar_has() -> None:
    with pytest.raises(JazzgramError, match="'Q'"):
        from_windows([(0, (Term("Q", 480),), 1)], lambda cluster: [1.0])
    with pytest.raises(JazzgramError, match="no bars"):
        from_windows([], lambda cluster: [1.0])


def test_show_and_play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path / "cache"))
    file = tmp_path / "swing.grammar"
    file.write_text(SWING)
    shown = CliRunner().invoke(command, ["show", str(file)], catch_exceptions=False).output
    assert "5 rules, start symbol P" in shown
    assert "read over" not in shown
    out = tmp_path / "solo"
    choices = "--set tokenizer.use=deepjazz_rests --set chain=[] --set improvise.bars=12 --seed 3"
    arguments = ["play", str(file), "blues", *choices.split()]
    printed = CliRunner().invoke(command, [*arguments, "--terms"], catch_exceptions=False).output
    bars = [line.split(maxsplit=1)[1] for line in printed.splitlines() if line[:4].strip().isdigit()]
    assert len(bars) == 12
    assert all(sum(term.duration for term in parse_terms(bar)) == 1920 for bar in bars)
    CliRunner().invoke(command, [*arguments, "--out", str(out)], catch_exceptions=False)
    assert (out / "solo.mid").stat().st_size > 100
    with pytest.raises(JazzgramError, match="has a result"):
        CliRunner().invoke(command, [*arguments, "--out", str(out)], catch_exceptions=False)
    file.write_text(SWING + "(mood blue)")
    shown = CliRunner().invoke(command, ["show", str(file)], catch_exceptions=False).output
    assert "swing.grammar:11: an unknown list is read over: (mood blue)" in shown
    played = CliRunner().invoke(command, [*arguments, "--terms"], catch_exceptions=False)
    assert "read over: (mood blue)" in " ".join(played.output.split())


@pytest.mark.parametrize("name", ["missing.grammar", "binary.grammar", "."])
def test_files_that_cannot_be_read(name: str, tmp_path: Path) -> None:
    (tmp_path / "binary.grammar").write_bytes(b"\xff\xfe(rule")
    with pytest.raises(JazzgramError, match="cannot be read"):
        CliRunner().invoke(command, ["show", str(tmp_path / name)], catch_exceptions=False)


INSTALLED = any(entry.value.endswith("models.grammar") for entry in importlib.metadata.entry_points(group="jazzgram"))


@pytest.mark.skipif(not INSTALLED, reason="the grammar model is not among the installed plugins")
def test_write_a_trained_grammar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path / "cache"))
    file = tmp_path / "blues.grammar"
    settings = ["--set", "model={use: grammar}", "--set", "tokenizer={use: deepjazz_rests}"]
    done = CliRunner().invoke(command, ["write", "blues", str(file), *settings], catch_exceptions=False)
    grammar = parse_grammar(file.read_text())
    assert f"{len(grammar.rules)} rules" in done.output
    assert [sum(term.duration for term in bar) for bar in to_bars(grammar, 8, 1920, Random(1))] == [1920] * 8
    trained = sorted((tmp_path / "cache" / "models").rglob("*"))
    with pytest.raises(JazzgramError, match="learns no grammar"):
        CliRunner().invoke(command, ["write", "blues", str(file), "--set", "seed=2"], catch_exceptions=False)
    assert sorted((tmp_path / "cache" / "models").rglob("*")) == trained, "the other model was not trained first"
