"""What is measured: made-up programmes from small to large."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from cmmatch import Programme, Scorer
from cmmatch.compatibility.goals import Goals
from cmmatch.synthesis import make_programme

if TYPE_CHECKING:
    from pathlib import Path

    from cmmatch.synthesis import SyntheticProgramme

__all__ = ["CASES", "WIDTH", "Case", "case"]

OWN, VECTORS = "-own", "-vectors"
OWN_WORDS = 6
"""Words that make a statement one's own."""

WIDTH = 384
"""Numbers in a text vector of MiniLM."""


@dataclass(frozen=True)
class Case:
    """A synthetic programme of a certain size.

    Made-up people share statements, five to one among ten thousand; with ``own`` they do not. With
    ``vectors`` statements are compared by dense vectors, as wide as those of MiniLM, whose
    direction is drawn by a hash of the text: they cost the same and mean nothing.
    """

    mentees: int
    mentors: int
    seed: int = 7
    own: bool = False
    vectors: bool = False

    @property
    def name(self) -> str:
        size = f"{self.mentees}x{self.mentors}"
        return f"{size}{OWN if self.own else ''}{VECTORS if self.vectors else ''}"

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

    @property
    def encoder(self):
        """What compares statements; None for tf-idf."""
        return hashed_vectors if self.vectors else None

    def scorer(self, programme: Programme) -> Scorer:
        """Return what scores it."""
        scorer = Scorer.for_programme(programme)
        if self.encoder is None:
            return scorer
        components = tuple(
            replace(each, encoder=self.encoder) if isinstance(each, Goals) else each
            for each in scorer.components
        )
        return replace(scorer, components=components)

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


def hashed_vectors(texts):
    """Draw a vector for each text, the same for the same text."""
    seeds = [int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) for text in texts]
    return np.array([np.random.default_rng(seed).normal(size=WIDTH) for seed in seeds])


CASES = tuple(Case(n, m) for n, m in ((200, 100), (1000, 400), (4000, 1600), (10000, 4000)))


def case(name: str) -> Case:
    """Return a case by its name, such as 1000x400, 1000x400-own or 1000x400-own-vectors."""
    given = re.fullmatch(rf"(\d+)x(\d+)({OWN})?({VECTORS})?", name)
    if given is None:
        message = f"A case must be named such as 1000x400, 1000x400{OWN}; given {name!r}."
        raise ValueError(message)
    return Case(int(given[1]), int(given[2]), own=bool(given[3]), vectors=bool(given[4]))
