"""Code that comes with a run or a model runs only once it is trusted."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from jazzgram import ConfigError, Pipeline
from jazzgram.cli import commands, register

PLUGIN = """
from pathlib import Path
from jazzgram import hookimpl
Path(__file__).with_name("ran").touch()
@hookimpl
def prune_notes(notes):
    return list(notes)
"""
TEXT = """
extends: base
corpus: {read: jazzgram_text, source: bundled}
tokenizer: {use: scale_degree}
model: {use: markov}
improvise: {bars: 2}
write: [midi]
"""
CHAIN = "chain: [{prune_notes: evil.py}]\n"
NOTED = "made_with: {}\n"


@pytest.fixture(autouse=True)
def _nothing_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "received"
    folder.mkdir()
    (folder / "evil.py").write_text(PLUGIN)
    return folder


def written(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text)
    return folder / name


def jazzgram(*arguments: object) -> Result:
    register()
    return CliRunner().invoke(commands, [str(argument) for argument in arguments])


def refused(folder: Path, path: Path) -> bool:
    with pytest.raises(ConfigError) as error:
        Pipeline.load(path)
    assert len(error.value.mistakes) == 1
    assert "evil.py is a plugin file, which is code" in str(error.value)
    assert f"jazzgram validate {path} --trust" in str(error.value)
    return not (folder / "ran").exists()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("run.yaml", TEXT + CHAIN + NOTED),
        ("run.yaml", TEXT + CHAIN),
        ("config.yaml", TEXT + CHAIN + NOTED),
        ("copied.yaml", TEXT + CHAIN + NOTED),
        ("run.yaml", TEXT + "chain:\n  - &x {prune_notes: evil.py}\n"),
        ("run.yaml", TEXT + "chain:\n  - <<: {prune_notes: evil.py}\n"),
        ("run.yaml", TEXT.replace("use: markov", "use: ensemble, with: {members: [{use: evil.py}]}")),
        ("run.yaml", TEXT.replace("read: jazzgram_text", "read: evil.py")),
        ("run.yaml", TEXT.replace("write: [midi]", "write: [{use: evil.py}, midi]")),
        ("run.yaml", TEXT.replace("write: [midi]", "write: [evil.py]")),
    ],
)
def test_a_plugin_file_that_comes_with_a_run_is_refused(folder: Path, name: str, text: str) -> None:
    assert refused(folder, written(folder, name, text))


def test_so_is_one_beside_weights_and_in_any_model_folder(folder: Path) -> None:
    config = written(folder, "config.yaml", TEXT + CHAIN)
    with pytest.raises(ConfigError, match=r"evil\.py is a plugin file"):
        Pipeline.load_trained(folder)
    written(folder, "weights.safetensors", "")
    assert refused(folder, config)


def test_so_is_what_a_run_extends_and_what_extends_a_run(folder: Path, tmp_path: Path) -> None:
    written(folder, "other.yaml", TEXT + CHAIN)
    assert refused(folder, written(folder, "run.yaml", "extends: other.yaml\n"))
    written(folder, "run.yaml", TEXT + CHAIN)
    assert refused(folder, written(tmp_path, "mine.yaml", "extends: received/run.yaml\nseed: 3\n"))
    merged = TEXT.replace("model: {use: markov}", "model: {<<: {use: received/evil.py}}")
    written(folder, "run.yaml", merged)
    assert refused(folder, written(tmp_path, "mine.yaml", "extends: received/run.yaml\nmodel: {seed: 3}\n"))


def test_the_users_own_files_and_settings_run_as_ever(folder: Path, tmp_path: Path) -> None:
    Pipeline.load(written(folder, "mine.yaml", TEXT + CHAIN))
    assert (folder / "ran").exists()
    (folder / "ran").unlink()
    received = written(folder, "run.yaml", TEXT + NOTED)
    Pipeline.load(written(tmp_path, "mine.yaml", f"extends: {received}\nchain: [{{prune_notes: received/evil.py}}]\n"))
    assert (folder / "ran").exists()
    (folder / "ran").unlink()
    Pipeline.load(received, settings=["chain=[{prune_notes: evil.py}]"])
    assert (folder / "ran").exists()


@pytest.mark.parametrize("command", ["run", "validate", "show", "train", "tokens", "improvise"])
def test_every_command_refuses_until_it_is_trusted_once(folder: Path, tmp_path: Path, command: str) -> None:
    config = written(folder, "run.yaml", TEXT + CHAIN + NOTED)
    out = ["--out", tmp_path / "out"] if command in ("run", "improvise", "train") else []
    result = jazzgram(command, config, *out)
    assert "is a plugin file, which is code" in str(result.exception)
    assert not (folder / "ran").exists()
    assert jazzgram("validate", config, "--trust").exit_code == 0
    result = jazzgram(command, config, *out)
    assert result.exit_code == 0, result.output


def test_trust_is_in_the_code_and_not_in_its_place(folder: Path, tmp_path: Path) -> None:
    written(folder, "evil.py", "def late():\n    import lines\n" + PLUGIN)
    written(folder, "lines.py", "LINE = 1\n")
    config = written(folder, "run.yaml", TEXT + CHAIN + NOTED)
    Pipeline.load(config, trust=True)
    Pipeline.load(config)
    moved = folder.rename(tmp_path / "moved")
    Pipeline.load(moved / "run.yaml")
    (moved / "ran").unlink()
    written(moved, "unrelated.py", "")
    Pipeline.load(moved / "run.yaml")
    (moved / "ran").unlink()
    written(moved, "lines.py", "LINE = 2\n")
    assert refused(moved, moved / "run.yaml")
    written(moved, "lines.py", "LINE = 1\n")
    written(moved, "evil.py", PLUGIN + "# edited\n")
    assert refused(moved, moved / "run.yaml")


def test_a_model_folder_is_trusted_with_its_plugins(folder: Path, tmp_path: Path) -> None:
    Pipeline.load(written(folder, "mine.yaml", TEXT + CHAIN)).train(tmp_path / "model")
    (folder / "ran").unlink()
    result = jazzgram("improvise", tmp_path / "model", "--out", tmp_path / "out")
    assert "is a plugin file, which is code" in str(result.exception)
    assert not (folder / "ran").exists()
    result = jazzgram("improvise", tmp_path / "model", "--out", tmp_path / "out", "--trust")
    assert result.exit_code == 0, result.output
    assert Pipeline.load_trained(tmp_path / "model", trust=True).improvise().solo.bars == 2


def test_a_report_of_a_received_run_runs_none_of_its_code(folder: Path, tmp_path: Path) -> None:
    Pipeline.load(written(folder, "mine.yaml", TEXT + CHAIN)).run(tmp_path / "out")
    (folder / "ran").unlink()
    result = jazzgram("report", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "is a plugin file" in result.output
    assert not (folder / "ran").exists()
    assert "is a plugin file" not in jazzgram("report", tmp_path / "out", "--trust").output
    assert (folder / "ran").exists()


def test_a_dask_scheduler_that_comes_with_a_run_is_refused(folder: Path) -> None:
    text = TEXT + "execution: {engine: dask, address: 'tcp://example.org:8786'}\n"
    Pipeline.load(written(folder, "mine.yaml", text))
    config = written(folder, "run.yaml", text)
    with pytest.raises(ConfigError, match=r"tcp://example.org:8786 is a Dask scheduler, which can run code here"):
        Pipeline.load(config)
    Pipeline.load(config, trust=True)
    Pipeline.load(config)
    other = written(folder, "run.yaml", text.replace("8786", "8787"))
    with pytest.raises(ConfigError, match="8787 is a Dask scheduler"):
        Pipeline.load(other)
