"""YAML 1.2 scalars, lines of every value, extends and --set."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from jazzgram.config.yaml_lines import Setting, assign, merge, parse_scalar, read
from jazzgram.errors import ConfigError


def written(folder: Path, text: str, name: str = "a.yaml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4/4", "4/4"),
        ("1/3", "1/3"),
        ("on", "on"),
        ("no", "no"),
        ("1:30", "1:30"),
        ("012", "012"),
        ("2024-01-01", "2024-01-01"),
        ("F#", "F#"),
        ("1e5", 1e5),
        (".5", 0.5),
        ("-3", -3),
        ("true", True),
        ("~", None),
        ("", None),
        ("[1/4, 1/3]", ["1/4", "1/3"]),
    ],
)
def test_scalars_are_those_of_yaml_1_2(text: str, value: object) -> None:
    assert parse_scalar(text) == value


def test_every_value_knows_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, "seed: 1\nchain:\n  - prune_notes: low\n    with: {below: 50}\n")
    document = read(path)
    assert str(document.source(("seed",))) == f"{path}:1"
    assert str(document.source(("chain", 0, "with", "below"))) == f"{path}:4"
    assert str(document.source(("chain", 0, "nothing"))) == f"{path}:3"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ":1: the file is empty"),
        ("- a\n", ":1: expected keys and values"),
        ("seed: 1\nseed: 2\n", ":2: 'seed' is given twice (first on line 1)"),
        ("a: {b: 1, b: 2}\n", ":1: 'b' is given twice"),
        ("a: [1\n", ":2: not YAML"),
        ("a: !!python/object:os.system x\n", ":1: not YAML"),
        ("a: &x [*x]\n", ":1: an alias contains itself"),
        ("? [a, b]\n: 1\n", ":1: a key must be plain text"),
    ],
)
def test_what_is_no_configuration_is_refused_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ConfigError) as error:
        read(path)
    assert f"{path}{message}" in str(error.value)


def test_aliases_of_aliases_do_not_fill_the_memory(tmp_path: Path) -> None:
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(ConfigError, match="more than"):
        read(written(tmp_path, "\n".join(lines)))


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"a: " + b"x" * 1_000_001])
def test_what_is_no_text_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=str(path)):
        read(path)


def test_mappings_merge_and_lists_replace(tmp_path: Path) -> None:
    parent = read(written(tmp_path, "model: {use: lstm, with: {units: 64}}\nchain: [a, b]\n", "parent.yaml"))
    child = read(written(tmp_path, "model: {with: {epochs: 3}}\nchain: [c]\n", "child.yaml"))
    both = merge(parent, child)
    assert both.value == {"model": {"use": "lstm", "with": {"units": 64, "epochs": 3}}, "chain": ["c"]}
    assert str(both.source(("model", "with", "units"))) == f"{tmp_path / 'parent.yaml'}:1"
    assert str(both.source(("model", "with", "epochs"))) == f"{tmp_path / 'child.yaml'}:1"
    assert str(both.source(("chain", 0))) == f"{tmp_path / 'child.yaml'}:2"
    assert str(both.source(("chain", 1))) == f"{tmp_path / 'child.yaml'}:2"


def test_another_plugin_does_not_inherit_the_old_ones_options(tmp_path: Path) -> None:
    parent = read(written(tmp_path, "model: {use: lstm, with: {units: 64}}\n", "parent.yaml"))
    assert merge(parent, read(written(tmp_path, "model: {use: markov}\n"))).value == {"model": {"use": "markov"}}
    same = merge(parent, read(written(tmp_path, "model: {use: lstm, with: {epochs: 2}}\n")))
    assert same.value == {"model": {"use": "lstm", "with": {"units": 64, "epochs": 2}}}


def test_settings_beat_the_file(tmp_path: Path) -> None:
    document = read(written(tmp_path, "improvise: {bars: 8}\nchain:\n  - prune_notes: low\n"))
    assign(document, "improvise.bars=16")
    assign(document, "improvise.meter=3/4")
    assign(document, "chain.0.with.below=40")
    assert document.value["improvise"] == {"bars": 16, "meter": "3/4"}
    assert document.value["chain"][0]["with"] == {"below": 40}
    assert str(document.source(("improvise", "bars"))) == "--set improvise.bars"


@pytest.mark.parametrize(
    ("settings", "left"),
    [
        (["model.use=markov"], {"use": "markov"}),
        (["model.use=lstm"], {"use": "lstm", "with": {"units": 64}}),
        (["model.use=markov", "model.with.order=3"], {"use": "markov", "with": {"order": 3}}),
    ],
)
def test_a_setting_that_names_another_plugin_drops_the_old_ones_options(
    tmp_path: Path, settings: list[str], left: dict[str, object]
) -> None:
    document = read(
        written(tmp_path, "model: {use: lstm, with: {units: 64}}\nchain:\n  - {prune_notes: a, with: {b: 1}}")
    )
    for setting in settings:
        assign(document, setting)
    assert document.value["model"] == left
    assign(document, "chain.0.prune_notes=c")
    assert document.value["chain"] == [{"prune_notes": "c"}]
    assert (("model", "with", "units") in document.sources) == (left["use"] == "lstm")


@pytest.mark.parametrize("setting", ["seed", "=3", "chain.7.with=1", "chain.x=1", "seed.deep=1", "seed=[1"])
def test_settings_that_lead_nowhere_are_refused(tmp_path: Path, setting: str) -> None:
    document = read(written(tmp_path, "seed: 1\nchain: [a]\n"))
    with pytest.raises(ConfigError, match="--set"):
        assign(document, setting)


def test_a_setting_keeps_the_name_of_its_option_in_another_process() -> None:
    sent = pickle.loads(pickle.dumps(Setting("improvise.tempo=200", "--tempo")))
    assert (sent, sent.label) == ("improvise.tempo=200", "--tempo")
