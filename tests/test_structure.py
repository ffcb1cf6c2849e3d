"""The structure of the code: folders are stages, and imports run one way."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# From the bottom up: a stage may import those on lines above its own, and none on its own line.
STAGES = {
    "index": ["errors version", "own_fields", "article", "reading text", "storage", "engines", "building"],
    "search": [
        "calendar timing",
        "values tables",
        "query",
        "filters engines",
        "highlighting",
        "results corpus reranking",
        "snapshot",
        "questions about",
        "explaining reprinting",
        "searcher check aio",
        "saved",
        "output",
        "web",
        "mcp",
        "commands",
    ],
}
LONGEST = 600


def modules(package: str) -> dict[str, Path]:
    """Every module of a package by its dotted name."""
    found = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path: Path, *, known: dict[str, Path]) -> set[str]:
    """The modules among `known` that a module imports anywhere, also for types or late."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Import():
                names.update(alias.name for alias in node.names)
            case ast.ImportFrom(module=str(module)):
                names.update([module, *(f"{module}.{alias.name}" for alias in node.names)])
    return names & known.keys()


def stage(name: str) -> str:
    """The stage of a module: the folder or module directly below its package."""
    return name.split(".")[1]


@pytest.mark.parametrize("package", STAGES)
def test_stages_import_one_way(package):
    level = {name: number for number, line in enumerate(STAGES[package]) for name in line.split()}
    known = {name: path for name, path in modules(package).items() if name != package}
    wrong = [
        f"{name} imports {other}"
        for name, path in known.items()
        for other in sorted(imports(path, known=known))
        if stage(name) != stage(other) and level[stage(other)] >= level[stage(name)]
    ]
    assert wrong == []


def test_index_never_imports_search():
    known = modules("search")
    assert [name for name, path in modules("index").items() if imports(path, known=known)] == []


def test_no_module_is_part_of_a_circle(capsys):
    known = modules("index") | modules("search")
    # A package's own module gathers what its modules define; nobody depends on the whole of it.
    graph = {
        name: {other for other in imports(path, known=known) - {name} if known[other].name != "__init__.py"}
        for name, path in known.items()
    }
    with capsys.disabled():
        print(f"\n{len(graph)} modules, {sum(map(len, graph.values()))} imports among them")
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " -> ".join([*way[way.index(name) :], name])
        if name not in done:
            for other in sorted(graph[name]):
                visit(other, (*way, name))
            done.add(name)

    for name in graph:
        visit(name, ())


def test_no_module_outgrows_its_reader():
    found = modules("index") | modules("search")
    sizes = {name: len(path.read_text("utf-8").splitlines()) for name, path in found.items()}
    assert {name: size for name, size in sizes.items() if size > LONGEST} == {}


def test_test_modules_share_helpers_and_do_not_import_each_other():
    tests = [path for path in (ROOT / "tests").rglob("*.py") if path.name.startswith("test_")]
    pattern = re.compile(rf"\b(?:from|import)\s+(?:tests\.)?({'|'.join(path.stem for path in tests)})\b")
    assert [path.name for path in tests if pattern.search(path.read_text("utf-8"))] == []


def test_the_wheel_installs_these_two_packages():
    """Once it installed a top-level `benchmarks` too, and named a package that was not there."""
    settings = (ROOT / "pyproject.toml").read_text("utf-8").partition("[tool.hatch.build.targets.wheel]")[2]
    assert settings.split("\n")[1] == 'packages = ["index", "search"]'
