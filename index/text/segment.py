"""Cut runs of Han characters into words.

jieba is the reference. rjieba, its twin in Rust, cuts the same words ten to
twenty times faster, so it serves where it is installed and whole articles are
cut, except with a user dictionary: there 3 of 30,000 runs differed. Queries are
cut with a dictionary that is read only where it is asked for, and by jieba only
where that does not tell.
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
from index.text.dictionary import Dictionary, likeliest_words, total_frequency
from index.text.fold import fold
from index.text.tokens import can_be_cut

__all__ = [
    "Segmenter",
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
    """The fastest segmenter that cuts as jieba does, with the words of `user_dict` if given.

    `user_dict` is the text of a dictionary as `read_user_dict` returns it.
    """
    if user_dict is None and find_spec("rjieba") is not None:
        return _rjieba_segmenter()
    return jieba_segmenter(user_dict)


@cache
def _rjieba_segmenter() -> Segmenter:
    import rjieba

    cut: Segmenter = rjieba.cut
    return cut


@cache
def jieba_segmenter(user_dict: str | None = None) -> Segmenter:
    """The reference, pure Python; takes about a second to load its dictionary.

    It is read directly: jieba's `initialize` trusts a marshal file in the shared
    temporary folder, which any user of the machine may have put there.
    """
    tokenizer = _jieba().Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    return _segmenter(tokenizer, user_dict)


def query_segmenter(user_dict: str | None = None) -> Segmenter:
    """The same words, cut slower, but ready within milliseconds, and loaded with the first run to cut.

    For a jieba whose dictionary is not known to be sorted, what `load_segmenter` gives.
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
            # Characters that follow each other may be a word that no dictionary has. jieba, which
            # takes 20 ms to import, looks for such; a word that is less likely than its parts is none.
            if is_single and len(rest) > 1 and not dictionary.get(rest):
                words.extend(_jieba().finalseg.cut(rest))
            else:
                words.extend(together)
        return words

    return cut


def _segmenter(tokenizer: Any, user_dict: str | None) -> Segmenter:
    """Cut with a tokenizer of our own, whose user words are seen by nobody else in the process."""
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
    return jieba


@contextmanager
def _without_pkg_resources() -> Iterator[None]:
    """jieba asks for it to find its own files, and does so without; to import it takes 80 ms."""
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
    """Names what decides how words are cut; rjieba counts as the jieba it equals.

    Read from jieba's first lines: to import it, or importlib.metadata, takes
    longer than a search.
    """
    with (_jieba_folder() / "__init__.py").open(encoding="utf-8") as file:
        found = re.search(r"__version__ = '([^']+)'", file.read(1000))
    return f"jieba {found[1] if found else 'of unknown version'}"


def read_user_dict(path: str | os.PathLike[str]) -> str:
    """Read a dictionary in jieba's format, `word [frequency] [tag]` a line, into canonical form.

    Words are folded, because folded text is what gets cut; the result has one
    `word frequency` a line, where 0 stands for a frequency of jieba's choice.

    Raises `UsageError`, with the line, for a file that is not such a dictionary
    and for words that could never be cut out: those with anything but Han
    characters in them.
    """
    if not isinstance(path, str | os.PathLike):
        raise UsageError(f"user_dict takes the path of a file, not {path!r}")
    try:
        text = Path(path).read_text("utf-8-sig")
    except (OSError, ValueError) as error:  # a name with a NUL is a ValueError
        raise UsageError(f"cannot read the user dictionary {path}: {error}") from error
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
