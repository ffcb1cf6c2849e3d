"""Snippets and highlights of a query in the original text of an article.

Occurrences are found in the token text. Fragments are cut from the text as its
author wrote it, at the end of a sentence or clause. Three laws hold: if
`highlight` finds anything in a body, its snippets show some of it; every
highlight is a whole match; no fragment repeats another. Of two places that show as
much of the query, the one in prose is shown rather than one in a credit or caption.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal, NamedTuple, TypeAlias

from index.article import Article
from index.own_fields import OWN, name_of
from index.text.document import RANKED_FIELDS, original
from index.text.token_text import TokenText
from search.highlighting.occurrences import Place, Targets, apart
from search.highlighting.substance import PROSE, lead, substance
from search.query.plan import Plan
from search.values import Printable

__all__ = ["Highlighter", "Shown", "Snippet", "Snippets", "mark_html"]

Snippets: TypeAlias = Literal["best", "all"]

_FRAGMENTS = 2
_LENGTH = 80
# Fewer characters than this are shown rather than replaced by an ellipsis.
_LITTLE = 8
# A body may hold a word thousands of times; only this many occurrences are compared.
_MOST_PLACES = 500
_SENTENCE_END = re.compile(r"[。！？!?…\n]+[”’」』）)\"']*")
_CLAUSE_END = re.compile(r"[，、；：,;:—]+[”’」』）)\"']*")


@dataclass(frozen=True, slots=True)
class Snippet(Printable):
    """A piece of text and the spans in it, `text[start:end]`, that were looked for.

    `place` is the character of `article.body` at which the first of them begins, or the piece without any.
    """

    text: str
    highlights: tuple[tuple[int, int], ...] = ()
    place: int = 0

    def html(self) -> str:
        """Return the text with everything escaped and the highlights in `<mark>`."""
        return mark_html(self.text, self.highlights)


def mark_html(text: str, highlights: Sequence[tuple[int, int]]) -> str:
    """Escape `text` for HTML, with `<mark>` around the highlights."""
    pieces = []
    at = 0
    for start, end in highlights:
        pieces.append(escape(text[at:start]))
        pieces.append(f"<mark>{escape(text[start:end])}</mark>")
        at = end
    return "".join([*pieces, escape(text[at:])])


class Shown(NamedTuple):
    """What a hit shows: spans of the title, pieces of the body, and how often the query stands in both.

    `field_highlights` are the spans of own texts in which something was found.
    """

    title_highlights: tuple[tuple[int, int], ...]
    snippets: tuple[Snippet, ...]
    occurrences: int
    field_highlights: dict[str, tuple[tuple[int, int], ...]]


class Highlighter:
    """Finds highlights and snippets of one plan in any number of articles."""

    def __init__(self, plan: Plan) -> None:
        self._targets = {field: Targets(plan, field) for field in RANKED_FIELDS}
        own = (clause.field for clause in plan.clauses if (clause.field or "").startswith(OWN))
        self._own = {field: Targets(plan, field) for field in dict.fromkeys(own) if field}

    def highlight(self, text: TokenText, *, field: str) -> tuple[tuple[int, int], ...]:
        """Return the spans to highlight in the original of a title or body: sorted, and apart."""
        return _spans(text, self._targets[field].places(text))

    def snippets(self, body: str, text: TokenText, *, which: Snippets = "best") -> tuple[Snippet, ...]:
        """Return pieces of a body that show why it was found; its beginning where none does.

        Args:
            body: The original.
            text: Its token text.
            which: "best" for the two that tell most, "all" for so many that every occurrence is shown.
        """
        return self._snippets(body, text, self._targets["body"].places(text), which, "")

    def shown(
        self, article: Article, texts: tuple[TokenText, TokenText], *, which: Snippets = "best"
    ) -> Shown:
        """Return what a hit shows of an article.

        Args:
            article: The article.
            texts: The token texts of title and body.
            which: As for `snippets`.
        """
        places = [self._targets[field].places(text) for field, text in zip(RANKED_FIELDS, texts, strict=True)]
        occurrences = sum(
            self._targets[field].count(text, some)
            for field, text, some in zip(RANKED_FIELDS, texts, places, strict=True)
        )
        title, text = texts
        snippets = self._snippets(article.body, text, places[1], which, article.kinds)
        return Shown(_spans(title, places[0]), snippets, occurrences, dict(self._in_own_texts(article)))

    def _in_own_texts(self, article: Article) -> Iterator[tuple[str, tuple[tuple[int, int], ...]]]:
        for field, targets in self._own.items():
            text = TokenText.of(original(article, field))
            if spans := _spans(text, targets.places(text)):
                yield name_of(field), spans

    def _snippets(
        self, body: str, text: TokenText, places: list[Place], which: Snippets, kinds: str
    ) -> tuple[Snippet, ...]:
        targets = self._targets["body"]
        if which == "best":
            fragments = _Fragments(body, text, _some(places), targets.sizes, kinds)
            while len(fragments.made) < _FRAGMENTS and fragments.add_best():
                pass
        else:
            fragments = _Fragments(body, text, places, targets.sizes, kinds)
            # With what is highlighted only because nothing else of its clause stands there.
            fragments.add_all(apart((start, -end) for start, end, _ in places))
        if not fragments.made and body.strip():
            start = lead(body, kinds)
            fragments.cut(start, start, 0)
        return tuple(fragment.snippet for fragment in fragments.made)


def _some(places: list[Place]) -> list[Place]:
    """The first places of each target."""
    if len(places) <= _MOST_PLACES:
        return places
    seen: Counter[int] = Counter()
    kept = []
    for place in places:
        seen[place[2]] += 1
        if seen[place[2]] <= _MOST_PLACES:
            kept.append(place)
    return kept


def _spans(text: TokenText, places: Iterable[Place]) -> tuple[tuple[int, int], ...]:
    """Return the character ranges of ascending occurrences, with those that overlap or touch joined."""
    joined: list[tuple[int, int]] = []
    for start, end, _ in places:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    spans: list[tuple[int, int]] = []
    for place in joined:
        start, end = text.original(*place)
        # Two tokens may be made from one character, as 株 and 会 from ㍿.
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return tuple(spans)


class _Fragment(NamedTuple):
    start: int
    end: int
    snippet: Snippet


class _Fragments:
    """The fragments of a body that are chosen, and the targets that they show."""

    def __init__(self, body: str, text: TokenText, places: list[Place], sizes: list[int], kinds: str) -> None:
        self._body = body
        self._kinds = kinds
        self._text = text
        self._places = places
        self._sizes = sizes
        self._covered: set[int] = set()
        # The windows shown, in positions of the token text; no new one may overlap or cross these.
        self._windows: list[tuple[int, int]] = []
        self.made: list[_Fragment] = []

    def add_best(self) -> bool:
        """Add the fragment that shows most of what is not shown yet; return False if there is none."""
        fresh = self._places
        if self._covered:
            fresh = [place for place in fresh if place[2] not in self._covered]
        if fresh and self._windows:
            fresh = [
                place
                for place in fresh
                if all(place[1] <= start or place[0] >= end for start, end in self._windows)
            ]
        if not fresh:
            return False
        first, last = self._best_window(fresh)
        start, end = self._text.original(fresh[first][0], fresh[last][1])
        # Marks and spaces are no tokens, so two tokens side by side may be far apart in the text.
        while end - start > _LENGTH and last > first:
            last -= 1
            end = self._text.original(fresh[last][0], fresh[last][1])[1]
        self.cut(start, end, bisect_left(self._places, fresh[first]))
        self._windows.append((fresh[first][0], fresh[last][1]))
        return True

    def add_all(self, occurrences: Sequence[tuple[int, int]]) -> None:
        """Cut fragments, from the first on, until every occurrence is shown."""
        made: list[_Fragment] = []
        at = 0
        while at < len(occurrences):
            position = occurrences[at][0]
            start, end = self._text.original(*occurrences[at])
            end_of_paragraph = self._text.paragraph(position)[1]
            at += 1
            while at < len(occurrences) and occurrences[at][0] < end_of_paragraph:
                stop = self._text.original(*occurrences[at])[1]
                if stop - start > _LENGTH:
                    break
                end = stop
                at += 1
            # All others are before the last one, so this one alone can be in the way.
            self.made = made[-1:]
            self.cut(start, end, bisect_left(self._places, (position, 0, 0)))
            made.append(self.made[-1])
            while at < len(occurrences) and self._text.original(*occurrences[at])[1] <= made[-1].end:
                at += 1
        self.made = made

    def _best_window(self, places: Sequence[Place]) -> tuple[int, int]:
        """Return the first and last of the occurrences in one paragraph that tell most and fit a fragment.

        A target scores its number of tokens, and a tenth of that for each further
        occurrence in the window; the sum counts by what the paragraph says.
        """
        sizes = self._sizes
        weight = PROSE
        best, best_score = (0, 0), 0
        first = score = 0
        seen = [0] * len(sizes)
        limit = -1
        for last, (start, end, target) in enumerate(places):
            if start >= limit:
                end_of_paragraph = self._text.paragraph(start)[1]
                limit = min([end_of_paragraph, *(shown for shown, _ in self._windows if shown > start)])
                lowest = start
                weight = self._weight(start)
            score += sizes[target] * (1 if seen[target] else 10)
            seen[target] += 1
            while first < last and (places[first][0] < lowest or end - places[first][0] > _LENGTH):
                dropped = places[first][2]
                seen[dropped] -= 1
                score -= sizes[dropped] * (1 if seen[dropped] else 10)
                first += 1
            if score * weight > best_score:
                best, best_score = (first, last), score * weight
        return best

    def _weight(self, position: int) -> int:
        """Return how much the paragraph says in which a position of the token text lies."""
        body = self._body
        at = self._text.original(position, position + 1)[0]
        begin, end = body.rfind("\n", 0, at) + 1, body.find("\n", at)
        kind = self._kinds[(number := body.count("\n", 0, begin)) : number + 1] if self._kinds else ""
        return substance(body[begin : len(body) if end < 0 else end], kind)

    def cut(self, first: int, last: int, place: int) -> None:
        """Cut a fragment around `body[first:last]`, at the ends of sentences or clauses where possible.

        It neither begins nor ends inside a match, and overlaps no other fragment.

        Args:
            first: The first character that it must hold.
            last: The character after the last that it must hold.
            place: The number of its first occurrence.
        """
        body = self._body
        begin_of_line = body.rfind("\n", 0, first) + 1
        end_of_line = body.find("\n", last)
        if end_of_line < 0:
            end_of_line = len(body)
        lowest = max([begin_of_line, *(made.end for made in self.made if made.end <= first)])
        highest = min([end_of_line, *(made.start for made in self.made if made.start >= last)])
        room = max(_LENGTH - (last - first), 10)
        start = _start(body, max(lowest, first - room // 2), first, lowest)
        end = _end(body, last, min(highest, max(start + _LENGTH, last + 5)), highest)
        around = self._around(place, start, end)
        for begin, stop, _ in around:
            if begin < start < stop <= first:
                start = stop
        for begin, stop, _ in reversed(around):
            if last <= begin < end < stop:
                end = begin
        inside = [index for begin, stop, index in around if start <= begin and stop <= end]
        shown = [self._places[index] for index in inside]
        before = "…" if start > begin_of_line else ""
        after = "…" if end < end_of_line else ""
        shift = len(before) - start
        marks = tuple((begin + shift, stop + shift) for begin, stop in _spans(self._text, shown))
        place = marks[0][0] - shift if marks else start
        snippet = Snippet(before + body[start:end].replace("\n", " ") + after, marks, place)
        self.made.append(_Fragment(start, end, snippet))
        self._covered.update([target for _, _, target in shown])

    def _around(self, place: int, start: int, end: int) -> list[tuple[int, int, int]]:
        """Return ranges and numbers of the occurrences around one that reach into `body[start:end]`."""
        places, original = self._places, self._text.original
        found = []
        for index in range(place, len(places)):
            begin, stop = original(*places[index][:2])
            if begin >= end:
                break
            found.append((begin, stop, index))
        # A longer occurrence may reach in although a shorter one after it does not.
        for index in range(place - 1, -1, -1):
            begin, stop = original(*places[index][:2])
            if stop <= start:
                break
            found.append((begin, stop, index))
        return sorted(found, key=lambda item: item[2])


def _start(body: str, earliest: int, latest: int, paragraph: int) -> int:
    """Return the start of the first sentence, else clause, that begins in the range."""
    if earliest - paragraph <= _LITTLE:
        return paragraph
    for pattern in (_SENTENCE_END, _CLAUSE_END):
        for match in pattern.finditer(body, earliest, latest):
            return match.end()
    space = body.find(" ", earliest, latest)
    return space + 1 if space >= 0 and body[earliest - 1 : earliest + 1].isascii() else earliest


def _end(body: str, earliest: int, latest: int, paragraph: int) -> int:
    """Return the end of the last sentence, else clause, that ends in the range."""
    if paragraph - latest <= _LITTLE:
        return paragraph
    for pattern in (_SENTENCE_END, _CLAUSE_END):
        ends = [match.end() for match in pattern.finditer(body, earliest, latest)]
        if ends:
            return ends[-1]
    space = body.rfind(" ", earliest, latest)
    return space if space >= 0 and body[latest - 1 : latest + 1].isascii() else latest
