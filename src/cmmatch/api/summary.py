"""The figures of a result: plain values for machines, a few lines for people."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from cmmatch import display
from cmmatch.analysis.wishes import own_wishes
from cmmatch.api.why_not import as_plain, words_of
from cmmatch.compatibility.rule_words import rule_title

if TYPE_CHECKING:
    from cmmatch.api.result import MatchResult
    from cmmatch.assignment.result import Result, Value
    from cmmatch.compatibility.removals import EligibilityCount
    from cmmatch.programme.programme import Programme


__all__ = [
    "best_place_sentence",
    "headline",
    "line_gaps_sentence",
    "proof",
    "rules_not_checked",
    "summarise",
]

WORDS = {
    "most_matched": "as many pairs as possible",
    "total_score": "the highest total score",
    "worst_off": "the lowest score as high as possible",
    "leximin": "as few pairs as possible in each level of scores, from the lowest up",
    "rank_maximal": "as many first wishes as possible, then second ones, and so on",
    "greedy_maximum": "as many pairs as possible, and among them as many first wishes as possible, "
    "then second ones, and so on",
    "generous_maximum": "as many pairs as possible, and among them as few without a wish as "
    "possible, then of the last wishes, and so on",
    "bottom_share": "the lowest scores as high as possible",
    "nash": "the product of all scores as high as possible",
    "even_load": "the pairs shared out as evenly among mentors as possible",
    "group_gap": "groups served as alike as possible",
    "fewest_changes": "as many earlier pairs kept as possible",
}
"""What each objective asks for, for people."""

IN_SCORE = {"total_score": "the total score", "worst_off": "the lowest score"}
"""What objectives that are counted in scores are about."""

ROUNDING = 1e-6


def summarise(result: MatchResult) -> dict[str, Any]:
    """Return every figure of a result as plain values, in a fixed order."""
    programme, solved = result.programme, result.result
    figures: dict[str, Any] = {
        "programme": programme.config.programme.name,
        "termination": solved.termination.value,
        "stopped": solved.stopped or None,
        "scope": solved.scope,
        "backend": solved.backend,
        "mentees": len(programme.mentees),
        "mentors": len(programme.mentors),
        "mentors_wanted": int(programme.demand.sum()),
        "places": int(programme.places.sum()),
        "candidate_pairs": len(result.candidates),
        "obstacles": list(solved.obstacles),
        **({} if solved.why_not is None else {"why_not": as_plain(solved.why_not)}),
        "objectives": [
            {"name": s.name, "value": _plain(s.value), "bound": _plain(s.bound), "proven": s.proven}
            for s in solved.stages
        ],
        "components": {
            name: {"weight": round(float(weight), 6), "neutral": float(neutral)}
            for name, weight, neutral in zip(
                result.scored.names, result.scored.weights, result.scored.neutral, strict=True
            )
        },
        "components_without_answers": list(result.scored.idle),
    }
    if solved.has_matching:
        figures.update(_matching_figures(result))
    return figures


def _plain(value: Value | None) -> int | list[int] | None:
    """Return the value of an objective as a number or a list of numbers."""
    return list(value) if isinstance(value, tuple) else value


def _matching_figures(result: MatchResult) -> dict[str, Any]:
    scores = np.array([view.score for view in result.pair_views])
    some = len(scores) > 0
    wishes = own_wishes(result.programme, result.matching)
    return {
        "pairs": len(scores),
        "mentees_matched": int((result.matching.mentee_load > 0).sum()),
        "without_partner": sum(view.found == 0 for view in result.unmatched_views),
        "not_taking_part": int((result.programme.demand == 0).sum()),
        "provisional": sum(bool(view.provisional) for view in result.pair_views),
        "made_although_avoided": sum(bool(view.rather_not) for view in result.pair_views),
        "score_mean": round(float(scores.mean()), 6) if some else None,
        "score_median": round(float(np.median(scores)), 6) if some else None,
        "score_lowest": round(float(scores.min()), 6) if some else None,
        "best_by_score": sum(view.rank == 1 for view in result.pair_views),
        "wishes": {
            "mentees_who_named_somebody": wishes.named,
            "got_somebody_named": wishes.met,
            "got_first_wish": wishes.first,
        },
        "required_below_min_score": _required_below(result),
        "limits_missed": [
            {
                "limit": missed.rule,
                "sentence": missed.sentence,
                "amount": round(missed.amount, 6),
                "cost": missed.cost,
            }
            for missed in result.result.broken
        ],
        "eligible_pairs": result.matched.removals.pairs_eligible,
        "reasons": _counted(view.reason for view in result.unmatched_views),
        "place_that_helps_most": _best_place(result),
    }


def _best_place(result: MatchResult) -> dict[str, Any] | None:
    best = result.matched.fixes.best_place
    if best is None:
        return None
    label = result.programme.mentors.ids[best.mentor]
    return {"mentor_id": label, "could_use": best.could_use, "waiting": best.waiting}


def best_place_sentence(result: MatchResult) -> str:
    """Say with whom one more place would help most; "" where none would, or it is not known."""
    best = result.summary.get("place_that_helps_most")
    if not best:
        return ""
    who = words_of(result.programme).person("mentor", best["mentor_id"])
    return (
        f"The place that would help most: one more with {who}; {display.count(best['could_use'])} "
        f"of the {display.count(best['waiting'])} who wait could use it."
    )


def _required_below(result: MatchResult) -> int:
    """Count the pairs that are made, since they are required, below the least score asked for."""
    floor = result.candidates.floor
    units = result.scored.pairs(result.matching.mentee, result.matching.mentor)
    return 0 if floor is None else int((units < floor).sum())


def _counted(reasons: Any) -> dict[str, int]:
    counts: dict[str, int] = {}
    for reason in reasons:
        counts[reason] = counts.get(reason, 0) + 1
    return dict(sorted(counts.items()))


def headline(result: MatchResult) -> tuple[tuple[str, str], ...]:
    """Return the few figures that a manager asks for first, as (label, text).

    Mentees matched, not matched and not taking part are all mentees; a line that would say the
    same as the one above it, or nothing, is left out.
    """
    figures, roles = result.summary, result.programme.config.roles
    pairs, matched = figures["pairs"], figures["mentees_matched"]
    mentees = display.capital(roles.mentees)
    lines = [
        ("Pairs", display.count(pairs)),
        *([(f"{mentees} matched", display.count(matched))] if matched != pairs else []),
        (f"{mentees} not matched", display.count(figures["without_partner"])),
        ("Not taking part", display.count(figures["not_taking_part"])),
        (
            f"Places of {roles.mentors} used",
            f"{display.count(pairs)} of {display.count(figures['places'])}",
        ),
        (
            "Score, mean and lowest",
            f"{display.decimal(figures['score_mean'])} and "
            f"{display.decimal(figures['score_lowest'])}",
        ),
        (
            "Got their best score",
            f"{display.count(figures['best_by_score'])} of {display.count(pairs)}",
        ),
        *_wish_line(figures["wishes"]),
        ("Provisional: ask first", display.count(figures["provisional"])),
    ]
    avoided = figures["made_although_avoided"]
    if avoided:
        lines.append(("Made although somebody would rather not", display.count(avoided)))
    return tuple(lines)


def _wish_line(wishes: dict[str, int]) -> list[tuple[str, str]]:
    named = wishes["mentees_who_named_somebody"]
    if not named:
        return []
    met, first = wishes["got_somebody_named"], wishes["got_first_wish"]
    return [
        (
            "Got somebody they named",
            f"{display.count(met)} of {display.count(named)} who named somebody; "
            f"their 1st wish: {display.count(first)}",
        )
    ]


def rules_not_checked(result: MatchResult) -> tuple[str, ...]:
    """Say which hard rules could not be checked, for all pairs or for some."""
    names = [rule_title(name) for name, _ in result.scored.eligibility.not_checked]
    told = [f"Hard rules not checked, since no answers are given: {', '.join(names)}."]
    gaps = line_gaps_sentence(result.programme, result.matched.removals)
    return (*(told if names else ()), *((gaps,) if gaps else ()))


def line_gaps_sentence(programme: Programme, count: EligibilityCount) -> str:
    """Say for how many pairs, of all, the reporting line was not known far enough."""
    gaps, levels = count.line_gaps, programme.config.eligibility.line_manager_levels
    if gaps is None or not gaps.pairs:
        return ""
    passed = count.rule("own_line").unverified
    return (
        f"Of all {count.pairs_total:,} pairs, {gaps.pairs:,} could not be checked for the own "
        f"reporting line over {levels} levels, {passed:,} of them eligible: "
        f"{display.several(gaps.without_manager, 'person has', 'people have')} no manager_id, "
        f"{display.several(gaps.manager_in_no_table, 'has', 'have')} a manager who is in no table."
    )


def proof(result: MatchResult) -> str:
    """Say what was optimised and what is proven, for a person."""
    solved = result.result
    wanted = ", then ".join(WORDS.get(stage.name, stage.name) for stage in solved.stages)
    proven = (
        f"Proven over {solved.scope}: no other matching that keeps the rules does better."
        if solved.proven
        else f"{_stopped(solved)}ot proven best over {solved.scope}{_at_most(result)}."
    )
    lines = [f"Wanted: {wanted}.", proven, *_whatever_their_score(result), *_limits_missed(result)]
    return "\n".join(lines)


def _stopped(solved: Result) -> str:
    """Say what ended the solve early, and begin to say what follows."""
    if not solved.stopped:
        return "N"
    return f"Stopped ({solved.stopped}): n"


def _at_most(result: MatchResult) -> str:
    """Say how much better the first objective that is not proven may be, where that is known."""
    open_ = next(stage for stage in result.result.stages if not stage.proven)
    if open_.bound is None or isinstance(open_.bound, tuple) or isinstance(open_.value, tuple):
        return ""
    gap = open_.bound - open_.value
    if not gap:
        return ""
    if open_.name == "most_matched":
        return f"; at most {display.several(gap, 'more pair is', 'more pairs are')} possible"
    what = IN_SCORE.get(open_.name)
    if what is None:
        return ""
    # Rounded up, since it is said to be the most.
    most = math.ceil(gap * result.candidates.resolution * 1000 - ROUNDING) / 1000
    return f"; {what} may be higher by at most {display.decimal(most, 3)}"


def _limits_missed(result: MatchResult) -> list[str]:
    """Say by how much each limit is missed that has a price, and what that costs."""
    return [
        f"Limit missed: {missed} It takes {missed.cost:g} from the total score."
        for missed in result.result.broken
    ]


def _whatever_their_score(result: MatchResult) -> list[str]:
    count = result.summary.get("required_below_min_score", 0)
    if not count:
        return []
    least = result.programme.config.quality.min_score
    below = display.several(count, "required pair scores", "required pairs score")
    return [f"Required pairs are made whatever their score: {below} below {least:g}."]
