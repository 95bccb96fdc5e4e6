"""Tables in Markdown."""

from __future__ import annotations

__all__ = ["markdown"]


def markdown(heads, rows):
    """Draw rows of texts under their heads."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
