"""The page: everything in the content, nothing else, and every text as text."""

import dataclasses
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from cmmatch.programme.config import Roles
from cmmatch.report import html
from cmmatch.report.content import (
    LoadView,
    PairView,
    Part,
    ReportContent,
    RuleView,
    UnmatchedView,
)
from cmmatch.report.html import render

VOID = {"meta", "br"}
COACHING = Roles.model_validate({"mentor": "coach", "mentee": "coachee"})


def pair(**changes):
    skills = Part("skills", 30.0, 0.8, "Wants Python, which is held at level 4.")
    goals = Part("goals", 10.0, None, "One of the two gave no goals.")
    given = PairView("l1", "Ann Lee", "t1", "Max Ode", 0.731, 0.75, "", 2, 41, (skills, goals))
    return dataclasses.replace(given, **changes)


def content(**changes):
    given = ReportContent(
        "Engineering 2026",
        Roles.model_validate({}),
        headline=(("Pairs", "1 of 2"),),
        proof="Most matched: 1, proven.",
        pairs=(pair(),),
        unmatched=(UnmatchedView("l2", "Bo Ek", "no place left", "One more place would do."),),
        loads=(LoadView("t1", "Max Ode", 1, 2),),
        rules=(RuleView("same team", "Not from one team.", 1210, 97, 12),),
        notes=("3 people have no manager.",),
        provenance=(("Seed", "7"),),
    )
    return dataclasses.replace(given, **changes)


