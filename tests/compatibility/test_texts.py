"""Texts: vectors of character n-grams as the formula has them, whatever the order of texts."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmmatch.compatibility.texts import character_tfidf, telling_words

WORDS = ("lead", "Leading", "team", "teams", "paint", "an", "a", "R", "42", "größe")
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join), min_size=1, max_size=5)


def grams(text):
    padded = [f" {word} " for word in text.casefold().split()]
    return [w[k : k + n] for w in padded for n in (3, 4, 5) for k in range(len(w) - n + 1)]


def cosines_by_the_formula(texts):
    """Cosine of every two texts with plain dictionaries."""
    lists = [grams(text) for text in texts]
    spoken = sum(map(bool, lists))
    vectors = []
    for each in lists:
        idf = {g: 1 + math.log((1 + spoken) / (1 + sum(g in x for x in lists))) for g in each}
        vectors.append({g: each.count(g) * idf[g] for g in each})
    lengths = [math.sqrt(sum(w * w for w in v.values())) or 1.0 for v in vectors]
    return [
        [
            sum(w * v.get(g, 0.0) for g, w in u.items()) / (a * b)
            for v, b in zip(vectors, lengths, strict=True)
        ]
        for u, a in zip(vectors, lengths, strict=True)
    ]


@given(TEXTS)
def test_cosines_are_those_of_the_formula(texts):
    rows = character_tfidf(texts)

    assert np.allclose(cosines_by_the_formula(texts), (rows @ rows.T).toarray(), atol=1e-12)


@given(TEXTS, st.randoms(use_true_random=False))
def test_the_order_of_texts_changes_no_bit(texts, random):
    order = list(range(len(texts)))
    random.shuffle(order)
    shuffled = character_tfidf([texts[k] for k in order]).toarray()

    assert np.array_equal(character_tfidf(texts).toarray()[order], shuffled)


def test_a_text_without_a_word_is_a_row_of_zeros_and_counts_for_nothing():
    rows = character_tfidf(["lead a team", "", " ?! ", "lead"]).toarray()

    assert not rows[[1, 2]].any()
    assert np.array_equal(rows[[0, 3]], character_tfidf(["lead a team", "lead"]).toarray())


@pytest.mark.parametrize("texts", [[], [""]])
def test_nothing_said_is_a_matrix_all_the_same(texts):
    rows = character_tfidf(texts)

    assert len(texts) == rows.shape[0]
    assert rows.nnz == 0


def test_case_and_blanks_do_not_matter():
    one, other = character_tfidf(["Lead  a TEAM", " lead a\tteam "]).toarray()

    assert np.array_equal(one, other)


def test_an_inflected_word_is_nearer_than_another_word():
    cosine = character_tfidf(["lead teams", "leading a team", "paint houses"])
    near, far = (cosine[0] @ cosine[1:].T).toarray()[0]

    assert near > far


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("To lead it with all of them", {"lead"}),
        ("C++ and R in 2026", set()),  # too short, or no letters
        ("STRASSE, Straße", {"strasse"}),
    ],
)
def test_telling_words_are_whole_words_that_say_something(text, words):
    assert words == telling_words(text)
