"""Decides who mentors whom, says why, and repairs the pairs that go badly.

Names are loaded when they are first used, so that ``import cmmatch`` stays quick.
"""

from __future__ import annotations

import logging
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cmmatch.analysis.methods import compare_methods
    from cmmatch.analysis.price_of_stability import price_of_stability
    from cmmatch.analysis.weight_moves import Sensitivity
    from cmmatch.api import (
        CheckReport,
        MatchResult,
        Shortlist,
        check,
        compare,
        match,
        peers_of,
        read_programme,
        read_result,
        sensitivity,
        shortlist,
    )
    from cmmatch.assignment import constraints, objectives
    from cmmatch.assignment.circle_result import CircleResult
    from cmmatch.assignment.circles import circles
    from cmmatch.assignment.deferred import deferred_acceptance
    from cmmatch.assignment.laminar import PairLimit
    from cmmatch.assignment.limits import Limits
    from cmmatch.assignment.lotteries import Lottery, lottery
    from cmmatch.assignment.matching import Matching
    from cmmatch.assignment.model import Model
    from cmmatch.assignment.peer_result import PeerResult
    from cmmatch.assignment.peers import peers
    from cmmatch.assignment.result import Result, Termination
    from cmmatch.assignment.solving import solve
    from cmmatch.compatibility.candidates import Candidates
    from cmmatch.compatibility.eligibility import Eligibility
    from cmmatch.compatibility.own_components import component
    from cmmatch.compatibility.scorer import Scorer
    from cmmatch.programme.config import Config
    from cmmatch.programme.programme import Programme

__version__ = "0.1.0"

__all__ = [
    "Candidates",
    "CheckReport",
    "CircleResult",
    "Config",
    "Eligibility",
    "Limits",
    "Lottery",
    "MatchResult",
    "Matching",
    "Model",
    "PairLimit",
    "PeerResult",
    "Programme",
    "Result",
    "Scorer",
    "Sensitivity",
    "Shortlist",
    "Termination",
    "check",
    "circles",
    "compare",
    "compare_methods",
    "component",
    "constraints",
    "deferred_acceptance",
    "lottery",
    "match",
    "objectives",
    "peers",
    "peers_of",
    "price_of_stability",
    "read_programme",
    "read_result",
    "sensitivity",
    "shortlist",
    "solve",
]

_HOMES = {
    "Candidates": "cmmatch.compatibility.candidates",
    "CheckReport": "cmmatch.api",
    "CircleResult": "cmmatch.assignment.circle_result",
    "Config": "cmmatch.programme.config",
    "Eligibility": "cmmatch.compatibility.eligibility",
    "Limits": "cmmatch.assignment.limits",
    "Lottery": "cmmatch.assignment.lotteries",
    "MatchResult": "cmmatch.api",
    "Matching": "cmmatch.assignment.matching",
    "Model": "cmmatch.assignment.model",
    "PairLimit": "cmmatch.assignment.laminar",
    "PeerResult": "cmmatch.assignment.peer_result",
    "Programme": "cmmatch.programme.programme",
    "Result": "cmmatch.assignment.result",
    "Scorer": "cmmatch.compatibility.scorer",
    "Sensitivity": "cmmatch.analysis.weight_moves",
    "Shortlist": "cmmatch.api",
    "Termination": "cmmatch.assignment.result",
    "check": "cmmatch.api",
    "circles": "cmmatch.assignment.circles",
    "compare": "cmmatch.api",
    "compare_methods": "cmmatch.analysis.methods",
    "component": "cmmatch.compatibility.own_components",
    "deferred_acceptance": "cmmatch.assignment.deferred",
    "lottery": "cmmatch.assignment.lotteries",
    "match": "cmmatch.api",
    "peers": "cmmatch.assignment.peers",
    "peers_of": "cmmatch.api",
    "price_of_stability": "cmmatch.analysis.price_of_stability",
    "read_programme": "cmmatch.api",
    "read_result": "cmmatch.api",
    "sensitivity": "cmmatch.api",
    "shortlist": "cmmatch.api",
    "solve": "cmmatch.assignment.solving",
}
_ROOMS = {
    "constraints": "cmmatch.assignment.constraints",
    "objectives": "cmmatch.assignment.objectives",
}

logging.getLogger(__name__).addHandler(logging.NullHandler())


def __getattr__(name: str) -> object:
    if name in _ROOMS:
        return import_module(_ROOMS[name])
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    message = f"module 'cmmatch' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
