"""Snippets: where an article's original text holds what was looked for.

Matches are found in units, so they fall on the right characters whatever the
script, width or case of query and article; they are shown in the text as its
author wrote it. Only paragraphs that can hold a match are analysed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from index.document import RANKED_FIELDS
from index.text.fold import fold, folding_of
from index.text.units import BREAK, can_be_cut, locate
from search.match import UnitPhrase, occurrences
from search.plan import Clause, Plan

__all__ = ["Highlighter", "Snippet", "mark_html"]

_FRAGMENTS = 2
_LENGTH = 80
# So few characters are not worth an ellipsis.
_LITTLE = 8
# Paragraphs that are analysed to find the best fragments.
_MOST_PARAGRAPHS = 8
# A text may hold a word thousands of times; the best place is near the beginning anyway.
_MOST_SPANS = 500
_SENTENCE_END = re.compile(r"[。！？!?…\n]+[”’」』）)\"']*")
_CLAUSE_END = re.compile(r"[，、；：,;:—]+[”’」』）)\"']*")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of text and the spans in it, `text[start:end]`, that were looked for."""

    text: str
    highlights: tuple[tuple[int, int], ...] = ()

    def html(self) -> str:
        """The text with everything escaped and the highlights in `<mark>`."""
        return mark_html(self.text, self.highlights)


class _Span(NamedTuple):
    """A match: characters `start:end`; which of the phrases; how much it tells."""

    start: int
    end: int
    phrases: frozenset[int]
    weight: int


def mark_html(text: str, highlights: Sequence[tuple[int, int]]) -> str:
    """`text` escaped for HTML, with `<mark>` around the highlights."""
    pieces = []
    at = 0
    for start, end in highlights:
        pieces.append(escape(text[at:start]))
        pieces.append(f"<mark>{escape(text[start:end])}</mark>")
        at = end
    return "".join([*pieces, escape(text[at:])])


class Highlighter:
    """Shows what a plan looks for, in any number of articles."""

    def __init__(self, plan: Plan) -> None:
        self._targets = {field: _Targets(plan, field) for field in RANKED_FIELDS}

    def highlight(self, text: str, *, field: str) -> tuple[tuple[int, int], ...]:
        """Spans of `text`, the title or body of an article, that are looked for: sorted and apart."""
        return tuple((span.start, span.end) for span in _spans(text, self._targets[field]))

    def snippets(self, body: str) -> tuple[Snippet, ...]:
        """The pieces of a body that show best why it was found; its beginning where nothing does."""
        targets = self._targets["body"]
        chosen: list[Snippet] = []
        covered: set[int] = set()
        for start, paragraph in _promising(body, targets, covered):
            found = [_shift(span, start) for span in _spans_in(paragraph, targets)]
            fresh = [span for span in found if not span.phrases <= covered]
            if fresh:
                first, last = _best_window(fresh, covered)
                chosen.append(_cut(body, fresh[first].start, fresh[last - 1].end, found))
                covered.update(*(span.phrases for span in fresh[first:last]))
            if len(chosen) == _FRAGMENTS:
                break
        if not chosen and body.strip():
            start = len(body) - len(body.lstrip())
            return (_cut(body, start, start, ()),)
        return tuple(chosen)


def _promising(body: str, targets: _Targets, covered: set[int]) -> Iterator[tuple[int, str]]:
    """Paragraphs, with where they start, that seem to hold most of what is not `covered` yet.

    A glance at the text ranks them, so that few are analysed. The last resort
    is the whole body, for phrases that reach over the end of a paragraph.
    """
    text = targets.spelled_out(body)
    left = _MOST_PARAGRAPHS
    for at, seen in sorted(targets.glance(text).items(), key=lambda item: (-sum(item[1].values()), item[0])):
        if left and not seen.keys() <= covered:
            left -= 1
            start = at if text == body else _start_of_line(body, text.count("\n", 0, at))
            end = body.find("\n", start)
            yield start, body[start : len(body) if end < 0 else end]
    if not covered and any(BREAK in phrase.units for phrase in targets.phrases):
        yield 0, body


def _start_of_line(text: str, number: int) -> int:
    start = 0
    for _ in range(number):
        start = text.index("\n", start) + 1
    return start


class _Targets:
    """The phrases to highlight in one field.

    A single Han character out of a longer clause (向 in 日本向乌克兰) tells
    little and stands everywhere; it is highlighted only together with the
    word before or after it in the clause.
    """

    def __init__(self, plan: Plan, field: str) -> None:
        phrases: dict[UnitPhrase, None] = {}
        for clause in plan.clauses:
            if not clause.negated:
                phrases.update(dict.fromkeys(_telling(clause)))
        self.phrases = [phrase for phrase in phrases if field in phrase.fields]
        self._units = [[unit for unit in phrase.units if unit != BREAK] for phrase in self.phrases]
        self._joined = list(map("".join, self._units))

    def may_stand_in(self, folded: str) -> bool:
        """Whether any phrase has all its units in the text, in whatever order."""
        return any(all(unit in folded for unit in units) for units in self._units)

    def spelled_out(self, text: str) -> str:
        """The text with all that may hide a phrase folded; most Simplified texts stay as they are."""
        missing = frozenset("".join(joined for joined in self._joined if joined not in text))
        return folding_of(missing)(text) if missing else text

    def glance(self, text: str) -> dict[int, dict[int, float]]:
        """What each paragraph, by where it starts, seems to hold: which phrases, and how much that tells.

        Long phrases tell more, and so do repeated ones.
        """
        seen: defaultdict[int, dict[int, float]] = defaultdict(dict)
        for number, (phrase, apart) in enumerate(zip(self.phrases, self._units, strict=True)):
            tells = len(phrase.units)
            places = list(_finds(text, self._joined[number]))
            for at in places:
                line = seen[text.rfind("\n", 0, at) + 1]
                line[number] = min(line.get(number, tells) + 0.1, tells + 0.5)
            if not places and tells > 1 and all(unit in text for unit in apart):
                # Perhaps with a hyphen or quotation mark inside.
                start = 0
                for line_text in text.split("\n"):
                    if all(unit in line_text for unit in apart):
                        seen[start][number] = 0.1
                    start += len(line_text) + 1
        return seen


