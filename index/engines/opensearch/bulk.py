"""Write many documents with bounded memory, until every one is in the index.

While one batch is sent, in several requests at a time, the next is collected. A
"create" that the cluster answers with a conflict is looked up: if the row is
ours, an answer was lost and the article is in; if not, two articles have one id.
"""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Literal

from index.engines.opensearch.client import WRITE_PATIENCE, Client
from index.engines.opensearch.fields import ROW_AND_ORIGIN, origin_of
from index.errors import ArticleError, BuildError
from index.storage.location import two_articles

__all__ = ["Bulk", "BulkAction"]

# Some ten requests, so that the last of them keep no thread waiting for long.
_BATCH_CHARACTERS = 12_000_000
_BATCH_ACTIONS = 1_000
_CONFLICT = 409
# The cluster may refuse an article for the length of its id.
_SHOWN_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class BulkAction:
    """One thing to write: the document of an article, as JSON, or its deletion."""

    kind: Literal["create", "index", "delete"]
    key: str
    id: str
    path: str | None = None
    row: int = 0
    document: str | None = None


class Bulk:
    """Sends actions to one index. Not to be shared by threads."""

    def __init__(self, client: Client, index: str) -> None:
        self._client = client
        self._index = index
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="bulk")
        self._batch: list[BulkAction] = []
        self._characters = 0
        self._sending: Future[None] | None = None

    def add(self, action: BulkAction) -> None:
        """Send an action soon. Raises the error of an earlier one."""
        self._batch.append(action)
        self._characters += len(action.document or "")
        if self._characters >= _BATCH_CHARACTERS or len(self._batch) >= _BATCH_ACTIONS:
            self._submit()

    def flush(self) -> None:
        """Wait until everything is in. Raises as `add` does."""
        self._submit()
        self._wait()

    def close(self) -> None:
        """Stop; drop what was not sent."""
        self._pool.shutdown(cancel_futures=True)

    def _submit(self) -> None:
        self._wait()
        batch, self._batch, self._characters = self._batch, [], 0
        if batch:
            self._sending = self._pool.submit(self._send, batch)

    def _wait(self) -> None:
        if self._sending is not None:
            self._sending.result()

    def _send(self, actions: list[BulkAction]) -> None:
        began, pause = time.monotonic(), 0.1
        while again := self._not_in(self._conflicts(actions)):
            if time.monotonic() - began > WRITE_PATIENCE:
                raise BuildError(
                    f"{self._client.address} cannot tell whether it has the article {again[0].id!r};"
                    " the index is as it was before"
                )
            time.sleep(pause)
            actions, pause = again, min(2 * pause, 10)

    def _conflicts(self, actions: list[BulkAction]) -> list[BulkAction]:
        """Send actions and return those whose key the cluster has already."""
        conflicts = []
        pairs = (({str(action.kind): {"_id": action.key}}, action.document) for action in actions)
        with closing(self._client.bulk(self._index, pairs)) as results:
            for action, result in zip(actions, results, strict=True):
                if result["status"] == _CONFLICT and action.kind == "create":
                    conflicts.append(action)
                elif "error" in result:
                    raise BuildError(_refusal(action, result["error"]))
        return conflicts

    def _not_in(self, conflicts: list[BulkAction]) -> list[BulkAction]:
        """Return those that must be sent again, because their shard cannot tell while its node starts.

        Raises ArticleError for a key that another article has.
        """
        if not conflicts:
            return []
        body = {"ids": [action.key for action in conflicts]}
        found = self._client.post(f"/{self._index}/_mget", body, _source_includes=ROW_AND_ORIGIN)
        again = []
        for action, document in zip(conflicts, found["docs"], strict=True):
            if not document.get("found"):
                again.append(action)
            elif document["_source"]["row"] != action.row:
                there = origin_of(document["_source"]).path
                raise ArticleError(two_articles(action.id, there, action.path))
        return again


def _refusal(action: BulkAction, error: dict[str, Any]) -> str:
    cause = error
    while isinstance(cause.get("caused_by"), dict):
        cause = cause["caused_by"]
    name = action.path or action.id
    shown = name if len(name) <= _SHOWN_CHARACTERS else f"{name[:_SHOWN_CHARACTERS]}…"
    return (
        f"the cluster refuses the article {shown!r}: {cause.get('reason')};"
        " leave it out, or mend it; the index is as it was before"
    )
