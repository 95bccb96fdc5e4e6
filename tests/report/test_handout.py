"""The page to hand out: a block a mentee, every text as text, nothing loaded."""

from cmmatch.programme.config import Roles
from cmmatch.report.handout import Block, Entry, render_handout

COACHING = Roles.model_validate({"mentor": "coach", "mentee": "coachee"})
BLOCKS = (
    Block("e1", "<b>Ann</b>", (Entry("m1", "Max", "Can teach C & C++."), Entry("m2", "", "Why."))),
    Block("e2", "", ()),
)


def test_each_mentee_has_a_block_with_names_and_reasons():
    page = render_handout("Coaching", COACHING, BLOCKS)

    assert page.count("<section>") == 2
    for text in ("&lt;b&gt;Ann&lt;/b&gt;", "Max", "Can teach C &amp; C++.", "m2", "e2"):
        assert text in page
    assert "<b>Ann" not in page


def test_the_roles_are_those_of_the_programme():
    page = render_handout("Coaching", COACHING, BLOCKS)

    assert "Coachee: " in page
    assert "No coach can be offered at present." in page
    assert "mentor" not in page.casefold().replace("mentoring", "")


def test_nothing_is_loaded_or_run():
    page = render_handout("Coaching", COACHING, BLOCKS)

    assert "<script" not in page
    assert "default-src 'none'" in page
    assert "://" not in page


def test_a_rank_given_earlier_is_shown_and_its_meaning_said_to_whom_it_concerns():
    wished = Block("e3", "Bo", (Entry("m1", "Max", "Why.", 2),), wished=True)
    plain = render_handout("Coaching", COACHING, BLOCKS)
    page = render_handout("Coaching", COACHING, (*BLOCKS, wished))

    assert "only this page counts" not in plain
    assert 1 == page.count("only this page counts")
    assert 'data-label="Rank">2</td>' in page


def test_no_word_is_broken_while_it_fits_its_line():
    """A word that may be broken anywhere lets a column shrink to a letter; widths are fixed."""
    page = render_handout("Coaching", COACHING, BLOCKS)

    assert "overflow-wrap: anywhere" not in page
    assert "overflow-wrap: break-word" in page
    assert "table-layout: fixed" in page
