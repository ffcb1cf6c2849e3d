"""The command that shows how files are read: inspect."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from search.commands.options import json_option, reading_options
from search.commands.program import FOUND, NOTHING_FOUND, print_data, print_lines, warn

if TYPE_CHECKING:
    from index.own_fields import OwnFields

__all__ = ["inspect"]


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path())
@reading_options
@click.option("--whole", is_flag=True, help="Do not cut long paragraphs.")
@json_option
def inspect(
    files: tuple[str, ...],
    archive_tz: str,
    keys: tuple[tuple[str, str], ...],
    split_at: str,
    own_fields: OwnFields,
    whole: bool,
    as_json: bool,
) -> int:
    """Show how files are read.

    Format and encoding; title, date, url, authors and tags, each with where
    it was taken from; the paragraphs with their kind; and what was removed,
    by which rule. FILE may be a folder. Nothing is written.

    \b
    search inspect page.html
    search inspect --json articles.jsonl
    """
    from index.errors import SeedError
    from index.reading.formats.base import File, PassedOver
    from index.reading.options import ReadOptions
    from index.reading.seed import read_articles
    from index.reading.walk import Walk, archive_roots, open_file
    from search.output.inspection import inspection_lines, inspection_values
    from search.output.language import say
    from search.output.text import error_line
    from search.output.values import json_text

    options = ReadOptions(archive_tz, keys, split_at, own_fields)
    failed = False
    for name in files:
        walk = Walk(archive_roots([name])[0])
        for seed in walk:
            path = str(seed.path)
            file = File(path, seed.id, lambda seed=seed: open_file(seed), options)  # type: ignore[misc]
            try:
                for read in read_articles(file, folder=seed.folder):
                    if isinstance(read, SeedError):
                        failed = True
                        warn([error_line(read)])
                    elif as_json:
                        print_data([json_text(inspection_values(path, read))])
                    else:
                        print_lines(inspection_lines(seed.id, read, whole=whole))
            except PassedOver as error:
                warn([say(f"{path}: passed over as {error.kind}")])
            except SeedError as error:
                failed = True
                warn([error_line(error)])
        warn([error_line(error) for error in walk.left_out])
        if walk.passed_over and Path(name).is_file():
            warn([say(f"{name}: passed over as {next(iter(walk.passed_over))}")])
        failed = failed or bool(walk.left_out)
    return NOTHING_FOUND if failed else FOUND
