"""A trained pipeline that other processes load, wherever they are: it is sent as the files of a model folder."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from jazzgram.config.config import Config
from jazzgram.config.steps import Step
from jazzgram.pipeline.model_folder import write_model
from jazzgram.pipeline.pipeline import Pipeline


class TrainedPipeline:
    """A trained pipeline, pickled as the files of a model folder.

    Parameters
    ----------
    pipeline : Pipeline
        Its model is trained when it is first pickled.
    """

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline

    @cached_property
    def _files(self) -> tuple[tuple[str, bytes], ...]:
        pipeline = self.pipeline
        with tempfile.TemporaryDirectory(prefix="jazzgram-") as folder:
            text = pipeline.resolved(pipeline.config.sections.improvise.title)
            write_model(pipeline.trained, text, Path(folder), history=False)
            return tuple((file.name, file.read_bytes()) for file in sorted(Path(folder).iterdir()))

    def __reduce__(self) -> tuple[Any, ...]:
        return _loaded, (self._files, tuple(step.occurrence for step in _steps(self.pipeline.config)))


def _steps(config: Config) -> tuple[Step, ...]:
    return (*config.samplers, *config.critics, *config.chain)


@lru_cache(maxsize=1)
def _loaded(files: tuple[tuple[str, bytes], ...], occurrences: tuple[int, ...]) -> TrainedPipeline:
    with tempfile.TemporaryDirectory(prefix="jazzgram-") as folder:
        for name, content in files:
            Path(folder, name).write_bytes(content)
        pipeline = Pipeline.load_trained(folder, trust=True)  # this run wrote it
        _ = pipeline.model
    # Of two steps of one plugin the second keeps its random generator where the first was taken out.
    config, numbers = pipeline.config, iter(occurrences)
    samplers, critics, chain = (
        tuple(replace(step, occurrence=next(numbers)) for step in steps)
        for steps in (config.samplers, config.critics, config.chain)
    )
    return TrainedPipeline(pipeline.given(replace(config, samplers=samplers, critics=critics, chain=chain)))
