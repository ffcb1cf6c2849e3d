"""Is this quotation in the archive? Word for word, altered, in parts, or not at all.

The steps, each taken only if those before found nothing:

1. All of it, with equal tokens. Boundaries of clauses and paragraphs do not
   count. The original characters then tell *word for word* from *but for
   script, width or punctuation*.
2. Its parts, where an ellipsis divides it, in one article: in order, or else
   in another order.
3. What it is very much like. The engine names the articles that share most of
   its rarest bigrams, and the passages are aligned by tokens.
4. Its sentences, in one article.
5. Its parts, or its sentences, in different articles.
6. What it is like so far that it is no chance.
7. Its clauses, in different articles.

The engine names candidates and every candidate is checked on its token text,
so all engines give the same answer. The work is bounded whatever is asked: by
the length of a quotation, the number of articles that are checked, and of
passages that are aligned.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Final, Literal, TypeAlias

from index.article import Article
from index.errors import UsageError
from index.text.analyzer import bigrams
from index.text.tokens import token_text
from search.corpus.passages import (
    Difference,
    Nearest,
    Quoted,
    Unbroken,
    Writing,
    differences,
    is_literal,
    nearest,
    unlike,
)
from search.engines.base import Reader
from search.query.conditions import All, AnyOf, Condition, TokenPhrase
from search.query.plan import Plan
from search.query.ranking import Term, idf
from search.values import Printable

__all__ = ["MAX_QUOTATION", "Passage", "Quotation", "Verdict", "quotation"]

MAX_QUOTATION = 5_000
"""The longest quotation, in characters."""

Verdict: TypeAlias = Literal["word for word", "but for script", "altered", "in parts", "not found"]
"""What became of a quotation."""

Arrangement: TypeAlias = Literal["one passage", "in order", "in another order", "in different articles"]
"""How the parts of a quotation stand in the archive."""

Field: TypeAlias = Literal["title", "body"]
# In the order of RANKED_FIELDS, which is that of `Reader.token_texts`.
_FIELDS: Final[tuple[Field, ...]] = ("title", "body")

# Articles that are checked: of those that hold all clauses the oldest, and the likeliest by bigrams.
_MOST_ROWS = 1000
_CANDIDATES = 50
# Places in one article that are compared character by character.
_MOST_PLACES = 20
# Phrases that are asked of an engine, each cut to so many tokens; bigrams looked up, and searched for.
_PHRASES, _PHRASE = 12, 32
_LOOKED_UP, _SEARCHED = 400, 48
# Texts that are aligned, of those that have most of the bigrams; parts, and parts in different articles.
# Aligning takes time with the square of the length: of a long quotation fewer are.
_ALIGNED, _LEAST_ALIGNED, _BUDGET = 16, 3, 4000
_MOST_PARTS, _MOST_SCATTERED = 50, 12
# What is as close as this is one passage, not several sentences.
_VERY_CLOSE = 0.8

_ELLIPSIS = re.compile(
    r"[\[(（［〔【]\s*(?:…+|\.{3,}|略|中略|前略|后略|後略|省略|节略|節略)\s*[\])）］〕】]|[…⋯]+|[.．。]{3,}|[·・]{3,}"
)
_SENTENCE = re.compile(r"[。！？!?；;\n]+|\.(?=\s)")
_CLAUSE = re.compile(r"[。！？!?；;\n，,：:]+|\.(?=\s)")
# A sentence that is to be found by itself, or a clause: shorter ones stand everywhere.
_LEAST_SENTENCE = 8
# A part that an ellipsis divides off and that may stand in another article.
_LEAST_PART = 4


@dataclass(frozen=True, slots=True)
class Passage(Printable):
    """Where a quotation, or a part of it, stands or nearly stands.

    Attributes:
        id: The article's id.
        title: Its title.
        url: Its url, or "".
        sources: The outlets it is from.
        date: When it was published, in UTC; None if that is not known.
        field: "title" or "body".
        start: The first character of the passage in that field.
        end: The character after the last.
        text: The passage as written.
        part: The number of the part of the quotation, from 1.
        closeness: 1 minus the number of tokens to insert, drop or replace for
            each token quoted: 1 if all tokens are equal, and never below 0. A
            token is one Han character, or a run of letters or of digits.
        unlike: In what the characters of equal tokens differ: "script" (Traditional
            and Simplified, variants), "width", "case", "punctuation". Empty if
            it stands word for word, and with differences.
        differences: Where tokens differ.

    Example:
        >>> found = searcher.quotation("台風過境，渡輪停航一晚")
        >>> passage = found.passages[0]
        >>> passage.id, passage.text, passage.unlike
        ('晨报/1.md', '台风过境，渡轮停航一晚', ('script',))
    """

    id: str
    title: str
    url: str
    sources: tuple[str, ...]
    date: datetime | None
    field: Field
    start: int
    end: int
    text: str
    part: int
    closeness: float
    unlike: tuple[Writing, ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Quotation(Printable):
    """What became of a quotation.

    Attributes:
        text: The quotation.
        verdict: "word for word"; "but for script", if only script, width, case
            or punctuation differ; "altered"; "in parts"; "not found".
        closeness: That of the nearest passage, of all parts together; 0 if not found.
        parts: The parts that were looked for, one unless it is in parts.
        arrangement: "one passage", unless it has several parts: each article
            listed has all of them "in order" or "in another order", or they are
            "in different articles".
        total: How many articles have it; of an altered quotation, how many have
            something close to it.
        complete: All articles that might have it were checked. If False, only
            the oldest 1,000 were, so that `total` may be too low.
        passages: The passages: in order of time those that have all of it, so
            that the first had it first; of an altered quotation the nearest
            first. Articles without a date come last. In parts, each part of an
            article after the other; in different articles, part by part.

    Example:
        >>> found = searcher.quotation("渡轮今天照常开出……研究生命科学")
        >>> found.verdict, found.arrangement, [passage.text for passage in found.passages]
        ('in parts', 'in order', ['渡轮今天照常开出', '研究生命科学'])
    """

    text: str
    verdict: Verdict
    closeness: float
    parts: tuple[str, ...]
    arrangement: Arrangement
    total: int
    complete: bool
    passages: tuple[Passage, ...]

    @property
    def is_exact(self) -> bool:
        """It stands there word for word, or but for script, width, case or punctuation."""
        return self.verdict in ("word for word", "but for script")


def quotation(reader: Reader, text: str, *, limit: int, within: Condition | None = None) -> Quotation:
    """Look for a quotation.

    Args:
        reader: The articles.
        text: The quotation; marks around it do not count.
        limit: Most articles of which passages are returned.
        within: What articles must satisfy besides.

    Raises:
        UsageError: It is too long, or without a letter or digit.
    """
    if len(text) > MAX_QUOTATION:
        raise UsageError(f"the quotation has {len(text):,} characters; {MAX_QUOTATION:,} can be looked for")
    whole = Quoted(text)
    if not whole.tokens:
        raise UsageError("the quotation has no letters or digits to look for")
    search = _Search(reader, text, limit, within)
    divided = _divided(text, _ELLIPSIS, least=1)
    sentences = _divided(text, _SENTENCE, least=_LEAST_SENTENCE)
    clauses = _divided(text, _CLAUSE, least=_LEAST_SENTENCE)
    return (
        search.exact([_Part(text, 0)])
        or (search.exact(divided) if len(divided) > 1 else None)
        or (search.exact(divided, in_order=False) if len(divided) > 1 else None)
        or search.altered(divided, at_least=_VERY_CLOSE)
        or (search.exact(sentences) if len(sentences) > 1 else None)
        or (search.exact(sentences, in_order=False) if len(sentences) > 1 else None)
        or search.scattered(divided, least=_LEAST_PART)
        or search.scattered(sentences, least=_LEAST_SENTENCE)
        or search.altered(divided)
        or search.scattered(clauses, least=_LEAST_SENTENCE)
        or Quotation(text, "not found", 0.0, (whole.core,), "one passage", 0, search.complete, ())
    )


# Parts


class _Part(Quoted):
    """A part of the quotation, which begins at a character of it."""

    def __init__(self, text: str, at: int) -> None:
        super().__init__(text)
        self.at = at


def _divided(text: str, mark: re.Pattern[str], *, least: int) -> list[_Part]:
    """Return the parts of a text between marks; one with fewer tokens than `least` is joined to the next."""
    parts: list[_Part] = []
    start = 0
    for stop, following in [*(match.span() for match in mark.finditer(text)), (len(text), len(text))]:
        part = _Part(text[start:stop], start)
        if len(part.tokens) >= least:
            parts.append(part)
            start = following
        elif not part.tokens:
            start = following
    if parts and _Part(text[start:], start).tokens:
        last = parts.pop()
        parts.append(_Part(text[last.at :], last.at))
    return parts if 0 < len(parts) <= _MOST_PARTS else [_Part(text, 0)]


# Looking for them


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a part stands: positions in the tokens of a field; edits if it is altered."""

    part: _Part
    field: Field
    start: int
    end: int
    found: Nearest | None = None


