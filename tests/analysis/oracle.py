"""Claims of sentences, worked out from the cells that people gave and from no code of ours.

Each function takes the raw rows of a mentee and a mentor (a mapping of heading to cell), the rows
of the table of pairs, and the sentence; it returns whether every claim in the sentence is true.
"""

import math
import re
from collections import Counter

STATEMENTS = {
    "": set(),
    "Go.": set(),
    "leading small teams": {"leading", "small", "teams"},
    "small teams and pricing": {"small", "teams", "pricing"},
    "pricing of hardware": {"pricing", "hardware"},
}
"""Every statement that is drawn, and the words in it that tell something."""

NO_WORD = re.compile(
    r"No telling word of three letters or more was found in both statements; "
    r"compared by their letters they have (little or nothing|something|much) in common\."
)
IN_COMMON = {"little or nothing": (0.0, 0.2), "something": (0.2, 0.5), "much": (0.5, 1.0)}
"""How alike two statements are of which this is said: docs/goals.md."""

STYLE, LEARNING = ("pace", "candour"), ("challenge", "feedback")


def names(cell):
    return [each.strip() for each in cell.split(";") if each.strip()]


def levels(cell):
    """{"sql": 3, "go": None} of "sql:3; go!"."""
    found = {}
    for entry in names(cell):
        name, _, level = entry.rstrip("!").partition(":")
        found[name] = int(level) if level else None
    return found


def unknown(sentence, blanks):
    """Whether "Not known" names exactly those who left something blank, in their words."""
    said = [f"the {who} {what}" for who, what in blanks]
    if len(blanks) == 2 and blanks[0][1] == blanks[1][1]:
        return sentence == f"Not known: {said[0]}, nor does the mentor."
    return bool(blanks) and sentence == f"Not known: {' and '.join(said)}."


def skills(mentee, mentor, _, sentence):
    wanted, held = levels(mentee["skills_wanted"]), levels(mentee["skills"])
    offered = levels(mentor["skills"])
    blanks = [("mentee", "names no skill that is wanted")] if not wanted else []
    blanks += [("mentor", "names no skill")] if not offered else []
    if blanks:
        return unknown(sentence, blanks)
    target, taught = {}, {}
    for name, level in wanted.items():
        own = held.get(name) or 0
        target[name] = min(5, max(level or 0, own + 1 if own else 0))
        theirs = offered.get(name)
        can = name in offered and (
            theirs is None or not target[name] or theirs >= target[name] or theirs > own
        )
        taught[name] = can
    amount, rest = re.fullmatch(r"Can teach ([^:]+): (.+)\.", sentence).groups()
    yes, no = [], []
    for part in rest.split("; "):
        (no if part.startswith("not ") or not any(taught.values()) else yes).append(part)
    missed = {each for part in no for each in part.removeprefix("not ").split(", ")}
    met = re.findall(r"([^,(]+?)(?: \(([^)]*)\))?(?:, |$)", "; ".join(yes))
    if {name for name, _ in met} != {name for name in wanted if taught[name]}:
        return False
    for name, said in met:
        theirs = offered[name]
        expected = ""
        if theirs is None and target[name]:
            expected = "no level given"
        elif target[name]:
            below = f", below the {target[name]} wanted" if theirs < target[name] else ""
            expected = f"level {theirs}{below}"
        if said != expected:
            return False
    count, total = sum(taught.values()), len(wanted)
    if total == 1:
        right = "the skill wanted" if count else "nothing of what is wanted"
    elif count in (0, total):
        every = "both" if total == 2 else f"all {total}"
        right = f"{every if count else f'none of the {total}'} skills wanted"
    else:
        right = f"{count} of the {total} skills wanted"
    return amount == right and missed == {name for name in wanted if not taught[name]}


def goals(mentee, mentor, _, sentence):
    sides = names(mentee["goals"]), names(mentor["goals"])
    words = STATEMENTS[mentee["statement"]], STATEMENTS[mentor["statement"]]
    expected = []
    if all(sides):
        shared = sorted(set(sides[0]) & set(sides[1]))
        expected.append((shared, sorted(sides[0])))
    said = sentence
    if not all(sides) and not all(words):
        blanks = [
            (who, "does not write enough to compare" if person["statement"] else "names no goal")
            for who, person, own, written in zip(
                ("mentee", "mentor"), (mentee, mentor), sides, words, strict=True
            )
            if not own and not written
        ]
        neither = "Not known: the two do not answer the same question about goals."
        return unknown(sentence, blanks) if blanks else sentence == neither
    if expected:
        first, _, said = sentence.partition(". ")
        shared, mine = expected[0]
        listed = first.rstrip(".").split(": ")[-1].removeprefix("Shares none of the goals ")
        if shared:
            counted = re.match(r"Shares (\d+) of (\d+) goals|Shares all (\d+) goals", first)
            if listed.split(", ") != shared or first.startswith("Shares none"):
                return False
            if counted and counted[1] and (int(counted[1]), int(counted[2])) != (
                len(shared), len(mine),
            ):  # fmt: skip
                return False
            if not counted and len(shared) != len(mine):
                return False
        elif not first.startswith("Shares none of the goals ") or listed.split(", ") != mine:
            return False
    if not all(words):
        return said == "" or not expected
    common = words[0] & words[1]
    if not common:
        return NO_WORD.fullmatch(said) is not None
    told = re.fullmatch(r"Both statements speak of (.+)\.", said)[1].split(", ")
    return set(told) <= common and len(told) == min(3, len(common))