def _finds(text: str, wanted: str) -> Iterator[int]:
    """Where `wanted` stands in the text, the first so many times."""
    at = text.find(wanted)
    for _ in range(_MOST_SPANS):
        if at < 0:
            return
        yield at
        at = text.find(wanted, at + len(wanted))


def _telling(clause: Clause) -> Iterator[UnitPhrase]:
    words = clause.phrases
    for before, word, after in zip((None, *words), words, (*words[1:], None), strict=False):
        if len(words) > 1 and len(word.units) == 1 and can_be_cut(word.units[0]):
            if before is not None:
                yield UnitPhrase(word.fields, before.units + word.units)
            if after is not None:
                yield UnitPhrase(word.fields, word.units + after.units, prefix=after.prefix)
        else:
            yield word


def _spans(text: str, targets: _Targets) -> list[_Span]:
    """All matches in a text, merged where they touch."""
    if not targets.phrases:
        return []
    spans: list[_Span] = []
    at = 0
    for paragraph in text.split("\n"):
        if targets.may_stand_in(fold(paragraph)):
            spans.extend(_shift(span, at) for span in _spans_in(paragraph, targets))
            if len(spans) > _MOST_SPANS:
                break
        at += len(paragraph) + 1
    if not spans and any(BREAK in phrase.units for phrase in targets.phrases):
        # The phrase may reach from one paragraph into the next.
        return _spans_in(text, targets)
    return spans


def _shift(span: _Span, by: int) -> _Span:
    return span._replace(start=span.start + by, end=span.end + by)


def _spans_in(text: str, targets: _Targets) -> list[_Span]:
    units = locate(text)
    found = _occurrences(units.texts, targets.phrases)
    joined: list[tuple[int, int, frozenset[int]]] = []
    for start, end, phrase in sorted(found):
        if joined and start <= joined[-1][1]:
            first, last, phrases = joined.pop()
            joined.append((first, max(last, end), phrases | {phrase}))
        else:
            joined.append((start, end, frozenset({phrase})))
    return [
        _Span(
            units.starts[start],
            units.ends[end - 1],
            phrases,
            sum(len(targets.phrases[number].units) for number in phrases),
        )
        for start, end, phrases in joined
    ]


def _occurrences(units: list[str], phrases: list[UnitPhrase]) -> Iterator[tuple[int, int, int]]:
    """First unit, unit after the last, and number of the phrase, for every place of every phrase."""
    for number, phrase in enumerate(phrases):
        for start, end in occurrences(units, phrase):
            yield start, end, number


def _best_window(spans: list[_Span], covered: set[int]) -> tuple[int, int]:
    """The run of spans, fitting into one fragment, that tells most that is not shown yet."""
    best, best_score = (0, 1), -1.0
    for first, begin in enumerate(spans):
        seen: set[int] = set()
        score = 0.0
        last = first
        while last < len(spans) and spans[last].end - begin.start <= _LENGTH:
            fresh = spans[last].phrases - seen - covered
            score += spans[last].weight * (1.0 if fresh else 0.1)
            seen |= spans[last].phrases
            last += 1
        last = max(last, first + 1)
        if score > best_score:
            best, best_score = (first, last), score
    return best


def _cut(body: str, first: int, last: int, spans: Sequence[_Span]) -> Snippet:
    """A fragment around `body[first:last]`, cut at the ends of sentences or clauses where possible."""
    begin_of_paragraph = body.rfind("\n", 0, first) + 1
    end_of_paragraph = body.find("\n", last)
    if end_of_paragraph < 0:
        end_of_paragraph = len(body)
    room = max(_LENGTH - (last - first), 10)
    start = _start(body, max(begin_of_paragraph, first - room // 2), first, begin_of_paragraph)
    end = _end(body, last, min(end_of_paragraph, max(start + _LENGTH, last + 5)), end_of_paragraph)
    before = "…" if start > begin_of_paragraph else ""
    after = "…" if end < end_of_paragraph else ""
    shift = len(before) - start
    marks = tuple(
        (max(span.start, start) + shift, min(span.end, end) + shift)
        for span in spans
        if span.start < end and span.end > start
    )
    return Snippet(before + body[start:end].replace("\n", " ") + after, marks)


def _start(body: str, earliest: int, latest: int, paragraph: int) -> int:
    """Where to begin: the first sentence, else clause, that begins in the range."""
    if earliest - paragraph <= _LITTLE:
        return paragraph
    for pattern in (_SENTENCE_END, _CLAUSE_END):
        for match in pattern.finditer(body, earliest, latest):
            return match.end()
    space = body.find(" ", earliest, latest)
    return space + 1 if space >= 0 and body[earliest - 1 : earliest + 1].isascii() else earliest


def _end(body: str, earliest: int, latest: int, paragraph: int) -> int:
    """Where to end: the last sentence, else clause, that ends in the range."""
    if paragraph - latest <= _LITTLE:
        return paragraph
    for pattern in (_SENTENCE_END, _CLAUSE_END):
        ends = [match.end() for match in pattern.finditer(body, earliest, latest)]
        if ends:
            return ends[-1]
    space = body.rfind(" ", earliest, latest)
    return space if space >= 0 and body[latest - 1 : latest + 1].isascii() else latest
