"""The command that shows how files are read: inspect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from search.commands.forms import form_options
from search.commands.options import reading_options
from search.commands.program import FOUND, NOTHING_FOUND, print_data, print_lines, warn
from search.output.language import say

if TYPE_CHECKING:
    from index.errors import SeedError
    from index.own_fields import OwnFields
    from index.reading.assemble import Read
    from index.reading.options import ReadOptions
    from index.reading.walk import Seed, Walk

__all__ = ["inspect"]


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path())
@reading_options
@click.option("--whole", is_flag=True, help="Do not cut long paragraphs.")
@form_options("json", "jsonl")
def inspect(
    files: tuple[str, ...],
    archive_tz: str,
    keys: tuple[tuple[str, str], ...],
    split_at: str,
    own_fields: OwnFields,
    whole: bool,
    form: str | None,
) -> int:
    """Show how files are read.

    Format and encoding; title, date, url, authors and tags, each with where
    it was taken from; the paragraphs with their kind; and what was removed,
    by which rule. FILE may be a folder. Nothing is written.

    \b
    search inspect page.html
    search inspect --jsonl articles.jsonl
    """
    from index.reading.options import ReadOptions
    from search.output.inspection import inspection_document, inspection_lines, inspection_row

    inspection = _Inspection(files, ReadOptions(archive_tz, keys, split_at, own_fields))
    articles = inspection.articles()
    if form == "json":
        # The files without an article are known when all are read.
        print_data(inspection_document(articles, inspection.left_out, inspection.passed_over))
    elif form == "jsonl":
        print_data(inspection_row(seed, read) for seed, read in articles)
    else:
        print_lines(line for seed, read in articles for line in inspection_lines(seed.id, read, whole=whole))
    return NOTHING_FOUND if inspection.left_out else FOUND


class _Inspection:
    """Reads files, warns of what is no article, and keeps that for programs."""

    def __init__(self, files: Sequence[str], options: ReadOptions) -> None:
        from index.reading.walk import Walk, archive_roots

        # A name that is none is an error before anything is printed.
        self._walks = [(name, Walk(archive_roots([name])[0])) for name in files]
        self._options = options
        self.left_out: list[SeedError] = []
        self.passed_over: dict[str, int] = {}

    def articles(self) -> Iterator[tuple[Seed, Read]]:
        """Yield the articles of the files and folders, each with its seed."""
        for name, walk in self._walks:
            for seed in walk:
                yield from ((seed, read) for read in self._read(seed))
            self._note(name, walk)

    def _read(self, seed: Seed) -> Iterator[Read]:
        from index.errors import SeedError
        from index.reading.formats.base import File, PassedOver
        from index.reading.seed import read_articles
        from index.reading.walk import open_file

        path = seed.path
        try:
            for read in read_articles(
                File(path, seed.id, lambda: open_file(seed), self._options), folder=seed.folder
            ):
                if isinstance(read, SeedError):
                    self._leave_out(read)
                else:
                    yield read
        except PassedOver as error:
            self._pass_over(error.kind)
            warn([say(f"{path}: passed over as {error.kind}")])
        except SeedError as error:
            self._leave_out(error)

    def _note(self, name: str, walk: Walk) -> None:
        """Keep what a walk found besides seeds; of a folder, it is no fault."""
        for error in walk.left_out:
            self._leave_out(error)
        for kind, number in walk.passed_over.items():
            self._pass_over(kind, number)
        if walk.passed_over and Path(name).is_file():
            warn([say(f"{name}: passed over as {next(iter(walk.passed_over))}")])

    def _leave_out(self, error: SeedError) -> None:
        from search.output.text import error_line

        self.left_out.append(error)
        warn([error_line(error)])

    def _pass_over(self, kind: str, number: int = 1) -> None:
        self.passed_over[kind] = self.passed_over.get(kind, 0) + number
