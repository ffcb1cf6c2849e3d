"""Split folded text into tokens and boundaries.

A token is the smallest thing that can be found: one Han, kana or hangul
character, a run of other letters, a run of digits, or a sign with a meaning (the
+ of C++, the % of 5%). A boundary is the end of a clause or paragraph. It is only
between tokens, never beside another boundary and never at either end. Everything
else is dropped, after ending a run of letters or digits.

One rule keeps quotations findable: the tokens of a piece of text depend on that
piece alone, if it is cut between tokens. A cut may lose a sign at its edge, but
never adds a token. So the tokens of any quotation occur in the text that it was
taken from. docs/query-language.md has the reasons for each rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from index.text.fold import fold, fold_with_origin, marks_in

__all__ = [
    "BOUNDARY",
    "BOUNDARY_MARKS",
    "MARKS_BETWEEN",
    "MAX_TOKEN",
    "SIGNS",
    "Located",
    "Unit",
    "can_be_cut",
    "han_runs",
    "locate",
    "locate_tokens",
    "may_go_on",
    "parts_of",
    "stands_alone",
    "stretches",
    "token_text",
    "tokenize",
    "tokens_of",
]

BOUNDARY = "¶"
"""Every boundary; no token can equal it, since it is no letter, digit or sign of SIGNS."""

MAX_TOKEN = 64
"""The longest token, in characters; a longer run of letters or digits goes on as the next token."""

_CURRENCY = "$€£¥₩₹₽₿"
SIGNS = frozenset(f"%‰+#°{_CURRENCY}")
"""The signs that are tokens if they carry meaning, each of its own."""

_HAN = "\u3005\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KANA = "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
_HANGUL = "\u1100-\u11ff\ua960-\ua97f\uac00-\ud7ff"
_ALONE = _HAN + _KANA + _HANGUL

_ENDS_IN_LINE = "\r\u2028\u2029。、…⋯⋮—―⸺⸻|→←↔⇒⇐⇔"
_ENDS_ALWAYS = "\n" + _ENDS_IN_LINE
# Inside 10:30, km/h and 5~8 these end nothing; neither does a dot, for which there is more to say.
_ENDS_CLAUSE = ",;:!?/~〜"

MARKS_BETWEEN = frozenset(_ENDS_IN_LINE + _ENDS_CLAUSE)
"""The characters of folded text that are a boundary wherever they stand between two Han tokens."""
BOUNDARY_MARKS = MARKS_BETWEEN | frozenset("\n.·•")
"""The characters of folded text that can be a boundary."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One token, or a boundary, with its span in the original: `original[start:end]`."""

    text: str
    start: int
    end: int


@lru_cache(maxsize=16)
def _pattern(marks: str, *, over_boundaries: bool = False) -> re.Pattern[str]:
    """Compile the pattern that finds tokens and boundaries in folded text.

    Of tokens that are single characters it takes as many at once as follow each
    other: most tokens are Han, and this takes a sixth as many steps.
    """
    over = f"(?:[{_ENDS_IN_LINE}{_ENDS_CLAUSE}][{_ALONE}]+)*" if over_boundaries and not marks else ""
    mark = f"|[{marks}]" if marks else ""
    letter = rf"(?:[^\W\d_{_ALONE}]{mark})"
    inner = rf"(?:[^\W_{_ALONE}]{mark})"
    not_behind_mark = rf"(?<![{marks}])" if marks else ""
    no_letter_before = rf"(?<![^\W\d_{_ALONE}]){not_behind_mark}"
    no_inner_before = rf"(?<![^\W_{_ALONE}]){not_behind_mark}"
    word = rf"(?:[^\W_]{mark})"
    kinds = (
        rf"[{_ALONE}]+{over}",
        # U.S. and J·K·: single letters with dots between them are one token, us and jk.
        rf"{no_letter_before}{letter}(?:[.·]{letter}(?!{letter})){{1,{MAX_TOKEN // 2}}}",
        # 1,234 is 1234.
        r"(?<!\d)\d{1,3}(?:,\d{3}){1,16}(?!\d)",
        rf"{letter}{{1,{MAX_TOKEN}}}",
        # 3.5 is 3 and .5, so that 3 finds it and 5% is not found in 3.5%.
        rf"(?:(?<=\d)|^)[.·]\d{{1,{MAX_TOKEN - 1}}}",
        rf"\d{{1,{MAX_TOKEN}}}",
        # Signs: 5%, 5 %, $5, 5€, 37°, C++, C#.
        rf"(?<=\d)[%‰{_CURRENCY}]|(?<=\d )[%‰]|[{_CURRENCY}](?= ?\d)|°",
        rf"(?<=[^\W_{_ALONE}])\++|(?<=(?<![^\W_{_ALONE}])[^\W\d_{_ALONE}])#",
        rf"[{_ENDS_ALWAYS}]",
        # A dot in a name ends nothing: 马克.吐温, W.布什, John F. Kennedy.
        rf"(?<![{_ALONE}])\.(?!{inner})(?<!(?<![^\W\d_{_ALONE}])[^\W\d_{_ALONE}]\.)",
        rf"(?<=[{_ALONE}])\.(?![{_ALONE}])|{no_inner_before}(?<![{_ALONE}])\.",
        rf"{no_inner_before}[{_ENDS_CLAUSE}]|[{_ENDS_CLAUSE}](?!{inner})",
        # A middle dot does not either, nor does a bullet that is written for one: 马克·吐温, 马克•吐温.
        # What stands behind a number (1·标题), or has no word on one of its sides, is no dot of a name.
        rf"(?<=\d)·(?!\d)|·(?! ?{word})|(?<![^\W_])(?<![^\W_] )·|(?<![^\W_])•|•(?!{word})",
    )
    return re.compile("|".join(kinds), re.MULTILINE)


