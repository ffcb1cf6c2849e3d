"""Writing many documents at once: in parallel, with bounded memory, until every one is in.

What is underway is at most `2 * threads` requests of a few megabytes. A
document that the cluster is too busy for is sent again; one that it refuses
ends the run with an error that names the article.
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from index.engines.opensearch.client import Client
from index.errors import ArticleError, BuildError
from index.storage.location import two_articles

__all__ = ["WRITE_PATIENCE", "Action", "Bulk"]

WRITE_PATIENCE = 600.0
"""Seconds for which a write is tried again: a node that is restarted is back in less."""

# A request of this size is quick enough to be sent again, and large enough for its cost not to matter.
_REQUEST_CHARACTERS = 3_000_000
_REQUEST_ACTIONS = 1_000
_BUSY = frozenset((429, 500, 502, 503, 504))
_CONFLICT = 409
_NOT_FOUND = 404
# What is refused may be so for the length of its id.
_SHOWN_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to write: `kind` is "create", "index" or "delete", `document` its JSON."""

    kind: str
    key: str
    id: str
    path: str | None = None
    row: int = 0
    document: str = ""

    def lines(self) -> str:
        """The action as the bulk request takes it."""
        line = json.dumps({self.kind: {"_id": self.key}}, ensure_ascii=False)
        return f"{line}\n{self.document}\n" if self.kind != "delete" else f"{line}\n"


class Bulk:
    """Sends actions to one index. Not to be shared by threads; it has its own."""

    def __init__(self, client: Client, index: str, *, threads: int = 4) -> None:
        self._client = client
        self._index = index
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="bulk")
        self._most = 2 * threads
        self._under_way: deque[Future[None]] = deque()
        self._next: list[Action] = []
        self._characters = 0

    def add(self, action: Action) -> None:
        """Send an action, soon. Raises what went wrong with earlier ones."""
        self._next.append(action)
        self._characters += len(action.document)
        if self._characters >= _REQUEST_CHARACTERS or len(self._next) >= _REQUEST_ACTIONS:
            self._submit()

    def flush(self) -> None:
        """Wait until everything is in. Raises as `add` does."""
        self._submit()
        while self._under_way:
            self._under_way.popleft().result()

    def close(self) -> None:
        """Drop what was not sent."""
        self._pool.shutdown(cancel_futures=True)

    def _submit(self) -> None:
        actions, self._next, self._characters = self._next, [], 0
        if actions:
            self._under_way.append(self._pool.submit(self._send, actions))
        while len(self._under_way) > self._most or (self._under_way and self._under_way[0].done()):
            self._under_way.popleft().result()

    def _send(self, actions: Sequence[Action]) -> None:
        began, pause = time.monotonic(), 0.1
        while True:
            again = self._send_once(actions)
            if not again:
                return
            if time.monotonic() - began > WRITE_PATIENCE:
                raise BuildError(
                    f"{self._client.address} has been too busy for {len(again)} articles for"
                    f" {WRITE_PATIENCE:.0f} s; the index is as it was before"
                )
            time.sleep(pause)
            actions, pause = again, min(2 * pause, 10)

    def _send_once(self, actions: Sequence[Action]) -> list[Action]:
        """Send, and return what must be sent again."""
        answer = self._client.request(
            "POST",
            f"/{self._index}/_bulk",
            "".join(action.lines() for action in actions),
            params={"filter_path": "errors,items.*.status,items.*.error"},
            patience=WRITE_PATIENCE,
            timeout=2 * self._client.address.timeout,
        )
        if not answer["errors"]:
            return []
        again = []
        for action, item in zip(actions, answer["items"], strict=True):
            result = item[action.kind]
            if result["status"] in _BUSY:
                again.append(action)
            elif result["status"] == _CONFLICT and action.kind == "create":
                if not self._is_in(action):
                    again.append(action)
            elif "error" in result and result["status"] != _NOT_FOUND:
                raise BuildError(_refusal(action, result["error"]))
        return again

    def _is_in(self, action: Action) -> bool:
        """Whether an article that was refused is in: an answer was lost, and it was sent again.

        False where its shard cannot tell, as while a node starts. Raises
        ArticleError where its id is that of another one.
        """
        body = {"ids": [action.key]}
        found = self._client.post(f"/{self._index}/_mget", body, _source_includes="row,origin.path")
        document = found["docs"][0]
        if not document.get("found"):
            return False
        source = document["_source"]
        if source["row"] != action.row:
            raise ArticleError(two_articles(action.id, source["origin"]["path"], action.path))
        return True


def _refusal(action: Action, error: dict[str, Any]) -> str:
    cause = error
    while isinstance(cause.get("caused_by"), dict):
        cause = cause["caused_by"]
    name = action.path or action.id
    shown = name if len(name) <= _SHOWN_CHARACTERS else f"{name[:_SHOWN_CHARACTERS]}…"
    return (
        f"the cluster refuses the article {shown!r}: {cause.get('reason')};"
        " leave it out, or mend it; the index is as it was before"
    )
