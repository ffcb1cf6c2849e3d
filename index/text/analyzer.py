"""The analyzer: text in, three streams of terms out. The same for articles and queries.

Everything an engine indexes and everything a query looks for comes from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise

from index.text.fold import table_version
from index.text.segment import Segmenter, load_segmenter, segmenter_version
from index.text.units import BREAK, can_be_cut, han_runs, split_units

__all__ = ["Analyzer", "Streams", "gram"]

# Counts changes of the code that folds, splits and cuts.
_FORMAT = 1


def gram(first: str, second: str) -> str:
    """The term for two neighbouring units. The dot keeps `new·york` and `newy·ork` apart."""
    return f"{first}·{second}"


@dataclass(frozen=True, slots=True)
class Streams:
    """What one text is indexed by. Breaks stand in `units` only."""

    words: list[str]
    grams: list[str]
    units: list[str]


class Analyzer:
    """Fold, split, cut, with the words of a user dictionary if there is one.

    `user_dict` is the text that `read_user_dict` returns.
    """

    def __init__(self, user_dict: str | None = None, *, segmenter: Segmenter | None = None) -> None:
        self.user_dict = user_dict
        self._cut = segmenter or load_segmenter(user_dict)

    def analyze(self, text: str) -> Streams:
        """The streams of `text`; newlines in it separate paragraphs."""
        units = split_units(text)
        return Streams(self.words(units), grams(units), units)

    def analyze_without_words(self, text: str) -> Streams:
        """The same without cutting, for text that is matched but does not rank."""
        units = split_units(text)
        return Streams([], grams(units), units)

    def words(self, units: list[str]) -> list[str]:
        """Cut units into words: runs of Han units by the segmenter, every other unit alone."""
        words: list[str] = []
        for run in han_runs(units):
            if len(run) > 1 and can_be_cut(run[0]):
                words.extend(self._cut(run))
            elif run != BREAK:
                words.append(run)
        return words

    def fingerprint(self) -> str:
        """Names everything that decides which terms a text gives. Equal fingerprints, equal terms."""
        parts = [f"analyzer {_FORMAT}", f"fold {table_version()}", segmenter_version()]
        if self.user_dict is not None:
            parts.append(f"user words {sha256(self.user_dict.encode()).hexdigest()[:12]}")
        return ", ".join(parts)


def grams(units: list[str]) -> list[str]:
    """Every two neighbouring units with no break between."""
    # What `gram` gives, without a call for each: this is done for every character of an archive.
    return [f"{first}·{second}" for first, second in pairwise(units) if first != BREAK != second]
