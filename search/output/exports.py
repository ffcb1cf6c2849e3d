"""The one registry of formats in which a list of articles leaves: for commands, page and API."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import tzinfo
from itertools import chain
from typing import TypeAlias

from search.output.bibliographies import bibtex_lines, csl_json_lines, markdown_lines, ris_lines
from search.output.tables import Cell, csv_lines, json_rows, table_of_hits
from search.results import Hit

__all__ = ["EXPORTS", "Export", "Listing", "exported", "full_matches", "table_of_listing"]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of hits and what it answers.

    Args:
        hits: The hits, which may be made while they are written.
        tz: The reader's zone.
        query: What was asked; "" for a list without a query.
        sort: The order.
        own_fields: The own fields of the index, by name.
    """

    hits: Iterable[Hit]
    tz: tzinfo
    query: str = ""
    sort: str = "relevance"
    own_fields: tuple[str, ...] = ()


Lines: TypeAlias = Callable[[Listing], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Export:
    """A format: its media type, the ending of file names, what people call it, and its lines.

    `cites` formats are lists of references, which have no place to say that a match is partial.
    """

    media_type: str
    suffix: str
    label: str
    lines: Lines
    cites: bool = True


def _csv(listing: Listing) -> Iterator[str]:
    return csv_lines(table_of_listing(listing))


def table_of_listing(listing: Listing) -> Iterator[list[Cell]]:
    """Return a listing as a table for spreadsheets."""
    return table_of_hits(
        listing.hits, tz=listing.tz, query=listing.query, sort=listing.sort, own_fields=listing.own_fields
    )


EXPORTS: dict[str, Export] = {
    "csv": Export("text/csv", "csv", "CSV", _csv, cites=False),
    "jsonl": Export(
        "application/x-ndjson",
        "jsonl",
        "JSON Lines",
        lambda listing: json_rows(listing.hits, tz=listing.tz),
        cites=False,
    ),
    "bibtex": Export(
        "application/x-bibtex", "bib", "BibTeX", lambda listing: bibtex_lines(listing.hits, tz=listing.tz)
    ),
    "ris": Export(
        "application/x-research-info-systems",
        "ris",
        "RIS",
        lambda listing: ris_lines(listing.hits, tz=listing.tz),
    ),
    "csl-json": Export(
        "application/vnd.citationstyles.csl+json",
        "json",
        "CSL-JSON",
        lambda listing: csl_json_lines(listing.hits, tz=listing.tz),
    ),
    "markdown": Export(
        "text/markdown", "md", "Markdown", lambda listing: markdown_lines(listing.hits, tz=listing.tz)
    ),
}


def exported(form: str, listing: Listing) -> Iterator[str]:
    """Return the lines of a listing in the format of this name."""
    return EXPORTS[form].lines(listing)


def full_matches(hits: Iterable[Hit]) -> Iterator[Hit]:
    """Return hits up to the first partial one; all of them if there are no full ones."""
    found = iter(hits)
    first = next(found, None)
    if first is None:
        return
    for hit in chain([first], found):
        if hit.partial and not first.partial:
            return
        yield hit
