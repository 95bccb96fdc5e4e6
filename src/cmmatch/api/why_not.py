"""Why a programme has no matching: in the words of its tables, and which hard rule stands there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cmmatch.assignment.infeasibility import Change, Infeasibility, Step, Words
from cmmatch.assignment.result import Termination
from cmmatch.assignment.solving import most_pairs
from cmmatch.compatibility.candidates import Candidates
from cmmatch.compatibility.removals import refused_alone
from cmmatch.compatibility.rule import pairs_table
from cmmatch.compatibility.rule_words import rule_title
from cmmatch.compatibility.supply import load_gaps
from cmmatch.compatibility.tabular import SparseSource
from cmmatch.programme.labels import composed
from cmmatch.programme.relations import REQUIRING

if TYPE_CHECKING:
    from cmmatch.assignment.model import Model
    from cmmatch.assignment.result import Result
    from cmmatch.compatibility.scored_programme import ScoredProgramme
    from cmmatch.programme.programme import Programme

__all__ = ["as_plain", "in_words_of_tables", "words_of"]

NEVER_LIFTED = ("not_self", "inactive")
"""Rules that no programme would lift."""


def in_words_of_tables(scored: ScoredProgramme, model: Model, solved: Result) -> Result:
    """Say of what stands in the way what ``check`` says: the cell, and what to do.

    Parameters
    ----------
    scored : ScoredProgramme
        The programme and its scores.
    model : Model
        What was solved.
    solved : Result
        Of any termination; all but an infeasible one are returned as they are.

    Returns
    -------
    Result
        Its people have their names; a hard rule without which a matching is feasible is among the
        changes, after it was solved again without it.
    """
    if solved.termination is not Termination.INFEASIBLE or solved.why_not is None:
        return solved
    programme, kept = scored.programme, model.candidates
    why = solved.why_not.called(words_of(programme))
    changes = [*why.changes, *_rules_lifted(scored, model, why)]
    why = replace(why, changes=tuple(sorted(changes, key=lambda each: each.size)))
    wanting = programme.demand[kept.mentee] > 0
    gaps = load_gaps(
        programme,
        np.bincount(kept.mentee, minlength=kept.shape[0]),
        np.bincount(kept.mentor[wanting], minlength=kept.shape[1]),
        min_score=programme.config.quality.min_score,
    )
    reasons = why.reasons or solved.obstacles
    obstacles = gaps or (*reasons, *_remedies(programme, why))
    return replace(solved, obstacles=obstacles, why_not=why)


def words_of(programme: Programme) -> Words:
    """Return what people and sides are called; names stand with the id."""
    names = {
        (side, label): f"{name} ({label})"
        for side, people in (("mentee", programme.mentees), ("mentor", programme.mentors))
        for label, name in zip(people.ids, people.name, strict=True)
        if name and name != label
    }
    roles = programme.config.roles
    return Words(names, roles.mentee, roles.mentees, roles.mentor, roles.mentors)


def as_plain(why: Infeasibility) -> dict[str, Any]:
    """Return an infeasibility as plain values, in a fixed order."""
    return {
        "conflicts": [
            {
                "sentence": sentence,
                "requirements": [
                    {
                        "kind": each.kind,
                        "mentee_id": each.mentee,
                        "mentor_id": each.mentor,
                        "rule": each.rule,
                        "label": each.label,
                        "bound": each.bound,
                        "amount": None if np.isnan(each.amount) else each.amount,
                    }
                    for each in conflict.requirements
                ],
                "others": [{"id": label, "places": count} for label, count in conflict.others],
                "needed": conflict.needed,
                "possible": conflict.possible,
                "smallest": conflict.smallest,
                "irreducible": conflict.irreducible,
            }
            for conflict, sentence in zip(why.conflicts, why.reasons, strict=True)
        ],
        "changes": [
            {
                "sentence": sentence,
                "size": change.size,
                "pairs": change.pairs,
                "least": change.least,
                "steps": [
                    {
                        "kind": step.kind,
                        "mentee_id": step.mentee,
                        "mentor_id": step.mentor,
                        "rule": step.rule,
                        "amount": step.amount,
                    }
                    for step in change.steps
                ],
            }
            for change, sentence in zip(why.changes, why.remedies, strict=True)
        ],
    }


def _remedies(programme: Programme, why: Infeasibility) -> list[str]:
    """Say in which cells what is in conflict stands."""
    held = [each for conflict in why.conflicts for each in conflict.requirements]
    told = []
    if not held or any(each.kind == "minimum" for each in held):
        where = programme.mentors.rows.column("min_mentees")
        told.append(f"{where}: lower a minimum load, or relax a hard rule.")
    required = {(each.mentee, each.mentor) for each in held if each.kind == "required"}
    if required:
        requests = programme.requests
        mentees, mentors = programme.mentees.ids, programme.mentors.ids
        rows = sorted(
            (requests.table[k] or pairs_table(programme), int(requests.row[k]))
            for k in requests.of_kind(*REQUIRING)
            if (mentees[requests.mentee[k]], mentors[requests.mentor[k]]) in required
        )
        told += [f"{table}, row {row}: a pair that must be made." for table, row in rows]
    rules = ", ".join(f"'{name}'" for name in why.rules)
    if rules:
        told.append(f"[[limits]]: {rules}.")
    return told


def _rules_lifted(scored: ScoredProgramme, model: Model, why: Infeasibility) -> list[Change]:
    """Solve again without each hard rule that keeps pairs of those in conflict apart."""
    people = {
        each.mentor or each.mentee
        for conflict in why.conflicts
        for each in conflict.requirements
        if each.kind == "minimum"
    }
    if not people:
        return []
    found = []
    for name, (mentee, mentor) in refused_alone(scored.eligibility).items():
        ids = {*scored.mentee_ids[mentee], *scored.mentor_ids[mentor]}
        if name in NEVER_LIFTED or people.isdisjoint(ids):
            continue
        wider = _with_pairs(scored, model.candidates, mentee, mentor)
        added = len(wider) - len(model.candidates)
        pairs = most_pairs(replace(model, candidates=wider)) if added else None
        if pairs is not None:
            step = Step("eligibility", rule=composed(rule_title(name)), amount=float(added))
            found.append(Change((step,), float(added), pairs))
    return sorted(found, key=lambda each: (each.size, each.steps[0].rule))


def _with_pairs(scored: ScoredProgramme, kept: Candidates, mentee: Any, mentor: Any) -> Candidates:
    """Return candidates with some more pairs, those that are good enough."""
    score = scored.pairs(mentee, mentor)
    fine = np.ones(len(score), dtype=np.bool_) if kept.floor is None else score >= kept.floor
    mentee = np.concatenate([kept.mentee, mentee[fine]])
    mentor = np.concatenate([kept.mentor, mentor[fine]])
    score = np.concatenate([kept.score, score[fine]])
    order = np.lexsort((mentor, mentee))
    source = SparseSource(
        mentee[order],
        mentor[order],
        score[order].astype(np.float64) * kept.resolution,
        scored.mentee_ids,
        scored.mentor_ids,
        kept.resolution,
    )
    return Candidates(
        source.mentee.astype(np.int32),
        source.mentor.astype(np.int32),
        source.units,
        source,
        resolution=kept.resolution,
    )
