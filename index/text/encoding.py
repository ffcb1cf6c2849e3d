"""Encode text for storage, as UTF-16 or UTF-8, whichever is shorter.

Chinese takes two bytes a character in UTF-16 and three in UTF-8, and UTF-16 is
decoded in half the time. Text that is mostly ASCII is shorter in UTF-8.
"""

from __future__ import annotations

from codecs import utf_8_decode, utf_16_le_decode

__all__ = ["decode", "encode"]

_UTF_8, _UTF_16 = b"8", b"6"


def encode(text: str) -> bytes:
    """Make text bytes; the first one names the encoding.

    Raises:
        UnicodeEncodeError: The text holds a surrogate.
    """
    wide, narrow = text.encode("utf-16-le"), text.encode()
    return _UTF_8 + narrow if len(narrow) <= len(wide) else _UTF_16 + wide


def decode(data: bytes | memoryview, start: int = 0, end: int | None = None) -> str:
    """Make bytes, or those from `start` to `end`, the text that `encode` was given.

    Raises:
        ValueError: The bytes are not what `encode` returned; as UnicodeDecodeError where they are no text.
    """
    encoding = data[start : start + 1]
    # Python looks up a codec by its name, and a slice of bytes would be copied.
    if encoding == _UTF_16:
        return utf_16_le_decode(memoryview(data)[start + 1 : end], "strict", True)[0]
    if encoding == _UTF_8:
        return utf_8_decode(memoryview(data)[start + 1 : end], "strict", True)[0]
    raise ValueError("no encoding is named")
