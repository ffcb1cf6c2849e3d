"""Is an unquoted name found as a name? Rules for grouping words, on a real archive.

    python -m benchmarks.names ARCHIVE [--names 300] [--clauses 300]

Three kinds of clauses are drawn from the titles and the beginnings of the
bodies; the first two stand in three articles or more. *Names*: two to four
characters that jieba leaves alone one after the other, none of which it leaves
alone in a tenth of these, as it does with function words. *Mixed*: a word
of two characters with such a character before or behind it, as 网信办 is.
*Ordinary*: two or three words that follow each other, or that stand in one
sentence with a word left out between them.

For each rule the first two tables have the full matches and how many of them
hold the clause as it is typed; the last has how many articles ordinary clauses
lose against the rule that asks for every word and no more.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from benchmarks.correctness import read_archive
from index import Article
from index.text.analyzer import Analyzer
from index.text.segment import query_segmenter
from index.text.tokens import can_be_cut, han_runs, token_text, tokenize
from search.query.ranking import FUNCTION_WORDS
from search.query.words import Grouping, group_words, is_lone

Words = list[str]

_OPENING = 1000
"""Characters of each body that clauses are drawn from."""
_COMMON = 10
"""A character that stands alone in more than one of so many openings is no part of a name here."""
_STANDING = 3
"""Articles in which a name or mixed clause must stand."""


def each_word(words: Sequence[str]) -> list[Words]:
    """Group nothing."""
    return [[word] for word in words]


def lone_runs(words: Sequence[str]) -> list[Words]:
    """Group lone characters that follow each other."""
    groups: list[Words] = []
    for word in words:
        if groups and is_lone(word) and is_lone(groups[-1][-1]):
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups


def any_runs(words: Sequence[str]) -> list[Words]:
    """Group characters that follow each other and are no function words."""
    groups: list[Words] = []
    for word in words:
        if groups and all(len(w) == 1 and w not in FUNCTION_WORDS for w in (word, groups[-1][-1])):
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups


def both_sides(words: Sequence[str]) -> list[Words]:
    """Group every lone character with the words on both of its sides."""
    groups: list[Words] = []
    for word in words:
        if groups and (is_lone(word) or is_lone(groups[-1][-1])):
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups


def whole_clause(words: Sequence[str]) -> list[Words]:
    """Read the clause as a phrase."""
    return [list(words)]


RULES: dict[str, Grouping] = {
    "every word (before)": each_word,
    "lone characters that follow each other": lone_runs,
    "any characters that follow each other but function words": any_runs,
    "lone characters with both neighbours": both_sides,
    "the whole clause": whole_clause,
    "**the rule**": group_words,
}


class Openings:
    """The titles and first paragraphs of an archive as words, and clauses of each kind drawn from them."""

    def __init__(self, articles: Sequence[Article], seed: int) -> None:
        analyzer = self._analyzer = Analyzer()
        self._rng = random.Random(seed)
        self._runs: list[Words] = []
        alone: Counter[str] = Counter()
        for article in articles:
            opening = f"{article.title}\n{article.body[:_OPENING]}"
            runs = [analyzer.words(list(run)) for run in han_runs(tokenize(opening)) if can_be_cut(run[0])]
            self._runs += runs
            alone.update({word for words in runs for word in words if len(word) == 1})
        self._common = {char for char, count in alone.items() if count * _COMMON > len(articles)}

    def names(self, number: int, texts: Texts) -> list[str]:
        """Draw runs of characters that jieba leaves alone in their sentence and by themselves."""
        found = {name: list(name) for words in self._runs for name in self._names(words)}
        return self._standing(found, number, texts)

    def _names(self, words: Words) -> Iterator[str]:
        name = ""
        for word in (*words, ""):
            if len(word) == 1:
                name += word
                continue
            if 2 <= len(name) <= 4 and self._common.isdisjoint(name):
                yield name
            name = ""

    def mixed(self, number: int, texts: Texts) -> list[str]:
        """Draw words of two characters with one that jieba leaves alone."""
        found = {
            one + other: [one, other]
            for words in self._runs
            for one, other in pairwise(words)
            if sorted((len(one), len(other))) == [1, 2] and self._common.isdisjoint((one, other))
        }
        return self._standing(found, number, texts)

    def _standing(self, found: dict[str, Words], number: int, texts: Texts) -> list[str]:
        """Draw clauses that stand in enough articles, and that jieba cuts by themselves as in their text."""
        ordered = sorted(found)
        self._rng.shuffle(ordered)
        drawn: list[str] = []
        for name in ordered:
            if len(drawn) == number:
                break
            cut = self._analyzer.words(list(name))
            if cut == found[name] and len(texts.holding(name)) >= _STANDING:
                drawn.append(name)
        return drawn

    def clauses(self, number: int) -> list[str]:
        """Draw two or three words of a title, half of them with a word left out between."""
        found: set[str] = set()
        for words in self._runs:
            for size in (2, 3):
                for at in range(len(words) - size):
                    near, apart = words[at : at + size], [*words[at : at + size - 1], words[at + size]]
                    found.update("".join(some) for some in (near, apart) if any(len(w) > 1 for w in some))
        ordered = sorted(found)
        self._rng.shuffle(ordered)
        return [c for c in ordered[: 2 * number] if 2 <= len(self._analyzer.words(list(c))) <= 3][:number]


class Texts:
    """The token texts of an archive, title and body of each article."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._texts = [token_text([*tokenize(a.title), "¶", *tokenize(a.body)]) for a in articles]
        self.holding = cache(self._holding)

    def _holding(self, phrase: str) -> frozenset[int]:
        return frozenset(n for n, text in enumerate(self._texts) if phrase in text)

    def matching(self, groups: Sequence[Words]) -> frozenset[int]:
        """Return the articles in which each group stands."""
        first, *rest = sorted(("".join(group) for group in groups), key=len, reverse=True)
        return self.holding(first).intersection(*map(self.holding, rest))


