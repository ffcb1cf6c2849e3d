"""Open Whoosh's files so that nothing in them can run code, and translate its errors.

Whoosh keeps its list of segments as a pickle, and a pickle can call anything.
Here a pickle may name only the types of such a list. It never gets a real
class, which it could change: it fills stand-ins that are made anew for every
file, and segments are built from their checked values.
"""

from __future__ import annotations

import os
import pickle
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from whoosh.codec.whoosh3 import W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.index import _CURRENT_TOC_VERSION
from whoosh.system import _FLOAT_SIZE, _INT_SIZE, _LONG_SIZE, pack_int

from index.engines.whoosh.codec import GroupedCodec
from index.errors import Action, ArchiveError, EngineError, IndexDamaged, Remedy
from index.storage.files import is_of_the_system

__all__ = ["IndexStorage", "reading", "writing"]

# How a table of contents of this version begins. Whoosh would read other
# versions with loaders whose unpicklers allow everything.
_HEAD = bytes((_INT_SIZE, _LONG_SIZE, _FLOAT_SIZE)) + pack_int(-12345) + pack_int(_CURRENT_TOC_VERSION)

_HARMLESS = {("collections", "defaultdict"): defaultdict, ("builtins", "int"): int}

# The opcodes of a list of segments, with the size of what follows each. Only _TUPLE makes a tuple that
# is not empty, and only for a call: hashing a few dozen, each twice in the next, would never end.
_OPCODES = {
    **dict.fromkeys(b"]\x94(\x93)\x81}\x8f\x90\x88\x89NusbaeR.", 0),
    **dict.fromkeys(b"\x80hK", 1),
    **dict.fromkeys(b"M", 2),
    **dict.fromkeys(b"jJ", 4),
    **dict.fromkeys(b"\x95", 8),
}
_TUPLE = b"\x85\x94R"
# Opcodes of strings, with the size of their length.
_STRINGS = {ord("\x8c"): 1, ord("X"): 4}
# Least bytes that an index has for a document: its row, date and lengths.
_A_DOCUMENT = 40


class IndexStorage(FileStorage):
    """The files of one Whoosh index."""

    def open_file(self, name: str, **options: Any) -> StructFile:
        """Open a file for reading.

        Raises:
            IndexDamaged: The file is named as a table of contents and is none.
        """
        if not name.endswith(".toc"):
            return _Shared(super().open_file(name, **options).raw_file(), name=name, **options)
        path = Path(self.folder, name)
        data = path.read_bytes()
        if not data.startswith(_HEAD):
            raise IndexDamaged(f"{path} is damaged: it is no table of contents", file=path)
        file = _File(BytesIO(data), name=name, **options)
        file.room = sum(entry.stat().st_size for entry in os.scandir(self.folder))
        return file


class _File(StructFile):
    """A file whose pickles can only be lists of segments."""

    room = 0
    """The size of all files of the index, in bytes."""

    def read_pickle(self) -> list[W3Segment]:
        """Return the segments, or raise pickle.UnpicklingError."""
        data = self.file.read()
        _check_opcodes(data)
        loader = _Loader(BytesIO(data))
        segments = [loader.segment(found) for found in loader.load()]
        if sum(segment.doc_count_all() for segment in segments) * _A_DOCUMENT > self.room:
            raise pickle.UnpicklingError("more documents than its files can hold")
        return segments


class _Shared(_File):
    """A file that many threads read at once: reading does not move its position."""

    def get(self, position: int, length: int) -> bytes:
        """Return bytes from a position."""
        return os.pread(self.file.fileno(), length, position)


def _check_opcodes(data: bytes) -> None:
    """Raise UnpicklingError unless a pickle consists of what a list of segments needs."""
    at = 0
    while at < len(data):
        opcode = data[at]
        if opcode in _STRINGS:
            width = _STRINGS[opcode]
            at += 1 + width + int.from_bytes(data[at + 1 : at + 1 + width], "little")
        elif opcode in _OPCODES:
            at += 1 + _OPCODES[opcode]
        elif data.startswith(_TUPLE, at):
            at += len(_TUPLE)
        else:
            raise pickle.UnpicklingError(f"opcode {opcode:#x} does not belong in an index")


class _Loader(pickle.Unpickler):
    def __init__(self, file: Any) -> None:
        super().__init__(file)
        # A pickle can change a class that it names, so it gets one that is thrown away.
        self._segment = type("W3Segment", (), {})
        # Neither takes arguments, so that no call can wrap one tuple into another.
        self._codec = type("GroupedCodec", (), {})

    def find_class(self, module: str, name: str) -> Any:
        """Return a stand-in, or a type that cannot be changed."""
        if (module, name) == (W3Segment.__module__, "W3Segment"):
            return self._segment
        if (module, name) == (GroupedCodec.__module__, "GroupedCodec"):
            return self._codec
        if (module, name) in _HARMLESS:
            return _HARMLESS[module, name]
        raise pickle.UnpicklingError(f"{module}.{name} does not belong in an index")

    def segment(self, found: Any) -> W3Segment:
        """Return the segment that a stand-in describes."""
        if type(found) is not self._segment:
            raise pickle.UnpicklingError("something else stands among the segments")
        values = vars(found)
        name, segid, number = values["indexname"], values["segid"], values["_doccount"]
        deleted = values["_deleted"]
        if not (isinstance(segid, str) and segid.isalnum() and name == "MAIN" and type(number) is int):
            raise pickle.UnpicklingError("a segment without a proper name or size")
        if number < 0:
            raise pickle.UnpicklingError("a segment of fewer than no documents")
        if deleted is not None and not all(isinstance(document, int) for document in deleted):
            raise pickle.UnpicklingError("a deleted document without a number")
        return W3Segment(GroupedCodec(), name, number, segid, None if deleted is None else set(deleted))


@contextmanager
def reading(directory: Path) -> Iterator[None]:
    """Raise IndexDamaged for any error while an index is read, except errors of the system.

    The checksums of its files were right when they were opened. So if they
    cannot be read now, they have changed since, or never were an index.
    """
    try:
        yield
    except (ArchiveError, MemoryError, RecursionError):
        raise
    except Exception as error:
        if is_of_the_system(error):
            raise
        raise IndexDamaged(
            f"{directory} cannot be read ({type(error).__name__}: {error})",
            file=directory,
            remedy=Remedy(Action.CHECK, index=str(directory.parents[2])),
        ) from error


@contextmanager
def writing() -> Iterator[None]:
    """Raise EngineError for errors in Whoosh; a full disk stays an OSError."""
    try:
        yield
    except (ArchiveError, OSError, MemoryError):
        raise
    except Exception as error:
        raise EngineError(
            f"whoosh failed ({type(error).__name__}: {error}); the index is as it was before",
            engine="whoosh",
        ) from error
