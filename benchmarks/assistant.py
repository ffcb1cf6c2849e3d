"""Twenty things that a researcher asks an assistant, each answered by tool calls alone.

    python -m benchmarks.assistant ARCHIVE [--words 占中 雨伞运动 网信办 網信辦] [--seed 1]

The archive is indexed and served by `search mcp`, over both transports. Each
answer is checked against the articles, by looking through all of them. The
words are two names, a third one, and the third in the other script; passages
to quote are taken from the archive at random. Printed are, for each task,
whether the answer is right, how many calls it took, how long, and how many
characters the largest answer had.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from mcp import Client, StdioServerParameters

from index import Article, rebuild
from index.text.tokens import token_text, tokenize
from search import Searcher

PROGRAM = [sys.executable, "-m", "search.commands.cli", "mcp", "--tz", "UTC"]


class Archive:
    """The articles themselves, looked through from the first to the last."""

    def __init__(self, articles: Sequence[Article], words: Sequence[str], seed: int) -> None:
        self.articles = {article.id: article for article in articles}
        self.first, self.second, self.third, self.other_script = words
        self.random = random.Random(seed)
        self._texts = {
            article.id: [token_text(tokenize(text)) for text in (article.title, article.body)]
            for article in articles
        }

    def with_(self, word: str) -> dict[str, Article]:
        needle = token_text(tokenize(word))
        return {
            id: self.articles[id] for id, texts in self._texts.items() if any(needle in one for one in texts)
        }

    def titled(self, word: str) -> set[str]:
        needle = token_text(tokenize(word))
        return {id for id, (title, _) in self._texts.items() if needle in title}

    def occurrences(self, word: str) -> int:
        needle = token_text(tokenize(word))
        return sum(one.count(needle) for texts in self._texts.values() for one in texts)

    def years(self, word: str) -> Counter[str]:
        dates = [article.date for article in self.with_(word).values()]
        return Counter(str(date.year) for date in dates if date is not None)

    def passage(self, *, least: int = 30) -> tuple[Article, str]:
        """A sentence that only one article has."""
        while True:
            article = self.random.choice(list(self.articles.values()))
            sentences = [one for one in re.split(r"[。！？\n]", article.body) if least <= len(one) <= 200]
            if sentences and len(self.with_(sentence := self.random.choice(sentences))) == 1:
                return article, sentence


class Assistant:
    """Calls tools, and counts what that takes."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.calls = 0
        self.largest = 0

    async def __call__(self, tool: str, **given: Any) -> dict[str, Any]:
        answer = await self._client.call_tool(tool, given)
        text = answer.content[0].text  # type: ignore[union-attr]
        self.calls += 1
        self.largest = max(self.largest, len(text))
        if answer.is_error:
            raise RuntimeError(text)
        found: dict[str, Any] = answer.structured_content
        return found

    async def all(self, tool: str, member: str, **given: Any) -> list[Any]:
        """Follow `more` to the end."""
        items: list[Any] = []
        offset = 0
        while True:
            found = await self(tool, **given, offset=offset)
            items.extend(found[member])
            if "more" not in found:
                return items
            offset = int(re.findall(r"offset=(\d+)", found["more"])[0])


Task = Callable[[Assistant, Archive], Awaitable[bool]]
TASKS: dict[str, Task] = {}


def task(question: str) -> Callable[[Task], Task]:
    def known(function: Task) -> Task:
        TASKS[question] = function
        return function

    return known


def phrase(word: str) -> str:
    return f'"{word}"'


@task("How many articles are there, and from when to when?")
async def size(ask: Assistant, there: Archive) -> bool:
    found = await ask("stats")
    dates = [article.date for article in there.articles.values() if article.date is not None]
    years = found["oldest"][:4], found["newest"][:4]
    return found["articles"] == len(there.articles) and years == (str(min(dates).year), str(max(dates).year))


@task("How many articles mention this name?")
async def mentions(ask: Assistant, there: Archive) -> bool:
    (count,) = (await ask("count", queries=[phrase(there.first)]))["counts"]
    return bool(count["articles"] == len(there.with_(there.first)))


@task("How often do two names occur?")
async def frequency(ask: Assistant, there: Archive) -> bool:
    counts = (await ask("count", queries=[phrase(there.first), phrase(there.second)]))["counts"]
    return [one["occurrences"] for one in counts] == [
        there.occurrences(there.first),
        there.occurrences(there.second),
    ]


async def _at_an_end(ask: Assistant, there: Archive, sort: str) -> bool:
    (hit,) = (await ask("search", query=phrase(there.first), sort=sort, limit=1))["hits"]
    dates = [article.date for article in there.with_(there.first).values() if article.date is not None]
    end = min(dates) if sort == "oldest" else max(dates)
    return there.articles[hit["id"]].date == end


