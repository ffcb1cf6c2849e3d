"""The reading options that an index remembers: time zone, names of keys, where to split files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from index.errors import UsageError
from index.own_fields import OwnFields, own_name, read_own_fields
from index.reading import dates

__all__ = ["ARCHIVE_ZONE", "DEFAULT_OPTIONS", "ReadOptions"]

ARCHIVE_ZONE = "Asia/Shanghai"
"""UTC+8 holds for mainland China, Hong Kong, Macau, Taiwan and Singapore."""

PROPERTIES = ("title", "body", "date", "authors", "url", "tags", "source", "id", "summary")


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Settings of reading that an index keeps.

    Args:
        zone: Zone of times that are written without one, by its name in the zone data.
        keys: Pairs of a property (one of `PROPERTIES`) and the key or column that holds it.
        split_at: How a line begins that starts an article in Markdown and plain text; empty: a file is one.
        own_fields: Own fields, declared by `rebuild`, to be read from keys and columns of their names.

    Raises:
        UsageError: There is no such zone or property, or an own field is none.

    Example:
        >>> report = rebuild([archive], new, reading=ReadOptions("Europe/Berlin", keys=(("title", "kop"),)))
        >>> report.articles
        1
    """

    zone: str = ARCHIVE_ZONE
    keys: tuple[tuple[str, str], ...] = ()
    split_at: str = ""
    own_fields: OwnFields = ()

    def __post_init__(self) -> None:
        # What JSON gives back is a list.
        try:
            object.__setattr__(self, "keys", tuple((name, key) for name, key in self.keys))
        except (TypeError, ValueError):
            raise UsageError(f"keys takes pairs such as ('title', 'headline'), not {self.keys!r}") from None
        object.__setattr__(self, "own_fields", read_own_fields(self.own_fields))
        known = (*PROPERTIES, *(name for name, _ in self.own_fields))
        for name, _ in self.keys:
            if name not in known:
                raise UsageError(f"an article has no property {name!r}; it has {', '.join(known)}")
        if self.zone != ARCHIVE_ZONE:
            try:
                ZoneInfo(self.zone)
            except (ZoneInfoNotFoundError, TypeError, ValueError, OSError) as error:
                raise UsageError(
                    f"no time zone is called {self.zone!r}; names look like Asia/Shanghai or UTC"
                ) from error

    @property
    def all_keys(self) -> tuple[tuple[str, str], ...]:
        """The pairs of `keys` for properties, and those of own fields."""
        own = {name for name, _ in self.own_fields}
        return (*((name, key) for name, key in self.keys if name not in own), *self.own_keys)

    @property
    def own_keys(self) -> tuple[tuple[str, str], ...]:
        """Each own field, as it is called inside the index, with the key that holds it."""
        chosen = dict(self.keys)
        return tuple((own_name(name), chosen.get(name, name)) for name, _ in self.own_fields)

    @property
    def tzinfo(self) -> tzinfo:
        """The zone itself."""
        return dates.ARCHIVE_ZONE if self.zone == ARCHIVE_ZONE else ZoneInfo(self.zone)


DEFAULT_OPTIONS = ReadOptions()
