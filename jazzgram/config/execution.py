"""Where work is done: in this process, on all cores of this machine, or on a Dask cluster."""

from __future__ import annotations

import os
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Execution(BaseModel):
    """Where corpora are read and tokenized, and networks trained."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    engine: Literal["auto", "local", "processes", "dask"] = Field(
        "auto",
        description="local: this process; processes: one on each core; dask: a cluster;"
        " auto: processes where there is work for more than a few seconds.",
    )
    workers: int | None = Field(
        None, ge=1, le=4096, description="How many processes; as many as this machine has cores if null."
    )
    address: str | None = Field(
        None,
        pattern="^(tcp|tls|ws|wss|ucx)://.+",
        description="Of the Dask scheduler, tcp://host:8786; a cluster on this machine if null.",
    )
    devices: Literal["one", "all"] = Field(
        "one",
        description="What networks are trained on: one device, or all of this machine's and of those that TF_CONFIG"
        " names.",
    )
    strict: bool = Field(False, description="Whether one file that cannot be read stops the run.")

    @model_validator(mode="after")
    def _address_is_for_dask(self) -> Execution:
        if self.address is not None and self.engine != "dask":
            raise ValueError(f"address is for engine dask (the engine is {self.engine})")
        return self

    @property
    def cores(self) -> int:
        """How many processes there may be."""
        if self.workers is not None:
            return self.workers
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
