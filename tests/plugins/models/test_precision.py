"""Which precision a training has, and that its key, its folder and what is printed hold the one that was used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jazzgram_plugins.models.notes import options
from jazzgram_plugins.models.notes.note_lstm import Options
from jazzgram_plugins.models.notes.precision import fastest_precision

from jazzgram import JazzgramError, Pipeline
from jazzgram.hooks.progress import Reporter


class Recorder(Reporter):
    """Keep the line of each stage."""

    def __init__(self) -> None:
        self.lines: dict[str, str] = {}

    def finished(self, stage: str, seconds: float, result: str) -> None:
        self.lines[stage] = result


ZEN_4 = "processor\t: 0\nflags\t\t: fpu avx512f avx512_bf16 avx512_vpopcntdq\n\nprocessor\t: 1\nflags\t\t: fpu\n"


@pytest.mark.parametrize(
    ("processors", "precision"),
    [
        (ZEN_4, "bfloat16"),
        ("flags : fpu amx_tile amx_bf16 amx_int8\n", "bfloat16"),
        ("flags : fpu avx2 fma avx512f\n", "float32"),
        ("model name : avx512_bf16\nflags : fpu\n", "float32"),
        ("Features : fp asimd bf16\n", "float32"),
        ("", "float32"),
    ],
)
def test_auto_is_bfloat16_where_the_processor_multiplies_in_it(processors: str, precision: str, tmp_path: Path) -> None:
    (tmp_path / "cpuinfo").write_text(processors)
    assert fastest_precision(tmp_path / "cpuinfo") == precision


def test_auto_is_float32_where_nothing_is_known_of_the_processor(tmp_path: Path) -> None:
    assert fastest_precision(tmp_path / "cpuinfo") == "float32"


@pytest.mark.parametrize("used", ["float32", "bfloat16"])
def test_a_training_with_auto_is_the_one_with_what_auto_is_here(used: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(options, "fastest_precision", lambda: used)

    def asked(precision: str) -> Pipeline:
        return Pipeline.load("pitches", settings=[f"model.with.precision={precision}"])

    assert asked("auto").training.key == asked(used).training.key
    assert asked("auto").training.manifest()["options"]["precision"] == used
    assert asked("float32").training.key != asked("bfloat16").training.key
    assert Options().precision == "float32"


def test_another_precision_is_refused() -> None:
    with pytest.raises(JazzgramError, match="expected 'auto', 'float32' or 'bfloat16' \\(got 'half'\\)"):
        Pipeline.load("pitches", settings=["model.with.precision=half"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (("model.with.precision=bfloat16", "execution.devices=all"), ", in bfloat16 on the CPU (no GPU found)"),
        (("model.with.precision=bfloat16",), ", in bfloat16"),
        ((), ""),
    ],
)
def test_what_is_said_of_a_training(
    settings: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path))
    small: dict[str, Any] = {"epochs": 1, "units": 4, "hidden": 4, "layers": 1}
    recorder = Recorder()
    options = [f"model.with.{name}={value}" for name, value in small.items()]
    Pipeline.load("pitches", settings=[*options, *settings], reporter=recorder).train()
    learned, _, how = recorder.lines["train"].rpartition("accuracy ")
    assert learned.startswith("1 epochs, loss ") and how.lstrip("0123456789.") == said
