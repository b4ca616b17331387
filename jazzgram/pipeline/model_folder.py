"""Model folders: a trained model with its configuration."""

from __future__ import annotations

from pathlib import Path

from jazzgram.config.config import Config
from jazzgram.errors import JazzgramError
from jazzgram.hooks.calls import PluginCalls
from jazzgram.models import history_files
from jazzgram.models.store import WEIGHTS, load_model, save_model
from jazzgram.models.trained import build
from jazzgram.pipeline.stages import TrainedModel

CONFIG = "config.yaml"
"""The configuration beside a model's weights."""


def write_model(trained: TrainedModel, config: str, folder: Path, *, history: bool = True) -> None:
    """Write a trained model, and the configuration that it improvises by beside it.

    Parameters
    ----------
    trained : TrainedModel
        The model.
    config : str
        From `jazzgram.pipeline.resolved.resolved_text`.
    folder : Path
        Made where it is missing.
    history : bool
        Whether the curves of its training are written, too.
    """
    save_model(
        folder,
        weights=trained.model.weights(),
        vocabulary=trained.vocabulary,
        manifest=trained.manifest,
        extra={CONFIG: config, **(history_files(trained.epochs) if history else {})},
    )


def is_model_folder(path: Path) -> bool:
    """Check whether a path is a folder that `write_model` wrote; any other may have a bundled configuration's name."""
    return (path / CONFIG).is_file()


def read_model(folder: Path, config: Config, calls: PluginCalls) -> TrainedModel:
    """Read a folder's model.

    Parameters
    ----------
    folder : Path
        From `write_model`.
    config : Config
        The configuration read from it.
    calls : PluginCalls
        Has the configuration's plugins.

    Raises
    ------
    JazzgramError
        Where the folder holds no whole model, or its configuration names another model plugin.
    """
    stored = load_model(folder)
    plugin = config.model.plugin
    made_by = stored.manifest.get("model")
    if Path(str(made_by)).name != Path(plugin.name).name:  # a local plugin's path has become an absolute one
        raise JazzgramError(f"{folder}: the model was made by {made_by!r}; its {CONFIG} names {plugin.name!r}")
    model = build(config.model, calls, stored.vocabulary)
    try:
        model.load(stored.weights)
    except JazzgramError as error:
        raise JazzgramError(f"{folder / WEIGHTS}: {error}") from error
    except Exception as error:  # whatever a model makes of arrays that it did not write
        raise JazzgramError(
            f"{folder / WEIGHTS}: no weights of the model {plugin.name!r} with these options"
            f" ({type(error).__name__}: {error}); train the model again, or name another folder"
        ) from error
    return TrainedModel(model, stored.vocabulary, stored=stored.manifest)