def likeness(statements, one, other):
    """Cosine of two statements by runs of 3 to 5 letters, rarer runs among all weighing more."""

    def runs(text):
        words = (f" {word} " for word in re.findall(r"\w+", text))
        return Counter(
            w[k : k + n] for w in words for n in (3, 4, 5) for k in range(len(w) + 1 - n)
        )

    told = [runs(each) for each in statements if STATEMENTS[each]]
    held = Counter(run for each in told for run in each)
    sides = [
        {
            run: n * (1 + math.log((1 + len(told)) / (1 + held[run])))
            for run, n in runs(each).items()
        }
        for each in (one, other)
    ]
    dot = sum(weight * sides[1].get(run, 0.0) for run, weight in sides[0].items())
    return dot / math.prod(math.hypot(*each.values()) for each in sides)


def hours(mentee, mentor):
    sides = []
    for person in (mentee, mentor):
        free = set()
        for window in names(person["availability"]):
            day, start, end = re.fullmatch(r"(\w+) (\d\d):00-(\d\d):00", window).groups()
            free |= {(day, hour) for hour in range(int(start), int(end))}
        sides.append(free)
    return len(sides[0] & sides[1])


def availability(mentee, mentor, _, sentence):
    sides = (("mentee", mentee), ("mentor", mentor))
    blanks = [(who, "gives no free time") for who, row in sides if not row["availability"]]
    if blanks:
        return unknown(sentence, blanks)
    common = hours(mentee, mentor)
    noun = "hour" if common == 1 else "hours"
    return sentence == f"{common} common free {noun} in every week; 2 are enough."


def experience(mentee, mentor, _, sentence):
    sides = (("mentee", mentee), ("mentor", mentor))
    blanks = [
        (who, "gives no years of experience") for who, row in sides if not row["years_experience"]
    ]
    if blanks:
        return unknown(sentence, blanks)
    ahead = int(mentor["years_experience"]) - int(mentee["years_experience"])
    found = re.fullmatch(
        r"(\d+) (years?) (more|less) experience(?: than the mentee)?; 5 to 15 count in full\.",
        sentence,
    )
    years, noun, direction = found.groups()
    return (int(years), noun == "year", direction == "less") == (
        abs(ahead), abs(ahead) == 1, ahead < 0,
    )  # fmt: skip


def personality(mentee, mentor, _, sentence):
    """Nothing is claimed but that some trait compared was answered, and may be used, by both."""
    compared = any(mentee[t] and mentor[t] for t in ("openness", "conscientiousness"))
    consent = mentee["consent_personality"] == mentor["consent_personality"] == "yes"
    if compared and consent:
        return sentence == "Answers on personality were compared; what they are is not told here."
    return sentence == "Not known: the answers to compare are missing or may not be used."


def working_style(mentee, mentor, _, sentence):
    both = [(int(mentee[c]), int(mentor[c])) for c in STYLE if mentee[c] and mentor[c]]
    if not both:
        return sentence.startswith("Not known: ")
    near = sum(abs(one - other) <= 1 for one, other in both)
    what = {1: "the one way"}.get(len(both), f"any of the {len(both)} ways")
    if len(both) > 1 and near:
        what = f"{near} of {len(both)} ways"
    how = "Near" if near else "Not near"
    return sentence == f"{how} each other in {what} of working compared."


def learning_orientation(mentee, mentor, _, sentence):
    rated = [[int(row[c]) for c in LEARNING if row[c]] for row in (mentee, mentor)]
    blanks = [
        (who, "does not rate how much learning matters")
        for who, each in zip(("mentee", "mentor"), rated, strict=True)
        if not each
    ]
    if blanks:
        return unknown(sentence, blanks)
    high = all(sum(each) / len(each) >= 4 for each in rated)
    return sentence == (
        "Both say that they seek to learn."
        if high
        else "At least one of the two does not say clearly that they seek to learn."
    )


