"""The state index `news-state`: locks, user dictionaries, and documents about parts.

A lock is a document that its holder renews. It ends when it was not renewed for
two minutes, or when its holder was a process of this machine that is gone.
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

from index.engines.opensearch.client import Client, Refused
from index.errors import Action, BuildError, EngineError, IndexDamaged, IndexLocked, Remedy

__all__ = ["Lock", "StateIndex", "is_held", "locked"]

_RENEW_SECONDS = 20
_LOST_SECONDS = 120
_CONFLICT = 409
# Between two attempts to take a lock.
_PAUSE_SECONDS = 0.2

# The writer's lock that this process holds on each address: the generation asks whether it still does.
_held: dict[str, Lock] = {}


class StateIndex:
    """The documents beside the generations of one name."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._name = str(client.address)
        self._path = f"/{client.address.name}-state"

    # User dictionaries

    def user_dict(self, index: str) -> str:
        """Return the user dictionary of a generation. Raises IndexDamaged if it is gone."""
        found = self.read(f"user-dict-{index}")
        if found is None:
            raise IndexDamaged(
                f"the user dictionary of {index} is gone; rebuild with --user-dict", file=self._path[1:]
            )
        return str(found["text"])

    def put_user_dict(self, index: str, text: str) -> None:
        """Keep the user dictionary of a generation."""
        self.write(f"user-dict-{index}", {"text": text})

    def remove_user_dict(self, index: str) -> None:
        """Remove the user dictionary of a generation, if it has one."""
        self.remove(f"user-dict-{index}")

    # Locks

    @contextmanager
    def write_lock(self, *, patience: float = 0.0, task: str = "") -> Iterator[None]:
        """Be the one writer.

        Args:
            patience: Seconds to wait for another writer.
            task: What this process does; others are told.

        Raises:
            IndexLocked: Another process is the writer.
        """
        self._create()
        lock = self.lock("writer", task)
        lock.acquire_within(patience)
        _held[self._name] = lock
        try:
            yield
        finally:
            del _held[self._name]
            lock.release()

    def held(self) -> Lock:
        """Return the writer's lock, which this process holds."""
        return _held[self._name]

    def lock(self, key: str, task: str, **facts: Any) -> Lock:
        """Return a lock that is not held yet. `facts` stay in its document after it is released."""
        return Lock(self._client, f"{self._path}/_doc/{key}", task, facts)

    # Documents

    def read(self, key: str) -> dict[str, Any] | None:
        """Return a document, or None."""
        found = self._client.find(f"{self._path}/_doc/{key}")
        return None if found is None else found["_source"]

    def write(self, key: str, document: dict[str, Any]) -> None:
        """Write a document, in place of one that is there."""
        self._client.put(f"{self._path}/_doc/{key}", document)

    def remove(self, key: str) -> None:
        """Remove a document, if there is one."""
        self._client.delete(f"{self._path}/_doc/{key}")

    def _create(self) -> None:
        settings = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}
        body = {"settings": {"index": settings}, "mappings": {"enabled": False}}
        if self._client.find(self._path) is None:
            self._client.create(self._path, body)


class Lock:
    """A document that names its holder, with facts that outlive the lock."""

    def __init__(self, client: Client, path: str, task: str, facts: dict[str, Any]) -> None:
        self._client = client
        self._path = path
        self._task = task
        self._token = uuid.uuid4().hex
        self._since = datetime.now(timezone.utc).isoformat(timespec="seconds")
        self._facts = facts
        self._version: dict[str, int] = {}
        self._ours = self._lost = False
        self._one_at_a_time = threading.Lock()
        self._done = threading.Event()
        self._thread: threading.Thread | None = None

    def acquire_within(self, patience: float) -> None:
        """Take the lock; raise IndexLocked if another process holds it for longer than `patience` seconds."""
        deadline = time.monotonic() + patience
        while True:
            try:
                self.acquire()
                return
            except IndexLocked:
                if time.monotonic() > deadline:
                    raise
            time.sleep(_PAUSE_SECONDS)

    def acquire(self) -> None:
        """Take the lock, or raise IndexLocked at once."""
        try:
            self._write(op_type="create")
            return
        except Refused as error:
            if error.status != _CONFLICT:
                raise
        there = self._look()
        if there is None:
            raise IndexLocked(
                f"{self._client.address} was being written a moment ago; try again", holder="unknown"
            )
        if there["token"] != self._token:
            if is_held(there):
                raise locked(self._client, there["holder"])
            try:
                self._write(**self._version)
            except Refused as error:
                if error.status != _CONFLICT:
                    raise
                raise locked(self._client, "another process that was faster") from None

    def keep(self) -> None:
        """Renew the lock from now on, by a thread: call it after worker processes were forked."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._renew, name="lock", daemon=True)
            self._thread.start()

    def check(self) -> None:
        """Raise BuildError if another process took the lock over."""
        if self._lost:
            raise BuildError(
                f"another process has taken over {self._client.address}, since this one was not"
                f" heard of for {_LOST_SECONDS} s; the index is as that process leaves it"
            )

    def note(self, **facts: Any) -> None:
        """Keep facts in the document, also after release. Raises BuildError if the lock was lost."""
        self._facts.update(facts)
        self._rewrite()
        self.check()

    def release(self) -> None:
        """Release the lock, if it is held. A document with facts stays, marked as released."""
        self._done.set()
        if self._thread is not None:
            self._thread.join()
        if self._lost or not self._ours:
            return
        # A lock that cannot be removed now ends after two minutes.
        with suppress(EngineError):
            if self._facts:
                self._facts["released"] = True
                self._rewrite()
            else:
                self._client.delete(self._path, **self._version)

    def _renew(self) -> None:
        while not self._lost and not self._done.wait(_RENEW_SECONDS):
            # If the cluster is away, the next write reports it.
            with suppress(EngineError):
                self._rewrite()

    def _rewrite(self) -> None:
        with self._one_at_a_time:
            try:
                self._write(**self._version)
            except Refused as error:
                if error.status != _CONFLICT:
                    raise
                # Either it was written and the answer was lost, or another process has taken it.
                there = self._look()
                self._lost = there is None or there["token"] != self._token
                if not self._lost:
                    self._write(**self._version)

    def _look(self) -> dict[str, Any] | None:
        found = self._client.find(self._path)
        if found is None:
            return None
        self._version = {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]}
        document: dict[str, Any] = found["_source"]
        return document

    def _write(self, **condition: Any) -> None:
        body = {
            "token": self._token,
            "holder": f"process {os.getpid()} on {socket.gethostname()} since {self._since}{self._task}",
            "machine": _machine(),
            "process": os.getpid(),
            "renewed": time.time(),
            **self._facts,
        }
        answer = self._client.put(self._path, body, **condition)
        self._ours = True
        self._version = {"if_seq_no": answer["_seq_no"], "if_primary_term": answer["_primary_term"]}


def locked(client: Client, holder: str) -> IndexLocked:
    """Return the error for a process that comes while another one writes."""
    return IndexLocked(
        f"{client.address} is being written by {holder}",
        holder=holder,
        remedy=Remedy(Action.WAIT, index=str(client.address)),
    )


def is_held(there: dict[str, Any]) -> bool:
    """Return whether a lock's document says that it is held by a process that lives, as far as is known."""
    if there.get("released") or time.time() - there["renewed"] > _LOST_SECONDS:
        return False
    return not there["machine"] == _machine() != "" or _runs(there["process"])


def _machine() -> str:
    """Return a name of this machine, or container, since it was started; empty if there is none."""
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