_INNER_MARK = re.compile("(?<=.)[.·,]")
# What jieba 0.42.1 cuts. Rarer characters it passes through one by one, and rjieba does not.
_CUT = "\u4e00-\u9fd5"
_FIRST_CUT, _LAST_CUT = _CUT.split("-")
_HAN_RUN = re.compile(rf"[{_CUT}](?: [{_CUT}])*|[^ ]+")
_ALONE_RANGES = [(found[0], found[-1]) for found in re.findall(".-.|.", _ALONE)]


class _Alone(dict[str, bool]):
    """Tell whether a character is a token of its own; bounded by the characters that there are."""

    def __missing__(self, char: str) -> bool:
        alone = char in SIGNS or any(first <= char <= last for first, last in _ALONE_RANGES)
        self[char] = alone
        return alone


_alone = _Alone()


def can_be_cut(token: str) -> bool:
    """Return whether jieba may join the token with others into a word."""
    return _FIRST_CUT <= token <= _LAST_CUT


def may_go_on(token: str) -> bool:
    """Return whether a token can be the beginning of a longer one, as letters and digits can."""
    return not (len(token) == 1 and _alone[token])


def stands_alone(char: str) -> bool:
    """Tell whether a character is a token of its own wherever it is one."""
    return _alone[char]


def stretches(folded: str) -> Iterator[re.Match[str]]:
    """Find the tokens and boundary marks of folded text, as many at once as stand side by side.

    A match is a boundary mark, a token of letters or of digits with the marks
    inside it (see `parts_of`), or characters that are tokens of their own, which
    may have single marks of MARKS_BETWEEN between them.
    """
    return _pattern(marks_in(folded), over_boundaries=True).finditer(folded)


def tokenize(text: str) -> list[str]:
    """Fold `text` and split it into tokens, with BOUNDARY where a clause or paragraph ends."""
    folded = fold(text)
    tokens: list[str] = []
    at_boundary = True
    for token in _pattern(marks_in(folded)).findall(folded):
        if token in BOUNDARY_MARKS:
            if not at_boundary:
                tokens.append(BOUNDARY)
            at_boundary = True
            continue
        at_boundary = False
        if _alone[token[0]]:
            tokens.extend(token)
        else:
            tokens.append(token if token.isalnum() else _without_marks(token))
    if at_boundary and tokens:
        tokens.pop()
    return tokens


def _without_marks(token: str) -> str:
    """Return a token without the dots and commas inside it; the point before decimals stays."""
    return "".join(parts_of(token))


def parts_of(token: str) -> list[str]:
    """Return what stays of a token as it is found in folded text, without the mark before each other part.

    Example:
        >>> parts_of("1,234"), parts_of("u.s"), parts_of("·5")
        (['1', '234'], ['u', 's'], ['.5'])
    """
    parts = _INNER_MARK.split(token)
    parts[0] = parts[0].replace("·", ".")
    return parts


@dataclass(frozen=True, slots=True)
class Located:
    """The tokens of a text, each with its span in the original: `original[starts[i]:ends[i]]`."""

    texts: list[str]
    starts: list[int]
    ends: list[int]


def locate(text: str) -> Located:
    """Tokenize `text`, with the characters that each token came from.

    Returns lists, because making an object of each token takes three times as long.
    """
    folded = fold_with_origin(text)
    texts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _pattern(marks_in(folded.text)).finditer(folded.text):
        token = match[0]
        first, end = match.span()
        if token in BOUNDARY_MARKS:
            if not texts or texts[-1] == BOUNDARY:
                continue
            token = BOUNDARY
        elif _alone[token[0]]:
            texts.extend(token)
            starts.extend(folded.starts[first:end])
            ends.extend(folded.ends[first:end])
            continue
        elif not token.isalnum():
            token = _without_marks(token)
        texts.append(token)
        starts.append(folded.starts[first])
        ends.append(folded.ends[end - 1])
    if texts and texts[-1] == BOUNDARY:
        del texts[-1], starts[-1], ends[-1]
    return Located(texts, starts, ends)


def locate_tokens(text: str) -> list[Unit]:
    """Return what `locate` does, as one value for each token."""
    located = locate(text)
    return list(map(Unit, located.texts, located.starts, located.ends))


def han_runs(tokens: list[str]) -> list[str]:
    """Join neighbouring Han tokens into runs; every other token, and every boundary, stays alone.

    Goes over the joined string because a regular expression does so several
    times faster than a loop over tokens.
    """
    return [run.replace(" ", "") for run in _HAN_RUN.findall(" ".join(tokens))]


class _Padding(dict[str, str]):
    """The form of each token in a token text; its size is bounded by the number of single characters."""

    def __missing__(self, token: str) -> str:
        if token == BOUNDARY or not may_go_on(token):
            self[token] = token
            return token
        return f" {token} "


_padding = _Padding()


def token_text(tokens: Iterable[str]) -> str:
    """Join tokens into one string in which a phrase can be looked for with `in`.

    `token_text(phrase) in token_text(text)` exactly if the tokens of the phrase
    occur in the text one after the other: single characters need no separators,
    and runs of letters or digits have a space on either side.
    """
    return "".join(map(_padding.__getitem__, tokens))


def tokens_of(text: str) -> list[str]:
    """Return the tokens that `token_text` joined."""
    tokens: list[str] = []
    is_word = False
    # Each word has a space on either side, so that every second piece is one.
    for piece in text.split(" "):
        if is_word:
            tokens.append(piece)
        else:
            tokens.extend(piece)
        is_word = not is_word
    return tokens
