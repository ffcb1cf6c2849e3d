"""Segment runs of Han characters into words, all segmenters with the result of jieba.

| segmenter | for | starts in |
|---|---|---|
| `jieba_segmenter` | the reference; articles | 1 s |
| rjieba, if installed | articles, 10 to 20 times faster | 0.1 s |
| `query_segmenter` | queries, reading only the needed parts of the dictionary | milliseconds |

rjieba is not used with a user dictionary: there 3 of 30,000 runs differed.
"""

from __future__ import annotations

import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any

from index.errors import UsageError
from index.text.dictionary import Dictionary, likeliest_states, likeliest_words, total_frequency
from index.text.fold import fold
from index.text.tokens import can_be_cut

__all__ = [
    "Segmenter",
    "has_fast_segmenter",
    "jieba_segmenter",
    "load_segmenter",
    "query_segmenter",
    "read_user_dict",
    "segmenter_version",
]

Segmenter = Callable[[str], list[str]]
"""Cuts a run of Han characters into words that join back to the run."""

_ENTRY = re.compile(r"(?P<word>\S.*?)(?: (?P<frequency>\d{1,9}))?(?: (?P<tag>[A-Za-z]+))?")


def load_segmenter(user_dict: str | None = None) -> Segmenter:
    """Return the fastest segmenter for articles that is installed.

    Args:
        user_dict: A user dictionary as `read_user_dict` returns it.
    """
    return _rjieba_segmenter() if has_fast_segmenter(user_dict) else jieba_segmenter(user_dict)


def has_fast_segmenter(user_dict: str | None) -> bool:
    """Return whether rjieba is installed and may be used."""
    return user_dict is None and find_spec("rjieba") is not None


@cache
def _rjieba_segmenter() -> Segmenter:
    import rjieba

    cut: Segmenter = rjieba.cut
    return cut


@cache
def jieba_segmenter(user_dict: str | None = None) -> Segmenter:
    """Return the reference segmenter, in pure Python; loading takes about a second.

    It does not use jieba's `initialize`, which trusts a marshal file in the shared
    temporary folder that any user of the machine may have put there.
    """
    tokenizer = _jieba().Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    return _segmenter(tokenizer, user_dict)


def query_segmenter(user_dict: str | None = None) -> Segmenter:
    """Return a segmenter for queries: slower for long texts, but ready within milliseconds.

    It loads with the first run that is cut. If jieba's dictionary is of an unknown
    version, which might not be sorted, it is that of `load_segmenter`.
    """
    return lambda run: _query_segmenter(user_dict)(run)


@cache
def _query_segmenter(user_dict: str | None) -> Segmenter:
    path = _jieba_folder() / "dict.txt"
    total = total_frequency(path)
    if total is None:
        return load_segmenter(user_dict)
    if user_dict is not None:
        tokenizer = _jieba().Tokenizer()
        tokenizer.FREQ, tokenizer.total = Dictionary(path), total
        return _segmenter(tokenizer, user_dict)
    dictionary = Dictionary(path)

    def cut(run: str) -> list[str]:
        words: list[str] = []
        for is_single, group in groupby(likeliest_words(run, dictionary, total), lambda word: len(word) == 1):
            together = list(group)
            rest = "".join(together)
            # Adjacent single characters may be an unknown word. Only jieba can tell, and importing
            # it takes 20 ms. A word of the dictionary that is less likely than its parts is none.
            if is_single and len(rest) > 1 and not dictionary.get(rest):
                words.extend(_jieba().finalseg.cut(rest))
            else:
                words.extend(together)
        return words

    return cut


def _segmenter(tokenizer: Any, user_dict: str | None) -> Segmenter:
    """Return the cut of a tokenizer that is used nowhere else, after adding the user's words to it."""
    tokenizer.initialized = True
    for line in (user_dict or "").splitlines():
        word, frequency = line.split(" ")
        tokenizer.add_word(word, int(frequency) or None)
    cut: Segmenter = tokenizer.lcut
    return cut


def _jieba() -> Any:
    with warnings.catch_warnings(), _without_pkg_resources():
        warnings.simplefilter("ignore")  # jieba 0.42.1 has invalid escapes
        import jieba
    jieba.setLogLevel("ERROR")
    jieba.finalseg.viterbi = _viterbi
    return jieba


def _viterbi(
    observed: str,
    states: str,
    start: dict[str, float],
    transitions: dict[str, dict[str, float]],
    emissions: dict[str, dict[str, float]],
) -> tuple[float, list[str]]:
    """Return what jieba's own function returns, in linear time; see `likeliest_states`."""
    from jieba.finalseg import MIN_FLOAT, PrevStatus

    return likeliest_states(observed, states, start, transitions, emissions, PrevStatus, MIN_FLOAT)


@contextmanager
def _without_pkg_resources() -> Iterator[None]:
    """Hide pkg_resources from jieba, which does not need it: importing it takes 80 ms."""
    name = "pkg_resources"
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]


def _jieba_folder() -> Path:
    spec = find_spec("jieba")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


@cache
def segmenter_version() -> str:
    """Return the name and version of jieba, for the fingerprint; rjieba counts as jieba.

    The version is read from jieba's source: importing jieba or importlib.metadata
    takes longer than a search.
    """
    with (_jieba_folder() / "__init__.py").open(encoding="utf-8") as file:
        found = re.search(r"__version__ = '([^']+)'", file.read(1000))
    return f"jieba {found[1] if found else 'of unknown version'}"


def read_user_dict(path: str | os.PathLike[str]) -> str:
    """Read a dictionary in jieba's format, `word [frequency] [tag]` a line, into canonical form.

    Words are folded, because folded text is segmented. The result has one
    `word frequency` a line, with frequency 0 for one that jieba chooses.

    Raises:
        UsageError: The file cannot be read, is not in this format, or has a word
            with other than Han characters, which would never be found. Names the line.
    """
    if not isinstance(path, str | os.PathLike):
        raise UsageError(f"user_dict takes the path of a file, not {path!r}")
    try:
        text = Path(path).read_text("utf-8-sig")
    except (OSError, ValueError) as error:  # a name with a NUL is a ValueError
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"cannot read the user dictionary {path}: {reason}") from error
    words: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        match = _ENTRY.fullmatch(line.strip())
        word = fold(match["word"]) if match else ""
        if match is None or not word or not all(map(can_be_cut, word)):
            raise UsageError(
                f"{path}: line {number}: {line.strip()!r} is no word of Han characters; "
                "letters and digits are found without a dictionary, so leave the line out"
            )
        if match["frequency"] is not None and int(match["frequency"]) == 0:
            raise UsageError(f"{path}: line {number}: a frequency must be at least 1")
        words[word] = int(match["frequency"] or 0)
    return "".join(f"{word} {frequency}\n" for word, frequency in sorted(words.items()))
