"""sensitivity(): what each weight of a programme decides, and the files that tell."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cmmatch.analysis import weighing
from cmmatch.analysis.weighing import FACTORS, SIZE
from cmmatch.api.reading import late_faults
from cmmatch.compatibility.scorer import Scorer
from cmmatch.pictures import standalone
from cmmatch.report.files import write_all
from cmmatch.report.sheets import to_csv

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from cmmatch.analysis.weight_moves import Sensitivity
    from cmmatch.programme.programme import Programme
    from cmmatch.progress import Progress

__all__ = ["sensitivity", "write_sensitivity"]


def sensitivity(
    programme: Programme,
    *,
    scorer: Scorer | None = None,
    factors: Sequence[float] = FACTORS,
    size: int = SIZE,
    progress: Progress | None = None,
) -> Sensitivity:
    """Say which of everybody's best mentors change when one weight moves; nothing is solved.

    Each weight in play is multiplied by each factor, one at a time; the others keep their
    proportions and unknown answers their neutral value.

    Parameters
    ----------
    programme : Programme
        From :func:`read_programme` or ``Programme.from_frames``.
    scorer : Scorer, optional
        Own components, weights or rules; left out, the programme's settings decide.
    factors : sequence of float, default (0, 0.5, 2)
        Finite and >= 0.
    size : int, default 5
        How many of the best eligible mentors of a mentee are compared.
    progress : callable, optional
        Told the phase, the steps done and the steps in all.

    Returns
    -------
    Sensitivity
        With the frames ``by_component``, ``by_person`` and ``best_mentors``, and ``picture()``.

    Raises
    ------
    InputFaults
        A weight, a rule or a required pair contradicts the programme.
    ModelError
        A factor or the size is out of range.

    Examples
    --------
    >>> import cmmatch
    >>> programme = cmmatch.Programme.from_frames(
    ...     mentors={"id": ["m1", "m2"], "skills": ["sql", "tax"], "goals": ["lead", "grow"]},
    ...     mentees={"id": ["a"], "skills_wanted": ["sql"], "goals": ["grow"]},
    ...     config={"weights": {"skills": 3, "goals": 2}},
    ... )
    >>> found = sensitivity(programme, factors=[0.5])
    >>> dict(zip(found.names, found.turns[0].round(3).tolist(), strict=True))
    {'skills': [0.4, nan], 'goals': [nan, 2.5]}
    """
    late_faults(programme).raise_if_any()
    scored = (scorer or Scorer.for_programme(programme)).prepare(programme)
    return weighing.sensitivity(scored, factors=factors, size=size, progress=progress)


def write_sensitivity(found: Sensitivity, folder: str | PathLike[str]) -> tuple[Path, ...]:
    """Write weights.csv, weights_people.csv, weights_best.csv and weights.svg: all or none.

    Raises
    ------
    OutputRefused
        The folder holds the inputs, or cannot be written to.
    """
    files = {
        "weights.csv": to_csv(found.component_columns(), text=[]),
        "weights_people.csv": to_csv(found.person_columns(), text=[]),
        "weights_best.csv": to_csv(found.best_columns(), text=[]),
        "weights.svg": standalone(found.picture()),
    }
    return write_all(Path(folder), files, inputs=[each.path for each in found.programme.inputs])
