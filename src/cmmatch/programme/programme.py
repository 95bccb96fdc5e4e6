"""Programme: everything the organisation handed in, checked, frozen, in one piece."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cmmatch.programme.calendar import Calendar
from cmmatch.programme.faults import FaultList
from cmmatch.programme.files import InputFile
from cmmatch.programme.fingerprint import fingerprint
from cmmatch.programme.people import least_load, mentee_demand, mentor_places
from cmmatch.programme.reading import read_files, read_frames
from cmmatch.programme.text_model import TextModel
from cmmatch.programme.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from cmmatch.programme.config import Config
    from cmmatch.programme.faults import Fault
    from cmmatch.programme.people import Mentees, Mentors
    from cmmatch.programme.reading import Parts
    from cmmatch.programme.relations import ReportingLines, Requests

__all__ = ["InputFile", "Programme"]


@dataclass(frozen=True, eq=False)
class Programme:
    """What the organisation handed in: people, requests, reporting lines and settings.

    Make one with :func:`cmmatch.read_programme`, :meth:`from_files` or :meth:`from_frames`.

    Parameters
    ----------
    config : Config
        The settings.
    mentors : Mentors
        M people, in the order given.
    mentees : Mentees
        N people, in the order given.
    requests : Requests
        Rows of ``pairs.csv``, and what the mentees chose in ``choices.csv``.
    lines : ReportingLines
        Who reports to whom.
    notes : tuple of Fault
        What works but should be looked at.
    inputs : tuple of InputFile
        The files read; empty for data frames.
    vocabulary : Vocabulary
        What the labels of skills mean: aliases, and skills that are related.
    text_model : TextModel
        Where the encoder of statements lies, if the settings ask for one.
    """

    config: Config
    mentors: Mentors
    mentees: Mentees
    requests: Requests
    lines: ReportingLines
    notes: tuple[Fault, ...] = ()
    inputs: tuple[InputFile, ...] = ()
    vocabulary: Vocabulary = field(default_factory=Vocabulary, repr=False)
    text_model: TextModel = field(default_factory=TextModel, repr=False)

    @classmethod
    def from_files(cls, path: str | Path) -> Programme:
        """Read a folder with ``programme.toml`` and the tables, or the settings file in it.

        Parameters
        ----------
        path : str or Path
            The folder, or the toml.

        Raises
        ------
        InputFaults
            With every fault of every table and of the settings.
        """
        faults = FaultList()
        return cls._made(read_files(Path(path), faults), faults)

    @classmethod
    def from_frames(
        cls,
        mentors: object,
        mentees: object,
        *,
        pairs: object = None,
        people: object = None,
        choices: object = None,
        config: Config | Mapping[str, Any] | str | Path | None = None,
    ) -> Programme:
        """Read data frames of pandas or polars, or mappings of columns; they are not changed.

        Parameters
        ----------
        mentors, mentees : data frames
            One row a person; the columns of ``mentors.csv`` and ``mentees.csv``.
        pairs : data frame, optional
            Requests and vetoes.
        people : data frame, optional
            Everyone, to complete the reporting lines.
        choices : data frame, optional
            The sheet of :func:`cmmatch.shortlist`, filled in by the mentees.
        config : Config, mapping, str or Path, optional
            The settings: ready, as nested mappings, or the path of a toml. Defaults hold where left
            out.

        Raises
        ------
        InputFaults
            With every fault of every frame and of the settings.

        Examples
        --------
        >>> mentors = {"id": ["A1"], "skills": ["python:4; negotiation"]}
        >>> mentees = {"id": ["E1"], "skills_wanted": ["python:3!"]}
        >>> Programme.from_frames(mentors, mentees)
        Programme('Mentoring programme', 1 mentees, 1 mentors, 0 requests)
        """
        faults = FaultList()
        frames = {
            "mentors": mentors,
            "mentees": mentees,
            "people": people,
            "pairs": pairs,
            "choices": choices,
        }
        return cls._made(read_frames(frames, config, faults), faults)

    @classmethod
    def _made(cls, parts: Parts | None, faults: FaultList) -> Programme:
        faults.raise_if_any()
        assert parts is not None, "a programme that cannot be made has a fault"
        return cls.of(parts, faults.notes)

    @classmethod
    def of(cls, parts: Parts, notes: tuple[Fault, ...]) -> Programme:
        """Put together the parts that were read."""
        return cls(
            config=parts.config,
            mentors=parts.mentors,
            mentees=parts.mentees,
            requests=parts.requests,
            lines=parts.lines,
            notes=notes,
            inputs=parts.inputs,
            vocabulary=parts.vocabulary,
            text_model=parts.text_model,
        )

    def __repr__(self) -> str:
        return (
            f"Programme({self.config.programme.name!r}, {len(self.mentees)} mentees, "
            f"{len(self.mentors)} mentors, {len(self.requests)} requests)"
        )

    @cached_property
    def places(self) -> NDArray[np.int64]:
        """Places of each mentor, shape (M,): the smaller of ``capacity`` and what the hours allow.

        The hours allow ``hours_per_month / hours_per_pair`` pairs, rounded down. Somebody who is
        paused or has left has none.
        """
        return mentor_places(self.mentors, hours_per_pair=self.config.programme.hours_per_pair)

    @cached_property
    def minimum_load(self) -> NDArray[np.int64]:
        """Least load of each mentor, shape (M,); nobody who is paused or has left must have one."""
        return least_load(self.mentors)

    @property
    def origin(self) -> Path | None:
        """Where it was read from: the toml, or the folder without one; ``None`` for data frames."""
        if not self.inputs:
            return None
        settings = [each.path for each in self.inputs if each.path.suffix == ".toml"]
        return settings[0] if settings else self.inputs[0].path.parent

    @cached_property
    def demand(self) -> NDArray[np.int64]:
        """Mentors wanted by each mentee, shape (N,); nobody who is paused or has left wants one."""
        return mentee_demand(self.mentees)

    @cached_property
    def calendar(self) -> Calendar:
        """Common free hours of any mentee and mentor over the programme's weeks."""
        return Calendar.of(self.mentees, self.mentors, self.config.programme)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the content, 64 hexadecimal digits.

        The same for any order of rows or columns and any file format; see
        :func:`cmmatch.programme.fingerprint.fingerprint` for what it covers.
        """
        return fingerprint(self)

    def replace(self, **changes: Any) -> Programme:
        """Return a copy with some parts changed, e.g. ``replace(config=...)``."""
        return replace(self, **changes)
