"""Round field lengths to one byte, as Lucene does.

The formula is `SmallFloat.intToByte4` of Apache Lucene; tantivy's field norms
use the same table. All engines round this way, so that their scores agree.
Lengths to 40 are exact, longer ones keep four significant bits.
"""

from __future__ import annotations

__all__ = ["LENGTHS", "length_code"]

# Codes below this are the length itself.
_EXACT = 24


def length_code(length: int) -> int:
    """Return the one-byte code of a length, a number of terms."""
    if length < _EXACT:
        return length
    rest = length - _EXACT
    bits = rest.bit_length()
    if bits < 4:
        return _EXACT + rest
    shift = bits - 4
    return min(255, _EXACT + ((rest >> shift & 0x07) | (shift + 1) << 3))


def _length(code: int) -> int:
    if code < _EXACT:
        return code
    code -= _EXACT
    shift = (code >> 3) - 1
    return _EXACT + (code & 0x07 if shift < 0 else (code & 0x07 | 0x08) << shift)


LENGTHS: tuple[int, ...] = tuple(map(_length, range(256)))
"""The length of each code: the largest that is not above the true length."""
