"""Synthetic programmes as tables, with a planted truth of their own; nobody in them exists."""

from cmmatch.synthesis.programme import SyntheticProgramme, make_programme

__all__ = ["SyntheticProgramme", "make_programme"]
