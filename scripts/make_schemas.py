"""Write docs/schemas.json, the JSON Schemas of what commands print with --json and --jsonl.

    python scripts/make_schemas.py

A test compares the file with the output of this.
"""

from __future__ import annotations

import json
from pathlib import Path

from search.output.schemas import schemas

TARGET = Path(__file__).resolve().parent.parent / "docs" / "schemas.json"


def render() -> str:
    """Return the whole file."""
    return json.dumps(schemas(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    TARGET.write_text(render(), "utf-8")