@task("Which article mentions it first?")
async def earliest(ask: Assistant, there: Archive) -> bool:
    return await _at_an_end(ask, there, "oldest")


@task("Which one last?")
async def latest(ask: Assistant, there: Archive) -> bool:
    return await _at_an_end(ask, there, "newest")


@task("Which source writes most about it?")
async def sources(ask: Assistant, there: Archive) -> bool:
    counts = await ask.all("facets", "counts", query=phrase(there.first), by="source")
    articles = there.with_(there.first).values()
    right = Counter(name for article in articles for name in article.sources)
    told = {one["value"]: one["count"] for one in counts}
    return all(right[name] == number for name, number in told.items()) and max(told.values()) == max(
        right.values()
    )


@task("In which year was it written about most?")
async def busiest(ask: Assistant, there: Archive) -> bool:
    (series,) = (await ask("trend", queries=[phrase(there.first)], unit="year"))["series"]
    return {one["period"]: one["value"] for one in series["points"] if one["value"]} == there.years(
        there.first
    )


@task("How do two names compare over the years?")
async def compare(ask: Assistant, there: Archive) -> bool:
    words = there.first, there.second
    found = await ask("trend", queries=[phrase(word) for word in words], unit="year")
    return all(
        {one["period"]: one["value"] for one in series["points"] if one["value"]} == there.years(word)
        for series, word in zip(found["series"], words, strict=True)
    )


@task("Which share of that year's articles mentions it?")
async def share(ask: Assistant, there: Archive) -> bool:
    year, number = there.years(there.first).most_common(1)[0]
    given = {"queries": [phrase(there.first)], "unit": "year", "measure": "share"}
    (series,) = (await ask("trend", **given))["series"]
    told = next(one["value"] for one in series["points"] if one["period"] == year)
    dates = [article.date for article in there.articles.values() if article.date is not None]
    return bool(abs(told - number / sum(str(date.year) == year for date in dates)) < 1e-6)


@task("Show me every place where it stands.")
async def places(ask: Assistant, there: Archive) -> bool:
    lines = await ask.all("concordance", "lines", query=phrase(there.first), limit=100)
    texts = [
        there.articles[one["id"]].title if one["field"] == "title" else there.articles[one["id"]].body
        for one in lines
    ]
    exact = all(text[one["start"] : one["end"]] == one["hit"] for text, one in zip(texts, lines, strict=True))
    return exact and len(lines) == there.occurrences(there.first)


@task("Does the other script find the same?")
async def scripts(ask: Assistant, there: Archive) -> bool:
    counts = (await ask("count", queries=[phrase(there.third), phrase(there.other_script)]))["counts"]
    return {one["articles"] for one in counts} == {len(there.with_(there.third))}


@task("Which articles have it in their titles?")
async def titles(ask: Assistant, there: Archive) -> bool:
    hits = await ask.all("search", "hits", query=f"title:{phrase(there.first)}", limit=50)
    return {hit["id"] for hit in hits if not hit.get("partial")} == there.titled(there.first)


@task("Which articles of one year have the first name without the second?")
async def without(ask: Assistant, there: Archive) -> bool:
    year, _ = there.years(there.first).most_common(1)[0]
    query = f"{phrase(there.first)} -{phrase(there.second)}"
    given = {"query": query, "after": year, "before": str(int(year) + 1), "limit": 50}
    hits = await ask.all("search", "hits", **given)
    right = {
        id
        for id, article in there.with_(there.first).items()
        if id not in there.with_(there.second) and article.date is not None and str(article.date.year) == year
    }
    return {hit["id"] for hit in hits if not hit.get("partial")} == right


@task("Is this sentence really there, and where?")
async def literally(ask: Assistant, there: Archive) -> bool:
    article, sentence = there.passage()
    found = await ask("quote", text=sentence)
    (passage,) = found["passages"]
    text = article.title if passage["field"] == "title" else article.body
    where = text[passage["start"] : passage["end"]] == passage["text"]
    return bool(found["verdict"] == "word for word" and passage["id"] == article.id and where)


