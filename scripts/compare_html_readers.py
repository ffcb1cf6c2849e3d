"""Read a whole archive with and without an HTML parser, and say where their paragraphs differ.

    python scripts/compare_html_readers.py ARCHIVE [--every N]

Ends with 1 where any article differs. Prints how many were read without a parser
at all (see `index.plain`) and how long each took.
"""

from __future__ import annotations

import argparse
import sys
import time
from itertools import islice

from index.errors import SeedError
from index.reading.dom import Parser, clean
from index.reading.encoding import decode
from index.reading.header import parse_header
from index.reading.html import paragraphs
from index.reading.plain_html import plain_tokens
from index.reading.walk import Walk, archive_roots, read_file


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("archive")
    arguments.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth seed")
    options = arguments.parse_args()

    articles = plain = differing = 0
    seconds: dict[Parser, float] = {"beautifulsoup": 0.0, "auto": 0.0}
    for seed in islice(Walk(archive_roots([options.archive])[0]), 0, None, options.every):
        try:
            body = parse_header(decode(read_file(seed)), path=str(seed.path)).body
        except SeedError as error:
            print(f"left out: {error}")
            continue
        articles += 1
        plain += plain_tokens(clean(body)) is not None
        read = {}
        for parser in seconds:
            began = time.process_time()
            read[parser] = paragraphs(body, parser=parser)
            seconds[parser] += time.process_time() - began
        if read["beautifulsoup"] != read["auto"]:
            differing += 1
            print(f"differs: {seed.id}")
    print(f"{articles} articles, {plain} read without a parser, {differing} differ")
    for parser, total in seconds.items():
        print(f"{parser}: {1000 * total / max(1, articles):.2f} ms an article")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
