"""The Starlette application: routes, handlers, caching and errors.

All requests but a POST to /saved are read-only, and the only cookies are those of /settings. The ETag
of a response is made of all that it depends on (the generation of the index, the
address, the language), so a repeated request is answered without a search.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timezone
from functools import partial
from hashlib import sha256
from importlib.resources import files
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.convertors import Convertor, register_url_convertor
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from index.engines.registry import open_location
from index.errors import UsageError
from index.version import version
from search.output.records import record_json
from search.query.dates import check_order
from search.saved import saved_queries
from search.searcher import Searcher
from search.snapshot import names_stamp
from search.web.addresses import Search, WrongDate
from search.web.api import RESOURCES, Resource
from search.web.article_page import article_page
from search.web.collocations_page import collocations_page
from search.web.exports import Exports
from search.web.feed import atom
from search.web.headers import SafeHeaders
from search.web.help_page import help_page
from search.web.jobs import Jobs
from search.web.messages import Messages, language_of
from search.web.occurrence_pages import lines_page, trend_page
from search.web.openapi import description
from search.web.pages import home_page, problem_page
from search.web.parameters import (
    AT,
    COLLOCATES,
    FILTERS,
    GROUP_ON_PAGE,
    MEASURE,
    ORDER,
    PAGE,
    PAGING,
    QUERIES,
    SORT,
    UNIT,
    VARIANTS,
    Parameter,
    Q,
    read_parameters,
)
from search.web.preferences import CHOICES, Preferences, safe_return
from search.web.problems import Problem, problem_of
from search.web.quotation_page import quotation_page
from search.web.results_page import search_page
from search.web.saved_page import change, changes_of, opml, saved_page

__all__ = ["Settings", "create_app", "from_environment"]

T = TypeVar("T")

ENVIRONMENT = "SEARCH_WEB"
"""The settings for worker processes, as JSON."""

_FEED_ENTRIES = 50
_YEAR = 366 * 24 * 3600
_VARY = "Accept-Language, Cookie"
# A longer address is not come back to: it would stand in every page once more.
_LONGEST_HERE = 4000
# What "the last seven days" means goes on while the index stays as it is.
_FRESH_FOR = 600
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of the application.

    Args:
        index: The index, as for a Searcher.
        tz: The zone in which dates are read and shown, as for a Searcher.
        seconds: The longest that a request may take.
        hosts: The names under which requests are answered; without any, all are.
        saving: Readers of the pages may save queries beside the index, and remove them.
    """

    index: str
    tz: str | None = None
    seconds: float = 10.0
    hosts: tuple[str, ...] = ()
    saving: bool = False


class _AnyText(Convertor[str]):
    """The rest of a path, with slashes and line ends: an id may hold either."""

    regex = "(?s:.*)"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("any", _AnyText())


def from_environment() -> Starlette:
    """Return the application of a worker process, with the settings that its parent left."""
    values = json.loads(os.environ[ENVIRONMENT])
    return create_app(Settings(**{**values, "hosts": tuple(values["hosts"])}))


def to_environment(settings: Settings) -> None:
    """Leave the settings for worker processes."""
    os.environ[ENVIRONMENT] = json.dumps(asdict(settings))


def create_app(settings: Settings) -> Starlette:
    """Return the application over one index. Raises what opening the index raises."""
    web = _Web(settings)
    routes = [
        Route("/", web.search),
        Route("/article/{id:any}", web.article),
        Route("/lines", web.lines),
        Route("/trend", web.trend),
        Route("/collocations", web.collocations),
        Route("/quote", web.quote),
        Route("/export", web.export),
        Route("/feed", web.feed),
        Route("/help", web.help),
        Route("/settings", web.settings),
        Route("/saved", web.saved_or_changed, methods=["GET", "POST"]),
        Route("/saved.opml", web.opml),
        Route("/openapi.json", web.openapi),
        Route("/static/{name}", web.static),
        *(
            Route(resource.path.replace("{id}", "{id:any}"), partial(web.resource, resource))
            for resource in RESOURCES
        ),
    ]
    return Starlette(
        routes=routes,
        lifespan=web.lifespan,
        middleware=[
            Middleware(SafeHeaders, hosts=settings.hosts, refuse=web.problem),
            Middleware(GZipMiddleware, compresslevel=5),
        ],
        exception_handlers={Exception: web.problem, HTTPException: web.problem},
    )


