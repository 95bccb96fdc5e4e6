"""What is measured: made-up programmes from small to large."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cmmatch import Programme
from cmmatch.synthesis import make_programme

if TYPE_CHECKING:
    from pathlib import Path

    from cmmatch.synthesis import SyntheticProgramme

__all__ = ["CASES", "Case", "case"]

OWN = "-own"
OWN_WORDS = 6
"""Words that make a statement one's own."""


@dataclass(frozen=True)
class Case:
    """A synthetic programme of a certain size.

    Made-up people share statements, five to one among ten thousand; with ``own`` they do not.
    """

    mentees: int
    mentors: int
    seed: int = 7
    own: bool = False

    @property
    def name(self) -> str:
        return f"{self.mentees}x{self.mentors}{OWN if self.own else ''}"

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
        made = make_programme(mentees=self.mentees, mentors=self.mentors, seed=self.seed)
        return _with_own_words(made, seed=self.seed) if self.own else made


def _with_own_words(made: SyntheticProgramme, *, seed: int) -> SyntheticProgramme:
    """Add words of others to every statement, so that next to nobody shares one."""
    rng = np.random.default_rng(seed)
    tables = made.mentees, made.mentors
    said = {text for table in tables for text in table["statement"]}
    words = sorted({word for text in said for word in re.findall(r"\w{4,}", text)})
    longer = [
        tuple(
            text and " ".join([text, *rng.choice(words, OWN_WORDS)]) for text in table["statement"]
        )
        for table in tables
    ]
    mentees, mentors = (
        {**table, "statement": texts} for table, texts in zip(tables, longer, strict=True)
    )
    return replace(made, mentees=mentees, mentors=mentors)


CASES = tuple(Case(n, m) for n, m in ((200, 100), (1000, 400), (4000, 1600), (10000, 4000)))


def case(name: str) -> Case:
    """Return a case by its name, such as 1000x400 or 1000x400-own."""
    mentees, mentors = name.removesuffix(OWN).split("x")
    return Case(int(mentees), int(mentors), own=name.endswith(OWN))
