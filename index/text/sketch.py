"""The sketch of a text: a few numbers by which texts that share passages are found and compared.

A shingle is a run of eight tokens, boundaries passed over. Its hash is a number
below 2**32. The sketch keeps the hashes below a limit, the same for all texts: one
in 32. So two texts keep the same of the shingles they share, wherever these
stand, and the share of one sketch in another estimates the share of the text
(Broder 1997, "modulo p"). A short text raises its limit until it keeps 64; a very
long one lowers it to keep no more than 256. Two sketches are compared below the
lower of their limits.

The hashes of all shingles come from one multiplication. The tokens are the digits
of a large number, in 64 bits each; the product with a number of eight digits holds
in each digit the sum of eight tokens times eight constants, and no digit
overflows. That takes a tenth of the time of hashing shingles one by one.
"""

from __future__ import annotations

import re
import struct
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from zlib import crc32

from index.text.token_text import TokenText
from index.text.tokens import BOUNDARY

__all__ = ["KEYS_BELOW", "SHINGLE", "Sketch", "shingles", "sketch", "unpack_sketch"]

SHINGLE = 8
"""The number of tokens of a shingle."""

KEYS_BELOW = 1 << 27
"""Hashes below are kept, and are keys: one in 32."""

_LEAST, _MOST = 64, 256
# The highest byte of a hash: the one in which keys differ from others, and how many there are.
_TOP = 24
_KEYS_BYTE = KEYS_BELOW >> _TOP
_BYTES = 256
# Up to this bound few hashes are below it.
_FEW_BYTES = 64
_LEAST_KEYS = 16
_EVERY = (1 << 32) - 1

_LANE = 64
# Below 2**40, so that eight times a token, which is below 2**21, stays below 2**64. Any odd numbers do.
_CONSTANTS = tuple(
    int.from_bytes(blake2b(bytes([n]), digest_size=5).digest(), "little") | 1 for n in range(SHINGLE)
)
_FACTOR = sum(constant << _LANE * n for n, constant in enumerate(_CONSTANTS))
_SPREAD = 0x9E3779B1  # 2**32 divided by the golden ratio; Knuth, volume 3, 6.4
_LOW = b"\xff\xff\xff\xff\0\0\0\0"
# So many tokens are hashed at once, which bounds the memory.
_AT_ONCE = 1 << 16
_read = struct.Struct("<I").unpack_from
_HEADER = struct.Struct("<qI")


@dataclass(frozen=True, slots=True)
class Sketch:
    """Some of the hashes of a text's shingles, ascending.

    Attributes:
        same: A number that texts with the same tokens have in common; 0 for a text without tokens.
        limit: Every hash of the text up to this one is in the sketch.
        hashes: These hashes.
    """

    same: int
    limit: int
    hashes: Sequence[int]

    def key_hashes(self) -> Sequence[int]:
        """Return the hashes by which the text is found: those below KEYS_BELOW, and the lowest 16."""
        return self.hashes[: max(_LEAST_KEYS, bisect_left(self.hashes, KEYS_BELOW))]

    def shares(self, other: Sketch) -> tuple[float, float]:
        """Estimate the share of this text that is in another, and of the other that is in this one.

        Example:
            >>> whole, half = (sketch(TokenText.of(text)) for text in ("渡轮今晚停航一夜", "渡轮今晚停航"))
            >>> whole.shares(whole), whole.shares(half)
            ((1.0, 1.0), (0.0, 0.0))
        """
        if self.same == other.same:
            return (1.0, 1.0) if self.same else (0.0, 0.0)
        limit = min(self.limit, other.limit)
        mine, theirs = self._up_to(limit), other._up_to(limit)
        shared = len(set(mine).intersection(theirs))
        return shared / max(1, len(mine)), shared / max(1, len(theirs))

    def may_share(self, other: Sketch, least: float) -> bool:
        """Return whether either text may have a share in the other, so far as estimates can tell."""
        limit = min(self.limit, other.limit)
        mine, theirs = self._up_to(limit), other._up_to(limit)
        shared = len(set(mine).intersection(theirs))
        # A number of hits may be by chance so much lower than on average.
        likely = shared + 2 * (shared + 1) ** 0.5
        return shared > 0 and likely >= least * min(len(mine), len(theirs))

    def _up_to(self, limit: int) -> Sequence[int]:
        return self.hashes if self.limit <= limit else self.hashes[: bisect_left(self.hashes, limit + 1)]

    def packed(self) -> bytes:
        """Return the sketch as bytes, to be stored; `unpack_sketch` is the reverse."""
        return _HEADER.pack(self.same, self.limit) + struct.pack(f"<{len(self.hashes)}I", *self.hashes)