@dataclass(frozen=True, slots=True)
class _Match:
    """One article with the places of all parts."""

    row: int
    places: tuple[_Place, ...]
    distance: int = 0


class _Search:
    """Looks for one quotation; candidates and their texts are read once."""

    def __init__(self, reader: Reader, text: str, limit: int, within: Condition | None) -> None:
        self._reader = reader
        self._text = text
        # An omission that is written in a word, such as 〔略〕, is no text to look for.
        self._wanted = Quoted(_ELLIPSIS.sub("…", text))
        self._limit = limit
        self._within = within
        self.complete = True
        self._aligned: dict[int, list[_Match]] = {}

    # Equal tokens

    def exact(self, parts: Sequence[_Part], *, in_order: bool = True) -> Quotation | None:
        """Return the articles that have all parts with equal tokens; None if there are none."""
        matches = [
            match
            for row, texts in self._texts.items()
            if (match := _exact_match(row, texts, parts, in_order=in_order)) is not None
        ]
        if not matches:
            return None
        articles = self._reader.articles([match.row for match in matches])
        matches.sort(key=lambda match: _time(match.row, articles))
        verdict: Verdict = "in parts"
        if len(parts) == 1:
            literal = [self._literal(match, articles[match.row]) for match in matches]
            verdict = "word for word" if any(literal) else "but for script"
            matches = [one or match for one, match in zip(literal, matches, strict=True)]
        arrangement: Arrangement = "in order" if in_order else "in another order"
        return self._answer(verdict, 1.0, parts, matches, articles, arrangement)

    def scattered(self, parts: Sequence[_Part], *, least: int) -> Quotation | None:
        """Return the articles that have each part, not all of them; None if a part is in none."""
        if not 1 < len(parts) <= _MOST_SCATTERED or any(len(part.tokens) < least for part in parts):
            return None
        passages: list[Passage] = []
        complete = True
        for number, part in enumerate(parts, 1):
            found = _Search(self._reader, part.text, self._limit, self._within).exact([_Part(part.text, 0)])
            if found is None:
                return None
            complete = complete and found.complete
            passages.extend(replace(passage, part=number) for passage in found.passages)
        total = len({passage.id for passage in passages})
        texts = tuple(part.core for part in parts)
        return Quotation(
            self._text, "in parts", 1.0, texts, "in different articles", total, complete, tuple(passages)
        )

    # Other tokens

    def altered(self, parts: Sequence[_Part], *, at_least: float | None = None) -> Quotation | None:
        """Return the articles that have something close to all parts, the nearest first; None without any.

        Args:
            parts: The parts.
            at_least: The least closeness; None for one that is no chance.
        """
        size = sum(len(part.tokens) for part in parts)
        needed = _least_closeness(size) if at_least is None else at_least
        if len(parts) not in self._aligned:
            self._aligned[len(parts)] = list(self._near_matches(parts))
        matches = [match for match in self._aligned[len(parts)] if 1 - match.distance / size >= needed]
        if not matches:
            return None
        articles = self._reader.articles([match.row for match in matches])
        matches.sort(key=lambda match: (match.distance, *_time(match.row, articles)))
        closeness = 1 - matches[0].distance / size
        return self._answer("altered", closeness, parts, matches, articles, _arrangement(matches[0]))

    def _near_matches(self, parts: Sequence[_Part]) -> Iterator[_Match]:
        weights = [_rarest({pair: self._weights.get(pair, 0.0) for pair in part.bigrams}) for part in parts]
        strings = [(token_text(pair), weight) for each in weights for pair, weight in each.items()]
        shares = [
            (-_share(text, strings), number, row)
            for row in self._candidates
            for number, text in enumerate(self._texts[row])
        ]
        size = max(len(part.tokens) for part in parts)
        for share, number, row in sorted(shares)[: max(_LEAST_ALIGNED, min(_ALIGNED, _BUDGET // size))]:
            if share:
                text = self._texts[row][number]
                found = [nearest(part, text, weight) for part, weight in zip(parts, weights, strict=True)]
                places = tuple(
                    _Place(part, _FIELDS[number], one.start, one.end, one)
                    for part, one in zip(parts, found, strict=True)
                    if one is not None
                )
                distance = sum(
                    len(part.tokens) if one is None else one.distance
                    for part, one in zip(parts, found, strict=True)
                )
                if places:
                    yield _Match(row, places, distance)

    # Candidates

    @cached_property
    def _texts(self) -> dict[int, tuple[Unbroken, ...]]:
        """The token texts of all candidates."""
        rows = list(dict.fromkeys([*self._holders(), *self._candidates]))
        texts = self._reader.token_texts(rows)
        return {row: tuple(map(Unbroken, texts[row])) for row in rows}

    def _holders(self) -> list[int]:
        """Return the oldest of the articles that have the quotation's clauses."""
        clauses = self._wanted.clauses()
        pieces = [clause[at : at + _PHRASE] for clause in clauses for at in range(0, len(clause), _PHRASE)]
        longest = sorted(pieces, key=len, reverse=True)[:_PHRASES]
        condition = self._filtered(All(tuple(TokenPhrase(_FIELDS, piece) for piece in longest)))
        found = self._reader.search(Plan(condition, None, (), ()), sort="oldest", offset=0, limit=_MOST_ROWS)
        self.complete = found.total <= _MOST_ROWS
        return [row.row for row in found.rows]

    @cached_property
    def _weights(self) -> dict[tuple[str, str], float]:
        """The idf of the bigrams that stand in the archive."""
        pairs = list(self._wanted.bigrams)
        step = -(-len(pairs) // _LOOKED_UP) or 1
        terms = {pair: [_term(pair, field) for field in _FIELDS] for pair in pairs[::step]}
        statistics = self._reader.statistics([term for both in terms.values() for term in both])
        known = {pair: max(statistics.frequencies[term] for term in both) for pair, both in terms.items()}
        return {pair: idf(statistics.articles, number) for pair, number in known.items() if number}

    @cached_property
    def _candidates(self) -> list[int]:
        """The articles that score most for the rarest bigrams."""
        pairs = _rarest(self._weights)
        if not pairs:
            return []
        condition = self._filtered(AnyOf(tuple(TokenPhrase(_FIELDS, pair) for pair in pairs)))
        terms = tuple(_term(pair, field) for pair in pairs for field in _FIELDS)
        plan = Plan(condition, None, terms, ())
        found = self._reader.search(plan, sort="relevance", offset=0, limit=_CANDIDATES)
        return [row.row for row in found.rows]

    def _filtered(self, condition: Condition) -> Condition:
        return condition if self._within is None else All((condition, self._within))

    # Answers

    def _literal(self, match: _Match, article: Article) -> _Match | None:
        """Return the first place in an article where its only part stands word for word."""
        part = match.places[0].part
        for field, text in zip(_FIELDS, self._texts[match.row], strict=True):
            original = getattr(article, field)
            for start in islice(_places(text.tokens, part.string), _MOST_PLACES):
                end = start + len(part.string)
                if is_literal(part.core, original[slice(*text.original(start, end))]):
                    return _Match(match.row, (_Place(part, field, start, end),))
        return None

    def _answer(
        self,
        verdict: Verdict,
        closeness: float,
        parts: Sequence[_Part],
        matches: Sequence[_Match],
        articles: Mapping[int, Article],
        arrangement: Arrangement,
    ) -> Quotation:
        passages = [
            passage
            for match in matches[: self._limit]
            for passage in self._passages(match, articles[match.row], parts)
        ]
        texts = tuple(part.core for part in parts)
        if len(parts) == 1:
            arrangement = "one passage"
        rounded = round(closeness, 4)
        return Quotation(
            self._text, verdict, rounded, texts, arrangement, len(matches), self.complete, tuple(passages)
        )

    def _passages(self, match: _Match, article: Article, parts: Sequence[_Part]) -> Iterator[Passage]:
        for place in match.places:
            text = self._texts[match.row][_FIELDS.index(place.field)]
            original = getattr(article, place.field)
            start, end = text.original(place.start, place.end)
            part, found = place.part, place.found
            written = original[start:end]
            changes: tuple[Difference, ...] = ()
            if found is not None:
                changes = differences(part, found, text, original, at=part.at)
            yield Passage(
                id=article.id,
                title=article.title,
                url=article.url,
                sources=article.sources,
                date=article.date,
                field=place.field,
                start=start,
                end=end,
                text=written,
                part=parts.index(part) + 1,
                closeness=round(1 - found.distance / len(part.tokens), 4) if found else 1.0,
                unlike=() if changes else unlike(part.core, written),
                differences=changes,
            )


def _exact_match(
    row: int, texts: Sequence[Unbroken], parts: Sequence[_Part], *, in_order: bool
) -> _Match | None:
    """Return the first places of all parts: in one field, or from the title on into the body."""
    for fields in (_FIELDS[:1], _FIELDS[1:], _FIELDS):
        if len(fields) > 1 and len(parts) == 1:
            continue
        left = list(parts)
        places: list[_Place] = []
        for field in fields:
            tokens = texts[_FIELDS.index(field)].tokens
            start = 0
            while left and (place := tokens.find(left[0].string, start)) >= 0:
                part = left.pop(0)
                places.append(_Place(part, field, place, place + len(part.string)))
                start = place + len(part.string) if in_order else 0
        if not left:
            return _Match(row, tuple(places))
    return None


def _places(tokens: str, wanted: str) -> Iterator[int]:
    place = tokens.find(wanted)
    while place >= 0:
        yield place
        place = tokens.find(wanted, place + 1)


def _arrangement(match: _Match) -> Arrangement:
    starts = [place.start for place in match.places]
    return "in order" if starts == sorted(starts) else "in another order"


def _time(row: int, articles: Mapping[int, Article]) -> tuple[bool, float, int]:
    """Order by time, those without a date last."""
    date = articles[row].date
    return date is None, date.timestamp() if date else 0.0, row


def _term(pair: tuple[str, str], field: str) -> Term:
    (text,) = bigrams(list(pair))
    return Term(field, "bigrams", text, 1.0)


def _rarest(weights: Mapping[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    """Return the bigrams of greatest weight, without those of none."""
    ordered = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
    return {pair: weight for pair, weight in ordered[:_SEARCHED] if weight}


def _share(text: Unbroken, strings: Iterable[tuple[str, float]]) -> float:
    """Return the weight of the bigrams that stand in a text."""
    tokens = text.tokens
    return sum(weight for string, weight in strings if string in tokens)


def _least_closeness(tokens: int) -> float:
    """Return the closeness that is no chance; a short text is like something more often."""
    return 0.5 if tokens >= 16 else 0.6
