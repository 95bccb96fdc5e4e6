"""The road from tables to a verified matching: read, check, match."""

from cmmatch.api.checking import CheckReport, check
from cmmatch.api.comparing import compare
from cmmatch.api.matching import match, model_for
from cmmatch.api.peering import peers_of
from cmmatch.api.reading import read_programme
from cmmatch.api.rereading import EarlierResult, read_result
from cmmatch.api.result import MatchResult
from cmmatch.api.shortlisting import Shortlist, shortlist
from cmmatch.api.weighing import sensitivity

__all__ = [
    "CheckReport",
    "EarlierResult",
    "MatchResult",
    "Shortlist",
    "check",
    "compare",
    "match",
    "model_for",
    "peers_of",
    "read_programme",
    "read_result",
    "sensitivity",
    "shortlist",
]