class Page(HTMLParser):
    """Tags, attributes and texts of a page; refuses one whose tags do not close in order."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.open, self.texts = [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert tag == self.open.pop()

    def handle_data(self, data):
        if "style" not in self.open:
            self.texts.append(data)

    @property
    def text(self):
        return re.sub(r"\s+", " ", "".join(self.texts))


def marked(value, path, marks):
    """Copy a content with a mark of its own in every text, wherever it stands."""
    if isinstance(value, str):
        marks[path] = f"<script>{path}</script>\"'&<b>"
        return marks[path]
    if isinstance(value, tuple):
        return tuple(marked(each, f"{path}.{k}", marks) for k, each in enumerate(value))
    if dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value)]
        changes = {n: marked(getattr(value, n), f"{path}.{n}", marks) for n in names}
        return dataclasses.replace(value, **changes)
    if isinstance(value, Roles):
        words = {name: marked(word, f"{path}.{name}", marks) for name, word in value}
        return Roles.model_validate(words)
    return value


MARKS = {}
WAITING = replace(content().unmatched[0], cheapest_change="one more place with t1")
FULL = content(pairs=(pair(provisional="ask", rather_not="no"),), unmatched=2 * (WAITING,))
MARKED = marked(FULL, "content", MARKS)
MARKED_PAGE = render(MARKED)


@pytest.mark.parametrize("path", sorted(MARKS))
def test_markup_in_any_field_comes_out_as_text_and_is_shown(path):
    assert MARKS[path].casefold() in Page(MARKED_PAGE).text.casefold()


def test_markup_in_the_content_makes_no_element_and_no_attribute():
    clean, dirty = Page(render(FULL)), Page(MARKED_PAGE)

    assert clean.tags == dirty.tags
    assert [name for name, _ in clean.attributes] == [name for name, _ in dirty.attributes]
    assert "<script" not in MARKED_PAGE


def test_the_page_loads_nothing_and_runs_nothing():
    page = Page(render(content()))

    assert not {"script", "link", "img", "iframe", "object", "form", "base"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "src"]
    assert all(value.startswith("#") for name, value in page.attributes if name == "href")
    assert not re.search(r"url\(|@import|https?:", render(content()))
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    assert ("content", policy) in page.attributes


def test_the_same_content_gives_the_same_bytes():
    first = render(content())
    html.environment.cache_clear()

    assert first.encode() == render(content()).encode()


def test_every_section_is_there_and_every_link_finds_one():
    page = Page(render(content()))
    ids = {value for name, value in page.attributes if name == "id"}

    sections = {"proof", "scores", "pairs", "unmatched", "places", "rules", "notes", "provenance"}
    assert sections == ids
    assert {value[1:] for name, value in page.attributes if name == "href"} <= ids


def test_a_pair_is_told_with_score_confidence_rank_and_parts():
    said = Page(render(content())).text

    for expected in (
        "Ann Lee l1",
        "with Max Ode t1",
        "Score 0.73",
        "Confidence 75%",
        "2nd of 41",
        "Skills 0.80",
        "75% of the weight",
        "Goals not known",
        "25% of the weight",
        "Wants Python, which is held at level 4.",
        "One of the two gave no goals.",
    ):
        assert expected in said


def test_a_provisional_pair_says_what_to_ask_and_the_others_say_nothing():
    ask = pair(provisional="ask Ann Lee about goals")

    assert "Provisional: ask Ann Lee about goals" in Page(render(content(pairs=(ask,)))).text
    assert "Provisional" not in Page(render(content())).text


def test_a_pair_that_somebody_would_rather_not_have_says_to_look_before_announcing():
    mark = pair(rather_not="the coach would rather not (pairs.csv, row 7)")

    told = Page(render(content(pairs=(mark,)))).text
    assert "Look before announcing: the coach would rather not (pairs.csv, row 7)" in told
    assert "Look before" not in Page(render(content())).text


def test_the_rest_of_the_content_is_told():
    said = Page(render(content())).text

    for expected in (
        "Pairs1 of 2",
        "Most matched: 1, proven.",
        "Bo Ek l2: no place left",
        "One more place would do.",
        "1 of 2 places are taken.",
        "1,210",
        "3 people have no manager.",
    ):
        assert expected in said


def test_the_roles_are_called_as_the_programme_calls_them():
    empty = content(roles=COACHING, pairs=(), unmatched=(), loads=())
    for given in (content(roles=COACHING), empty):
        said = Page(render(given)).text
        assert not re.search("mentor|mentee", said, re.IGNORECASE)
    assert "Coachee" in Page(render(content(roles=COACHING))).text
    assert "Places of the coaches" in Page(render(content(roles=COACHING))).text


def test_one_person_and_several_are_counted_in_the_right_number():
    alone = content().unmatched[0]

    assert "1 mentee with no mentor" in Page(render(content())).text
    assert "2 mentees with no mentor" in Page(render(content(unmatched=(alone, alone)))).text


def test_a_person_without_a_name_is_shown_by_id_once():
    said = Page(render(content(pairs=(pair(mentee="", mentor="t1"),)))).text

    assert said.count("l1") == 1
    assert "with t1 " in said
    assert "t1 t1" not in said


def test_an_empty_content_is_a_page_that_says_so():
    said = Page(render(ReportContent("Empty", Roles.model_validate({})))).text

    for expected in (
        "There are no pairs.",
        "Nobody is left over.",
        "No rule was in force.",
        "Nothing was recorded.",
    ):
        assert expected in said


def test_a_long_list_of_places_is_folded_and_complete():
    loads = tuple(LoadView(f"t{k}", "", k % 3, 2) for k in range(html.LONG + 1))
    page = render(content(loads=loads))

    assert f"<summary>All {html.LONG + 1} mentors</summary>" in page
    assert f">t{html.LONG}<" in page
    assert "<summary>All" not in render(content(loads=loads[:-1]))


def test_nobody_has_places_and_one_has_too_many_and_both_can_be_drawn():
    loads = (LoadView("t1", "", 0, 0), LoadView("t2", "", 3, 2))
    said = Page(render(content(loads=loads))).text

    assert "0 of 0" in said
    assert "3 of 2" in said


def test_weights_that_are_all_zero_are_shown_and_not_divided_by():
    parts = (Part("skills", 0.0, 0.5, ""),)

    assert "0% of the weight" in Page(render(content(pairs=(pair(parts=parts),)))).text


def test_the_light_the_dark_and_the_printed_page_have_their_colours():
    page = render(content())

    assert "@media (prefers-color-scheme: dark)" in page
    assert "@media print" in page
    assert 'name="viewport"' in page


def test_a_headline_that_is_a_sentence_is_set_as_one():
    page = render(
        content(headline=(("Pairs", "60 of 65"), ("Provisional", "14 (ask them first)" * 2)))
    )

    assert '<dd class="short">60 of 65</dd>' in page
    assert '<dd class="long">14 (ask' in page


def test_an_unknown_part_is_drawn_and_told_as_what_it_counts_as():
    goals = Part("goals", 10.0, None, "No goals.", 0.25)
    page = Page(render(content(pairs=(pair(parts=(goals,)),))))

    assert "No goals. Counts as 0.25." in page.text
    assert "goals: not known, counts as 0.25 of 1" in page.text


def test_the_first_line_says_for_whom_the_page_is():
    page = render(content())

    assert "For those who run the programme" in page[page.index("<h1>") : page.index("<nav")]