class _Web:
    def __init__(self, settings: Settings) -> None:
        self._searcher = Searcher(settings.index, tz=settings.tz)
        self._jobs = Jobs(seconds=settings.seconds)
        self._exports = Exports(self._searcher, self._jobs)
        self._saved = saved_queries(settings.index)
        self._location = open_location(settings.index)
        self._may_write = settings.saving
        # Where all other threads are at work, a monitor still gets its answer.
        self._urgent = Jobs(seconds=settings.seconds, threads=1)

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        yield
        self._jobs.close()
        self._urgent.close()
        self._searcher.close()

    # Pages

    async def search(self, request: Request) -> Response:
        """Answer the start page, or the results of a search."""

        def make(messages: Messages) -> str:
            search = self._lenient(request, (*FILTERS, *PAGING, GROUP_ON_PAGE))
            if not search.asks:
                return home_page(self._searcher, messages)
            return search_page(self._searcher, search, messages)

        return await self._page(request, make)

    async def lines(self, request: Request) -> Response:
        """The occurrences of a query."""

        def make(messages: Messages) -> str:
            search = self._lenient(request, (*FILTERS, PAGE))
            order = read_parameters(request.query_params, (ORDER,), strict=False)["order"]
            return lines_page(self._searcher, search, order, messages)

        return await self._page(request, make)

    async def trend(self, request: Request) -> Response:
        """Queries over time."""

        def make(messages: Messages) -> str:
            given = _without_empty(request)
            asked = read_parameters(given, (QUERIES, UNIT, MEASURE), strict=False)
            search = self._lenient(request, (QUERIES, *FILTERS[1:]))
            return trend_page(
                self._searcher,
                asked["q"],
                search,
                unit=asked["unit"],
                measure=asked["measure"],
                messages=messages,
            )

        return await self._page(request, make)

    async def collocations(self, request: Request) -> Response:
        """The words near a query."""

        def make(messages: Messages) -> str:
            asked = read_parameters(request.query_params, COLLOCATES, strict=False)
            chosen = {name: asked[name] for name in ("window", "of", "sort")}
            return collocations_page(self._searcher, self._lenient(request, FILTERS), messages, **chosen)

        return await self._page(request, make)

    async def quote(self, request: Request) -> Response:
        """Whether a quotation is in the archive."""

        def make(messages: Messages) -> str:
            return quotation_page(self._searcher, self._lenient(request, FILTERS), messages)

        return await self._page(request, make)

    async def help(self, request: Request) -> Response:
        """How to write a query, and the keys."""
        return await self._page(request, lambda messages: help_page(self._searcher, messages))

    async def article(self, request: Request) -> Response:
        """Answer the page of an article."""

        def make(messages: Messages) -> str:
            given = read_parameters(request.query_params, (Q, AT, VARIANTS), strict=False)
            search = Search(given["q"], variants=given["variants"] == "true")
            id = request.path_params["id"]
            return article_page(self._searcher, id, search, messages, at=given["at"])

        return await self._page(request, make)

    async def feed(self, request: Request) -> Response:
        """Answer the newest articles of a search as a feed."""

        def make() -> Response:
            search = _search_of(request, FILTERS)
            found = self._searcher.search(
                search.q, sort="newest", limit=_FEED_ENTRIES, filters=search.filters
            )
            built = self._searcher.summary().built
            title = _messages(request)("name")
            base = str(request.base_url).rstrip("/")
            xml = atom(found.hits, search, base=base, built=built, title=title)
            return Response(xml, media_type="application/atom+xml")

        return await self._answer(request, make, problem=self._problem_json)

    async def export(self, request: Request) -> Response:
        """Answer all articles of a search, or one article, as a file."""
        try:
            return await self._exports.respond(
                _without_empty(request),
                lambda: _search_of(request, (*FILTERS, SORT)),
                is_head=request.method == "HEAD",
            )
        except Exception as error:
            return self._problem_page(request, problem_of(error))

    async def settings(self, request: Request) -> Response:
        """Keep what a reader has chosen, and go back to the page."""
        given = request.query_params
        response = RedirectResponse(safe_return(given.get("back", "")), 303)
        chosen = Preferences.of(given)
        for name in CHOICES:
            if value := getattr(chosen, name):
                kept: dict[str, Any] = {"max_age": _YEAR, "samesite": "lax", "httponly": True}
                response.set_cookie(name, value, secure=request.url.scheme == "https", **kept)
            elif given.get(name) == "":
                response.delete_cookie(name)
        return _unkept(response)

    async def saved_or_changed(self, request: Request) -> Response:
        """Saved queries, or a change of them."""
        return await (self.change_saved if request.method == "POST" else self.saved)(request)

    async def saved(self, request: Request) -> Response:
        """What is new for saved queries, and a form to save one more."""

        def respond() -> Response:
            search = self._lenient(request, FILTERS)
            page = saved_page(
                self._searcher, self._saved, search, _messages(request), may_write=self._may_write
            )
            # With no-referrer, browsers would not say that its forms are of this site.
            headers = {"Referrer-Policy": "same-origin"}
            return _unkept(Response(page, media_type="text/html", headers=headers))

        return await self._done(request, respond)

    async def change_saved(self, request: Request) -> Response:
        """Save a query, mark it as seen or remove it, and go back to the list."""
        try:
            if not self._may_write:
                raise Problem(403, "forbidden", "start the server with --allow-saving")
            given = await changes_of(request)
        except Exception as error:
            return self._problem_page(request, problem_of(error))

        def respond() -> Response:
            change(self._searcher, self._saved, given)
            return _unkept(RedirectResponse("/saved", 303))

        return await self._done(request, respond)

    async def opml(self, request: Request) -> Response:
        """The feeds of all saved queries, for a feed reader."""

        def respond() -> Response:
            base, title = str(request.base_url).rstrip("/"), _messages(request)("name")
            built = self._searcher.summary().built
            headers = {"Content-Disposition": 'attachment; filename="feeds.opml"'}
            xml = opml(self._saved, base=base, title=title, built=built)
            return _unkept(Response(xml, media_type="text/x-opml", headers=headers))

        return await self._done(request, respond)

    async def _done(self, request: Request, respond: Callable[[], Response]) -> Response:
        """Return what is made in a thread, which nobody keeps, or a problem."""
        try:
            return await self._jobs.run(respond)
        except Exception as error:
            return self._problem_page(request, problem_of(error))

    def _lenient(self, request: Request, known: Sequence[Parameter]) -> Search:
        """Return the search of a page. A wrong date is left out of it, and kept beside it as wrong."""
        given, wrong = _without_empty(request), []
        while True:
            try:
                search = _search_of_values(given, known)
                clauses = list(search.filters.nodes())
                check_order(clauses, "", tz=self._searcher.tz, now=datetime.now(timezone.utc))
            except (Problem, UsageError) as error:
                name = error.extra.get("parameter") if isinstance(error, Problem) else "before"
                if name not in ("after", "before"):
                    raise
                said = str(error).removeprefix(f"{name}: ")
                wrong.append(WrongDate(name, given[name], said))
                rest = [(other, value) for other, value in given.multi_items() if other != name]
                given = QueryParams(rest)
            else:
                return replace(search, wrong=tuple(wrong))

    async def _page(self, request: Request, make: Callable[[Messages], str]) -> Response:
        def respond() -> Response:
            return Response(make(_messages(request)), media_type="text/html")

        return await self._answer(request, respond, problem=self._problem_page)

    # The API

    async def resource(self, resource: Resource, request: Request) -> Response:
        """Answer a resource of the API."""

        def make() -> Response:
            given = read_parameters(request.query_params, resource.parameters)
            answer = resource.answer(self._searcher, {**given, **request.path_params})
            return _json(record_json(answer, tz=self._searcher.tz))

        jobs = self._urgent if resource.is_urgent else self._jobs
        return await self._answer(request, make, problem=self._problem_json, jobs=jobs)

    async def openapi(self, request: Request) -> Response:
        """Answer the OpenAPI description."""
        return _json(json.dumps(description(version()), ensure_ascii=False))

    async def static(self, request: Request) -> Response:
        """Answer a stylesheet, script or picture; their addresses change with their contents."""
        # Looked up among the files that there are, so no name can lead elsewhere.
        for path in (files("search.web") / "static").iterdir():
            if path.name == request.path_params["name"]:
                kind = _TYPES[path.name[path.name.rindex(".") :]]
                kept = {"Cache-Control": "public, max-age=31536000, immutable"}
                return Response(path.read_bytes(), media_type=kind, headers=kept)
        raise HTTPException(404)

    # Answers

    async def _answer(
        self,
        request: Request,
        make: Callable[[], Response],
        *,
        problem: Callable[[Request, Problem], Response],
        jobs: Jobs | None = None,
    ) -> Response:
        """Return Not Modified, or what `make` returns in a thread, or a problem."""

        def respond() -> Response:
            # Taken before the answer is made: a generation that comes between is asked for again.
            tag = self._tag(request)
            known = [one.strip() for one in request.headers.get("if-none-match", "").split(",")]
            response = Response(status_code=304) if tag in known else make()
            response.headers.update({"ETag": tag, "Cache-Control": "no-cache", "Vary": _VARY})
            return response

        try:
            return await (jobs or self._jobs).run(respond)
        except Exception as error:
            return problem(request, problem_of(error))

    def _tag(self, request: Request) -> str:
        parts = [
            version(),
            self._searcher.version,
            str(request.url),
            _messages(request).language,
            repr(Preferences.of(request.cookies)),
            repr(names_stamp(self._location)),
            str(time.time() // _FRESH_FOR),
        ]
        return f'W/"{sha256(repr(parts).encode()).hexdigest()[:20]}"'

    # Problems

    async def problem(self, request: Request, error: Exception) -> Response:
        """Answer what no handler has answered: wrong addresses and methods."""
        if isinstance(error, HTTPException):
            kind = {404: "not-found", 405: "method"}.get(error.status_code, "internal")
            found = Problem(error.status_code, kind, error.detail)
        else:
            found = problem_of(error)
        path = request.url.path
        is_page = not path.startswith(("/api/", "/static/")) and path not in (
            "/healthz",
            "/openapi.json",
            "/feed",
        )
        response = (self._problem_page if is_page else self._problem_json)(request, found)
        if isinstance(error, HTTPException) and error.headers:
            response.headers.update(error.headers)
        return response

    def _problem_json(self, request: Request, problem: Problem) -> Response:
        text = json.dumps(problem.members(), ensure_ascii=False)
        return _unkept(Response(text, problem.status, media_type="application/problem+json"))

    def _problem_page(self, request: Request, problem: Problem) -> Response:
        try:
            # An address that is too long is not repeated.
            search = Search() if problem.status == 414 else self._lenient(request, FILTERS)
        except Exception:  # whatever is wrong with it, the problem has been found already
            search = Search(q=request.query_params.get("q", ""))
        page = problem_page(
            _messages(request),
            # Programs are told no more than that nothing is there.
            kind="no-article" if _is_missing_article(request, problem) else problem.kind,
            detail=problem.detail,
            search=search,
            **problem.extra,
        )
        return _unkept(Response(page, problem.status, media_type="text/html"))


def _is_missing_article(request: Request, problem: Problem) -> bool:
    return problem.kind == "not-found" and request.url.path.startswith("/article/")


def _unkept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    if response.status_code == 503:
        response.headers["Retry-After"] = "5"
    return response


def _json(text: str) -> Response:
    return Response(text, media_type="application/json", headers={"Cache-Control": "no-cache"})


def _messages(request: Request) -> Messages:
    chosen = Preferences.of(request.cookies)
    language = chosen.language or language_of(request.headers.get("accept-language", ""))
    query = request.scope["query_string"]
    here = (request.scope["raw_path"] + (b"?" + query if query else b"")).decode("latin-1")
    return Messages(language, preferences=chosen, here=here if len(here) <= _LONGEST_HERE else "/")


def _without_empty(request: Request) -> QueryParams:
    # A form sends its empty fields too.
    return QueryParams([(name, value) for name, value in request.query_params.multi_items() if value])


def _search_of(request: Request, known: Sequence[Parameter]) -> Search:
    return _search_of_values(_without_empty(request), known)


def _search_of_values(given: QueryParams, known: Sequence[Parameter]) -> Search:
    values = read_parameters(given, known, strict=False)
    queries = values["q"]
    q = queries[0] if isinstance(queries, list) else queries
    after, before = (values[name] or "" for name in ("after", "before"))
    paging = {name: values[name] for name in ("sort", "page", "limit", "group") if name in values}
    variants = values["variants"] == "true"
    return replace(Search(q, after, before, tuple(values["source"]), variants=variants), **paging)
