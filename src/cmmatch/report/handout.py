"""The shortlist as a page to hand out: one block a mentee, to be filled in by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cmmatch.report.html import environment

if TYPE_CHECKING:
    from cmmatch.programme.config import Roles

__all__ = ["Block", "Entry", "render_handout"]


@dataclass(frozen=True)
class Entry:
    """One name on a list: label, name ("" where none is given), why, and the rank given earlier."""

    mentor_id: str
    mentor: str
    reason: str
    rank: int | None = None


@dataclass(frozen=True)
class Block:
    """The list of one mentee, in the order in which it is shown; may be empty.

    ``wished`` where the mentee has named somebody before, on this list or not.
    """

    mentee_id: str
    mentee: str
    entries: tuple[Entry, ...]
    wished: bool = False


def render_handout(title: str, roles: Roles, blocks: tuple[Block, ...]) -> str:
    """Make the page: one HTML document that loads nothing, a sheet of paper for each block.

    Examples
    --------
    >>> from cmmatch.programme.config import Roles
    >>> block = Block("e1", "Ann", (Entry("m1", "<Max>", "Can teach SQL."),))
    >>> "&lt;Max&gt;" in render_handout("Coaching", Roles.model_validate({}), (block,))
    True
    """
    page = environment().get_template("shortlist.html.j2")
    return page.render(title=title, roles=roles, blocks=blocks)
