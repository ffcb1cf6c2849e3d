"""A search page in forty lines of the standard library: python docs/examples/small_web.py INDEX"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from html import escape
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import make_server

from index import QueryError
from search import Page, Searcher

FORM = '<!doctype html><meta charset="utf-8"><form><input name="q" value="{}"></form>'


def application(searcher: Searcher) -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    """A WSGI application that shares one Searcher among all its threads."""

    def respond(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        query = parse_qs(environ.get("QUERY_STRING", "")).get("q", [""])[0]
        status, body = "200 OK", FORM.format(escape(query))
        if query:
            try:
                body += results(searcher.search(query, limit=20))
            except QueryError as error:  # the others tell of the server, and are for its log
                status, body = "400 Bad Request", body + f"<p>{escape(str(error))}"
        start_response(status, [("Content-Type", "text/html; charset=utf-8")])
        return [body.encode()]

    return respond


def results(page: Page) -> str:
    """Titles and snippets; `title_html` and `html` escape everything but their marks."""
    items = "".join(f"<li>{hit.title_html()}<br>{hit.html()}" for hit in page.hits)
    return f"<p>{page.total} articles<ol>{items}</ol>"


if __name__ == "__main__":
    with Searcher(sys.argv[1]) as opened, make_server("127.0.0.1", 8080, application(opened)) as server:
        server.serve_forever()
