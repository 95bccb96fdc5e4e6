"""The report as one HTML page: no network, no script, the same bytes for the same content."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from cmmatch import display, pictures
from cmmatch.report import svg

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from cmmatch.report.content import LoadView, PairView, ReportContent

__all__ = ["environment", "render"]

LONG = 40
"""Rows of a table of places that stand open; a longer one is folded."""


def render(content: ReportContent) -> str:
    """Make the page: one HTML document with everything that the content holds.

    Nothing is added to it, and every text in it comes out as text.

    Parameters
    ----------
    content : ReportContent
        What the report says.

    Returns
    -------
    str
        A whole HTML document that loads nothing, readable on a phone, in print, in the light and in
        the dark.

    Examples
    --------
    >>> from cmmatch.programme.config import Roles
    >>> from cmmatch.report.content import ReportContent
    >>> page = render(ReportContent("Coaching <2026>", Roles.model_validate({"mentor": "coach"})))
    >>> "<h1>Coaching &lt;2026&gt;</h1>" in page
    True
    """
    return (
        environment()
        .get_template("report.html.j2")
        .render(content=content, roles=content.roles, long=LONG)
    )


@cache
def environment() -> Environment:
    """Return what all pages are made with: every text escaped, numbers written one way."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        autoescape=True,
        loader=PackageLoader("cmmatch.report"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    for name in ("capital", "count", "decimal", "ordinal", "share"):
        environment.filters[name] = getattr(display, name)
    environment.globals.update(
        scores=_scores, score_bar=_score_bar, part_rows=_part_rows, load_rows=_load_rows
    )
    return environment


def _drawn(picture: str) -> Markup:
    # svg.py has escaped every text in it.
    from markupsafe import Markup

    return Markup(picture)


def _scores(pairs: tuple[PairView, ...]) -> Markup:
    return _drawn(
        svg.histogram([pair.score for pair in pairs], label="How many pairs have which score")
    )


def _score_bar(pair: PairView) -> Markup:
    return _drawn(pictures.part_bar(pair.score, label=f"Score {display.decimal(pair.score)} of 1"))


def _part_rows(pair: PairView) -> list[dict[str, object]]:
    total = sum(part.weight for part in pair.parts)
    largest = max((part.weight for part in pair.parts), default=0.0)
    rows = []
    for part in pair.parts:
        length = part.weight / largest if largest else 0.0
        bar = pictures.part_bar(
            part.value, label=f"{part.name}: {part.said}", length=length, neutral=part.neutral
        )
        rows.append(
            {"part": part, "share": part.weight / total if total else 0.0, "bar": _drawn(bar)}
        )
    return rows


def _load_rows(loads: tuple[LoadView, ...]) -> list[dict[str, object]]:
    most = max((max(load.places, load.used) for load in loads), default=0)
    rows = []
    for load in loads:
        size = max(load.places, load.used)
        label = f"{load.used} of {load.places} taken"
        bar = pictures.part_bar(load.used / size, label=label, length=size / most) if size else ""
        rows.append({"load": load, "bar": _drawn(bar)})
    return rows
