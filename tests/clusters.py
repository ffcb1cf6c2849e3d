"""A cluster of three nodes for the tests, which can lose some of them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from index.engines.opensearch.location import ClusterLocation

_SCRIPT = Path(__file__).parent.parent / "scripts" / "opensearch-cluster"


class Cluster:
    """Nodes that can be killed and brought back; numbers are from 1."""

    def __init__(self, home: str) -> None:
        self._home = home

    def run(self, *arguments: str) -> str:
        command = [sys.executable, str(_SCRIPT), *arguments, "--home", self._home]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    @property
    def url(self) -> str:
        """The cluster's address, without an index."""
        return self.run("url")

    def kill(self, *nodes: int) -> None:
        """Kill nodes with -9."""
        self.run("kill", *map(str, nodes))

    def restart(self, *nodes: int) -> None:
        """Start nodes again, with the data on their disks."""
        self.run("restart", *map(str, nodes))


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Three nodes on free ports, stopped at the end."""
    with TemporaryDirectory() as home:
        nodes = Cluster(home)
        nodes.run("start", "--base-port", "0")
        try:
            yield nodes
        finally:
            nodes.run("stop")


def remove_index(url: str) -> None:
    """Remove everything that an index has on a cluster."""
    location = ClusterLocation(url)
    for index in location.indexes.all():
        location.indexes.remove(index)
    for suffix in ("state", "times"):
        location.client.delete(f"/{location.address.name}-{suffix}")


def generations(url: str) -> list[str]:
    """The indexes of all generations that an index has on a cluster."""
    return ClusterLocation(url).indexes.all()
