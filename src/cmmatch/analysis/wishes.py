"""Wishes against what was made: pairs somebody would rather not have, and who got a wish."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.compatibility.rule import pairs_table
from cmmatch.programme.relations import OWN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cmmatch.assignment.matching import Matching
    from cmmatch.programme.programme import Programme

__all__ = ["OwnWishes", "own_ranks", "own_wishes", "reluctance"]


@dataclass(frozen=True, slots=True)
class OwnWishes:
    """How many mentees got somebody whom they themselves had named.

    Parameters
    ----------
    named : int
        Mentees who take part and have named somebody.
    met, first : int
        Those of them who got somebody they named, and those who got their first wish: rank 1, or a
        name without a rank.
    """

    named: int
    met: int
    first: int


def reluctance(programme: Programme) -> Mapping[tuple[int, int], str]:
    """Say of each pair that somebody would rather not have made who that is, and where it stands.

    Positions of mentee and mentor to a text such as ``the mentor would rather not (pairs.csv, row
    7)``; pairs that nobody avoids are not in it.
    """
    requests, roles = programme.requests, programme.config.roles
    speakers = {
        "": f"the {roles.mentee}",
        "mentee": f"the {roles.mentee}",
        "mentor": f"the {roles.mentor}",
        "manager": "a manager",
        "admin": "an administrator",
    }
    found: dict[tuple[int, int], list[str]] = {}
    rows = requests.of_kind("avoid")
    for k in rows[np.argsort(requests.row[rows], kind="stable")].tolist():
        table = requests.table[k] or pairs_table(programme)
        said = f"{speakers[requests.by[k]]} would rather not ({table}, row {requests.row[k]})"
        found.setdefault((int(requests.mentee[k]), int(requests.mentor[k])), []).append(said)
    return {pair: "; ".join(said) for pair, said in found.items()}


def own_wishes(programme: Programme, matching: Matching) -> OwnWishes:
    """Count the mentees who named somebody themselves, and those who got one of these.

    Whom the same mentee would also rather not have is not counted as named.
    """
    wished = _wished(programme)
    made = set(zip(matching.mentee.tolist(), matching.mentor.tolist(), strict=True))
    return OwnWishes(
        len({pair[0] for pair, _ in wished}),
        len({pair[0] for pair, _ in wished if pair in made}),
        len({pair[0] for pair, rank in wished if rank == 1 and pair in made}),
    )


def own_ranks(programme: Programme) -> dict[tuple[str, str], int]:
    """Return the rank of each pair that a mentee wishes in person, by (mentee id, mentor id).

    A name without a rank counts as the first choice; of several ranks of one pair the last choice
    counts; whom the same mentee would also rather not have has no rank.
    """
    ranks: dict[tuple[str, str], int] = {}
    for (mentee, mentor), rank in _wished(programme):
        pair = str(programme.mentees.ids[mentee]), str(programme.mentors.ids[mentor])
        ranks[pair] = max(rank, ranks.get(pair, 0))
    return ranks


def _wished(programme: Programme) -> list[tuple[tuple[int, int], int]]:
    """Pairs of positions that mentees who take part wish in person, with ranks."""
    requests = programme.requests
    takes_part = programme.demand[requests.mentee] > 0
    pairs = list(zip(requests.mentee.tolist(), requests.mentor.tolist(), strict=True))
    own = np.isin(requests.by, OWN)
    avoided = {pairs[k] for k in np.flatnonzero(own & (requests.kind == "avoid")).tolist()}
    ranks = np.nan_to_num(requests.rank, nan=1.0).astype(np.int64).tolist()
    return [
        (pairs[k], ranks[k])
        for k in np.flatnonzero(requests.own_wishes & takes_part).tolist()
        if pairs[k] not in avoided
    ]
