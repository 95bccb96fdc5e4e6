"""In which form texts are kept, and which labels are the same."""

from unicodedata import is_normalized, normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmmatch.programme.labels import composed, folded, tidy

TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
ACCENTED = st.text("aeikoöëçñΐΪ́̈̌Άσςßẞﬁǅİẛ각がガﾞK-17 ＡａⅣ", max_size=8)


@given(TEXT | ACCENTED)
def test_both_forms_of_a_text_are_kept_as_one(text):
    kept = composed(normalize("NFD", text))

    assert kept == composed(normalize("NFC", text)) == composed(kept)
    assert is_normalized("NFC", kept)


@given(TEXT | ACCENTED)
def test_both_forms_of_a_label_are_compared_as_one(text):
    assert folded(normalize("NFD", text)) == folded(normalize("NFC", text)) == folded(text)


@given(TEXT | ACCENTED)
def test_what_is_folded_once_stays_as_it_is(text):
    assert folded(text) == folded(folded(text))


@given(st.text(st.characters(codec="ascii")))
def test_plain_letters_are_compared_by_case_and_blanks_alone(text):
    assert " ".join(text.lower().split()) == folded(text)
    assert text == composed(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zoë", "ZOE\u0308"),  # two forms of an accent, and case
        ("Public\u00a0Speaking", "public  speaking"),  # a no-break space
        ("Go\u200b", "go"),  # a blank of no width
        ("\ufeffGo", "go"),  # a byte-order mark within the text
        ("data\u00adbase", "database"),  # a soft hyphen
        ("ＨＲ", "HR"),  # full-width letters
        ("ｶﾞ", "ガ"),  # half-width letters with a mark of their own
        ("Ϊ\u0301", "ΐ"),  # capitals that no single sign holds
        ("Å", "\u212b"),  # the letter and the unit
    ],
)
def test_labels_that_read_alike_are_one(one, other):
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("C♯", "C#"),  # another sign
        ("m²", "m2"),  # a superscript
        ("①", "1"),  # a number in a circle
        ("Team Ⅳ", "Team IV"),  # a Roman number as one sign
        ("Zoe", "Zoë"),  # an accent
        ("می\u200cخواهم", "میخواهم"),  # a joiner that makes other words
    ],
)
def test_labels_that_mean_other_things_stay_apart(one, other):
    assert folded(one) != folded(other)


def test_a_kept_text_keeps_its_width_and_its_signs():
    assert "Ｃ♯ m²\u00a0①" == composed("Ｃ♯ m²\u00a0①")


def test_blanks_of_every_kind_are_tidied():
    assert "a b" == tidy("\u00a0a \u2003\t b\n")