def identity(mentee, mentor, _, sentence):
    """Nothing is claimed but how far the mentee's own request is met, where all of it is known."""
    asked = [each for each in names(mentee["wants_mentor_like_me"]) if mentee[each]]
    answers = [(mentee[each].casefold(), mentor[each].casefold()) for each in asked]
    agreed = mentor["consent_identity"] == "yes"
    if not asked or not agreed or not all(theirs for _, theirs in answers):
        return sentence == (
            "Not known: nothing is asked for, or answers are missing or may not be used."
        )
    same = sum(mine == theirs for mine, theirs in answers)
    how = {0: "not met", len(asked): "met"}.get(same, "met in part")
    return sentence == f"The mentee's own request about the mentor is {how}."


def wishes(mentee, mentor, pairs):
    """(who, whom, rows of this one about the other, all rows of this one), side by side."""
    for who, other, row in (("mentee", "mentor", mentee), ("mentor", "mentee", mentor)):
        mine = [p for p in pairs if p["by"] == who and p[f"{who}_id"] == row["id"]]
        mine = [p for p in mine if p["kind"] in ("prefer", "avoid")]
        ids = mentee["id"], mentor["id"]
        yield who, other, [p for p in mine if (p["mentee_id"], p["mentor_id"]) == ids], mine


def preference(mentee, mentor, pairs):
    """The value of a pair: 0 where one side avoids the other, else the mean of what is known."""
    known = []
    for _, _, here, mine in wishes(mentee, mentor, pairs):
        if here and here[0]["kind"] == "avoid":
            return 0.0
        if here:
            known.append({"": 1.0, "1": 1.0, "2": 0.9}[here[0]["rank"]])
        elif any(p["kind"] == "prefer" for p in mine):
            known.append(0.25)
    return sum(known) / len(known) if known else None


def preferences(mentee, mentor, pairs, sentence):
    said = {}
    for who, other, here, mine in wishes(mentee, mentor, pairs):
        if here and here[0]["kind"] == "avoid":
            said[who] = f"would rather not have this {other}"
        elif here:
            rank = here[0]["rank"]
            how = f"as choice {rank}" if rank else "without a rank"
            said[who] = f"names this {other} {how}"
        elif any(p["kind"] == "prefer" for p in mine):
            said[who] = "names others"
        else:
            said[who] = "names nobody"
    if set(said.values()) == {"names nobody"}:
        return sentence == "Not known: the mentee names nobody, nor does the mentor."
    return sentence == f"The mentee {said['mentee']}; the mentor {said['mentor']}."


def line(person, managers, levels=2):
    """Who stands above a person, nearest first."""
    found = []
    for _ in range(levels):
        person = managers.get(person, "")
        if not person:
            break
        found.append(person)
    return found


def refusals(mentee, mentor, pairs, managers):
    """What each rule must say of a pair, by the rule; a text that the sentence must contain."""
    # Rows of data frames are numbered from 0, as pandas does.
    found, ids = {}, (mentee["id"], mentor["id"])
    gone = {"paused": "is paused", "left": "has left"}
    facts = [
        f"{row['id']} {gone[row['status']]}" for row in (mentee, mentor) if row["status"] in gone
    ]
    if facts:
        found["inactive"] = f"{' and '.join(facts)}."
    here = [k for k, p in enumerate(pairs) if (p["mentee_id"], p["mentor_id"]) == ids]
    refused = [(k, pairs[k]["kind"]) for k in here if pairs[k]["kind"] in ("forbid", "declined")]
    if refused:
        what = {"forbid": "is forbidden", "declined": "was declined"}[refused[0][1]]
        found["forbidden"] = f"The pair {what} in pairs, row {refused[0][0]}."
    if mentee["team"] and mentee["team"] == mentor["team"]:
        found["same_team"] = f"Both are in the team {mentee['team']}."
    spoken = names(mentee["languages"]), names(mentor["languages"])
    if all(spoken) and not set(spoken[0]) & set(spoken[1]):
        found["common_language"] = "No language in common: "
    if mentee["availability"] and mentor["availability"] and not hours(mentee, mentor):
        found["minimum_overlap"] = "No common free hours in any week; at least 1 is needed."
    for below, above in (ids, ids[::-1]):
        up = line(below, managers)
        if above in up:
            found["own_line"] = (
                f"{above} is the line manager of {below}, one level up."
                if up[0] == above
                else f"{above} is in the reporting line of {below}, two levels up."
            )
    mine, theirs = managers.get(ids[0], ""), managers.get(ids[1], "")
    if mine and mine == theirs:
        found["same_manager"] = f"Both report to {mine}."
    return found
