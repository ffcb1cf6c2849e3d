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


def test_inspect_prints_one_document_or_a_line_an_article(tmp_path):
    """--json printed an object for each article once, which together are no JSON."""
    broken = tmp_path / "bad.jsonl"
    broken.write_text('{"title": "渡轮"\n{"title": "渡轮复航"}\n', "utf-8")
    asked = ["inspect", ROOT / "seeds", broken]
    told = run(*asked, "--json")
    assert told.exit_code == 1
    valid("inspect --json", told.stdout)
    whole = json.loads(told.stdout)
    assert [(one["path"], one["line"]) for one in whole["left_out"]] == [(str(broken), 1)]
    assert whole["passed_over"] == {"readme": 1}
    rows = run(*asked, "--jsonl").stdout.strip().split("\n")
    for row in rows:
        valid("inspect --jsonl", row)
    assert list(map(json.loads, rows)) == whole["articles"]
    assert len(rows) == 56


def test_inspect_says_before_it_prints_that_a_file_is_not_there(tmp_path):
    told = run("inspect", ROOT / "seeds", tmp_path / "none.md", "--json")
    assert (told.exit_code, told.stdout) == (2, "")


def test_inspect_of_nothing_is_a_document_too(tmp_path):
    (tmp_path / "x.png").write_bytes(b"\x89PNG\r\n\x1a\n\0")
    told = run("inspect", tmp_path, "--json")
    valid("inspect --json", told.stdout)
    assert json.loads(told.stdout)["articles"] == []


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
