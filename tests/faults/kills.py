"""Kill writers at many moments, and see that nothing is lost but the work of the killed.

    python tests/faults/kills.py --engine whoosh --action update --kills 200

Every round changes an archive, starts a rebuild or an update in a process of
its own, and kills it: at the n-th call of some function, before or after it,
one stage of the work after the other, or at a random moment from outside, the
process itself or one of its workers.
Then the index must open, answer from its last complete state and pass its
check, no process may be left over, and the next run must succeed. Some more
rounds kill a worker and nobody else, which must be told. In the end there must
be no row, file or byte that one who was never killed would not have left.
"""

from __future__ import annotations

import argparse
import functools
import importlib
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from itertools import chain
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from index import Article, optimize, rebuild, update
from index.building import filling
from index.engines.registry import ENGINES, reader_class, writer_class
from index.storage.directory import IndexDirectory
from index.text.analyzer import Analyzer
from index.text.document import analyze
from search.check import check
from search.searcher import Searcher

STAGES = {
    "reading": ["index.building.workers:read_file", "index.building.workers:analyze"],
    "adding": [
        "index.storage.store:Store.__init__",
        "index.storage.store:Store.recover",
        "index.storage.store:Store.remove_older",
        "index.storage.directory:IndexDirectory.prepare_generation",
        "os:link",
        "writer:__init__",
        "index.storage.store:Store.add",
        "writer:add",
        "index.storage.store:Store.remove",
        "writer:delete",
    ],
    "committing": [
        "index.storage.store:Store.commit",
        "writer:commit",
        "writer:close",
        "os:rename",
        "index.storage.directory:IndexDirectory.checksums",
    ],
    "switching": [
        "index.storage.directory:IndexDirectory.switch",
        "index.storage.directory:sync",
        "os:replace",
    ],
    "removing": [
        "index.storage.directory:IndexDirectory.sweep",
        "index.storage.directory:IndexDirectory.remove",
        "os:unlink",
        "os:rmdir",
        "index.storage.store:Store.sweep",
    ],
}
"""What a writer does, one after the other, and the functions that do it."""


def stages(engine: str) -> dict[str, list[str]]:
    """The same with the engine's own writer; an abstract step that it leaves as it is cannot be a moment."""
    module, name = ENGINES[engine].engine.split(":")
    own = vars(writer_class(engine))
    found: dict[str, list[str]] = {}
    for stage, points in STAGES.items():
        pairs = (point.split(":") for point in points)
        found[stage] = [
            f"{module}:{name}.{step}" if owner == "writer" else f"{owner}:{step}"
            for owner, step in pairs
            if owner != "writer" or step in own
        ]
    return found


# The archive


class Archive:
    """A folder of small seeds; `state` says for each id the word that only its present text has."""

    def __init__(self, folder: Path, random_: random.Random) -> None:
        self.folder, self.random = folder, random_
        self.state: dict[str, str] = {}
        self.serial = 0
        folder.mkdir()
        for _ in range(40):
            self.write(f"{self.serial:05}.md")

    def write(self, name: str) -> None:
        self.serial += 1
        word = f"mark{self.serial}x"
        head = f"<!--1710099901000-->\n[第{self.serial}号]({word})\n------\n\n"
        (self.folder / name).write_text(f"{head}<p>渡轮今天照常开出 {word}，风不大。</p>", "utf-8")
        self.state[name] = word

    def change(self) -> None:
        names = self.random.sample(sorted(self.state), 5)
        for name in names[:3]:
            self.write(name)
        for name in names[3:]:
            (self.folder / name).unlink()
            del self.state[name]
        for _ in range(2):
            self.write(f"{self.serial:05}.md")


# Processes