@task("Is it there with one character changed?")
async def altered(ask: Assistant, there: Archive) -> bool:
    article, sentence = there.passage()
    at = next(at for at in range(len(sentence) // 2, len(sentence)) if "一" <= sentence[at] <= "鿿")
    found = await ask("quote", text=f"{sentence[:at]}龘{sentence[at + 1 :]}")
    passage = found["passages"][0]
    quoted = "".join(one["quoted"] for one in passage["differences"])
    return bool(found["verdict"] == "altered" and passage["id"] == article.id and quoted == "龘")


@task("Is what nobody wrote there?")
async def invented(ask: Assistant, there: Archive) -> bool:
    found = await ask("quote", text="龘靐齉爩鱻麤龗灪籱爨癵")
    return found["verdict"] == "not found" and not found["passages"]


@task("Who wrote these two pieces, with something left out between?")
async def parts(ask: Assistant, there: Archive) -> bool:
    while True:
        article, first = there.passage()
        rest = article.body[article.body.index(first) + len(first) :]
        later = [one for one in re.split(r"[。！？\n，]", rest)[2:] if 15 <= len(one) <= 100]
        if later:
            break
    found = await ask("quote", text=f"{first}……{later[-1]}")
    whole = found["verdict"] == "in parts" and found["arrangement"] == "in order"
    return bool(whole and found["passages"][0]["id"] == article.id)


@task("Read me the longest article about it, to the end.")
async def to_the_end(ask: Assistant, there: Archive) -> bool:
    longest = max(there.with_(there.first).values(), key=lambda article: len(article.body))
    text, offset = "", 0
    while True:
        part = await ask("read", id=longest.id, offset=offset, length=10_000)
        text += part["text"]
        if "more" not in part:
            break
        offset = len(text)
    return len(text) == len(longest.body) and tokenize(text) == tokenize(longest.body)


@task("What does the article at this address say of it?")
async def by_address(ask: Assistant, there: Archive) -> bool:
    addresses = Counter(article.url for article in there.articles.values())
    needle = token_text(tokenize(there.first))
    article = next(
        one
        for one in there.with_(there.first).values()
        if addresses[one.url] == 1 and "://" in one.url and needle in token_text(tokenize(one.body))
    )
    part = await ask("read", id=article.url, query=phrase(there.first))
    return bool(part["id"] == article.id and needle in token_text(tokenize(part["text"])))


@task("What else should I read after the best article about it?")
async def further(ask: Assistant, there: Archive) -> bool:
    (best,) = (await ask("search", query=phrase(there.first), limit=1))["hits"]
    hits = (await ask("similar", id=best["id"]))["hits"]
    return bool(hits) and best["id"] not in [hit["id"] for hit in hits]


async def solve(client: Client, there: Archive) -> tuple[int, int]:
    """Solve all tasks, print a row for each, and return how many were solved, and all calls."""
    solved = calls = 0
    print("| question | right | calls | ms | largest answer |\n|---|---|---:|---:|---:|")
    for question, answer in TASKS.items():
        ask = Assistant(client)
        began = time.perf_counter()
        try:
            right = "yes" if await answer(ask, there) else "NO"
        except RuntimeError as error:
            right = f"NO: {error}"
        milliseconds = 1000 * (time.perf_counter() - began)
        print(f"| {question} | {right} | {ask.calls} | {milliseconds:,.0f} | {ask.largest:,} |", flush=True)
        solved += right == "yes"
        calls += ask.calls
    return solved, calls


async def solve_over(server: Any, there: Archive) -> bool:
    async with Client(server) as client:
        solved, calls = await solve(client, there)
        print(f"\n{solved} of {len(TASKS)} with {calls} calls")
        wrong = await client.call_tool("search", {"query": f"({there.first}"})
        print(f"a wrong call: {wrong.content[0].text}")  # type: ignore[union-attr]
        began = time.perf_counter()
        query = {"query": there.first}
        await asyncio.gather(*(client.call_tool("search", query) for _ in range(100)))
        print(f"100 searches at once: {time.perf_counter() - began:.2f} s\n")
    return solved == len(TASKS)


def main(arguments: Sequence[str] | None = None) -> int:
    """Solve the tasks over both transports; return 1 unless all are solved."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive")
    parser.add_argument("--words", nargs=4, default=["占中", "雨伞运动", "网信办", "網信辦"], metavar="WORD")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as index:
        rebuild([options.archive], index)
        with Searcher(index, tz="UTC") as searcher:
            articles = [searcher.article(hit.id) for hit in searcher.stream("")]
        command = [*PROGRAM, "--index", index]
        print("On standard input and output\n")
        there = Archive(articles, options.words, options.seed)
        started = StdioServerParameters(command=command[0], args=command[1:])
        right = asyncio.run(solve_over(started, there))
        print("Over HTTP\n")
        with serving(command) as address:
            right &= asyncio.run(solve_over(address, there))
    return 0 if right else 1


@contextmanager
def serving(command: Sequence[str]) -> Iterator[str]:
    with subprocess.Popen([*command, "--http", "--port", "0"], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().split()[0]
        finally:
            server.terminate()


if __name__ == "__main__":
    sys.exit(main())
