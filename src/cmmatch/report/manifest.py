"""The manifest: what went in, what came out, with which versions; no clock, user or folder."""

from __future__ import annotations

import hashlib
import json
import sys
from importlib import metadata
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cmmatch.assignment.result import StageOutcome
    from cmmatch.programme.files import InputFile

__all__ = ["manifest", "to_json", "versions"]

PACKAGES = ("cmmatch", "numpy", "ortools", "pandas", "scipy")


def versions() -> dict[str, str]:
    """Name the versions that can change an answer: Python's (major and minor) and five packages'.

    Examples
    --------
    >>> sorted(versions())
    ['cmmatch', 'numpy', 'ortools', 'pandas', 'python', 'scipy']
    """
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return {"python": python, **{name: metadata.version(name) for name in PACKAGES}}


def manifest(
    programme: str,
    *,
    seed: int,
    settings: Mapping[str, object],
    fingerprint: str,
    inputs: Iterable[InputFile] = (),
    weights: Mapping[str, float],
    neutral: Mapping[str, float],
    stages: Iterable[StageOutcome] = (),
    outputs: Mapping[str, bytes],
) -> dict[str, object]:
    """Gather what it takes to make the same results again and to check the files of a run.

    Parameters
    ----------
    programme : str
        Its name.
    seed : int
        Of the canonical order.
    settings : mapping
        The whole toml as plain values, defaults included: ``config.model_dump(mode="json")``.
    fingerprint : str
        Of the programme.
    inputs : iterable of InputFile, default ()
        The files read.
    weights, neutral : mappings of str to float
        The weights in play, and the value that stands for an unknown answer, by component.
    stages : iterable of StageOutcome, default ()
        What each objective reached, in order.
    outputs : mapping of str to bytes
        Names and contents of the other files of the run.

    Returns
    -------
    dict
        Plain values, for :func:`to_json`: the same for the same input, whenever and wherever it is
        made.
    """
    return {
        "programme": programme,
        "seed": int(seed),
        "versions": versions(),
        "fingerprint": fingerprint,
        "inputs": sorted(
            ({"name": each.name, "sha256": each.sha256} for each in inputs),
            key=lambda row: (row["name"], row["sha256"]),
        ),
        "settings": dict(settings),
        "weights": dict(weights),
        "neutral": dict(neutral),
        "objectives": [
            {"name": each.name, "value": each.value, "bound": each.bound, "proven": each.proven}
            for each in stages
        ],
        "outputs": [
            {"name": name, "sha256": hashlib.sha256(outputs[name]).hexdigest()}
            for name in sorted(outputs)
        ],
    }


def to_json(data: Mapping[str, object]) -> bytes:
    r"""Write plain values as JSON, one way: sorted keys, two spaces, UTF-8, a newline at the end.

    Raises
    ------
    ValueError
        A number is NaN or infinite: JSON has none.
    TypeError
        A value is of a kind that JSON does not have.

    Examples
    --------
    >>> to_json({"seed": 7, "name": "Zoë"})
    b'{\n  "name": "Zo\xc3\xab",\n  "seed": 7\n}\n'
    """
    text = json.dumps(
        data, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False, default=_plain
    )
    return f"{text}\n".encode()


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    message = f"A manifest holds texts, numbers, lists and tables. Given: {value!r}."
    raise TypeError(message)
