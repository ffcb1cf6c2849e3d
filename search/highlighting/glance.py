"""A quick look for a phrase in a text, without analyzing it.

Analysing a long text takes far longer than looking for a few characters, and
little of most texts is shown. On text that is folded, or at least wherever a
character of the phrase may be hidden, what is found so is nearly always right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from index.text.tokens import BOUNDARY, MAX_TOKEN, SIGNS, can_be_cut, may_go_on, tokenize
from search.query.conditions import TokenPhrase

__all__ = ["Look"]

# A text may hold a word thousands of times; the best place is near the beginning anyway.
_MOST_PLACES = 500
# No token with dots between its letters has more letters.
_MOST_INITIALS = MAX_TOKEN // 2 + 1
# Whatever is not folded yet and may be invisible then; but nothing that can begin the phrase once
# more, or a text full of beginnings would take the square of its length.
_NO_HAN = "[^\u4e00-\u9fffA-Za-z0-9]"


class Look:
    """Looks for one phrase in any number of texts."""

    def __init__(self, phrase: TokenPhrase) -> None:
        self._phrase = phrase
        tokens = [token for token in phrase.tokens if token != BOUNDARY]
        # Signs count only when tokens are compared: in a text one may stand where it is no token.
        self._tokens = [token for token in tokens if token not in SIGNS] or tokens
        # Of such characters each is a token wherever it stands.
        self._is_plain = not any(map(may_go_on, self._tokens))
        self.is_han = all(map(can_be_cut, phrase.tokens))
        self.letters = "".join(self._tokens)
        self.size = len(self._tokens)

    def may_match(self, folded: str) -> bool:
        """Check cheaply whether the phrase may stand in folded text: no false negatives.

        For one that `is_han` it is enough that its letters are folded.
        """
        if self.letters in folded:
            return True
        if self._is_plain and (self.size == 1 or not all(token in folded for token in self._tokens)):
            return False
        return self._pattern.search(folded) is not None

    def places(self, text: str) -> list[tuple[int, int]]:
        """Return where the phrase seems to stand, the first so many times.

        Where its tokens stand apart, as in 日“本, is only looked at in a text
        in which they stand together nowhere: that takes longer, and is rare.
        """
        if self._is_plain:
            places = list(islice(_finds(text, self.letters), _MOST_PLACES))
            if places or self.size == 1 or not all(token in text for token in self._tokens):
                return places
        return list(islice(self._apart(text), _MOST_PLACES))

    def _apart(self, text: str) -> Iterator[tuple[int, int]]:
        wanted = [token for token in self._phrase.tokens if token not in SIGNS] or self._tokens
        for found in self._pattern.finditer(text):
            start, end = found.span()
            if _is_inside(text, start) or (_is_inside(text, end) and not self._phrase.prefix):
                continue
            if self.size == 1 or [token for token in tokenize(found[0]) if token not in SIGNS] == wanted:
                yield start, end

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """The tokens and whatever may stand between them; it takes longer to make than most words to find."""
        between = _NO_HAN if self.is_han else r"[\W_]"
        return re.compile(f"{between}*".join(map(_written, self._tokens)))


def _written(token: str) -> str:
    """Return a pattern for a token as it may be written: 1,234 and U.S. are 1234 and us."""
    if not may_go_on(token):
        return re.escape(token)
    point, rest = ("[.·]", token[1:]) if token[0] == "." else ("", token)
    if rest.isdecimal():
        return point + ",?".join(map(re.escape, rest))
    return "[.·]?".join(map(re.escape, rest)) if len(rest) <= _MOST_INITIALS else re.escape(rest)


def _finds(text: str, wanted: str) -> Iterator[tuple[int, int]]:
    size = len(wanted)
    at = text.find(wanted)
    while at >= 0:
        yield at, at + size
        at = text.find(wanted, at + size)


def _is_inside(text: str, at: int) -> bool:
    """Whether a run of letters or of digits goes on at this place."""
    return 0 < at < len(text) and _kind(text[at]) == _kind(text[at - 1]) != ""


def _kind(char: str) -> str:
    """Of what runs a character can be a part."""
    if char.isdecimal():
        return "digits"
    return "letters" if char.isalpha() and may_go_on(char) else ""
