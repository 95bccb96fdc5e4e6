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
