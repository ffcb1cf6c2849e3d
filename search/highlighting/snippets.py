"""Snippets: what an article's original text shows of what was looked for.

They are cut from the text as its author wrote it. Only lines that seem to
hold a match are analysed; the whole body is where none of them does.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple, TypeAlias

from index.text.document import RANKED_FIELDS
from index.text.fold import folding_of
from search.highlighting.occurrences import Highlight, Targets, merged
from search.query.plan import Plan

__all__ = ["Highlighter", "Snippet", "mark_html"]

_FRAGMENTS = 2
_LENGTH = 80
# So few characters are not worth an ellipsis.
_LITTLE = 8
# Lines that are analysed to find the best fragments.
_MOST_LINES = 8
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
        self._targets = {field: Targets(plan, field) for field in RANKED_FIELDS}

    def highlight(self, text: str, *, field: str) -> tuple[tuple[int, int], ...]:
        """Spans of `text`, the title or body of an article, that are looked for: sorted and apart."""
        return tuple((span.start, span.end) for span in self._targets[field].spans(text, longest=len(text)))

    def snippets(self, body: str) -> tuple[Snippet, ...]:
        """The pieces of a body that show best why it was found; its beginning where nothing does.

        Whatever `highlight` finds in the body, something of it is shown.
        """
        targets = self._targets["body"]
        fragments = _Fragments(body, targets)
        # A distance is counted in tokens, which takes an analysis of the whole body.
        if targets.has_distances or not _add_lines(body, targets, fragments):
            fragments.add(targets.spans(body, longest=_LENGTH))
        if not fragments.made and body.strip():
            start = len(body) - len(body.lstrip())
            fragments.cut(start, start, ())
        return tuple(fragment.snippet for fragment in fragments.made)


class _Fragment(NamedTuple):
    start: int
    end: int
    snippet: Snippet


class _Fragments:
    """The fragments of a body that are chosen, and the targets that they show."""

    def __init__(self, body: str, targets: Targets) -> None:
        self._body = body
        self._sizes = [look.size for look in targets.looks]
        self.made: list[_Fragment] = []
        self.covered: set[int] = set()

    @property
    def are_enough(self) -> bool:
        return len(self.made) >= _FRAGMENTS

    def add(self, spans: Sequence[Highlight]) -> None:
        """Of these places, cut those that show best what is not shown yet."""
        while not self.are_enough:
            fresh = [span for span in spans if not span.targets <= self.covered]
            if not fresh:
                return
            first, last = _best_window(fresh, self._sizes, self.covered)
            self.cut(fresh[first].start, fresh[last - 1].end, spans)

    def cut(self, first: int, last: int, spans: Sequence[Highlight]) -> None:
        """A fragment around `body[first:last]`, cut at the ends of sentences or clauses where possible.

        It holds the `spans` that it shows whole, and nothing that is shown already.
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
        inside = [span for span in spans if span.start < end and span.end > start]
        if inside and inside[0].start < start:
            start = inside.pop(0).end
        if inside and inside[-1].end > end:
            end = inside.pop().start
        before = "…" if start > begin_of_line else ""
        after = "…" if end < end_of_line else ""
        shift = len(before) - start
        marks = tuple((span.start + shift, span.end + shift) for span in inside)
        text = before + body[start:end].replace("\n", " ") + after
        self.made.append(_Fragment(start, end, Snippet(text, marks)))
        self.covered.update(*(span.targets for span in inside))


def _add_lines(body: str, targets: Targets, fragments: _Fragments) -> bool:
    """Add fragments of the lines that seem to hold most; False where all may have missed a match."""
    text, places = _glance(body, targets)
    shown = targets.shown(places)
    left = _MOST_LINES
    for begin, end, seen in _lines(text, places, targets):
        if not seen <= fragments.covered:
            start, stop = (begin, end) if text == body else _in_body(body, text, begin, end)
            matches = targets.matches(body[start:stop], shown, at=start)
            fragments.add(merged(matches, longest=_LENGTH))
            left -= 1
        if fragments.are_enough or not left:
            break
    if fragments.made:
        return True
    # Without places the text has all letters folded.
    return not places and targets.are_han and not targets.may_match(text)


_Places: TypeAlias = dict[int, list[tuple[int, int]]]


def _glance(body: str, targets: Targets) -> tuple[str, _Places]:
    """The body, folded where it may hide a target, and where in it each target seems to stand."""

    def places_of(numbers: set[int], text: str) -> _Places:
        return {number: found for number in numbers if (found := targets.looks[number].places(text))}

    text, places = body, places_of(targets.strong, body)
    missing = frozenset("".join(targets.looks[number].letters for number in targets.strong - places.keys()))
    if missing:
        text = folding_of(missing)(body)
        if text != body:
            places = places_of(targets.strong, text)
        places |= places_of(targets.shown(places) - targets.strong, text)
    return text, places


def _lines(text: str, places: _Places, targets: Targets) -> list[tuple[int, int, set[int]]]:
    """The lines that hold the places, `text[begin:end]`, and which targets.

    Several lines at once where a place reaches over the end of one. First
    comes what tells most: long phrases, and repeated ones.
    """
    seen: defaultdict[tuple[int, int], dict[int, float]] = defaultdict(dict)
    for number, spans in places.items():
        size = targets.looks[number].size
        begin, end = 0, -1
        for start, stop in spans:
            if stop > end:
                begin = max(begin, text.rfind("\n", begin, start) + 1)
                end = text.find("\n", stop)
                end = len(text) if end < 0 else end
                line = seen[begin, end]
            line[number] = min(line.get(number, size) + 0.1, size + 0.5)
    best = sorted(seen.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    return [(begin, end, set(line)) for (begin, end), line in best]


def _in_body(body: str, text: str, begin: int, end: int) -> tuple[int, int]:
    """Where the lines `text[begin:end]` stand in the body, which has as many lines."""
    start = 0
    for _ in range(text.count("\n", 0, begin)):
        start = body.index("\n", start) + 1
    stop = body.find("\n", start)
    for _ in range(text.count("\n", begin, end)):
        stop = body.find("\n", stop + 1)
    return start, len(body) if stop < 0 else stop


def _best_window(spans: Sequence[Highlight], sizes: Sequence[int], covered: set[int]) -> tuple[int, int]:
    """The run of spans, fitting into one fragment, that tells most that is not `covered`.

    A target tells as much as it has tokens, and a tenth of it once more for
    each time that it stands there again.
    """
    best, best_score = (0, 1), 0
    first = score = 0
    seen = [0] * len(sizes)
    for last, span in enumerate(spans):
        for target in span.targets - covered:
            score += sizes[target] * (1 if seen[target] else 10)
            seen[target] += 1
        while span.end - spans[first].start > _LENGTH and first < last:
            for target in spans[first].targets - covered:
                seen[target] -= 1
                score -= sizes[target] * (1 if seen[target] else 10)
            first += 1
        if score > best_score:
            best, best_score = (first, last + 1), score
    return best


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
