"""Read the articles of a file: detect its format, read its drafts, assemble an article from each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timezone

from index.article import Article
from index.errors import SeedError
from index.reading.assemble import Read, assemble
from index.reading.draft import Draft, NoArticle
from index.reading.encoding import looks_binary
from index.reading.formats.base import HEAD, File, Format, Results
from index.reading.formats.registry import choose, head_of
from index.reading.limits import DEFAULT_LIMITS, Limits
from index.reading.options import ReadOptions

__all__ = ["format_of", "read_articles", "read_seed"]

_LONGEST_ID = 500
_COMPRESSED = (".gz", ".bz2", ".xz")


def format_of(file: File) -> Format:
    """Return the format of a file, by its first bytes and its name."""
    with file.open() as stream:
        data = stream.read(HEAD)
    name = file.name
    for suffix in _COMPRESSED:
        name = name.removesuffix(suffix)
    return choose(head_of(name, data))


def read_articles(
    file: File, *, folder: str | None = None, today: date | None = None
) -> Iterator[Read | SeedError]:
    """Read the articles of a file one after another.

    Args:
        file: Its bytes may be of any size if its format holds many articles.
        folder: The folder that names the outlet, if one does.
        today: Dates after the day after this are ignored; by default today, in UTC.

    Returns:
        Articles as they were read, and an error for each item that cannot be read.

    Raises:
        SeedError: The file cannot be read, or holds no article.
        PassedOver: The file is not meant to hold an article.
    """
    format = format_of(file)
    today = today or datetime.now(timezone.utc).date()
    for draft in _drafts(format, file):
        if isinstance(draft, SeedError):
            yield draft
            continue
        try:
            read = assemble(
                draft,
                id=_id(draft, file),
                path=file.path,
                name=file.id if draft.number is None else "",
                folder=folder,
                today=today,
                limits=file.limits,
                zone=file.options.tzinfo,
                own_fields=file.options.own_fields,
            )
        except SeedError as error:
            if draft.number is None:
                raise
            yield SeedError(file.path, f"item {draft.number}: {error.reason}")
            continue
        if draft.number is not None and read.article.id == draft.own_id:
            read = replace(read, spare_id=f"{file.id}#{draft.number}")
        yield read


def _drafts(format: Format, file: File) -> Results:
    try:
        yield from format.read(file)
    except NoArticle as error:
        raise SeedError(file.path, error.reason) from error


def _id(draft: Draft, file: File) -> str:
    """Return the article's id: the file's, or the item's own, or the file's with the item's number."""
    if draft.number is None:
        return file.id
    if draft.own_id and len(draft.own_id) <= _LONGEST_ID and draft.own_id.isprintable():
        return draft.own_id
    return f"{file.id}#{draft.number}"


def read_seed(
    data: bytes,
    *,
    id: str,
    path: str,
    folder: str | None = None,
    today: date | None = None,
    limits: Limits = DEFAULT_LIMITS,
    options: ReadOptions | None = None,
) -> Article:
    """Return the first article that a file's bytes hold.

    Raises:
        SeedError: They are no text, hold no article, or more text than `limits` allow.
        PassedOver: They are not meant to hold an article.
    """
    if looks_binary(data[:4096]):
        raise SeedError(path, "not a text file")
    file = File.of(data, path=path, id=id, limits=limits, options=options)
    for read in read_articles(file, folder=folder, today=today):
        if isinstance(read, SeedError):
            raise read
        return read.article
    raise SeedError(path, "there is no article in the file")
