"""Ask a server of tools as an assistant does, in one process."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from mcp import Client

from search import Searcher
from search.mcp.server import create_server

CALLS: list[tuple[str, dict[str, Any]]] = [
    ("search", {"query": "渡轮"}),
    ("search", {"query": "渡轮 -台风", "sort": "oldest", "limit": 3, "offset": 2}),
    ("search", {"query": "渡轮 颱風", "group": "earliest", "snippets": "all"}),
    ("search", {"after": "2024", "limit": 50}),
    ("search", {"query": "渡轮 page:A1"}),
    ("search", {"query": "price:2..5 due:2024"}),
    ("search", {"query": "渡轮 source:没有这家"}),
    ("read", {"id": "a1", "query": "渡轮"}),
    ("concordance", {"query": '"渡轮"', "sort": "right", "limit": 20}),
    ("concordance", {"query": "渡轮", "sample": 3, "seed": 2}),
    ("count", {"queries": ["渡轮", '"渡轮停航" OR 台风', "page:A1"]}),
    ("trend", {"queries": ["渡轮", "台风"], "unit": "year", "measure": "per_million"}),
    ("facets", {"query": "渡轮", "by": "source"}),
    ("facets", {"by": "page"}),
    ("facets", {"by": "month"}),
    ("quote", {"text": "渡轮停航一晚，乘客改乘早班车"}),
    ("quote", {"text": "渡轮停航兩晚，乘客改乘早班车"}),
    ("similar", {"id": "a1"}),
    ("reprints", {"id": "a1"}),
    ("reprints", {"id": "a1", "other": "a2"}),
    ("stats", {}),
]
"""Calls of every tool, about the sample articles and those of OWN."""

OWN_FIELDS = {"page": "keyword", "price": "number", "due": "date"}
_STORY = "颱風過境，渡轮停航一晚，乘客改乘早班车。碼頭的燈亮到天明，值班員一夜沒有合眼。"
OWN: list[dict[str, Any]] = [
    {"id": "a1", "title": "渡轮停航", "body": _STORY, "date": "2024-03-10", "source": "晨报", "page": "A1"},
    {
        "id": "a2",
        "title": "渡輪停航",
        "body": f"本报讯。{_STORY}",
        "date": "2024-03-11",
        "page": ["A1", "B2"],
    },
    {
        "id": "a3",
        "title": "渡轮票价",
        "body": "票价三元。",
        "date": "2024-04-01",
        "price": 3,
        "due": "2024-05-01",
    },
]


def answers(searcher: Searcher, *calls: tuple[str, dict[str, Any]], **options: Any) -> list[Any]:
    """What a server over this Searcher answers to calls, each a name and arguments."""

    async def ask() -> list[Any]:
        async with Client(create_server(searcher, **options)) as client:
            return [await client.call_tool(name, given) for name, given in calls]

    return asyncio.run(ask())


def ask(searcher: Searcher, name: str, **given: Any) -> Any:
    """The answer to one call, which must not be refused."""
    (answer,) = answers(searcher, (name, given))
    assert not answer.is_error, answer.content[0].text
    assert json.loads(answer.content[0].text) == answer.structured_content
    return answer.structured_content


def answers_as_the_specification_does(searcher: Searcher, specification: Searcher) -> None:
    """Assert that every tool answers the same over another engine."""
    for call, one, other in zip(
        CALLS, answers(searcher, *CALLS), answers(specification, *CALLS), strict=True
    ):
        assert not other.is_error, (call, other.content[0].text)
        assert _alike(one.structured_content) == _alike(other.structured_content), call


def _alike(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without when the index was made."""
    hits = [{**hit, "added": None} for hit in answer.get("hits", ())]
    return {**answer, "built": None, **({"hits": hits} if hits else {})}
