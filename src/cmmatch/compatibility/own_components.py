"""Components of the organisation's own: from a function of two frames, or from another package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cmmatch.compatibility.component import Component, RowComponent, not_known
from cmmatch.compatibility.selection import block_rows
from cmmatch.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pandas as pd
    from numpy.typing import NDArray

    from cmmatch.programme.people import People, Terms
    from cmmatch.programme.programme import Programme

__all__ = ["GROUP", "FrameComponent", "component", "installed_components", "people_frame"]

GROUP = "cmmatch.components"
"""Entry points under which other packages offer components."""

TEXTS = (
    "department", "team", "location", "grade", "manager_id", "timezone", "statement",
    "meeting_mode",
)  # fmt: skip
LISTS = ("languages", "goals", "skills", "skills_wanted")


def component(
    *, name: str, weight: float, reason: Callable[[pd.Series, pd.Series], str] | None = None
) -> Callable[[Callable[[pd.DataFrame, pd.DataFrame], Any]], FrameComponent]:
    """Make a component of a function of two data frames.

    The function gets some mentees and all mentors as :func:`people_frame` shows them, and returns
    one value a pair, shape (rows, M), in 0..1, NaN where unknown. A value must depend on the two
    people alone; :func:`cmmatch.testing.check_component` proves that it does.

    Parameters
    ----------
    name : str
        Key of the weight in the toml, and heading of the column in the results.
    weight : float
        Used where ``[weights]`` gives none; the built-in ones add up to 100.
    reason : callable, optional
        From the rows of a mentee and a mentor to one true sentence; left out, the value is said.

    Examples
    --------
    >>> import numpy as np
    >>> from cmmatch import Programme
    >>> @component(name="same_site", weight=10)
    ... def same_site(mentees, mentors):
    ...     return mentees.location.to_numpy()[:, None] == mentors.location.to_numpy()
    >>> people = {"id": ["a", "b"], "location": ["Bern", "Rome"]}
    >>> bound = same_site.prepare(Programme.from_frames(people, people))
    >>> bound.pairs(np.array([0, 0]), np.array([0, 1])).tolist()
    [1.0, 0.0]
    """

    def wrap(function: Callable[[pd.DataFrame, pd.DataFrame], Any]) -> FrameComponent:
        return FrameComponent(name, weight, function, reason)

    return wrap


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

    Raises
    ------
    ModelError
        The name is blank, or the weight is not a positive number.
    """

    name: str
    weight: float
    function: Callable[[pd.DataFrame, pd.DataFrame], Any]
    reason: Callable[[pd.Series, pd.Series], str] | None = None

    def __post_init__(self) -> None:
        if not self.name.strip():
            message = "A component must have a name."
            raise ModelError(message)
        if not (np.isfinite(self.weight) and self.weight > 0):
            message = (
                f"The weight of the component {self.name!r} must be above 0; given {self.weight}."
            )
            raise ModelError(message)

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
        roles = programme.config.roles
        return PreparedFrames(
            self,
            (roles.mentee, roles.mentor),
            people_frame(programme.mentees),
            people_frame(programme.mentors),
        )


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


def people_frame(people: People) -> pd.DataFrame:
    """Show people as a data frame: what a component of one's own may read.

    ``id``, ``years_experience`` (NaN where blank), single texts ("" where blank), lists as tuples
    (languages, goals, skills, and of mentees the skills wanted), and every column that cmmatch does
    not know. No names, no places or hours, no traits, no protected column.

    Examples
    --------
    >>> from cmmatch import Programme
    >>> mentors = {"id": ["a"], "skills": ["go; sql"], "campus": ["N"]}
    >>> made = Programme.from_frames(mentors, {"id": ["b"]})
    >>> people_frame(made.mentors)[["id", "skills", "campus"]].values.tolist()
    [['a', ('go', 'sql'), 'N']]
    """
    import pandas as pd

    columns: dict[str, Any] = {"id": people.ids}
    columns |= {name: getattr(people, name) for name in TEXTS}
    columns["years_experience"] = people.years_experience
    for name in LISTS:
        terms: Terms | None = getattr(people, name, None)
        if terms is not None:
            columns[name] = _lists(terms)
    return pd.DataFrame(columns | dict(people.extra))


def _lists(terms: Terms) -> NDArray[np.object_]:
    made = np.empty(len(terms), dtype=object)
    made[:] = [terms.of(person) for person in range(len(terms))]
    return made


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
