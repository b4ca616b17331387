"""Shares of a split: how much of a corpus is trained on, validated on and tested on."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Shares(BaseModel):
    """How much of the compositions goes to each part."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    train: float = Field(0.8, gt=0, le=1, description="The share of compositions that are trained on.")
    validation: float = Field(0.1, ge=0, lt=1, description="The share that training is scored on and stopped by.")
    test: float = Field(0.1, ge=0, lt=1, description="The share that nothing is decided by.")
    seed: int = Field(1, ge=0, le=2**63 - 1, description="Another seed draws other compositions.")

    @model_validator(mode="after")
    def _sums_to_one(self) -> Shares:
        total = self.train + self.validation + self.test
        if abs(total - 1) > 1e-6:
            raise ValueError(f"train, validation and test must sum to 1 (got {total:g})")
        return self
