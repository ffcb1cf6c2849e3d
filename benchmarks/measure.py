"""Run a program and tell what it took: time, processor time, memory, disk.

On a machine that is busy with other things the time on the clock says little;
processor time, of the program and all its children, says more.
"""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

__all__ = ["Taken", "interleaved", "percentile", "run", "size"]

_EVERY = 0.1


@dataclass(frozen=True, slots=True)
class Taken:
    """What a run took: seconds on the clock and of processors; bytes of memory at its peak.

    Memory is that of all its processes together, pages that they share counted once.
    """

    seconds: float
    cpu: float
    memory: int
    output: str


def run(command: Sequence[str], *, may_say: Sequence[int] = (0,)) -> Taken:
    """Run a program to its end. Raises CalledProcessError if its exit code is not one of `may_say`."""
    began = perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    watch = _Watch(process.pid)
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    seconds = perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    memory = watch.stop()
    if process.returncode not in may_say:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Taken(seconds, used.ru_utime + used.ru_stime, memory, output)


class _Watch:
    """Looks every now and then at the memory of a process and all its children."""

    def __init__(self, root: int) -> None:
        self._root = root
        self._peak = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        self._done.set()
        self._thread.join()
        return self._peak

    def _watch(self) -> None:
        while not self._done.wait(_EVERY):
            self._peak = max(self._peak, sum(map(_memory, _tree(self._root))))


def _tree(root: int) -> list[int]:
    found = [root]
    for process in found:
        try:
            for task in Path(f"/proc/{process}/task").iterdir():
                found.extend(map(int, (task / "children").read_text().split()))
        except OSError:
            continue
    return found


def _memory(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0  # it has ended
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024


def size(directory: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())


def interleaved(rounds: int, tasks: dict[str, Callable[[], Taken]]) -> dict[str, list[Taken]]:
    """Every task once a round, each round from another one on, so that no task has the best hour."""
    results: dict[str, list[Taken]] = {name: [] for name in tasks}
    names = list(tasks)
    for number in range(rounds):
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            results[name].append(tasks[name]())
    return results


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that so many percent of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
