"""From a table to an index, and from answers to tables.

python docs/examples/with_pandas.py stories.csv idx 渡轮
"""

from __future__ import annotations

import sys

import pandas

from index import rebuild
from search import Searcher


def main(table: str, index: str, query: str) -> None:
    """Index a CSV with the columns number, headline, text and day; print counts and hits."""
    frame = pandas.read_csv(table, parse_dates=["day"])
    rebuild(frame, index, fields={"id": "number", "title": "headline", "date": "day"})
    with Searcher(index, tz="Asia/Shanghai") as searcher:
        print(searcher.timeline(query, unit="month").to_dataframe("pandas").to_string())
        hits = searcher.search(query, limit=None).to_dataframe("pandas")
        print(hits[["id", "title", "date"]].to_string())


if __name__ == "__main__":
    main(*sys.argv[1:4])
