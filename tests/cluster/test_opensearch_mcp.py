"""An assistant gets the same answers from an index on a cluster."""

from __future__ import annotations

import pytest
from builders import directory
from commandline import ROOT

pytest.importorskip("mcp_types", reason="the extra `mcp` is not installed")

from assistants import OWN, OWN_FIELDS, answers_as_the_specification_does

from index import rebuild
from search import Searcher

pytestmark = pytest.mark.cluster


def test_every_tool_answers_as_the_specification_does(url):
    archive = [ROOT / "seeds", *OWN]
    with directory() as folder:
        rebuild(archive, folder, engine="memory", own_fields=OWN_FIELDS)
        rebuild(archive, url, own_fields=OWN_FIELDS)
        with Searcher(folder, tz="UTC") as specification, Searcher(url, tz="UTC") as searcher:
            answers_as_the_specification_does(searcher, specification)
