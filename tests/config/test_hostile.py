"""Configurations that nobody writes in good faith: refused at once, in one short line."""

from __future__ import annotations

from pathlib import Path

import pytest

from jazzgram import ConfigError, JazzgramError, load
from jazzgram.config.check import load as load_config
from jazzgram.config.yaml_lines import read
from jazzgram.resources.printable import escaped, printable, shortened

DEEP = 2_000

pytestmark = pytest.mark.timeout(30)


def refused(path: Path) -> str:
    with pytest.raises(ConfigError) as error:
        load_config(path)
    lines = str(error.value).split("\n")
    assert all(len(line) < 1_300 and line.isprintable() for line in map(printable, lines))
    assert str(error.value).startswith(f"{path}:")
    return str(error.value).removeprefix(f"{path}:")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: " + "[" * DEEP, "1: not YAML: nested more than 50 deep"),
        ("a: " + "[" * DEEP + "]" * DEEP, "1: not YAML: nested more than 50 deep"),
        ("a: " + "{b: " * DEEP, "1: not YAML: nested more than 50 deep"),
        ("a:\n  " + "- " * DEEP, "2: not YAML: nested more than 50 deep"),
        ("? " * DEEP, "1: not YAML: nested more than 50 deep"),
        ("".join(f"{' ' * depth}a:\n" for depth in range(200)), "52: not YAML: nested more than 50 deep"),
        ("seed: 1\x1b", "1: not YAML: the character U+001B"),
        ("seed: 1\n# \x07", "2: not YAML: the character U+0007"),
        ("seed: 1\n\nkey: \ufffe", "3: not YAML: the character U+FFFE"),
        ("extends: blues" + " -" * 2_000, "1: extends: no such file"),
        ("extends: " + "a" * 5_000 + ".yaml", "1: extends: no such file"),
        ("extends: blues\nmodel: {with: {window:" + "1" * 5_000 + "}}", "2: model.with.window:111"),
        ("extends: blues\n" + "b" * 1_000 + ": 1\n", "2: bbbb"),
        ("extends: blues\n? " + "b" * 500 + "\n: 1\n? " + "b" * 500 + "\n: 1\n", "4: 'bbb"),
        ("extends: blues\nmodel: {use: " + "a" * 5_000 + "}", "2: model.use: expected the name of a plugin (got 5000"),
        ("extends: blues\nmodel: {use: " + "a" * 4_000 + ".py}", "2: model.use: no plugin file"),
        ("extends: blues\nwrite: [" + "a b " * 1_200 + "]", "2: write.0: expected the name of a plugin"),
        ("extends: blues\ncorpus: {source: " + "a" * 5_000 + "/b}", "2: corpus.source: no such file aaa"),
        ('extends: blues\ncorpus: {source: "a\\0b/c"}', "2: corpus.source: no such file a\\u0000b/c"),
        ('extends: blues\nmodel: {use: "\\e[31mred"}', "2: model.use: no plugin '\\x1b[31mred'"),
        ('extends: blues\n"\\e[31mred": 1', "2: \\u001b[31mred: unknown key"),
        ("extends: blues\nimprovise: {key: " + "C b " * 1_200 + "}", "2: improvise.key: "),
        ("extends: blues\nimprovise: {meter: " + "4" * 5_000 + "/4}", "2: improvise.meter: "),
        ("extends: blues\nimprovise: {chords: '" + "Q b " * 1_200 + "'}", "2: improvise.chords: "),
    ],
    ids=range(24),
)
def test_it_is_one_short_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "solo.yaml").write_text(text)
    assert refused(tmp_path / "solo.yaml").startswith(message)


def test_what_people_nest_is_read(tmp_path: Path) -> None:
    (tmp_path / "solo.yaml").write_text("a: " + "[" * 40 + "1" + "]" * 40)
    assert str(read(tmp_path / "solo.yaml").value["a"]) == "[" * 40 + "1" + "]" * 40


def test_a_run_whose_configuration_is_nested_too_deeply(tmp_path: Path) -> None:
    from small_configs import write_bundled

    from jazzgram import Pipeline

    Pipeline.load(write_bundled(tmp_path, "improvise: {bars: 2}\nwrite: [midi]\n")).run(tmp_path / "out")
    (tmp_path / "out" / "run.yaml").write_text("a: " + "[" * DEEP)
    with pytest.raises(JazzgramError, match=r"run\.yaml: damaged"):
        load(tmp_path / "out")
    (tmp_path / "out" / "trace.jsonl").write_text("[" * 100_000)
    with pytest.raises(JazzgramError, match=r"trace\.jsonl: not a trace"):
        load(tmp_path / "out")


@pytest.mark.parametrize("name", ["hangs_seconds", "long_message", "name_too_long", "slow_brackets", "unprintable"])
def test_files_that_mutation_found(shared: Path, name: str) -> None:
    refused(shared / "cases" / "hostile" / f"{name}.yaml")


def test_what_is_escaped_and_what_is_not() -> None:
    assert escaped("D♭maj7 — Ünïcode\t漢字 😀\n") == "D♭maj7 — Ünïcode\t漢字 😀\n"
    assert escaped("\x1b[31m\r\x7f\x9b\u202e\ud800") == r"\u001b[31m\u000d\u007f\u009b\u202e\ud800"


def test_what_is_cut() -> None:
    assert shortened("a" * 300, 300) == printable("a" * 300) == "a" * 300
    assert printable("at " + "a" * 1_000 + ": wrong") == f"at {'a' * 150} … (701 more) … {'a' * 149}: wrong"
    assert len(printable("a b " * 5_000)) < 1_300
