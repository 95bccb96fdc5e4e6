"""What every table of the settings has in common."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from cmmatch.programme.labels import composed

__all__ = ["Finite", "Hours", "Path", "Section", "Share", "Weight"]

Weight = Annotated[float, Field(ge=0.0, le=1e6, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Hours = Annotated[float, Field(ge=0.0, le=168.0)]

AS_WRITTEN = "as written"
Path = Annotated[str, AS_WRITTEN]
"""Name of a file or folder: file systems tell the two forms of an accent apart."""


class Section(BaseModel):
    """A table of the toml: frozen, an unknown key is a fault, and texts are composed.

    Names in the settings are kept as cells and headings are
    (:func:`~cmmatch.programme.labels.composed`), so that they are found there; only paths stay as
    written.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="after")
    @classmethod
    def _composed(cls, given: Any, info: ValidationInfo) -> Any:
        field = cls.model_fields[info.field_name or ""]
        return given if AS_WRITTEN in field.metadata else _all_composed(given)


def _all_composed(given: Any) -> Any:
    if isinstance(given, str):
        return composed(given)
    if isinstance(given, tuple):
        return tuple(map(_all_composed, given))
    if isinstance(given, dict):
        made = {_all_composed(key): _all_composed(value) for key, value in given.items()}
        if len(made) < len(given):
            names = ", ".join(map(repr, sorted(made)))
            message = f"each name must stand once, however its accents are written; see {names}"
            raise ValueError(message)
        return made
    return given
