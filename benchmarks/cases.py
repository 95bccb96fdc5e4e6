"""What is measured: made-up programmes from small to large."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cmmatch import Programme
from cmmatch.synthesis import make_programme

if TYPE_CHECKING:
    from pathlib import Path

    from cmmatch.synthesis import SyntheticProgramme

__all__ = ["CASES", "Case", "case"]


@dataclass(frozen=True)
class Case:
    """A synthetic programme of a certain size."""

    mentees: int
    mentors: int
    seed: int = 7

    @property
    def name(self) -> str:
        return f"{self.mentees}x{self.mentors}"

    def write(self, folder: Path) -> None:
        """Write the tables and the settings, as a person would hand them in."""
        folder.mkdir(parents=True)
        for name, content in self._made().files().items():
            (folder / name).write_bytes(content)

    def programme(self) -> Programme:
        """Return the same programme, checked, without the road over files."""
        made = self._made()
        return Programme.from_frames(
            made.mentors, made.mentees, pairs=made.pairs, people=made.people, config=made.config
        )

    def _made(self) -> SyntheticProgramme:
        return make_programme(mentees=self.mentees, mentors=self.mentors, seed=self.seed)


CASES = tuple(Case(n, m) for n, m in ((200, 100), (1000, 400), (4000, 1600), (10000, 4000)))


def case(name: str) -> Case:
    """Return a case by its name, such as 1000x400."""
    mentees, mentors = name.split("x")
    return Case(int(mentees), int(mentors))
