"""Variants: expand a clause by other spellings and other names of its terms.

Takes the tokens of a clause and returns its other readings. There are two lists.
`spellings.txt` groups spellings of one word (答复, 答覆) and is used for every
query. `names.txt` groups names and terms that differ between the mainland, Taiwan
and Hong Kong, or between outlets (特朗普, 川普); it is used on request, and a
user's own file adds to it. Nothing of this is in the index, so a list can change
without a rebuild.

A term is replaced only if it begins and ends with a word of the clause: 四川普通话
does not contain 川普. A clause with several terms is read in every combination,
up to `MAX_READINGS`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, product
from pathlib import Path

from index.errors import OwnFileError
from index.text.tokens import BOUNDARY, tokenize

__all__ = ["MAX_READINGS", "Reading", "Variants", "known_names", "read_variants", "spellings"]

MAX_READINGS = 16
"""Most readings of one clause besides the one that is written."""

_BETWEEN = re.compile(r"[,，、;；=\t]")

_Tokens = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A clause read in another way: its tokens, and the terms put in."""

    tokens: _Tokens
    added: tuple[str, ...]


class Variants:
    """Groups of terms that stand for each other.

    Args:
        groups: The terms of each group, as they are shown.
    """

    def __init__(self, groups: Iterable[Sequence[str]]) -> None:
        self._terms: dict[_Tokens, dict[_Tokens, str]] = {}
        self._longest: dict[str, int] = {}
        for group in groups:
            terms = {tokens: term for term in group if (tokens := tuple(tokenize(term)))}
            for tokens in terms:
                others = self._terms.setdefault(tokens, {})
                others.update((other, term) for other, term in terms.items() if other != tokens)
                self._longest[tokens[0]] = max(len(tokens), self._longest.get(tokens[0], 0))

    def __or__(self, other: Variants) -> Variants:
        """Return the groups of both."""
        both = Variants(())
        for one in (self, other):
            for tokens, others in one._terms.items():
                both._terms.setdefault(tokens, {}).update(others)
            for first, length in one._longest.items():
                both._longest[first] = max(length, both._longest.get(first, 0))
        return both

    def has(self, term: str) -> bool:
        """Return whether a term is in a group."""
        return tuple(tokenize(term)) in self._terms

    def readings(self, tokens: Sequence[str], words: Sequence[str]) -> list[Reading]:
        """Return the other ways to read a clause; none where it holds no term.

        Args:
            tokens: The clause, with its boundaries.
            words: The same as the analyzer cuts it; a term must begin and end where words do.
        """
        pieces = list(self._pieces(tokens, _cuts(tokens, words)))
        if all(len(piece) == 1 for piece in pieces):
            return []
        # The first combination is the clause as it is written.
        chosen = islice(product(*(piece.items() for piece in pieces)), 1, 1 + MAX_READINGS)
        return [
            Reading(
                tuple(token for part, _ in parts for token in part),
                tuple(dict.fromkeys(term for _, term in parts if term)),
            )
            for parts in chosen
        ]

    def _pieces(self, tokens: Sequence[str], cuts: Collection[int]) -> Iterator[dict[_Tokens, str]]:
        """Cut a clause at its terms into pieces, each with the terms that may replace it."""
        at = 0
        while at < len(tokens):
            end = self._term_end(tokens, at, cuts)
            written = tuple(tokens[at : end or at + 1])
            yield {written: "", **(self._terms[written] if end else {})}
            at = end or at + 1

    def _term_end(self, tokens: Sequence[str], start: int, cuts: Collection[int]) -> int | None:
        """Return the end of the longest term that begins here, or None."""
        if start not in cuts:
            return None
        for length in range(self._longest.get(tokens[start], 0), 0, -1):
            end = start + length
            if end in cuts and tuple(tokens[start:end]) in self._terms:
                return end
        return None


def _cuts(tokens: Sequence[str], words: Sequence[str]) -> frozenset[int]:
    """Return the positions among the tokens where a word begins or ends."""
    cuts = {0, len(tokens)}
    lengths = map(len, words)
    left = 0
    for at, token in enumerate(tokens, 1):
        if token != BOUNDARY:
            left = (left or next(lengths)) - len(token)
        if left <= 0:
            cuts.add(at)
    return frozenset(cuts)


@cache
def spellings() -> Variants:
    """Return the spellings that every query is read by."""
    return Variants(_groups(_data("spellings.txt")))


@cache
def known_names() -> Variants:
    """Return the names and terms that come with the project."""
    return Variants(_groups(_data("names.txt")))


def read_variants(path: str | os.PathLike[str]) -> Variants:
    """Read a file of the user's own, one group a line.

    Commas, semicolons, tabs, `、` or `=` separate terms; a line that begins with # is a comment.

    Raises:
        OwnFileError: The file cannot be read, or a line has fewer than two terms that can be found.
    """
    try:
        text = Path(path).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise OwnFileError(f"cannot read the variants {path}: {reason}") from error
    groups = []
    for number, line in enumerate(text.splitlines(), 1):
        for group in _groups(line):
            if len({tuple(tokenize(term)) for term in group} - {()}) < 2:
                raise OwnFileError(
                    f"{path}: line {number}: {line.strip()!r} has fewer than two names; "
                    "write those that stand for each other on one line, with commas between"
                )
            groups.append(group)
    return Variants(groups)


def _groups(text: str) -> Iterator[list[str]]:
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            yield [term.strip() for term in _BETWEEN.split(line) if term.strip()]


def _data(name: str) -> str:
    # importlib.resources would take as long to import as everything here.
    return Path(__file__).with_name(name).read_text("utf-8")
