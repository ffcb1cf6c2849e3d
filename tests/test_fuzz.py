"""A short run of every fuzz target; fuzz/run.py goes on for as long as you like."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.append(str(Path(__file__).parent.parent / "fuzz"))

from targets import TARGETS

written = st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("target", TARGETS)
@given(data=st.binary(max_size=300) | written)
def test_a_short_run(target, data):
    TARGETS[target](data)
