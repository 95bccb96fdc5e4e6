"""Components of the organisation's own: from a function of two frames, or from another package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cmmatch.compatibility.answered import Answers
from cmmatch.compatibility.component import Component, RowComponent, not_known
from cmmatch.compatibility.people_frames import SIDES, filled_in, hidden_columns, people_frame
from cmmatch.compatibility.selection import block_rows
from cmmatch.errors import ModelError
from cmmatch.programme.labels import composed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from cmmatch.programme.programme import Programme

__all__ = ["GROUP", "FrameComponent", "component", "installed_components"]

GROUP = "cmmatch.components"
"""Entry points under which other packages offer components."""


def component(
    *,
    name: str,
    weight: float,
    reason: Callable[[pd.Series, pd.Series], str] | None = None,
    columns: Sequence[str] | Mapping[str, Sequence[str]] | None = None,
) -> Callable[[Callable[[pd.DataFrame, pd.DataFrame], Any]], FrameComponent]:
    """Make a component of a function of two data frames.

    The function gets some mentees and all mentors, as
    :func:`~cmmatch.compatibility.people_frames.people_frame` shows them, and returns one value a
    pair, shape (rows, M), in 0..1, NaN where unknown. A value must depend on the two people alone;
    :func:`cmmatch.testing.check_component` proves that it does.

    Parameters
    ----------
    name : str
        Key of the weight in the toml, and heading of the column in the results.
    weight : float
        Used where ``[weights]`` gives none; the built-in ones add up to 100.
    reason : callable, optional
        From the rows of a mentee and a mentor to one true sentence; left out, the value is said.
    columns : sequence of str, or mapping of "mentees" and "mentors" to such, optional
        What the function reads, of both sides or of each. Where the mentee or the mentor leaves one
        of them blank, or the table has no such column, the pair is unknown whatever the function
        returns, and ``cmmatch check`` counts the blank. Left out, blanks are the function's own
        matter and ``check`` does not look at them.

    Raises
    ------
    ModelError
        The name is blank, the weight is not a positive number, or ``columns`` names something that
        the function is not shown.

    Examples
    --------
    >>> import numpy as np
    >>> from cmmatch import Programme
    >>> @component(name="same_site", weight=10, columns=["location"])
    ... def same_site(mentees, mentors):
    ...     return mentees.location.to_numpy()[:, None] == mentors.location.to_numpy()
    >>> people = {"id": ["a", "b", "c"], "location": ["Bern", "Rome", ""]}
    >>> bound = same_site.prepare(Programme.from_frames(people, people))
    >>> bound.pairs(np.array([0, 0, 2]), np.array([0, 1, 2])).tolist()
    [1.0, 0.0, nan]
    """

    def wrap(function: Callable[[pd.DataFrame, pd.DataFrame], Any]) -> FrameComponent:
        return FrameComponent(name, weight, function, reason, reads)

    reads = None if columns is None else _by_side(name, columns)
    return wrap


def _by_side(
    name: str, columns: Sequence[str] | Mapping[str, Sequence[str]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns of mentees and those of mentors.

    Raises
    ------
    ModelError
        They are no lists, or of another side.
    """
    given = columns if isinstance(columns, Mapping) else dict.fromkeys(SIDES, columns)
    if set(given) - set(SIDES) or any(isinstance(each, str) for each in given.values()):
        message = (
            f"The columns of the component {name!r} must be a list of names, or lists for "
            f"'mentees' and 'mentors'; given {columns!r}."
        )
        raise ModelError(message)
    mentees, mentors = (tuple(dict.fromkeys(map(composed, given.get(side, ())))) for side in SIDES)
    return mentees, mentors


