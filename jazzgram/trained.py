"""A configuration's token model: trained, or taken from where it was kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from jazzgram.cache import cache_root, content_key
from jazzgram.config import Part
from jazzgram.errors import JazzgramError
from jazzgram.listener import Listener
from jazzgram.plugins import PluginCalls
from jazzgram.shipped import shipped_model
from jazzgram.token_model import Epoch, TokenData, TokenModel
from jazzgram.training import is_chief, load_model, save_model, tensorboard, train_on
from jazzgram.vocabulary import Vocabulary


class Lessons(Protocol):
    """What a model learns."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The terms it learns."""

    @property
    def digest(self) -> str:
        """A hash of everything that can be learned."""

    def data(self) -> TokenData:
        """Give the tunes to train on, and those to watch."""


@dataclass
class Training:
    """A model that is wanted, and what becomes of it.

    Parameters
    ----------
    part : Part
        The model plugin with its options.
    calls : PluginCalls
        Has the plugin.
    tokens : Lessons
        What it learns; those of the corpus are a `jazzgram.corpus.token_table.TokenTable`.
    seed : int
        Decides everything random.
    facts : mapping of str to anything
        What else its manifest is to say, as JSON.
    listener : Listener
        Hears of each epoch.
    use_cache : bool
        Whether a model that was trained before in the same way is taken.
    devices : {"one", "all"}
        What networks are trained on.

    Attributes
    ----------
    history : list of Epoch
        Of the training that made the model.
    """

    part: Part
    calls: PluginCalls
    tokens: Lessons
    seed: int
    facts: Mapping[str, Any]
    listener: Listener
    use_cache: bool = True
    devices: Literal["one", "all"] = "one"
    history: list[Epoch] = field(default_factory=list, init=False)

    @cached_property
    def key(self) -> str:
        """A hash of all that decides the trained model."""
        return content_key(
            tokens=self.tokens.digest,
            model=self.part.plugin.name,
            source=self.part.plugin.fingerprint(),
            options=self.part.options.model_dump(mode="json"),
            seed=self.seed,
        )

    def obtain(self) -> tuple[TokenModel, str]:
        """Give the trained model, and in a few words how it came about."""
        model: TokenModel = self.calls.caller("build_model", self.part.plugin)(
            vocabulary=self.tokens.vocabulary, options=self.part.options
        )
        if self.use_cache:
            for kept, how in self.kept():
                if self._take(model, kept):
                    return model, how
        self._fit(model, self._folder)
        return model, _said(self.history)

    def kept(self) -> list[tuple[Path, str]]:
        """Give the folders that hold the trained model, that of the cache first, and how each came about."""
        found = (
            (self._folder, "trained before; taken from the cache"),
            (shipped_model(self.key), "comes with jazzgram"),
        )
        return [(folder, how) for folder, how in found if folder is not None and folder.is_dir()]

    @property
    def _folder(self) -> Path:
        return cache_root() / "models" / self.key

    def manifest(self) -> dict[str, Any]:
        """Give what a model folder says of its model."""
        return {
            "model": self.part.plugin.name,
            "options": self.part.options.model_dump(mode="json"),
            "seed": self.seed,
            **self.facts,
            "history": [_entry(epoch) for epoch in self.history],
        }

    def _take(self, model: TokenModel, folder: Path) -> bool:
        """Load what a folder holds; warn and say False where that is of no use."""
        try:
            stored = load_model(folder, expected=self.tokens.vocabulary)
            model.load({name: _widened(array) for name, array in stored.weights.items()})
        except JazzgramError as error:
            self.listener.warn(f"The model that is kept is of no use ({error}); training again.")
            return False
        kept = stored.manifest["history"]
        self.history[:] = [
            Epoch(entry["epoch"], len(kept), entry["loss"], entry["accuracy"], entry.get("validation"))
            for entry in kept
        ]
        return True

    def _fit(self, model: TokenModel, folder: Path) -> None:
        """Train and keep; a checkpoint beside the folder holds what was reached if this is broken off."""
        self.history.clear()
        folder.parent.mkdir(parents=True, exist_ok=True)
        checkpoint = folder.parent / f"{folder.name}.checkpoint"
        if not self.use_cache:
            checkpoint.unlink(missing_ok=True)
        with train_on(self.devices), tensorboard(self.key[:12]) as show:

            def report(epoch: Epoch) -> None:
                self.history.append(epoch)
                self.listener.epoch(epoch)
                show(epoch)

            model.fit(self.tokens.data(), self.seed, checkpoint, report)
            if is_chief():
                vocabulary = self.tokens.vocabulary
                save_model(folder, weights=model.weights(), vocabulary=vocabulary, manifest=self.manifest())
                checkpoint.unlink(missing_ok=True)


def _widened(array: NDArray[Any]) -> NDArray[Any]:
    """Give numbers that were stored in half precision in the precision that models work with."""
    return array.astype(np.float32) if array.dtype == np.float16 else array


def _entry(epoch: Epoch) -> dict[str, float]:
    entry = {"epoch": epoch.number, "loss": epoch.loss, "accuracy": epoch.accuracy}
    return entry if epoch.validation is None else entry | {"validation": epoch.validation}


def _said(history: Sequence[Epoch]) -> str:
    if not history:
        return "trained"
    last = history[-1]
    watched = "" if last.validation is None else f", on validation {last.validation:.2f}"
    return f"{last.number} epochs, loss {last.loss:.2f}{watched}, accuracy {last.accuracy:.3f}"
