"""Labels: in which form texts are kept, and by which form two of them are the same.

Every cell, heading and setting is kept as :func:`composed` writes it, which is done once, where it
is read. Labels (ids, teams, skills, languages, roles) are compared by :func:`folded`.

Nothing is compared by the compatibility forms of Unicode (NFKC) but headings: they would make one
skill of m² and m2, and one team of ① and 1.
"""

from __future__ import annotations

from unicodedata import decomposition, normalize

__all__ = ["composed", "folded", "tidy"]

INVISIBLE = "\u00ad\u200b\u200e\u200f\u2060\ufeff"
"""Signs that show nothing and part no words: soft hyphen, blanks of no width, marks of direction.

The joiners U+200C and U+200D are none of them: they make other words, and other emoji."""


def _narrow_forms() -> dict[int, str]:
    """Return the plain sign of each full-width and half-width form, such as A for Ａ."""
    forms = {code: decomposition(chr(code)).partition(" ") for code in range(0xFF00, 0xFFF0)}
    return {
        code: chr(int(sign, 16))
        for code, (kind, _, sign) in forms.items()
        if kind in ("<wide>", "<narrow>")
    }


_UNSEEN = {**dict.fromkeys(map(ord, INVISIBLE), ""), **_narrow_forms()}


def composed(text: str) -> str:
    r"""Return a text in the form in which it is kept: NFC, each letter and its accent one sign.

    Keyboards write ``ë`` as one sign (NFC), some file systems and programs as an ``e`` and two
    dots (NFD); both are the same text to everybody who reads it.

    References
    ----------
    Unicode Standard Annex #15, Unicode Normalization Forms.

    Examples
    --------
    >>> len("Zoe\u0308"), len(composed("Zoe\u0308"))
    (4, 3)
    """
    return text if text.isascii() else normalize("NFC", text)


def tidy(text: str) -> str:
    r"""Drop blanks at the ends and make every run of blanks one blank, no-break spaces too.

    Examples
    --------
    >>> tidy(" Public\u00a0 Speaking ")
    'Public Speaking'
    """
    return " ".join(text.split())


def folded(label: str) -> str:
    r"""Return the spelling by which labels are compared.

    Upper and lower case, composed and decomposed accents, runs of blanks, full-width and half-width
    forms are alike, and invisible signs do not count. All else tells labels apart: accents, signs,
    superscripts.

    Notes
    -----
    The canonical caseless match of the Unicode Standard (section 3.13, D145), after the forms of
    another width and the invisible signs.

    Examples
    --------
    >>> folded(" Public  Speaking"), folded("C++") == folded("C#"), folded("C♯") == folded("C#")
    ('public speaking', False, False)
    >>> folded("ZOE\u0308") == folded("Zoë"), folded("ＨＲ"), folded("m²") == folded("m2")
    (True, 'hr', False)
    """
    if label.isascii():
        return tidy(label.casefold())
    plain = normalize("NFD", label.translate(_UNSEEN)).casefold()
    return tidy(normalize("NFC", plain))
