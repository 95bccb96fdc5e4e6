"""A made-up organisation: departments, teams, and who reports to whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cmmatch.synthesis.words import DEPARTMENTS

if TYPE_CHECKING:
    from numpy.random import Generator

__all__ = ["Organisation", "Post"]


@dataclass(frozen=True)
class Post:
    """Where somebody works and to whom they report."""

    department: str
    team: str
    manager: str
    grade: str


@dataclass
class Organisation:
    """Teams of about twelve under a lead each, leads under a head, heads under one chief.

    Heads and the chief take no part in the programme; leads may.
    """

    teams: list[tuple[str, str]]
    leads: dict[tuple[str, str], str]

    @classmethod
    def for_people(cls, count: int) -> Organisation:
        """Lay out enough teams for a number of people."""
        kinds = [(d, t) for d, teams in DEPARTMENTS.items() for t in teams]
        wanted = max(count // 12, len(DEPARTMENTS))
        rounds = -(-wanted // len(kinds))
        teams = [
            (d, t if rounds == 1 else f"{t} {k + 1}") for k in range(rounds) for d, t in kinds
        ][: max(wanted, 1)]
        return cls(teams, {})

    @staticmethod
    def head(department: str) -> str:
        """Id of a department's head."""
        return f"H-{department[:3].upper()}"

    def draw(self, rng: Generator, label: str, *, senior: bool) -> Post:
        """Give somebody a post; the first senior person of a team leads it."""
        department, team = self.teams[int(rng.integers(len(self.teams)))]
        key = (department, team)
        if senior and key not in self.leads:
            self.leads[key] = label
            return Post(department, team, self.head(department), "lead")
        manager = self.leads.get(key, self.head(department))
        return Post(department, team, manager, "senior" if senior else "junior")

    def superiors(self) -> list[tuple[str, str, str]]:
        """(id, manager, department) of the heads and the chief."""
        heads = [(self.head(d), "CHIEF", d) for d in DEPARTMENTS]
        return [("CHIEF", "", ""), *heads]