def unpack_sketch(data: bytes | memoryview) -> Sketch:
    """Return the sketch that `Sketch.packed` gave.

    Raises:
        ValueError: The bytes are not what it returned.
    """
    if len(data) < _HEADER.size or (len(data) - _HEADER.size) % 4 or len(data) > _HEADER.size + 4 * _MOST:
        raise ValueError("no packed sketch")
    hashes = struct.unpack(f"<{(len(data) - _HEADER.size) // 4}I", data[_HEADER.size :])
    same, limit = _HEADER.unpack_from(data)
    return Sketch(same, limit, hashes)


def sketch(body: TokenText, title: TokenText | None = None) -> Sketch:
    """Return the sketch of an article: of its body, or of its title if the body has no tokens.

    Time and memory are bounded by the length of the text.
    """
    tokens = _characters(body.text) or _characters(title.text if title else "")
    if not tokens:
        return Sketch(0, _EVERY, ())
    digest = blake2b(tokens.encode("utf-32-le"), digest_size=8).digest()
    same = int.from_bytes(digest, "little", signed=True) or 1
    limit, kept = _chosen(tokens)
    return Sketch(same, limit, tuple(kept))


def _chosen(tokens: str) -> tuple[int, list[int]]:
    """Return the limit of the sketch of a text, and the hashes up to it."""
    lanes = list(_lanes(tokens)) if len(tokens) <= _AT_ONCE else None
    kept = _below(lanes or _lanes(tokens), _KEYS_BYTE)
    if len(kept) > _MOST:
        return kept[_MOST - 1], kept[:_MOST]
    if len(kept) >= _LEAST:
        return KEYS_BELOW - 1, kept
    # A short text, or one that repeats itself: few hashes, of which a bounded number is kept.
    # As many as are likely to be enough are looked at first, since sorting all takes long.
    first = min(_BYTES, 1 + 3 * _LEAST * _BYTES // len(tokens))
    for bound in (first, _BYTES):
        kept = _below(lanes or _lanes(tokens), bound)
        if len(kept) > _LEAST:
            return kept[_LEAST - 1], kept[:_LEAST]
    return _EVERY, kept


def shingles(body: TokenText, title: TokenText | None = None) -> set[int]:
    """Return the hashes of all shingles of an article, by which shares are computed and not estimated."""
    return _all(_characters(body.text) or _characters(title.text if title else ""))


def _all(tokens: str) -> set[int]:
    return {value for lanes in _lanes(tokens) for value in _values(lanes)}


def _values(lanes: bytes) -> array[int]:
    """Return the hashes in some lanes."""
    found = array("I", lanes)[::2]
    if sys.byteorder == "big":
        found.byteswap()
    return found


def _below(every: Iterable[bytes], bound: int) -> list[int]:
    """Return the hashes whose highest byte is below a bound, ascending, each once.

    Only the highest bytes are looked at one by one, by a regular expression: so most hashes never
    become objects.
    """
    found: set[int] = set()
    for lanes in every:
        if bound > _FEW_BYTES:
            found.update([value for value in _values(lanes) if value < bound << _TOP])
        else:
            places = _bytes_below(bound).finditer(lanes[3::8])
            found.update([_read(lanes, 8 * place.start())[0] for place in places])
    return sorted(found)


@lru_cache(maxsize=64)
def _bytes_below(bound: int) -> re.Pattern[bytes]:
    return re.compile(b"[\0-" + re.escape(bytes([bound - 1])) + b"]")


def _characters(text: str) -> str:
    """Return a token text with one character for each token, without boundaries."""
    pieces = text.replace(BOUNDARY, "").split(" ")
    pieces[1::2] = map(_character, pieces[1::2])  # every second piece is a word
    return "".join(pieces)


@lru_cache(maxsize=1 << 14)
def _character(word: str) -> str:
    return chr(0x10000 + crc32(word.encode()) % 0x100000)


def _lanes(tokens: str) -> Iterator[bytes]:
    """Yield the hashes of all shingles, eight bytes for each, of which the first four are it.

    A text of fewer tokens than a shingle has is one.
    """
    last = max(1, len(tokens) - SHINGLE + 1)
    for start in range(0, last, _AT_ONCE):
        yield _hashed(tokens[start : min(start + _AT_ONCE, last) + SHINGLE - 1])


def _hashed(tokens: str) -> bytes:
    number = len(tokens)
    data = tokens.encode("utf-32-le")
    wide = bytearray(8 * number)
    for byte in range(3):  # a character is below 2**24
        wide[byte::8] = data[byte::4]
    sums = ((int.from_bytes(wide, "little") * _FACTOR) >> 16) & _mask(number.bit_length())
    spread = (sums * _SPREAD).to_bytes(8 * (number + SHINGLE), "little")
    first = min(number, SHINGLE) - 1
    return spread[8 * first : 8 * number]


@cache
def _mask(bits: int) -> int:
    """Return a number with the low half of each lane set, for a number of tokens of so many bits."""
    return int.from_bytes(_LOW * ((1 << bits) + SHINGLE), "little")
