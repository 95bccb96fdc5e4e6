"""The folder that ``MatchResult.write`` wrote: its manifest, read and checked."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from cmmatch.api.output import MANIFEST, MATCHING
from cmmatch.errors import InputFaults
from cmmatch.programme.component_settings import SCORING_VERSIONS
from cmmatch.programme.faults import Fault, FaultList
from cmmatch.programme.settings import parse_settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cmmatch.programme.config import Config

__all__ = ["check_written", "manifest_fault", "proven", "read_manifest", "settings_of"]


def read_manifest(home: Path) -> dict[str, Any]:
    """Read the manifest of a results folder.

    Raises
    ------
    InputFaults
        There is none, or it is not as it was written.
    """
    path = home / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        dict(manifest["settings"])
        dict(manifest["neutral"])
        str(manifest["fingerprint"])
        [(row["name"], row["sha256"]) for row in manifest["outputs"]]
    except (FileNotFoundError, NotADirectoryError):
        raise InputFaults(
            [
                manifest_fault(
                    "",
                    str(home),
                    "results-missing",
                    "The folder must hold the results of 'cmmatch match'.",
                    "Give the folder that --out named.",
                )
            ]
        ) from None
    except (ValueError, TypeError, KeyError, RecursionError, OSError):
        raise InputFaults(
            [
                manifest_fault(
                    "",
                    str(path),
                    "manifest-unreadable",
                    "The manifest must be as it was written.",
                    "Run 'cmmatch match' again.",
                )
            ]
        ) from None
    return dict(manifest)


def proven(manifest: Mapping[str, Any]) -> bool:
    """Say whether every objective was proven best.

    Raises
    ------
    InputFaults
        The manifest does not tell.
    """
    try:
        return all(bool(stage["proven"]) for stage in manifest["objectives"])
    except (TypeError, KeyError):
        raise InputFaults(
            [
                manifest_fault(
                    "objectives",
                    "",
                    "manifest-unreadable",
                    "The manifest must be as it was written.",
                    "Run 'cmmatch match' again.",
                )
            ]
        ) from None


def check_written(home: Path, manifest: dict[str, Any], *names: str) -> None:
    """Refuse files that are not those of the manifest: nothing proven of others would be true.

    Parameters
    ----------
    home : Path
        The folder.
    manifest : dict
        As read.
    *names : str
        Plain names of files; those that are not there are passed over.

    Raises
    ------
    InputFaults
        A file is another than was written with the manifest.
    """
    written = {row["name"]: row["sha256"] for row in manifest["outputs"]}
    changed = [
        name
        for name in names
        if (home / name).exists() and written.get(name) != _checksum(home / name)
    ]
    if changed:
        raise InputFaults([_changed(name) for name in changed])


def _checksum(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


def _changed(name: str) -> Fault:
    what, code, remedy = (
        (
            "table of pairs",
            "matching-changed",
            "Run 'cmmatch match' again; what must hold goes into the table of requests.",
        )
        if name == MATCHING
        else ("file", "results-changed", "Run 'cmmatch match' again.")
    )
    problem = (
        f"The {what} must be the one that was written with the manifest; it was edited, or a later "
        "run was cut off."
    )
    return Fault(name, None, "", "", code, problem, remedy)


def settings_of(manifest: dict[str, Any]) -> Config:
    """Return the settings of the run, its version of the score included; never today's instead."""
    given, faults = manifest.get("settings"), FaultList()
    scoring = given.get("scoring") if isinstance(given, dict) else None
    version = scoring.get("version", 1) if isinstance(scoring, dict) else 1
    if version not in SCORING_VERSIONS:
        raise InputFaults([_other_version(version, manifest.get("versions"))])
    config = parse_settings(given, faults) if isinstance(given, dict) else None
    if config is None or faults.faults:
        raise InputFaults(
            [
                manifest_fault(
                    "settings",
                    "; ".join(f"{each.column}: {each.problem}" for each in faults.faults),
                    "manifest-unreadable",
                    "The manifest must be as it was written.",
                    "Run 'cmmatch match' again.",
                )
            ]
        )
    return config


def _other_version(version: object, versions: object) -> Fault:
    made_by = versions.get("cmmatch", "not named") if isinstance(versions, dict) else "not named"
    known = ", ".join(map(str, SCORING_VERSIONS))
    return manifest_fault(
        "settings.scoring.version",
        str(version),
        "results-version",
        f"The results must be of a version of the score that this cmmatch knows: {known}.",
        f"Use the cmmatch that made them (version {made_by}), or run 'cmmatch match' again.",
    )


def manifest_fault(column: str, value: str, code: str, problem: str, remedy: str) -> Fault:
    """Return a fault of the manifest, or of the folder that it stands for."""
    return Fault(MANIFEST, None, column, value, code, problem, remedy)
