"""Spellings: near labels are suggested, in a fixed order, and nothing is changed."""

from difflib import SequenceMatcher
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmmatch import Programme
from cmmatch.compatibility.skill_spellings import (
    LIKENESS,
    SHOWN,
    spelling_notes,
    spelling_suggestions,
)
from cmmatch.programme.skill_aliases import SkillAliases
from cmmatch.programme.taxonomy import Taxonomy
from cmmatch.programme.vocabulary import Vocabulary


def programme_of(*offers, wanted=(), held=()):
    mentees = max(len(wanted), len(held), 1)
    filled = {
        "skills_wanted": [*wanted, *[""] * (mentees - len(wanted))],
        "skills": [*held, *[""] * (mentees - len(held))],
    }
    return Programme.from_frames(
        {"id": [f"o{k}" for k in range(len(offers))], "skills": list(offers)},
        {"id": [f"e{k}" for k in range(mentees)], **filled},
    )


def pairs(programme):
    return [(each.label, each.other) for each in spelling_suggestions(programme)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("communication", "comunication"),
        ("Road-Mapping", "roadmapping "),
        ("stakeholder management", "Stakeholder  Managment"),
        ("C++ programming", "C++ programing"),
        ("e-mail", "email"),
        ("ISO 9001 audits", "ISO 9001 audit"),
        ("Python programming", "Python3 programming"),
    ],
)
def test_two_spellings_of_one_skill_are_suggested(one, other):
    ((first, second),) = pairs(programme_of(one, other, one))

    assert {" ".join(one.split()), " ".join(other.split())} == {first, second}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("C", "C++"),
        ("java", "javascript"),
        ("C++ programming", "C# programming"),
        ("C programming language", "R programming language"),
        ("C programming language", "C++ programming language"),
        ("project management", "product management"),
        ("ISO 9001 certification", "ISO 9002 certification"),
        ("rust", "rusts"),  # four letters
        ("K8s", "k8"),
        ("public speaking", "PUBLIC  speaking"),  # one label already
    ],
)
def test_names_of_different_skills_are_not(one, other):
    assert [] == pairs(programme_of(one, other))


def test_what_aliases_make_one_skill_is_not_suggested_again():
    made = programme_of("paediatrics", "pediatrics")

    assert [] == pairs(made)
    bare = Vocabulary(SkillAliases(), Taxonomy())
    assert [("paediatrics", "pediatrics")] == pairs(made.replace(vocabulary=bare))


def test_people_are_counted_once_each_whatever_they_do_with_the_skill():
    made = programme_of(
        "negotation; negotiation", "Negotation", wanted=["negotation", ""], held=["negotation"]
    )
    (found,) = spelling_suggestions(made)

    assert ("negotation", 3, "negotiation", 1) == (
        found.label,
        found.people,
        found.other,
        found.people_other,
    )


def test_what_concerns_more_people_comes_first():
    made = programme_of("budgets; tendering", "budget; tenderings", "budget", "budget")

    assert [("budget", "budgets"), ("tendering", "tenderings")] == pairs(made)


def test_the_order_of_people_does_not_matter():
    cells = ["budgets; tendering", "budget; Tenderings", "tendering; budget", "tenderingss"]

    assert spelling_suggestions(programme_of(*cells)) == spelling_suggestions(
        programme_of(*reversed(cells))
    )


def test_nothing_is_applied():
    made = programme_of("communication", wanted=["comunication"])
    before = made.fingerprint
    spelling_suggestions(made)

    assert before == made.fingerprint
    assert made.vocabulary.skill("comunication") == "comunication"


@given(st.lists(st.text("abcde", min_size=5, max_size=14), min_size=2, max_size=8, unique=True))
def test_every_pair_alike_enough_is_found_and_no_other(labels):
    """The filters before difflib lose nothing."""
    made = programme_of(*labels).replace(vocabulary=Vocabulary(SkillAliases(), Taxonomy()))
    alike = {
        pair
        for pair in combinations(sorted(labels), 2)
        if SequenceMatcher(None, *pair, autojunk=False).ratio() >= LIKENESS
    }

    assert alike == {tuple(sorted(pair)) for pair in pairs(made)}


def test_notes_say_what_to_do_and_never_stop_a_run():
    (note,) = spelling_notes(programme_of("negotation", "negotiation", "negotiation"))

    assert "note" == note.severity.value
    assert ("skill-spelling", "negotation") == (note.code, note.value)
    assert "'negotiation' (2)" in note.problem
    assert "negotation,negotiation" in note.remedy


def test_no_more_notes_than_somebody_reads():
    words = [
        "".join(chr(97 + (k * 7 + s * 3) % 26) for s in range(9)) + chr(97 + k) for k in range(25)
    ]
    made = programme_of(*(f"{word}; {word}s" for word in words))

    assert len(spelling_suggestions(made)) > SHOWN
    assert SHOWN == len(spelling_notes(made))
