"""Ids proposed for new records, and names folded so that two spellings of one name are the same."""

from __future__ import annotations

import re
import unicodedata

from catalog.fields import SLUG_LIMIT

_CYRILLIC = dict(zip(
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    ("a", "b", "v", "g", "d", "e", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "kh", "ts", "ch", "sh",
     "shch", "", "y", "", "e", "yu", "ya"), strict=True))
_LETTERS = str.maketrans(_CYRILLIC | {"ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "þ": "th", "&": " and "})
# Words of a title that say little of the work, however long they are.
_COMMON = frozenset(
    "about after algorithm algorithms analysis approach based becoming being between beyond data deep does efficient every from general improved improving "
    "introduction large learned learning machine machines method methods model models network networks neural novel over scale some study "
    "system systems that their them there this through toward towards training under using very what when where which while with without your".split())
_SUFFIX = re.compile(r"(?i)\s*,?\s+(?:jr|sr|ii|iii|iv)\.?$|\s*,?\s+(?:et al\.?|and others|и др\.?)$")


def slugify(text: str, limit: int = SLUG_LIMIT) -> str:
    """Return a text as an id: Cyrillic transliterated, accents dropped, words joined by hyphens, at most `limit` characters.

    >>> slugify("Дьяконов А. Г."), slugify("Gödel, Escher & Bach")
    ('dyakonov-a-g', 'godel-escher-and-bach')
    """
    letters = unicodedata.normalize("NFC", text).lower().translate(_LETTERS)
    letters = re.sub("[\u0300-\u036f'’]", "", unicodedata.normalize("NFKD", letters))
    slug = re.sub("[^a-z0-9]+", "-", letters).strip("-")
    if len(slug) > limit:
        slug = slug[:limit + 1].rpartition("-")[0] or slug[:limit]
    return slug


def fold(text: str) -> str:
    """Return a name without case, accents, punctuation and spaces, ё as е: what two spellings of it share.

    >>> fold("Street-View House Numbers") == fold("street view house numbers")
    True
    """
    letters = unicodedata.normalize("NFKD", text.casefold().replace("ё", "е"))
    return "".join(c for c in letters if c.isalnum())


def family_name(author: str) -> str:
    """Return the family name of an author as printed: `Kaiming He` or `He, Kaiming`.

    >>> family_name("Aäron van den Oord"), family_name("He, Kaiming"), family_name("Martin Luther King Jr.")
    ('Oord', 'He', 'King')
    """
    name = _SUFFIX.sub("", author.strip())
    return name.partition(",")[0].strip() if "," in name else name.split()[-1] if name else ""


def title_words(title: str) -> list[str]:
    """Return the words of a title by which a work may be called, the best first."""
    words = slugify(title, limit=400).split("-")
    telling = [w for w in words if len(w) >= 4 and w not in _COMMON and not w.isdigit()]
    return list(dict.fromkeys([*telling, *(w for w in words if len(w) >= 3 and w not in _COMMON), *words]))


def source_slug(title: str, author: str | None, year: str | None, taken: set[str]) -> str | None:
    """Return `firstauthor-year-word` for a source, with the first word of its title that makes an id not yet taken.

    >>> source_slug("Deep Residual Learning", "Kaiming He", "2015", set()), source_slug("A", None, "2015", set())
    ('he-2015-residual', None)

    Args:
        title: Title as printed.
        author: First author, publisher or site.
        year: Four digits.
        taken: Ids in use.
    """
    who = slugify(family_name(author)).replace("-", "") if author else ""
    if not who or not year:
        return None
    for word in title_words(title):
        slug = f"{who}-{year}-{word}"
        if slug not in taken and len(slug) <= SLUG_LIMIT:
            return slug
    return None