def precision_table(clauses: Sequence[str], texts: Texts, analyzer: Analyzer) -> str:
    lines = [
        "| rule | full matches | hold the clause | precision | precision, mean over clauses |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, rule in RULES.items():
        full = right = 0
        shares = []
        for clause in clauses:
            matching = texts.matching(rule(analyzer.words(list(clause))))
            holding = len(matching & texts.holding(clause))
            full += len(matching)
            right += holding
            shares.append(holding / len(matching))
        lines.append(
            f"| {name} | {full:,} | {right:,} | {right / full:.3f} | {sum(shares) / len(shares):.3f} |"
        )
    return "\n".join(lines)


def loss_table(clauses: Sequence[str], texts: Texts, analyzer: Analyzer) -> str:
    lines = [
        "| rule | full matches | lost | share, mean over clauses | clauses that lose some | that lose all |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, rule in RULES.items():
        full = lost = some = all_of_them = 0
        shares = []
        for clause in clauses:
            words = analyzer.words(list(clause))
            before, now = texts.matching(each_word(words)), texts.matching(rule(words))
            full += len(now)
            lost += len(before - now)
            some += now < before
            all_of_them += bool(before) and not now
            shares.append(len(before - now) / max(1, len(before)))
        mean = sum(shares) / len(shares)
        lines.append(f"| {name} | {full:,} | {lost:,} | {mean:.1%} | {some} | {all_of_them} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive")
    parser.add_argument("--names", type=int, default=300, help="clauses of the kinds that are names")
    parser.add_argument("--clauses", type=int, default=300, help="ordinary clauses")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="print the clauses and how the rule groups them")
    options = parser.parse_args(arguments)
    articles = read_archive(options.archive)
    analyzer = Analyzer(segmenter=query_segmenter())
    texts, openings = Texts(articles), Openings(articles, options.seed)
    names, mixed = openings.names(options.names, texts), openings.mixed(options.names, texts)
    clauses = openings.clauses(options.clauses)
    print(f"{len(articles):,} articles")
    for kind, drawn in (("names", names), ("mixed", mixed)):
        print(f"\n{len(drawn)} {kind}\n\n{precision_table(drawn, texts, analyzer)}")
    print(f"\n{len(clauses)} ordinary clauses\n\n{loss_table(clauses, texts, analyzer)}")
    if options.show:
        for clause in (*names, *mixed, *clauses):
            print(" | ".join(" ".join(group) for group in group_words(analyzer.words(list(clause)))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
