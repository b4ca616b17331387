"""Learning curves: a training's history as a table, as a picture, and in TensorBoard."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from jazzgram.errors import JazzgramError
from jazzgram.hooks.token_model import Epoch
from jazzgram.models.tensorflow import import_tensorflow
from jazzgram.resources.atomic import whole_file

_TENSORBOARD = "JAZZGRAM_TENSORBOARD"


def write_curves(folder: Path, history: Sequence[Epoch]) -> list[Path]:
    """Write a training's history to ``history.csv`` and ``history.png``.

    Parameters
    ----------
    folder : Path
        Exists; files of the same name are replaced, each at once.
    history : sequence of Epoch
        In order; nothing is written where it is empty.

    Returns
    -------
    list of Path
        The files: none, or the table and the picture.

    Raises
    ------
    JazzgramError
        Where a file cannot be written.
    """
    written = []
    for name, content in history_files(history).items():
        path = folder / name
        try:
            with whole_file(path) as file:
                file.write(content)
        except OSError as error:
            raise JazzgramError(f"{path}: cannot be written: {error.strerror or error}") from error
        written.append(path)
    return written


def history_files(history: Sequence[Epoch]) -> dict[str, bytes]:
    """Return the content of ``history.csv`` and ``history.png``, for `save_model`; nothing for an empty history."""
    if not history:
        return {}
    return {"history.csv": history_csv(history).encode(), "history.png": history_png(history)}


def history_csv(history: Sequence[Epoch]) -> str:
    """Return a history as CSV, a line an epoch; the last column is empty for an epoch without validation.

    Examples
    --------
    >>> print(history_csv([Epoch(1, 2, 3.5, 0.25), Epoch(2, 2, 3.0, 0.5, 3.25)]), end="")
    epoch,loss,accuracy,validation
    1,3.5,0.25,
    2,3.0,0.5,3.25
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("epoch", "loss", "accuracy", "validation"))
    for epoch in history:
        table.writerow((epoch.number, epoch.loss, epoch.accuracy, epoch.validation))  # None is written as nothing
    return text.getvalue()


def history_png(history: Sequence[Epoch]) -> bytes:
    """Draw a history: the losses above, with the best validation marked, the accuracy below.

    Parameters
    ----------
    history : sequence of Epoch
        At least one.

    Returns
    -------
    bytes
        A PNG of 960 by 720 pixels.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(8, 6), dpi=120, layout="constrained")
    FigureCanvasAgg(figure)
    losses, accuracies = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    epochs = [epoch.number for epoch in history]
    mark = "o" if len(history) < 10 else ""
    losses.plot(epochs, [epoch.loss for epoch in history], marker=mark, label="training")
    validation = [(epoch.validation, epoch.number) for epoch in history if epoch.validation is not None]
    if validation:
        losses.plot(
            [number for _, number in validation], [loss for loss, _ in validation], marker=mark, label="validation"
        )
        lowest, best = min(validation)
        losses.plot([best], [lowest], "k*", markersize=12, label=f"best: {lowest:.3f} in epoch {best}")
        losses.legend(frameon=False)
    losses.set_ylabel("loss")
    accuracies.plot(epochs, [epoch.accuracy for epoch in history], marker=mark)
    accuracies.set(ylabel="right, share of terms", xlabel="epoch", ylim=(0, None))
    accuracies.xaxis.set_major_locator(MaxNLocator(integer=True))
    for axes in (losses, accuracies):
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", metadata={"Software": None})
    return picture.getvalue()


@contextmanager
def tensorboard(name: str) -> Iterator[Callable[[Epoch], None]]:
    """Write a training for TensorBoard, where the environment's ``JAZZGRAM_TENSORBOARD`` names a folder.

    Parameters
    ----------
    name : str
        The run's name: a folder in that folder.

    Yields
    ------
    callable
        Called with each epoch; does nothing where the variable is not set.

    Raises
    ------
    JazzgramError
        Where the variable is set and the package tensorboard is not there, or the folder cannot be written to.
    """
    root = os.environ.get(_TENSORBOARD)
    if not root:
        yield lambda epoch: None
        return
    import_tensorflow()  # before tensorboard does, which lets it print
    try:
        from tensorboard.summary import Writer  # type: ignore[import-not-found,unused-ignore]
    except ImportError as error:
        raise JazzgramError(
            f"{_TENSORBOARD} is set, but the package tensorboard is not there: pip install tensorboard, or unset it"
        ) from error
    try:
        writer = Writer(str(Path(root) / name))
    except OSError as error:
        raise JazzgramError(f"{_TENSORBOARD}: {root} cannot be written to: {error.strerror or error}") from error

    def show(epoch: Epoch) -> None:
        for tag in ("loss", "accuracy", "validation"):
            value = getattr(epoch, tag)
            if value is not None:
                writer.add_scalar(tag, value, epoch.number)
        writer.flush()

    try:
        yield show
    finally:
        writer.close()
