"""Sensitivity: what every move of a weight changes, by component and by person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cmmatch import display
from cmmatch.analysis.rankings import NOBODY, moved_weights
from cmmatch.compatibility.rule import label
from cmmatch.pictures import heat_map

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from cmmatch.programme.programme import Programme

__all__ = ["Sensitivity", "move_name"]

WORDS = {0.0: "off", 0.5: "halved", 1.0: "as it is", 2.0: "doubled"}


def move_name(factor: float) -> str:
    """Say what a factor does to a weight.

    Examples
    --------
    >>> [move_name(factor) for factor in (0.0, 0.5, 2.0, 1.25)]
    ['off', 'halved', 'doubled', 'x 1.25']
    """
    return WORDS.get(factor, f"x {factor:g}")


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """Which best mentors change when one weight moves, the others in their proportions.

    Nothing is solved anew: it says how far every mentee's own ranking hangs on each weight, not
    what the matching as a whole would become.

    Parameters
    ----------
    programme : Programme
        N mentees, M mentors.
    names : tuple of str, length K
        Components in play.
    weights : float64, shape (K,)
        Shares of the score as they are; they add up to 1.
    idle : tuple of str
        Components not in play: weight 0, or no answer to read. Their weights move nothing.
    factors : tuple of float, length F
        What each weight was multiplied by.
    before : int32, shape (N, S)
        Positions of the best S eligible mentors, best first; -1 where there are fewer.
    after : int32, shape (N, K, F, S)
        The same under each move; -1 throughout where no weight is left.
    kendall : float64, shape (N, K, F)
        Kendall's tau, -1..1, between the orders before and after of those who were best before;
        NaN for a mentee without anyone, or where no weight is left.
    turns : float64, shape (N, K, 2)
        The nearest factors below and above 1 beyond which the best mentor is another; NaN where
        none is.
    turned : int32, shape (N, K, 2)
        Who is first then; -1 where the best mentor stays.
    """

    programme: Programme
    names: tuple[str, ...]
    weights: NDArray[np.float64]
    idle: tuple[str, ...]
    factors: tuple[float, ...]
    before: NDArray[np.int32]
    after: NDArray[np.int32]
    kendall: NDArray[np.float64]
    turns: NDArray[np.float64]
    turned: NDArray[np.int32]

    def __post_init__(self) -> None:
        for array in (self.before, self.after, self.kendall, self.turns, self.turned):
            array.flags.writeable = False

    @property
    def size(self) -> int:
        """How many of the best are compared."""
        return int(self.before.shape[1])

    @cached_property
    def ranked(self) -> NDArray[np.intp]:
        """Positions of the mentees who have anyone eligible, sorted by id."""
        ids = self.programme.mentees.ids
        some = np.flatnonzero(self.before[:, 0] >= 0)
        return np.array(sorted(some, key=lambda i: ids[i]), dtype=np.intp)

    def only(self, mentee_id: str) -> Sensitivity:
        """Return the same for one mentee alone.

        Raises
        ------
        UnknownPerson
            An id that the programme does not hold.
        """
        role = self.programme.config.roles.mentee
        position = self.programme.mentees.find(mentee_id, role=role)
        before = np.full_like(self.before, NOBODY)
        before[position] = self.before[position]
        return replace(self, before=before)

    @property
    def by_component(self) -> pd.DataFrame:
        """One row a component and factor; see :meth:`component_columns`."""
        import pandas as pd

        return pd.DataFrame(self.component_columns())

    @property
    def by_person(self) -> pd.DataFrame:
        """One row a mentee, component and factor; see :meth:`person_columns`."""
        import pandas as pd

        return pd.DataFrame(self.person_columns())

    @property
    def best_mentors(self) -> pd.DataFrame:
        """One row a mentee and component; see :meth:`best_columns`."""
        import pandas as pd

        return pd.DataFrame(self.best_columns())

    def component_columns(self) -> dict[str, list[Any]]:
        """Return the columns of :attr:`by_component` as lists.

        ``component``; ``weight`` and ``weight_then``, shares of the score in 0..1; ``factor``;
        ``mentees``, how many have anyone eligible; of them ``changed``, whose best few are others
        or in another order, ``entered``, who got somebody new among them, and ``best_changed``,
        whose best mentor is another; ``share_changed``; ``overlap``, the mean share of the best
        few who stay among them; ``kendall``, the mean tau. Blank where no weight is left.
        """
        rows = [self._component_row(k, f) for k, f in self._moves()]
        return {name: [row[name] for row in rows] for name in COMPONENT}

    def _moves(self) -> list[tuple[int, int]]:
        return [(k, f) for k in range(len(self.names)) for f in range(len(self.factors))]

    def _component_row(self, k: int, f: int) -> dict[str, Any]:
        some = self.ranked
        then = moved_weights(self.weights, k, self.factors[f])[k]
        row: dict[str, Any] = {
            "component": self.names[k],
            "weight": float(self.weights[k]),
            "factor": self.factors[f],
            "weight_then": None if np.isnan(then) else float(then),
            "mentees": len(some),
        }
        if np.isnan(then) or not len(some):
            return {**dict.fromkeys(COMPONENT), **row}
        changed = self._changed[some, k, f]
        return {
            **row,
            "changed": int(changed.sum()),
            "entered": int((self._overlap[some, k, f] < 1).sum()),
            "best_changed": int((self.after[some, k, f, 0] != self.before[some, 0]).sum()),
            "share_changed": float(changed.mean()),
            # Means are sums of a fixed order: by id.
            "overlap": float(self._overlap[some, k, f].mean()),
            "kendall": float(self.kendall[some, k, f].mean()),
        }

    @cached_property
    def _changed(self) -> NDArray[np.bool_]:
        changed: NDArray[np.bool_] = (self.after != self.before[:, None, None, :]).any(axis=3)
        return changed

    @cached_property
    def _overlap(self) -> NDArray[np.float64]:
        before = self.before[:, None, None, :, None]
        stay = ((before == self.after[:, :, :, None, :]) & (before >= 0)).any(axis=4).sum(axis=3)
        there = np.maximum((self.before >= 0).sum(axis=1), 1)
        share: NDArray[np.float64] = stay / there[:, None, None]
        return share

    def person_columns(self) -> dict[str, list[Any]]:
        """Return the columns of :attr:`by_person` as lists, sorted by mentee id.

        ``mentee_id, component, factor``; ``changed`` and ``best_changed``, yes or no; ``entered``
        and ``left``, mentor ids, best first, parted by "; "; ``overlap`` and ``kendall``. Blank
        where no weight is left.
        """
        columns: dict[str, list[Any]] = {name: [] for name in PERSON}
        for i in self.ranked:
            for k, f in self._moves():
                for name, value in zip(PERSON, self._person_row(int(i), k, f), strict=True):
                    columns[name].append(value)
        return columns

    def _person_row(self, i: int, k: int, f: int) -> tuple[Any, ...]:
        place = (self.programme.mentees.ids[i], self.names[k], self.factors[f])
        if self.after[i, k, f, 0] == NOBODY:
            return (*place, None, None, "", "", None, None)
        entered, left = self.exchanged(i, k, f)
        ids = self.programme.mentors.ids
        return (
            *place,
            bool(self._changed[i, k, f]),
            bool(self.after[i, k, f, 0] != self.before[i, 0]),
            "; ".join(ids[j] for j in entered),
            "; ".join(ids[j] for j in left),
            float(self._overlap[i, k, f]),
            float(self.kendall[i, k, f]),
        )

    def exchanged(self, mentee: int, component: int, factor: int) -> tuple[list[int], list[int]]:
        """Return who enters and who leaves a mentee's best few, as positions, best first."""
        before = self.before[mentee].tolist()
        after = self.after[mentee, component, factor].tolist()
        return (
            [j for j in after if j not in before],
            [j for j in before if j not in after and j != NOBODY],
        )

    def best_columns(self) -> dict[str, list[Any]]:
        """Return the columns of :attr:`best_mentors` as lists, sorted by mentee id.

        ``mentee_id, component``; ``best``, the mentor who is best now; ``factor_down`` and
        ``then_down``, ``factor_up`` and ``then_up``: the nearest factors below and above 1 beyond
        which somebody else is first, and who; blank where nobody ever is.
        """
        columns: dict[str, list[Any]] = {name: [] for name in BEST}
        mentors = self.programme.mentors.ids
        for i in self.ranked:
            for k, name in enumerate(self.names):
                columns["mentee_id"].append(self.programme.mentees.ids[i])
                columns["component"].append(name)
                columns["best"].append(mentors[self.before[i, 0]])
                for side, word in enumerate(("down", "up")):
                    other = self.turned[i, k, side]
                    stays = other == NOBODY
                    factor = None if stays else float(self.turns[i, k, side])
                    columns[f"factor_{word}"].append(factor)
                    columns[f"then_{word}"].append("" if stays else mentors[other])
        return columns

    def picture(self) -> str:
        """Draw the share of mentees whose best few change, components by factors, as SVG."""
        columns = self.component_columns()
        shares = [np.nan if each is None else each for each in columns["share_changed"]]
        wide = len(self.factors)
        rows = [
            (name.replace("_", " "), shares[k * wide : (k + 1) * wide])
            for k, name in enumerate(self.names)
        ]
        roles = self.programme.config.roles
        who, whom = display.capital(roles.mentees), roles.mentors
        title = f"{who} whose best {self.size} {whom} change with a weight"
        return heat_map(rows, [move_name(factor) for factor in self.factors], label=title)

    def mentor_name(self, mentor: int) -> str:
        """Name of a mentor, or the id where there is no name."""
        return label(self.programme.mentors, mentor)

    def __repr__(self) -> str:
        moves = ", ".join(f"{factor:g}" for factor in self.factors)
        return f"Sensitivity({len(self.ranked)} mentees, {len(self.names)} weights x {moves})"

    def _repr_html_(self) -> str:
        roles = self.programme.config.roles
        columns = self.component_columns()
        rows = [
            (
                name,
                move_name(factor),
                display.share(weight),
                display.BLANK if changed is None else f"{changed} of {mentees}",
                display.BLANK if first is None else str(first),
                display.decimal(overlap),
                display.decimal(kendall),
            )
            for name, weight, factor, _, mentees, changed, _, first, _, overlap, kendall in zip(
                *columns.values(), strict=True
            )
        ]
        table = display.small_table(
            ("weight of", "is", "share now", f"best {self.size} change", "best mentor changes",
             "overlap", "Kendall's tau"),
            rows,
            caption=f"What one weight changes for {roles.mentees}",
            most=60,
        )  # fmt: skip
        idle = f"<p>Not in play: {display.escape(', '.join(self.idle))}.</p>" if self.idle else ""
        return f"{self.picture()}\n{table}{idle}" if self.names else f"{table}{idle}"


COMPONENT = (
    "component", "weight", "factor", "weight_then", "mentees", "changed", "entered",
    "best_changed", "share_changed", "overlap", "kendall",
)  # fmt: skip
PERSON = (
    "mentee_id", "component", "factor", "changed", "best_changed", "entered", "left", "overlap",
    "kendall",
)  # fmt: skip
BEST = (
    "mentee_id", "component", "best", "factor_down", "then_down", "factor_up", "then_up",
)  # fmt: skip
