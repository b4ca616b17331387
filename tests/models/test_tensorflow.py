"""What TensorFlow prints at its start is kept off the terminal; what goes wrong is not."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

FAKE = """
import contextlib, os, sys
def from_cpp(line):
    with contextlib.suppress(OSError):
        os.write(2, line)
from_cpp(b"I0000 port.cc:153] oneDNN custom operations are on.\\n")
if sys.stderr:
    print("a warning of Python's", file=sys.stderr)
class config:
    def list_physical_devices():
        from_cpp(b"E0000 cuda_platform.cc:52] failed call to cuInit\\n")
{then}
"""
"""A package that starts as TensorFlow does, from C++ and from Python."""

START = "from jazzgram.models import import_tensorflow; import_tensorflow()\n"


def python(code: str, folder: Path, *before: str, then: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh process; with a pretended TensorFlow that ends in `then`, where that is given."""
    if then is not None:
        (folder / "tensorflow.py").write_text(FAKE.format(then=then))
    # What the process inherits must not decide what is printed.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TF_", "KERAS_"))}
    command: Sequence[str] = [*before, sys.executable, "-c", code]
    environment |= {"PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


TRAIN = """
import pathlib, sys
sys.path.insert(0, {tests!r})
from test_lstm import train
train(pathlib.Path("checkpoint"), epochs=1)
"""


def test_a_training_prints_nothing(tmp_path: Path) -> None:
    tests = str(Path(__file__).parents[1] / "plugins" / "models")
    done = python(TRAIN.format(tests=tests), tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_start_goes_to_the_debug_log_and_python_s_own_messages_to_the_terminal(tmp_path: Path) -> None:
    log = "import logging; logging.basicConfig(level='DEBUG', filename='log')\n"
    done = python(log + START + "os = __import__('os'); os.write(2, b'after\\n')", tmp_path, then="")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "a warning of Python's\nafter\n")
    assert (tmp_path / "log").read_text().splitlines() == [
        "DEBUG:jazzgram.tensorflow:I0000 port.cc:153] oneDNN custom operations are on.",
        "DEBUG:jazzgram.tensorflow:E0000 cuda_platform.cc:52] failed call to cuInit",
    ]


def test_an_error_is_shown_with_what_was_printed_before_it(tmp_path: Path) -> None:
    done = python(START, tmp_path, then="raise ImportError('no such processor')")
    assert done.returncode == 1 and done.stderr.endswith("ImportError: no such processor\n")
    assert "oneDNN custom operations are on" in done.stderr and "a warning of Python's" in done.stderr


def test_a_process_that_is_aborted_says_where(tmp_path: Path) -> None:
    done = python(START, tmp_path, then="os.abort()")
    assert done.returncode != 0
    assert "Fatal Python error: Aborted" in done.stderr and 'tensorflow.py", line' in done.stderr


def test_a_closed_standard_error_is_no_obstacle(tmp_path: Path) -> None:
    done = python(START + "print('goes on')", tmp_path, "sh", "-c", 'exec "$@" 2>&-', "sh", then="")
    assert (done.returncode, done.stdout) == (0, "goes on\n")


@pytest.mark.parametrize("stream", ["None", "__import__('io').StringIO()"])
def test_another_standard_error_stays(tmp_path: Path, stream: str) -> None:
    code = f"import sys; sys.stderr = mine = {stream}\n{START}assert sys.stderr is mine\nprint('goes on')"
    done = python(code, tmp_path, then="")
    assert (done.returncode, done.stdout, done.stderr) == (0, "goes on\n", "")


def test_loggers_that_are_made_meanwhile_go_on_writing(tmp_path: Path) -> None:
    made = "import logging; handler = logging.StreamHandler()"
    code = START + "import tensorflow as tf; tf.handler.stream.write('later\\n'); tf.handler.flush()"
    done = python(code, tmp_path, then=made)
    assert (done.returncode, done.stderr) == (0, "a warning of Python's\nlater\n")


def test_threads_wait_for_the_first(tmp_path: Path) -> None:
    code = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from jazzgram.models import import_tensorflow\n"
        "with ThreadPoolExecutor(8) as many:\n"
        "    assert len({id(done.result()) for done in [many.submit(import_tensorflow) for _ in range(8)]}) == 1\n"
    )
    done = python(code, tmp_path, then="__import__('time').sleep(0.1)")
    assert (done.returncode, done.stderr) == (0, "a warning of Python's\n")


def test_matplotlib_is_left_out_of_the_start_and_is_there_afterwards(tmp_path: Path) -> None:
    (tmp_path / "matplotlib.py").write_text("")
    then = "try:\n    import matplotlib\nexcept ImportError:\n    from_cpp(b'without it\\n')"
    log = "import logging; logging.basicConfig(level='DEBUG', filename='log')\n"
    done = python(f"{log}{START}import matplotlib; print(matplotlib.__name__)", tmp_path, then=then)
    assert (done.returncode, done.stdout) == (0, "matplotlib\n")
    assert "without it" in (tmp_path / "log").read_text()
