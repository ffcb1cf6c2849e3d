"""Read a whole archive with both HTML parsers, and say where their paragraphs differ.

    python scripts/compare_html_readers.py ARCHIVE [--every N]

Ends with 1 where any article differs. Prints how many went to the fast parser
at all (see `index.dom.is_plain`) and how long each took.
"""

from __future__ import annotations

import argparse
import sys
import time
from itertools import islice

from index.dom import clean, is_plain
from index.encoding import decode
from index.errors import SeedError
from index.html import paragraphs
from index.seed import parse_frame
from index.sources import Walk, prefixes, read_file


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("archive")
    arguments.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth seed")
    options = arguments.parse_args()

    articles = plain = differing = 0
    seconds = {"beautifulsoup": 0.0, "selectolax": 0.0}
    for seed in islice(Walk(prefixes([options.archive])), 0, None, options.every):
        try:
            body = parse_frame(decode(read_file(seed)), path=str(seed.path)).body
        except SeedError as error:
            print(f"left out: {error}")
            continue
        articles += 1
        plain += is_plain(clean(body))
        read = {}
        for parser in ("beautifulsoup", "selectolax"):
            began = time.process_time()
            read[parser] = paragraphs(body, parser=parser)
            seconds[parser] += time.process_time() - began
        if read["beautifulsoup"] != read["selectolax"]:
            differing += 1
            print(f"differs: {seed.id}")
    print(f"{articles} articles, {plain} for the fast parser, {differing} differ")
    for parser, total in seconds.items():
        print(f"{parser}: {1000 * total / max(1, articles):.2f} ms an article")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
