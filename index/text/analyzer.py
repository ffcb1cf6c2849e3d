"""The analyzer: text in, three streams of terms out. The same for articles and queries.

Everything that an engine indexes and that a query looks for comes from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise

from index.text.fold import table_version
from index.text.segment import Segmenter, load_segmenter, segmenter_version
from index.text.tokens import BOUNDARY, can_be_cut, han_runs, tokenize

__all__ = ["Analyzer", "Streams", "bigram"]

# Counts changes of the code that folds, splits and cuts.
_FORMAT = 2


def bigram(first: str, second: str) -> str:
    """Return the term for two neighbouring tokens. The dot keeps `new·york` and `newy·ork` apart."""
    return f"{first}·{second}"


@dataclass(frozen=True, slots=True)
class Streams:
    """The terms of one text. Only `tokens` has boundaries."""

    words: list[str]
    bigrams: list[str]
    tokens: list[str]


class Analyzer:
    """Fold, tokenize, segment.

    Args:
        user_dict: Words of the user's own, as `read_user_dict` returns them.
        segmenter: Function that cuts a run of Han characters; by default the fastest that equals jieba.
    """

    def __init__(self, user_dict: str | None = None, *, segmenter: Segmenter | None = None) -> None:
        self.user_dict = user_dict
        self._cut = segmenter or load_segmenter(user_dict)

    def analyze(self, text: str) -> Streams:
        """Return the streams of a text; newlines in it separate paragraphs."""
        return self.streams(tokenize(text))

    def streams(self, tokens: list[str]) -> Streams:
        """Return the streams of a text that is split into tokens already."""
        return Streams(self.words(tokens), bigrams(tokens), tokens)

    def analyze_without_words(self, text: str) -> Streams:
        """Return the streams of a text that is matched but does not rank, and so has no words."""
        tokens = tokenize(text)
        return Streams([], bigrams(tokens), tokens)

    def words(self, tokens: list[str]) -> list[str]:
        """Cut tokens into words: runs of Han tokens by the segmenter, every other token alone."""
        words: list[str] = []
        for run in han_runs(tokens):
            if len(run) > 1 and can_be_cut(run[0]):
                words.extend(self._cut(run))
            elif run != BOUNDARY:
                words.append(run)
        return words

    def fingerprint(self) -> str:
        """Name everything that decides which terms a text gives. Equal fingerprints, equal terms."""
        parts = [f"analyzer {_FORMAT}", f"fold {table_version()}", segmenter_version()]
        if self.user_dict is not None:
            parts.append(f"user words {sha256(self.user_dict.encode()).hexdigest()[:12]}")
        return ", ".join(parts)


def bigrams(tokens: list[str]) -> list[str]:
    """Return every two neighbouring tokens with no boundary between."""
    # What `bigram` gives, without a call for each: this is done for every character of an archive.
    return [f"{first}·{second}" for first, second in pairwise(tokens) if first != BOUNDARY != second]
