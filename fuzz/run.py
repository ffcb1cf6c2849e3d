"""Fuzz one part with atheris: python fuzz/run.py TARGET [libFuzzer's options].

    pip install atheris
    python fuzz/run.py query -max_total_time=1800

Coverage of the project's own code guides it; it begins with the sample seeds
and queries of its own, so that it need not find the format by chance.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import mkdtemp

import atheris

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "fuzz")]

with atheris.instrument_imports(include=["index", "search", "targets"]):
    from targets import TARGETS

QUERIES = [
    '"和平宪法" 乌克兰 OR 弹药',
    "title:岸田 -source:rfi.fr",
    '"日本" ~10 "乌克兰*"',
    "date:2024-03..2024-05 (a | b)",
    "NOT（东京 AND 大阪）",
    "-after:7d before:2024年3月 date:..2024-03-10T19:45+08:00",
    "「国会」～３ 预算* body:『他说“好”』",
]
EDITS = [
    "generation=2",
    "format=7\nengine=tantivy",
    'recipe roots={"/a": "b"}\nrecipe roots /c=d',
    "user_dict=false\nfiles user_dict.txt=",
    'recipe include=["*.md", 1]\nrecipe exclude=null',
    "recipe={}\nrecipe limits seconds=0",
    'files b={"size": 1, "sha256": "", "crc32": 0}\ngeneration=1',
    'files engine/\\ud800/.={"size": 0, "sha256": "0"}\narticles=-1',
    "files engine/a.seg size=-1\nfiles ../../x={}",
    "built=2026-01-01\narticles=1e3",
]


def beginning(target: str) -> Path:
    """A folder with inputs to begin with."""
    folder = Path(mkdtemp())
    seeds = [path.read_bytes() for path in sorted((ROOT / "seeds").rglob("*.*"))[:60] if path.is_file()]
    inputs = {
        "query": [query.encode() for query in QUERIES],
        "snippet": [f"{query}\n".encode() + seed for query in QUERIES for seed in seeds[:5]],
        "manifest": [edit.encode() for edit in EDITS],
    }.get(target, seeds)
    for number, data in enumerate(inputs):
        (folder / str(number)).write_bytes(data[:4000])
    return folder


def main() -> None:
    """Fuzz the target that the first argument names."""
    target = sys.argv[1]
    atheris.Setup([sys.argv[0], *sys.argv[2:], str(beginning(target))], TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