@dataclass(frozen=True)
class FrameComponent:
    """A component whose values a function of two frames gives; made by :func:`component`.

    Parameters
    ----------
    name : str
        Of the component.
    weight : float
        Where the settings give none, > 0.
    function : callable
        From frames of mentees and mentors to values, shape (rows, M).
    reason : callable or None
        From two rows to a sentence.
    reads : two tuples of str, or None
        Columns of mentees and of mentors that a known pair takes; None where it is not said.

    Raises
    ------
    ModelError
        As :func:`component`.
    """

    name: str
    weight: float
    function: Callable[[pd.DataFrame, pd.DataFrame], Any]
    reason: Callable[[pd.Series, pd.Series], str] | None = None
    reads: tuple[tuple[str, ...], tuple[str, ...]] | None = None

    def __post_init__(self) -> None:
        if not self.name.strip():
            message = "A component must have a name."
            raise ModelError(message)
        if not (np.isfinite(self.weight) and self.weight > 0):
            message = (
                f"The weight of the component {self.name!r} must be above 0; given {self.weight}."
            )
            raise ModelError(message)
        for side, names in zip(SIDES, self.reads or ((), ()), strict=True):
            if hidden := sorted(hidden_columns(side).intersection(names)):
                message = (
                    f"The columns of the component {self.name!r} must be such as it is shown; it "
                    f"does not get to see {', '.join(map(repr, hidden))} of {side}. Take it out, "
                    "or give the columns of each side: {'mentees': [...], 'mentors': [...]}."
                )
                raise ModelError(message)

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that it says it reads; protected ones are refused by name."""
        return tuple(dict.fromkeys(name for side in self.reads or () for name in side))

    def applies(self, programme: Programme) -> bool:
        """Whether it knows any pair."""
        if not (len(programme.mentees) and len(programme.mentors)):
            return False
        prepared = self.prepare(programme)
        step = block_rows(len(programme.mentors))
        return any(
            not np.isnan(prepared.rows(np.arange(k, min(k + step, len(programme.mentees))))).all()
            for k in range(0, len(programme.mentees), step)
        )

    def prepare(self, programme: Programme) -> PreparedFrames:
        """Show the people as frames."""
        roles = programme.config.roles.mentee, programme.config.roles.mentor
        mentees, mentors = people_frame(programme.mentees), people_frame(programme.mentors)
        if self.reads is None:
            return PreparedFrames(self, roles, mentees, mentors)
        sides = filled_in(mentees, self.reads[0]), filled_in(mentors, self.reads[1])
        return AnsweredFrames(self, roles, mentees, mentors, Answers(*sides))


@dataclass(frozen=True, eq=False)
class PreparedFrames(RowComponent):
    """A :class:`FrameComponent` bound to a programme."""

    component: FrameComponent
    roles: tuple[str, str]
    mentees: pd.DataFrame
    mentors: pd.DataFrame

    def rows(self, mentees: NDArray[np.intp]) -> NDArray[np.float64]:
        """Values of some mentees against every mentor; checked.

        Raises
        ------
        ModelError
            The function returns another shape, no numbers, or a value outside 0..1.
        """
        # Copies, so that a function that writes into its frames changes nothing for the next call.
        given = self.component.function(self.mentees.iloc[mentees].copy(), self.mentors.copy())
        try:
            values = np.asarray(given, dtype=np.float64)
        except (TypeError, ValueError):
            raise ModelError(self._must("return numbers, NaN where unknown")) from None
        if values.shape != (len(mentees), len(self.mentors)):
            what = f"return one value a pair, shape {(len(mentees), len(self.mentors))}"
            raise ModelError(self._must(what, f"of shape {values.shape}"))
        outside = (values < 0) | (values > 1)
        if outside.any():
            raise ModelError(self._must("lie in 0..1", str(values[outside][0])))
        return values

    def _must(self, what: str, given: str = "") -> str:
        shown = f"; it gave {given}" if given else ""
        return f"The function of the component {self.component.name!r} must {what}{shown}."

    def reason(self, mentee: int, mentor: int) -> str:
        """Say what the organisation's own function says of this pair."""
        value = self.pairs(np.array([mentee]), np.array([mentor]))[0]
        if np.isnan(value):
            return not_known((self.roles[0], f"or the {self.roles[1]} gives no answer to it"))
        if self.component.reason is not None:
            return str(self.component.reason(self.mentees.iloc[mentee], self.mentors.iloc[mentor]))
        return f"By the organisation's own criterion: {value:.2f} of 1."


@dataclass(frozen=True, eq=False)
class AnsweredFrames(PreparedFrames):
    """One that says which columns it reads: a pair is known if the two have filled them all in."""

    answered: Answers

    def answers(self) -> Answers:
        """Tell who has filled in the columns."""
        return self.answered

    def rows(self, mentees: NDArray[np.intp]) -> NDArray[np.float64]:
        """Values of the function where nothing is blank; it is not asked where all is."""
        mentee, mentor = (side.given for side in self.answered.sides)
        known = self.answered.meet(mentee[mentees], mentor)
        if not known.any():
            return np.full(known.shape, np.nan)
        return np.where(known, super().rows(mentees), np.nan)

    def reason(self, mentee: int, mentor: int) -> str:
        """Say who left what blank, else what the function says."""
        blanks = [
            (role, f"gives no {' and no '.join(missing)}")
            for role, side, person in zip(
                self.roles, self.answered.sides, (mentee, mentor), strict=True
            )
            if (missing := [each.name for each in side.columns if each.blank[person]])
        ]
        return not_known(*blanks) if blanks else super().reason(mentee, mentor)


def installed_components() -> tuple[Component, ...]:
    """Load the components of other packages, from the entry points ``cmmatch.components``.

    An entry point names a component, or something that makes one when it is called without
    arguments; they come sorted by the name of the entry point.

    Raises
    ------
    ModelError
        One cannot be loaded, or is no component; the message names it and its package.
    """
    from importlib.metadata import entry_points

    return tuple(_loaded(each) for each in sorted(entry_points(group=GROUP), key=lambda e: e.name))


def _loaded(entry: Any) -> Component:
    package = entry.dist.name if entry.dist is not None else "unknown"
    which = f"The component {entry.name!r} of the package {package!r}"
    try:
        found = entry.load()
        made = found() if isinstance(found, type) or not isinstance(found, Component) else found
    except Exception as error:
        message = f"{which} could not be loaded: {error}. Mend the package or uninstall it."
        raise ModelError(message) from error
    if not isinstance(made, Component):
        message = (
            f"{which} must have a name, 'applies' and 'prepare'; it is {type(made).__name__}. "
            "Mend the package or uninstall it."
        )
        raise ModelError(message)
    return made


def check_names(components: Iterable[Component]) -> None:
    """Refuse two components of one name.

    Raises
    ------
    ModelError
        A name stands twice.
    """
    seen: set[str] = set()
    for each in components:
        if each.name in seen:
            message = (
                f"A component must have a name of its own; {each.name!r} stands twice. "
                "Rename yours, or uninstall the package that brings another."
            )
            raise ModelError(message)
        seen.add(each.name)
