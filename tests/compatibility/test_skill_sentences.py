"""Sentences on skills: read alone, they give the value; they never deny what they claim."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmmatch import Programme
from cmmatch.compatibility.skills import Skills
from cmmatch.programme.skill_aliases import SkillAliases
from cmmatch.programme.taxonomy import Taxonomy
from cmmatch.programme.taxonomy_files import Statements
from cmmatch.programme.vocabulary import Vocabulary

RELATED = {
    ("pandas", "python"): 0.5,
    ("programming", "python"): 0.75,
    ("programming", "rust"): 0.75,
    ("python", "rust"): 0.25,
    ("rust", "python"): 0.25,
}
"""Credit of the second skill where the first is wanted."""

ALIASES = {"py": "python"}
WORDS = Vocabulary.of(
    SkillAliases(ALIASES), Taxonomy(Statements(credit=tuple((*k, v) for k, v in RELATED.items())))
)
LABELS = ("pandas", "python", "py", "programming", "rust", "sql")
LEVEL = st.sampled_from([None, 1, 2, 3, 4, 5])
SKILLS = st.dictionaries(st.sampled_from(LABELS), LEVEL, max_size=4)
OFFER = st.dictionaries(st.sampled_from(LABELS), LEVEL, min_size=1, max_size=4)
WISHES = st.dictionaries(
    st.sampled_from(LABELS), st.tuples(LEVEL, st.booleans()), min_size=1, max_size=4
)
ENTRY = re.compile(
    r"(?P<skill>[a-z]+)(?: by its relation to (?P<helper>[a-z]+))?(?: \((?P<said>[^)]+)\))?(?:, |$)"
)


def cell(skills):
    return "; ".join(f"{label}:{level}" if level else label for label, level in skills.items())


def prepared(wanted, held, offers):
    made = Programme.from_frames(
        {"id": [f"o{k}" for k in range(len(offers))], "skills": offers},
        {"id": ["e"], "skills_wanted": [wanted], "skills": [held]},
    )
    return Skills().prepare(made.replace(vocabulary=WORDS))


def said_of(wanted, offered, held=""):
    return prepared(wanted, held, [offered]).reason(0, 0)


@pytest.mark.parametrize(
    ("wanted", "offered", "said"),
    [
        (
            "pandas",
            "python",
            "Can teach the skill wanted in part: pandas by its relation to python.",
        ),
        (
            "pandas; programming:4",
            "python:4",
            "Can teach both skills wanted in part: programming by its relation to python "
            "(level 4), pandas by its relation to python (level 4).",
        ),
        (
            "pandas; programming; sql",
            "py",
            "Can teach 2 of the 3 skills wanted in part: pandas by its relation to py, programming "
            "by its relation to py; not sql.",
        ),
        (
            "pandas:3; sql!",
            "python; sql",
            "Can teach 1 of the 2 skills wanted: sql; in part pandas by its relation to python "
            "(no level given).",
        ),
    ],
)
def test_what_is_taught_by_relation_alone_is_taught_in_part(wanted, offered, said):
    assert said == said_of(wanted, offered)


@pytest.mark.parametrize(
    ("wanted", "held", "offered", "said"),
    [
        (  # the skill itself is not above the mentee
            "programming:4",
            "programming:2",
            "programming:2; python:4",
            "Can teach the skill wanted in part: programming by its relation to python "
            "(level 4, which counts for more than the skill itself at level 2).",
        ),
        (  # 1/4 of the skill itself, 3/4 by relation
            "programming:4; sql",
            "",
            "programming:1; rust:5; sql",
            "Can teach 1 of the 2 skills wanted: sql; in part programming by its relation to rust "
            "(level 5, which counts for more than the skill itself at level 1).",
        ),
        (  # (1 + 2 + 3 + 4 + 2 * 5) / 30 of the skill itself
            "programming:5",
            "",
            "programming; rust:5",
            "Can teach the skill wanted in part: programming by its relation to rust "
            "(level 5, which counts for more than the skill itself without a level).",
        ),
        (  # as much by the one as by the other
            "programming:4",
            "",
            "programming:3; rust:4",
            "Can teach the skill wanted: programming (level 3, below the 4 wanted).",
        ),
        (  # neither earns anything
            "programming:4",
            "programming:3",
            "programming:3; rust:2",
            "Can teach nothing of what is wanted: programming.",
        ),
    ],
)
def test_the_skill_that_earns_the_credit_is_the_one_that_is_named(wanted, held, offered, said):
    assert said == said_of(wanted, offered, held)


def key(label):
    return ALIASES.get(label, label)


def highest(skills):
    """Highest level by skill, 0 for none."""
    found = {}
    for label, level in skills.items():
        found[key(label)] = max(found.get(key(label), 0), level or 0)
    return found


def earned(level, target, own):
    if not target or level >= target:
        return 1.0
    return level / target if level > own else 0.0


def claims(sentence):
    """What a sentence says: its head, and the entries that are taught at all."""
    head, rest = re.fullmatch(r"Can teach ([^:]+): (.+)\.", sentence).groups()
    if head == "nothing of what is wanted" or head.startswith("none of the "):
        return head, [], rest.split(", ")
    parts = rest.split("; ")
    missed = [each for p in parts if p.startswith("not ") for each in p[4:].split(", ")]
    told = [p.removeprefix("in part ") for p in parts if not p.startswith("not ")]
    entries = [match for p in told for match in ENTRY.finditer(p)]
    assert ", ".join(told) == ", ".join(m[0].removesuffix(", ") for m in entries)
    return head, entries, missed


@given(WISHES, SKILLS, st.lists(OFFER, min_size=1, max_size=3))
def test_the_value_follows_from_the_sentence_alone(wishes, held, offers):
    """From what it says of levels and relations, and from what the mentee wants and has."""
    wanted = "; ".join(
        f"{label}{f':{level}' if level else ''}{'!' * must}"
        for label, (level, must) in wishes.items()
    )
    made = prepared(wanted, cell(held), [cell(each) for each in offers])
    value, wish = made.rows(np.array([0]))[0, 0], made.wishes[0]
    levels, own = highest({each: level for each, (level, _) in wishes.items()}), highest(held)
    given = [level for each in offers for level in highest(each).values() if level]
    spread = [*given, 1, 2, 3, 4, 5]
    head, entries, missed = claims(made.reason(0, 0))
    total = 0.0
    for entry in entries:
        skill, said = key(entry["skill"]), entry["said"] or ""
        mine = own.get(skill, 0)
        target = min(max(levels[skill], mine + 1 if mine else 0), 5)
        level = re.search(r"(?<!itself at )level (\d)", said)
        likely = [int(level[1])] if level else spread
        credit = sum(earned(each, target, mine) for each in likely) / len(likely)
        assert ("no level given" in said) == (not level and target > 0)
        if entry["helper"]:
            credit *= RELATED[skill, key(entry["helper"])]
            itself = re.search(
                r"more than the skill itself (?:at level (\d)|without a level)", said
            )
            assert bool(itself) == (skill in highest(offers[0]))
            if itself:
                poorer = [int(itself[1])] if itself[1] else spread
                assert sum(earned(p, target, mine) for p in poorer) / len(poorer) < credit
        total += wish[skill].weight * credit

    assert total / sum(each.weight for each in wish.values()) == pytest.approx(value, abs=1e-12)
    assert sorted(levels) == sorted(key(each) for each in [m["skill"] for m in entries] + missed)
    in_part = head.endswith(" in part")
    assert in_part == bool(entries and all(m["helper"] for m in entries))
    amount = sum(in_part or not m["helper"] for m in entries)
    assert amount_said(head, len(levels)) == amount


def amount_said(head, wanted):
    head = head.removesuffix(" in part")
    if head in ("the skill wanted", "both skills wanted", f"all {wanted} skills wanted"):
        return wanted
    if head in ("nothing of what is wanted", f"none of the {wanted} skills wanted"):
        return 0
    count, of = re.fullmatch(r"(\d+) of the (\d+) skills wanted", head).groups()
    assert wanted == int(of)
    return int(count)
