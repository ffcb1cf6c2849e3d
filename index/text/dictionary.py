"""jieba's dictionary, read one initial character at a time, and the cut that it says is likeliest.

To read all of it takes jieba a second, and rjieba a tenth of one; a query needs
the words that begin with its own few characters, which stand together in the
file. So cutting a query costs milliseconds, even in a process that ends after it.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from math import log
from pathlib import Path

__all__ = ["Dictionary", "likeliest_words", "total_frequency"]

# Bytes of the dictionaries whose lines are known to stand in the order of their
# initials, and the frequencies of all their words in sum: that of jieba 0.42.1.
_KNOWN = {5_071_852: 60_101_967}
_LINE = re.compile(r"(\S+) (\d+)[^\n]*")
# Before the first of its words come those with letters, in no order.
_FIRST_INITIAL = "一"


def total_frequency(path: Path) -> int | None:
    """The sum of all frequencies in a dictionary that `Dictionary` can read; None for any other."""
    return _KNOWN.get(path.stat().st_size)


class Dictionary:
    """Words of Han characters and their frequencies, with 0 for what only begins a word.

    Has the part of a dict that jieba's tokenizer asks of its `FREQ`, and never
    holds more than that.
    """

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._lines = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._first = self._lines.find(f"\n{_FIRST_INITIAL}".encode()) + 1
        self._by_initial: dict[str, dict[str, int]] = {}

    def __contains__(self, word: str) -> bool:
        return word in self._words(word[0])

    def __getitem__(self, word: str) -> int:
        return self._words(word[0])[word]

    def __setitem__(self, word: str, frequency: int) -> None:
        self._words(word[0])[word] = frequency

    def get(self, word: str, default: int | None = None) -> int | None:
        """The frequency of a word or beginning, or `default`."""
        return self._words(word[0]).get(word, default)

    def _words(self, initial: str) -> dict[str, int]:
        try:
            return self._by_initial[initial]
        except KeyError:
            return self._by_initial.setdefault(initial, self._read(initial))

    def _read(self, initial: str) -> dict[str, int]:
        words: dict[str, int] = {}
        start, end = self._bound(initial), self._bound(chr(ord(initial) + 1))
        for word, frequency in _LINE.findall(self._lines[start:end].decode()):
            words[word] = int(frequency)
            for length in range(1, len(word)):
                words.setdefault(word[:length], 0)
        return words

    def _bound(self, initial: str) -> int:
        """Where the first line begins that does not stand before those with `initial`."""
        wanted = initial.encode()
        low, high = self._first, len(self._lines)
        while low < high:
            middle = self._lines.rfind(b"\n", low, (low + high) // 2) + 1 or low
            if self._lines[middle : middle + len(wanted)] < wanted:
                low = self._lines.find(b"\n", middle, high) + 1 or high
            else:
                high = middle
        return low


def likeliest_words(run: str, dictionary: Dictionary, total: int) -> Iterator[str]:
    """The words of the dictionary whose frequencies have the largest product, characters in none alone.

    What jieba takes before it looks for words that are in no dictionary. Of
    equal products the longer first word wins, as in jieba.
    """
    best: list[tuple[float, int]] = [(0.0, 0)] * (len(run) + 1)
    log_total = log(total)
    for start in reversed(range(len(run))):
        ends = list(_ends(run, start, dictionary)) or [start + 1]
        best[start] = max(
            (log(dictionary.get(run[start:end]) or 1) - log_total + best[end][0], end) for end in ends
        )
    at = 0
    while at < len(run):
        yield run[at : best[at][1]]
        at = best[at][1]


def _ends(run: str, start: int, dictionary: Dictionary) -> Iterator[int]:
    """Where the words end that begin at `start`."""
    for end in range(start + 1, len(run) + 1):
        frequency = dictionary.get(run[start:end])
        if frequency is None:
            return
        if frequency:
            yield end
