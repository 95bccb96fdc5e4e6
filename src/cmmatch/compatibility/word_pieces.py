"""Word pieces: how an encoder of the BERT family cuts a text (Devlin et al. 2019; Wu et al. 2016).

1. Control signs and accents are dropped, capitals become small, punctuation and Chinese signs
   become words of their own.
2. Every word is cut from its beginning into the longest pieces that the vocabulary knows; a piece
   within a word begins with ``##``. A word that cannot be cut is ``[UNK]``.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["cut", "words_of"]

LONGEST_WORD = 100
"""A longer word is not cut but unknown, as in the original."""


def words_of(text: str) -> list[str]:
    """Split a text into small words and signs.

    Examples
    --------
    >>> words_of("Léa's C++ team")
    ['lea', "'", 's', 'c', '+', '+', 'team']
    """
    plain = unicodedata.normalize("NFD", text.lower())
    return "".join(_spelt(sign) for sign in plain).split()


def _spelt(sign: str) -> str:
    kind = unicodedata.category(sign)
    if sign.isspace() or kind == "Zs":
        return " "
    if kind in ("Mn", "Cc", "Cf", "Cs", "Co", "Cn") or sign == "\ufffd":
        return ""
    ascii_sign = "!" <= sign <= "~" and not sign.isalnum()
    return f" {sign} " if ascii_sign or kind.startswith("P") or _is_chinese(sign) else sign


def _is_chinese(sign: str) -> bool:
    return (
        "\u3400" <= sign <= "\u4dbf"
        or "\u4e00" <= sign <= "\u9fff"
        or "\uf900" <= sign <= "\ufaff"
        or "\U00020000" <= sign <= "\U0002ceaf"
        or "\U0002f800" <= sign <= "\U0002fa1f"
    )


def cut(text: str, vocabulary: Mapping[str, int], *, longest: int) -> tuple[int, ...]:
    """Return the positions of the pieces of a text, ``[CLS]`` before and ``[SEP]`` after.

    Parameters
    ----------
    text : str
        Any text.
    vocabulary : mapping of str to int
        With ``[CLS]``, ``[SEP]`` and ``[UNK]``.
    longest : int
        Pieces kept, the two signs included; the rest of a longer text is left out.

    Examples
    --------
    >>> known = {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "lead": 3, "##er": 4, "##s": 5}
    >>> cut("Leaders lead teams", known, longest=9)
    (1, 3, 4, 5, 3, 0, 2)
    """
    pieces: list[int] = []
    for word in words_of(text):
        pieces += _pieces(word, vocabulary)
        if len(pieces) >= longest - 2:
            break
    return vocabulary["[CLS]"], *pieces[: longest - 2], vocabulary["[SEP]"]


def _pieces(word: str, vocabulary: Mapping[str, int]) -> list[int]:
    unknown = [vocabulary["[UNK]"]]
    if len(word) > LONGEST_WORD:
        return unknown
    found, start = [], 0
    while start < len(word):
        mark = "##" if start else ""
        ends = range(len(word), start, -1)
        end = next((e for e in ends if mark + word[start:e] in vocabulary), None)
        if end is None:
            return unknown
        found.append(vocabulary[mark + word[start:end]])
        start = end
    return found
