"""The page that checks a quotation: the verdict, and the passages by article."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from search.corpus.passages import Difference
from search.corpus.quotation import MAX_QUOTATION, Passage, Quotation
from search.query.tree import Phrase
from search.searcher import Searcher
from search.web.addresses import Search, article_address, place_address
from search.web.messages import Messages
from search.web.pages import day, render

__all__ = ["quotation_page"]

_ARTICLES = 20
# A longer passage is not highlighted in its article, so that its address stays short.
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class _Shown:
    """A passage as the page shows it; `part` is "" unless the quotation has several."""

    text: str
    address: str
    part: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class _Article:
    title: str
    address: str
    day: str | None
    sources: tuple[str, ...]
    note: str
    is_first: bool
    passages: tuple[_Shown, ...]


def quotation_page(searcher: Searcher, search: Search, messages: Messages) -> str:
    """Return what became of a quotation, or only the form for one.

    Args:
        searcher: Answers.
        search: The quotation, as its query, and the filters.
        messages: The reader's language.

    Raises:
        UsageError: The quotation is too long, or has no letter or digit.
    """
    text = search.q.strip()
    found = searcher.quotation(text, limit=_ARTICLES, filters=search.filters) if text else None
    return render(
        "quote.html",
        messages,
        search=search,
        most=MAX_QUOTATION,
        verdict=_verdict(found, messages) if found else "",
        total=_total(found, messages) if found else "",
        articles=list(_articles(found, searcher, messages)) if found else [],
    )


def _verdict(found: Quotation, messages: Messages) -> str:
    name = found.verdict.replace(" ", "_")
    if found.verdict == "but for script":
        fewest = min((passage.unlike for passage in found.passages), key=len, default=())
        return messages(f"verdict_{name}", what=_unlike(fewest or ("script",), messages))
    if found.verdict == "altered":
        return messages(f"verdict_{name}", closeness=f"{found.closeness:.2f}")
    if found.verdict == "in parts":
        return messages(f"verdict_{name}", how=messages(f"quote_{found.arrangement.replace(' ', '_')}"))
    return messages(f"verdict_{name}")


def _unlike(names: tuple[str, ...], messages: Messages) -> str:
    return messages("quote_and").join(messages(f"unlike_{name}") for name in names)


def _total(found: Quotation, messages: Messages) -> str:
    if found.arrangement == "in different articles" or not found.total:
        return ""
    articles = messages.articles(found.total)
    return articles if found.complete else messages("quote_at_least", articles=articles)


def _articles(found: Quotation, searcher: Searcher, messages: Messages) -> list[_Article]:
    """The articles in the order of their passages; the parts of one stand together."""
    groups: list[list[Passage]] = [[passage] for passage in found.passages[:1]]
    for before, passage in pairwise(found.passages):
        if before.id == passage.id and before.part < passage.part:
            groups[-1].append(passage)
        else:
            groups.append([passage])
    return [
        _article(group, found, searcher, messages, is_first=found.is_exact and number == 0 < len(groups) - 1)
        for number, group in enumerate(groups)
    ]


def _article(
    passages: list[Passage], found: Quotation, searcher: Searcher, messages: Messages, *, is_first: bool
) -> _Article:
    one = passages[0]
    several = len(found.parts) > 1
    note = ""
    if one.differences:
        note = messages("quote_closeness", closeness=f"{one.closeness:.2f}")
    elif one.unlike:
        note = messages("quote_unlike", what=_unlike(one.unlike, messages))
    return _Article(
        title=one.title or one.id,
        address=_place(one),
        day=day(one.date, searcher),
        sources=one.sources,
        note=note,
        is_first=is_first and one.date is not None,
        passages=tuple(
            _Shown(
                passage.text,
                _place(passage),
                messages("quote_part", n=passage.part) if several else "",
                passage.differences,
            )
            for passage in passages
        ),
    )


def _place(passage: Passage) -> str:
    """Return the address of a passage in the page of its article."""
    if len(passage.text) > _LONGEST:
        return article_address(passage.id)
    query = str(Phrase(passage.text))
    if passage.field == "title":
        return article_address(passage.id, query)
    return place_address(passage.id, query, passage.start)
