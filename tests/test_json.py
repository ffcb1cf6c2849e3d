"""What commands print for programs is what docs/schemas.json says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commandline import ROOT, run

from index import rebuild
from search.commands.cli import cli

jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")

SCHEMAS = json.loads((ROOT / "docs/schemas.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("json") / "idx"
    rebuild([ROOT / "seeds"], folder)
    return folder


def valid(name: str, text: str) -> None:
    one = {"$ref": f"#/$defs/{name}", "$defs": SCHEMAS["$defs"]}
    jsonschema.Draft202012Validator(one).validate(json.loads(text))


ASKED = {
    "query": ["渡轮", "--all-snippets"],
    "quote": ["渡轮停航"],
    "facets": ["渡轮", "--by", "month"],
    "timeline": ["渡轮"],
    "count": ["渡轮", "台风"],
    "concordance": ["渡轮"],
    "collocations": ["渡轮", "--min-count", "1"],
    "trend": ["渡轮", "台风", "--measure", "share"],
    "stats": [],
}


@pytest.mark.parametrize("command", ASKED)
def test_what_is_printed_fits_its_schema(index, command):
    forms = ["--json", "--jsonl"] if f"{command} --jsonl" in SCHEMAS["$defs"] else ["--json"]
    for form in forms:
        told = run(command, *ASKED[command], form, "--index", index)
        assert told.exit_code in (0, 1), told.output
        lines = told.stdout.strip().split("\n") if form == "--jsonl" else [told.stdout]
        for line in lines:
            valid(f"{command} {form}", line)


def test_rows_are_those_of_the_whole(index):
    """--jsonl has a line for each row of --json."""
    for command, member in (("facets", "counts"), ("timeline", "counts"), ("quote", "passages")):
        asked = [command, *ASKED[command], "--index", index]
        whole = json.loads(run(*asked, "--json").stdout)[member]
        rows = run(*asked, "--jsonl").stdout.strip().split("\n")
        assert list(map(json.loads, rows)) == whole
        assert run(*asked, "--json", "--jsonl").exit_code == 2


def first(index) -> str:
    """The id of some article."""
    return json.loads(run("query", "渡轮", "--jsonl", "-n", "1", "--index", index).stdout)["id"]


def test_other_commands_fit_too(index, tmp_path):
    id = first(index)
    valid("show --json", run("show", id, "--json", "--index", index).stdout)
    valid("similar --json", run("similar", id, "--json", "--index", index).stdout)
    for line in run("similar", id, "--jsonl", "--index", index).stdout.strip().split("\n"):
        valid("similar --jsonl", line)
    for options in (["--least", "0.01"], ["--diff", id]):
        valid("reprints --json", run("reprints", id, *options, "--json", "--index", index).stdout)
    valid("query --json", run("query", "渡轮", "--group", "--json", "--index", index).stdout)
    valid("query --json", run("query", "没有这个词", "--json", "--index", index).stdout)
    batch = run("query", "--batch", "-", "--index", index, input="渡轮\n(渡轮\n").stdout
    for line in batch.strip().split("\n"):
        valid("query --batch", line)
    other = tmp_path / "idx"
    (tmp_path / "bad.jsonl").write_text('{"title": "渡轮"', "utf-8")
    places = [ROOT / "seeds", tmp_path / "bad.jsonl"]
    valid("rebuild --json", run("rebuild", *places, "--json", "--list", "--index", other).stdout)
    valid("update --json", run("update", *places, "--json", "--index", other).stdout)
    valid("optimize --json", run("optimize", "--json", "--index", other).stdout)
    valid("check --json", run("check", "--json", "--index", other).stdout)
    valid("delete --json", run("delete", first(other), "--yes", "--json", "--index", other).stdout)
    seed = next(path for path in sorted((ROOT / "seeds").rglob("*.md")) if path.name != "README.md")
    valid("inspect --json", run("inspect", seed, "--json").stdout.strip().split("\n")[0])


def test_every_command_that_prints_has_json_and_a_schema():
    has_none = {"cite", "completion", "serve", "mcp", "demo", "save"}
    for name, command in cli.commands.items():
        options = {option for param in command.params for option in param.opts}
        for form in options & {"--json", "--jsonl"}:
            assert f"{name} {form}" in SCHEMAS["$defs"]
        assert ("--json" in options) != (name in has_none), name


def test_the_schemas_are_those_of_the_dataclasses():
    import importlib.util

    spec = importlib.util.spec_from_file_location("make_schemas", ROOT / "scripts/make_schemas.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    assert Path(made.TARGET).read_text("utf-8") == made.render(), "run python scripts/make_schemas.py"