def apart(work: Callable[[], Any], *, session: bool = False) -> tuple[int, int]:
    """Do some work in a forked process; its id and the end of a pipe with what it says."""
    out, into = os.pipe()
    pid = os.fork()
    if pid:
        os.close(into)
        return pid, out
    os.close(out)
    os.set_inheritable(into, False)
    if session:
        os.setsid()
    code = 0
    try:
        said = work()
    except BaseException:
        said, code = traceback.format_exc(), 1
    with suppress(OSError):
        os.write(into, json.dumps(said).encode())
    os._exit(code)


def result_of(work: Callable[[], Any]) -> Any:
    """What the work returns; RuntimeError with its traceback if it fails."""
    pid, out = apart(work)
    with os.fdopen(out, "rb") as pipe:
        said = json.loads(pipe.read() or b'"it died"')
    if os.waitpid(pid, 0)[1]:
        raise RuntimeError(said)
    return said


def members(session: int) -> list[int]:
    """The processes of a session that run."""
    found = []
    for path in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            fields = (path / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(int(path.name))
    return found


# Faults


def wrap(point: str, before: Callable[[], None], after: Callable[[], None]) -> None:
    module, _, path = point.partition(":")
    *owners, name = path.split(".")
    owner = functools.reduce(getattr, owners, importlib.import_module(module))
    original = owner.__dict__[name]
    inner = original.__func__ if isinstance(original, staticmethod) else original

    @functools.wraps(inner)
    def wrapped(*args: Any, **options: Any) -> Any:
        before()
        result = inner(*args, **options)
        after()
        return result

    setattr(owner, name, wrapped)


def die_at(point: str, number: int, *, late: bool, spared: int | None = None) -> None:
    """Kill this process, or one that it forks, at such a call; never the one that is spared."""
    left = [number]

    def count() -> None:
        left[0] -= 1
        if not left[0] and os.getpid() != spared:
            os.kill(os.getpid(), signal.SIGKILL)

    wrap(point, *((lambda: None, count) if late else (count, lambda: None)))


def counted(names: list[str], work: Callable[[], Any]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for name in names:
        wrap(name, lambda name=name: counts.update([name]), lambda: None)
    work()
    return dict(counts)


# Rounds


class Rounds:
    def __init__(self, engine: str, action: str, folder: Path, seed: int) -> None:
        self.engine, self.action = engine, action
        self.random = random.Random(f"{engine} {action} {seed}")
        self.archive = Archive(folder / "archive", self.random)
        self.index = folder / "index"
        self.summary: Counter[str] = Counter()
        self.footprints: list[tuple[int, int]] = []
        # Loaded here, so that those who are forked need not.
        writer_class(engine)
        reader_class(engine)
        analyze(Analyzer(), Article(id="0", title="渡轮今天照常开出"))
        # A commit in the middle is a moment too.
        filling._COMMIT_EVERY = 10
        result_of(lambda: self.write(workers=1, action="rebuild"))
        before = self.fresh = self.footprint()
        self.archive.change()
        spare = folder / "spare"
        shutil.copytree(self.index, spare)
        points = list(chain(*stages(engine).values()))
        self.counts = result_of(lambda: counted(points, lambda: self.write(index=spare)))
        self.stages = {
            stage: [point for point in points if point in self.counts]
            for stage, points in stages(engine).items()
        }
        result_of(lambda: self.write(action="update"))
        self.state = dict(self.archive.state)
        began = time.perf_counter()
        self.archive.change()
        result_of(lambda: self.write(workers=2))
        self.state = dict(self.archive.state)
        self.duration = time.perf_counter() - began
        self.size = max(before[1], self.footprint()[1])

    def write(self, *, workers: int = 1, action: str | None = None, index: Path | None = None) -> None:
        if (action or self.action) == "rebuild":
            rebuild([self.archive.folder], index or self.index, engine=self.engine, workers=workers)
        else:
            update([self.archive.folder], index or self.index, workers=workers)

    def footprint(self) -> tuple[int, int]:
        files = [path for path in self.index.rglob("*") if path.is_file()]
        return len(files), sum(path.stat().st_size for path in files)

    def round(self, number: int) -> None:
        self.archive.change()
        stage = list(STAGES)[number % len(STAGES)]
        point = self.random.choice(self.stages[stage])
        count = self.random.randint(1, self.counts[point])
        late = self.random.random() < 0.5
        inside = number % 3 != 0
        workers = 1 if inside and self.random.random() < 0.5 else 2
        what = f"{point} {count} {'after' if late else 'before'}" if inside else "from outside"

        def victim() -> None:
            if inside:
                die_at(point, count, late=late)
            self.write(workers=workers)

        pid, out = apart(victim, session=True)
        if not inside:
            what += self.kill_from_outside(pid)
        status = self.end_of(pid)
        ended = "killed" if os.WIFSIGNALED(status) else "failed" if status else "finished"
        self.summary[ended] += 1
        if status:
            self.summary[f"ended while {stage}" if inside else "ended from outside"] += 1
        try:
            self.check_orphans(pid)
            with os.fdopen(out, "rb") as pipe:
                said = pipe.read().decode()
            if ended == "failed":
                # Only the death of a worker leaves this process its voice.
                self.check_told(said)
            self.check_state(finished=status == 0)
            self.check_next()
        except RuntimeError as error:
            raise RuntimeError(
                f"round {number}, {self.engine} {self.action}, killed at {what}:\n{error}"
            ) from None

    def lose_a_worker(self) -> None:
        """A round in which nobody dies but a worker, while it reads."""
        self.archive.change()
        point = self.random.choice(self.stages["reading"])
        # Some worker gets all five that an update reads, and sixteen of a rebuild's.
        count = self.random.randint(1, 5)

        def victim() -> None:
            die_at(point, count, late=False, spared=os.getpid())
            self.write(workers=2)

        pid, out = apart(victim, session=True)
        status = self.end_of(pid)
        try:
            self.check_orphans(pid)
            with os.fdopen(out, "rb") as pipe:
                self.check_told(pipe.read().decode())
            if not status or result_of(lambda: answers(self.index)) != self.state:
                raise RuntimeError("the index is not as it was before")
            self.check_next()
        except RuntimeError as error:
            raise RuntimeError(f"{self.engine} {self.action}, a worker killed at {point}:\n{error}") from None

    def check_told(self, said: str) -> None:
        if "BuildError: a worker process died" not in said:
            raise RuntimeError(f"a worker died, and what is said is {said}")
        self.summary["told that a worker died"] += 1

    def kill_from_outside(self, pid: int) -> str:
        time.sleep(self.random.uniform(0, self.duration))
        others = [other for other in members(pid) if other != pid]
        target = self.random.choice([pid, *others])
        with suppress(ProcessLookupError):
            os.kill(target, signal.SIGKILL)
        return " the process" if target == pid else " a worker"

    def end_of(self, pid: int) -> int:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                return status
            time.sleep(0.01)
        for member in members(pid):
            os.kill(member, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise RuntimeError(f"a run of the {self.action} hangs")

    def check_orphans(self, session: int) -> None:
        until = time.monotonic() + 10
        while left := members(session):
            if time.monotonic() > until:
                for pid in left:
                    os.kill(pid, signal.SIGKILL)
                raise RuntimeError(f"{len(left)} processes were left over")
            time.sleep(0.02)

    def check_state(self, *, finished: bool) -> None:
        """The index holds the old state or the new one, whole; the new one if the run came to its end."""
        found = result_of(lambda: answers(self.index))
        states = {"new": self.archive.state} if finished else {"old": self.state, "new": self.archive.state}
        seen = [name for name, state in states.items() if state == found]
        if not seen:
            raise RuntimeError(f"it holds {len(found)} articles, which is no state that it ever had")
        self.summary[f"left in the {seen[0]} state"] += 1
        if problems := result_of(lambda: [str(problem) for problem in check(self.index, sample=10).problems]):
            raise RuntimeError("\n".join(problems))

    def check_next(self) -> None:
        result_of(lambda: self.write(action="update"))
        if result_of(lambda: answers(self.index)) != self.archive.state:
            raise RuntimeError("the next update did not bring it up to date")
        self.state = dict(self.archive.state)
        files, size = self.footprint()
        self.footprints.append((files, size))
        # An engine may have some more segments after many updates; a generation or rows left over show.
        if len(list((self.index / "generations").iterdir())) != 1 or size > 4 * self.size + 2_000_000:
            raise RuntimeError(f"something is left over: {files} files, {size:,} bytes")
        stray = {path.name for path in self.index.iterdir()} - {
            "manifest.json",
            "articles.sqlite",
            "generations",
        }
        if stray - {"write.lock", "articles.sqlite-wal", "articles.sqlite-shm"}:
            raise RuntimeError(f"left over: {stray}")

    def check_rows(self) -> None:
        """The store holds what the generation in force sees, and nothing else."""
        # A run that was killed between its switch and its end leaves rows to the next that writes.
        self.archive.change()
        result_of(lambda: self.write(action="update"))
        generation = IndexDirectory(self.index).manifest().generation
        with closing(sqlite3.connect(self.index / "articles.sqlite")) as store:
            ((stray,),) = store.execute(
                "SELECT count(*) FROM article WHERE added > ?1 OR removed <= ?1", (generation,)
            )
        if stray:
            raise RuntimeError(f"{stray} rows were left over")

    def check_growth(self) -> None:
        """Neither files nor bytes became more with the rounds, and merging leaves those of a new index."""
        # Segments become more until they are merged, so the least is what tells.
        third = len(self.footprints) // 3
        early, late = (
            [min(numbers) for numbers in zip(*some, strict=True)]
            for some in (self.footprints[:third], self.footprints[-third:])
        )
        if third >= _CYCLE and (late[0] > early[0] + 10 or late[1] > 1.5 * early[1] + 20_000):
            raise RuntimeError(f"it grew: {early} files and bytes in the first rounds, {late} in the last")
        result_of(lambda: optimize(self.index).articles)
        files, size = self.footprint()
        # The lock of the writer, and what SQLite keeps beside a database that is in use.
        if files > self.fresh[0] + 3 or size > 2 * self.fresh[1]:
            raise RuntimeError(f"{files} files, {size:,} bytes; a new index has {self.fresh}")


def answers(directory: Path) -> dict[str, str]:
    """What an index holds, asked in two ways that must agree."""
    with Searcher(directory) as searcher:
        listed = {
            hit.id: searcher.article(hit.id).url for hit in searcher.stream("before:2100", sort="oldest")
        }
        found = {hit.id for hit in searcher.stream('"渡轮今天照常开出"')}
        if found != set(listed):
            raise RuntimeError(f"{len(listed)} articles are listed and {len(found)} found")
        for id in sorted(listed)[::7]:
            hits = searcher.search(f'"{listed[id]}"', limit=None).hits
            if [hit.id for hit in hits] != [id]:
                raise RuntimeError(f"{listed[id]} finds {[hit.id for hit in hits]}, not {id}")
        return listed


# Rounds besides, in which only a worker dies.
_WORKERS_LOST = 3
# So many updates at most until Whoosh or tantivy merges segments.
_CYCLE = 10


def run(engine: str, action: str, kills: int, seed: int = 0) -> Counter[str]:
    """So many rounds. Raises RuntimeError with the first that fails."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        rounds = Rounds(engine, action, Path(folder), seed)
        for number in range(kills):
            rounds.round(number)
        for _ in range(_WORKERS_LOST):
            rounds.lose_a_worker()
        rounds.check_rows()
        rounds.check_growth()
        return rounds.summary


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--engine", default="whoosh")
    parser.add_argument("--action", choices=["rebuild", "update"], default="update")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    began = time.perf_counter()
    try:
        summary = run(options.engine, options.action, options.kills, options.seed)
    except RuntimeError as error:
        sys.exit(str(error))
    print(json.dumps({**summary, "seconds": round(time.perf_counter() - began)}))
