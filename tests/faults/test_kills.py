"""A writer that is killed, at whatever moment, costs nothing but its own work."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from kills import STAGES

pytestmark = pytest.mark.faults

# By hand: python tests/faults/kills.py --kills 200 (docs/reliability.md has what came out).
_KILLS = os.environ.get("KILLS", "30")


@pytest.mark.parametrize("action", ["rebuild", "update"])
def test_a_killed_writer_loses_nothing(embedded_engine, action):
    script = Path(__file__).with_name("kills.py")
    arguments = ["--engine", embedded_engine, "--action", action, "--kills", _KILLS]
    done = subprocess.run([sys.executable, script, *arguments], capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["killed"] > 0
    assert summary["told that a worker died"] >= 3
    for stage in STAGES:
        assert summary[f"ended while {stage}"] > 0, summary
