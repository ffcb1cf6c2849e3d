"""What an index on a cluster needs beside its generations: the writer's lock, user dictionaries.

Both are documents of one small index, `news-state`. The lock is renewed by
its holder and counts no more when that has not happened for two minutes, or
when the holder was a process of this machine that is gone.
"""

from __future__ import annotations

import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from index.engines.opensearch_client import Client, Refused
from index.errors import BuildError, EngineError, IndexDamaged, IndexLocked

__all__ = ["StateIndex"]

_RENEW_SECONDS = 20
_LOST_SECONDS = 120
_CONFLICT = 409

# The lock that this process holds on each name, so that whoever writes can ask whether it still does.
_held: dict[str, _Lock] = {}


class StateIndex:
    """The documents beside the generations of one name."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._name = str(client.address)
        self._path = f"/{client.address.name}-state"

    # User dictionaries

    def user_dict(self, index: str) -> str:
        """The user dictionary of a generation. Raises IndexDamaged where it is gone."""
        found = self._client.find(f"{self._path}/_doc/user-dict-{index}")
        if found is None:
            raise IndexDamaged(
                f"the user dictionary of {index} is gone; rebuild with --user-dict", file=self._path[1:]
            )
        return str(found["_source"]["text"])

    def put_user_dict(self, index: str, text: str) -> None:
        """Keep the user dictionary of a generation."""
        self._client.put(f"{self._path}/_doc/user-dict-{index}", {"text": text})

    def remove_user_dict(self, index: str) -> None:
        """Remove it, if there is one."""
        self._client.delete(f"{self._path}/_doc/user-dict-{index}")

    # The lock

    @contextmanager
    def write_lock(self) -> Iterator[None]:
        """Be the one writer. Raises IndexLocked at once if another one is."""
        self._create()
        lock = _Lock(self._client, f"{self._path}/_doc/writer")
        lock.acquire()
        _held[self._name] = lock
        try:
            yield
        finally:
            del _held[self._name]
            lock.release()

    def keep_lock(self) -> None:
        """Renew the lock from now on, by a thread: not before worker processes have been forked."""
        _held[self._name].keep()

    def check_lock(self) -> None:
        """Raise BuildError if the lock was lost to another writer."""
        _held[self._name].check()

    def _create(self) -> None:
        settings = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}
        body = {"settings": {"index": settings}, "mappings": {"enabled": False}}
        if self._client.find(self._path) is None:
            try:
                self._client.put(self._path, body)
            except Refused as error:
                if error.kind != "resource_already_exists_exception":
                    raise


class _Lock:
    def __init__(self, client: Client, path: str) -> None:
        self._client = client
        self._path = path
        self._token = uuid.uuid4().hex
        self._since = datetime.now(timezone.utc).isoformat(timespec="seconds")
        self._version: dict[str, int] = {}
        self._lost = False
        self._done = threading.Event()
        self._thread: threading.Thread | None = None

    def acquire(self) -> None:
        try:
            self._write(op_type="create")
            return
        except Refused as error:
            if error.status != _CONFLICT:
                raise
        found = self._client.find(self._path)
        if found is None:
            raise IndexLocked(
                f"{self._client.address} was being written a moment ago; try again", holder="unknown"
            )
        there = found["_source"]
        self._version = {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]}
        if there["token"] != self._token:
            if not _is_dead(there):
                raise self._locked(there["holder"])
            try:
                self._write(**self._version)
            except Refused as error:
                if error.status != _CONFLICT:
                    raise
                raise self._locked("another process that was faster") from None

    def keep(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._renew, name="lock", daemon=True)
            self._thread.start()

    def check(self) -> None:
        if self._lost:
            raise BuildError(
                f"another process has taken over {self._client.address}, since this one was not"
                f" heard of for {_LOST_SECONDS} s; the index is as that process leaves it"
            )

    def release(self) -> None:
        self._done.set()
        if self._thread is not None:
            self._thread.join()
        if not self._lost:
            # A lock that cannot be removed now ends by itself.
            with suppress(EngineError):
                self._client.delete(self._path, **self._version)

    def _renew(self) -> None:
        while not self._done.wait(_RENEW_SECONDS):
            try:
                self._write(**self._version)
            except Refused as error:
                if error.status == _CONFLICT:
                    self._lost = True
                    return
            except EngineError:
                pass  # the cluster is away; whoever writes will tell

    def _write(self, **condition: Any) -> None:
        body = {
            "token": self._token,
            "holder": f"process {os.getpid()} on {socket.gethostname()} since {self._since}",
            "machine": _machine(),
            "process": os.getpid(),
            "renewed": time.time(),
        }
        answer = self._client.put(self._path, body, **condition)
        self._version = {"if_seq_no": answer["_seq_no"], "if_primary_term": answer["_primary_term"]}

    def _locked(self, holder: str) -> IndexLocked:
        return IndexLocked(
            f"{self._client.address} is being written by {holder}; wait until it is done", holder=holder
        )


def _is_dead(there: dict[str, Any]) -> bool:
    """Whether the holder of a lock is no more, as far as can be told."""
    if time.time() - there["renewed"] > _LOST_SECONDS:
        return True
    return there["machine"] == _machine() != "" and not _runs(there["process"])


def _machine() -> str:
    """Names this run of this machine, or container; empty where that cannot be known."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True
