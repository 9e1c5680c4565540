"""Near names: what somebody probably meant."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, candidates: Iterable[str], limit: int = 3) -> list[str]:
    """Return the candidates most like the word, best first; none if none is close."""
    from rapidfuzz import fuzz, process  # only when something is wrong, so that a clean check starts sooner

    # sorted, so that of two names equally near the same one is named in every process
    found = process.extract(word.lower(), sorted(candidates), scorer=fuzz.WRatio, processor=str.lower, limit=limit, score_cutoff=75)
    return [name for name, _, _ in found]


def suggestion(word: str, candidates: Iterable[str], otherwise: str) -> str:
    """Return `did you mean …` for a near name, followed by what else to do.

    >>> suggestion("sumary", ["name", "summary"], "look it up")
    "did you mean 'summary'? Otherwise look it up"
    """
    near = nearest(word, candidates, limit=1)
    return f"did you mean {near[0]!r}? Otherwise {otherwise}" if near else otherwise
