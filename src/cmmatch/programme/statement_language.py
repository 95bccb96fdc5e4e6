"""Statements in other languages than English, noted where an encoder of English compares them.

No language is recognised. A statement looks to be in another one if

- more than half of its letters are not Latin; or
- at least three of its words are common in other languages, or are small and have a letter beyond
  a to z, and these are more than its common English words.

The test errs on the side of English: a word with a capital may be a name; short statements, lists
of terms, and languages that are written in plain letters and have no words below are not noticed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cmmatch.programme.config import Config
    from cmmatch.programme.faults import FaultList
    from cmmatch.programme.people import People

__all__ = ["looks_foreign", "note_languages"]

WORD = re.compile(r"[^\W\d_]+")

LEAST_FOREIGN = 3
"""Words: one or two that are at home in English texts too make no statement foreign."""

ENGLISH = frozenset(
    "about and are be better by can for from have how into is it learn like more my not of people "
    "that the their this through to want what who with would".split()
)

OTHERS = frozenset(
    (
        "auf bei ein eine einen ich lernen mein meine nicht oder sich und werden wie zum zur "
        "apprendre aux avec dans je les mes mon nous qui sur un une veux "
        "aprender como cómo el en mi mis para por que quiero una y "
        "com em meu minha mais não quero uma "
        "che di gli imparare mia mio nel nella sono voglio "
        "een het ik leren mijn naar niet ook voor wil zijn "
        "att av ikke jag jeg och og som til vil vill "
        "chcę jak jest nie oraz się bir ve ja belajar ingin saya untuk yang"
    ).split()
)
"""Common words of other languages in Latin letters that are not usual in English, among them "I",
"want" and "learn": German, French, Spanish, Portuguese, Italian, Dutch, the Scandinavian ones,
Polish, and a few of Turkish, Finnish and Indonesian."""


def looks_foreign(text: str) -> bool:
    """Whether a text looks to be in another language than English; false where in doubt.

    Examples
    --------
    >>> looks_foreign("Ich möchte lernen, wie man ein kleines Team leitet")
    True
    >>> looks_foreign("Python, SQL, leading the Zürich team"), looks_foreign("Хочу руководить")
    (False, True)
    """
    letters = [sign for sign in text if sign.isalpha()]
    if 2 * sum(not _latin(sign) for sign in letters) > len(letters):
        return True
    words: list[str] = WORD.findall(text)
    foreign = sum(
        word.casefold() in OTHERS or (word[0].islower() and not word.isascii()) for word in words
    )
    english = sum(word.casefold() in ENGLISH for word in words)
    return foreign >= LEAST_FOREIGN and foreign > english


def _latin(letter: str) -> bool:
    return letter.isascii() or name(letter, "").startswith("LATIN")


def note_languages(
    sides: Sequence[People], config: Config, config_name: str, faults: FaultList
) -> None:
    """Note once how many statements look to be in a language that MiniLM was not trained on.

    Takes ``statements-not-english``; no statement and nobody's id is told.
    """
    if config.goals.encoder != "minilm" or config.weights.get("goals") == 0:
        return
    statements = [text for people in sides for text in people.statement if text]
    count = sum(map(looks_foreign, statements))
    if count:
        some = "looks" if count == 1 else "look"
        faults.add(
            "statements-not-english",
            table=config_name,
            column="goals.encoder",
            value=config.goals.encoder,
            problem=f"The encoder was trained on English, and {count} of {len(statements)} "
            f"statements {some} to be in another language; how alike those are to others is not "
            "to be trusted.",
            remedy="Ask for goals by category and take encoder = 'tfidf', or an encoder of your "
            "own for these languages.",
            note=True,
        )
