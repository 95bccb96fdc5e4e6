"""What every table of the settings has in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Finite", "Hours", "Section", "Share", "Weight"]

Weight = Annotated[float, Field(ge=0.0, le=1e6, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Hours = Annotated[float, Field(ge=0.0, le=168.0)]


class Section(BaseModel):
    """A table of the toml: frozen, and an unknown key is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)
