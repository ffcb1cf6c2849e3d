"""In a Chinese locale everything that people read is Chinese: help, answers, reports, errors, remedies."""

from __future__ import annotations

import ast
import json
import re
import string
from pathlib import Path

import click
import pytest
from builders import article
from commandline import ROOT, run, seed

from index import rebuild
from index.errors import Action, MissingExtra, Remedy, SeedError
from search.commands.cli import cli
from search.commands.remedies import explain
from search.output import chinese, chinese_help
from search.output.language import set_language, translated

LOCALES = ["zh_CN.UTF-8", "zh_TW.UTF-8"]

# Three words of Latin letters on end are a sentence, but in a command line or a path.
_SENTENCE = re.compile(r"[A-Za-z]{2,}(?: [a-z]{2,}){2,}")
_COMMAND_LINE = re.compile(r"search [a-z]+ .*|(?:bash|zsh|fish):? .*|(?:/\S*)+|'[^']*'|\"[^\"]*\"|>=?\S+")


def english(text: str) -> list[str]:
    """Return what reads like English."""
    return [
        line
        for line in map(click.unstyle, text.splitlines())
        if _SENTENCE.search(_COMMAND_LINE.sub("", line))
    ]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("chinese")
    for name, title, body in (
        ("晨报/1.md", "占中一周年", "<p>反对占中的人在海边集会，渡轮停航一晚。</p>"),
        ("晨报/2.md", "渡轮", "<p>渡轮在台风里停航。占中的人上了渡轮。</p>"),
    ):
        seed(folder / "seeds", name, title=title, body=body)
    rebuild([folder / "seeds", article("没有日期的渡轮。", id="无")], folder / "idx")
    return folder / "idx"


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    yield
    set_language("en")


def said(locale: str, *args: object):
    """Run a command in a locale. The help of a command stays as it was first asked for, so not in-process."""
    return run(*map(str, args), env={"LC_ALL": locale, "SEARCH_LANG": ""})


@pytest.fixture(autouse=True)
def fresh_help():
    """Let commands forget the help that a locale gave them."""
    commands = [cli, *cli.commands.values()]
    kept = [
        (command, dict(command.__dict__), [dict(param.__dict__) for param in command.params])
        for command in commands
    ]
    yield
    for command, values, params in kept:
        command.__dict__.clear()
        command.__dict__.update(values)
        for param, values in zip(command.params, params, strict=True):
            param.__dict__.clear()
            param.__dict__.update(values)


# Help


@pytest.mark.parametrize("locale", LOCALES)
def test_the_help_of_every_command_is_chinese(locale):
    assert chinese_help.COMMANDS.keys() == {"search", *cli.commands}
    for name in ("", *cli.commands):
        text = said(locale, *name.split(), "--help").stdout
        assert english(text) == [], name
        assert re.search("[\u4e00-\u9fff]", text)


def test_every_option_has_chinese_help():
    options = {
        param.help if not hasattr(param, "_help") else param._help
        for command in (cli, *cli.commands.values())
        for param in command.params
        if isinstance(param, click.Option)
    }
    known = chinese_help.OPTIONS.keys() | chinese.MESSAGES.keys()
    assert {text for text in options if text not in known} == set()


def test_traditional_characters_are_complete():
    opencc = pytest.importorskip("opencc")
    written = [*chinese.MESSAGES.values(), *chinese_help.OPTIONS.values()]
    written += [text for pair in chinese_help.COMMANDS.values() for text in pair]
    whole = opencc.OpenCC("s2t")
    missing = {
        char
        for text in written
        for char, other in zip(text, whole.convert(text), strict=True)
        if char != other
    }
    # Each of these is one character in both scripts as the catalogues use it.
    assert {char for char in missing if chinese.traditional(char) == char} <= set("才核群了")


# Calls

RIGHT = [
    ["query", "渡轮"],
    ["query", "渡轮 台风 占中 飞机"],
    ["query", "渡轮 飞机", "--sort", "newest"],
    ["query", "渡轮 飞机", "--count"],
    ["query", "渡轮", "--page", "7"],
    ["query", "渡轮 台风", "--explain"],
    ["query", "-渡轮 占中", "--explain"],
    ["query", "title:渡轮", "--explain", "--sort", "newest"],
    ["query", "year:2024 渡轮"],
    ["query", "渡轮 source:晚报"],
    ["query", "渡轮", "--after", "2025"],
    ["query", "占众"],
    ["query", "--variants", "特朗普"],
    ["query", "停航 集会"],
    ["facets", "渡轮"],
    ["facets", "渡轮 飞机", "--by", "author"],
    ["facets", "--by", "tag"],
    ["facets", "--by", "year"],
    ["timeline", "渡轮"],
    ["count", "渡轮", "占中"],
    ["concordance", "渡轮"],
    ["collocations", "渡轮", "--min-count", "1"],
    ["collocations", "飞机"],
    ["trend", "渡轮", "占中"],
    ["trend", "渡轮", "--measure", "occurrences"],
    ["quote", "渡轮停航一晚"],
    ["quote", "渡輪停航一晚"],
    ["quote", "渡轮停航两晚以后"],
    ["quote", "反对占中的人……占中的人上了渡轮"],
    ["quote", "反对占中的人……渡轮停航一晚"],
    ["quote", "没有人写过这一句话"],
    ["quote", "渡轮", "--limit", "1"],
    ["show", "晨报/1.md", "渡轮"],
    ["similar", "晨报/1.md"],
    ["stats"],
    ["check"],
]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("args", RIGHT, ids=" ".join)
def test_answers_are_chinese(index, args, locale):
    result = said(locale, *args, "--index", index)
    assert result.exit_code in (0, 1)
    assert english(result.stdout + result.stderr) == []


def test_lists_have_chinese_punctuation(index):
    checked = said("zh_CN.UTF-8", "check", "--index", index).stdout
    assert "：" in checked
    assert "、" in checked
    assert not re.search("[:,] ", checked)


WRONG = [
    ["query"],
    ["query", "渡轮 (停航"],
    ["query", '"渡轮'],
    ["query", "()"],
    ["query", "title:"],
    ["query", "，"],
    ["query", "date:2024-13"],
    ["query", "date:昨天"],
    ["query", "date:2024..2023"],
    ["query", "渡轮 ~10 (停航 OR 复航)"],
    ["query", "渡轮", "--limt", "3"],
    ["query", "渡轮", "--xyz"],
    ["query", "渡轮", "-x"],
    ["query", "渡轮", "-limit", "3"],
    ["query", "渡轮", "--limit"],
    ["query", "渡轮", "--limit", "0"],
    ["query", "渡轮", "--limit", "many"],
    ["query", "渡轮", "--limit", "all", "--page", "2"],
    ["query", "渡轮", "--page", "0"],
    ["query", "渡轮", "--sort", "up"],
    ["query", "渡轮", "--json=1"],
    ["query", "渡轮", "--json", "--csv"],
    ["query", "渡轮", "--json", "--explain"],
    ["query", "渡轮", "--batch", "-"],
    ["query", "--batch", "/nowhere"],
    ["query", "渡轮", "--after", "20244"],
    ["query", "渡轮", "--after", "2024", "--before", "2023"],
    ["query", "渡轮", "--after", "2024..2025"],
    ["query", "渡轮", "--tz", "Nowhere"],
    ["query", "渡轮", "--tz", "+99:00"],
    ["query", "渡轮", "--source", ""],
    ["query", "渡轮", "--words", "/nowhere"],
    ["query", "渡轮", "--index", ""],
    ["query", "渡轮", "--index", "/nowhere"],
    ["qeury", "渡轮"],
    ["help", "me"],
    ["show"],
    ["show", "md"],
    ["show", "没有"],
    ["show", "https://nowhere.example/"],
    ["show", "无", "--raw"],
    ["show", "无", "--raw", "--json"],
    ["similar", "无", "有"],
    ["similar", "无", "--limit", "0"],
    ["facets", "--by", "hour"],
    ["timeline", "渡轮", "--unit", "hour"],
    ["count", "("],
    ["count"],
    ["concordance", "-渡轮"],
    ["concordance", "渡轮", "--width", "x"],
    ["collocations", "渡轮", "--window", "0"],
    ["trend", "渡轮", "--svg", "/nowhere/chart.svg"],
    ["trend", "渡轮", "--svg", "/"],
    ["quote", ""],
    ["quote", "渡" * 60_000],
    ["rebuild"],
    ["rebuild", "/nowhere"],
    ["rebuild", ".", "--engine", "lucene"],
    ["rebuild", ".", "--part", "3"],
    ["rebuild", ".", "--part", "3/2", "--index", "opensearch://127.0.0.1:1/a"],
    ["rebuild", ".", "--map", "title"],
    ["rebuild", ".", "--map", "colour=red"],
    ["rebuild", ".", "--field", "页:字"],
    ["rebuild", ".", "--field", "页"],
    ["rebuild", ".", "--archive-tz", "Mars"],
    ["rebuild", ".", "--workers", "0"],
    ["rebuild", ".", "--max-seconds", "x"],
    ["rebuild", ".", "--index", "opensearch://127.0.0.1:1"],
    ["rebuild", ".", "--index", "opensearch://"],
    ["update", "/nowhere"],
    ["inspect", "/nowhere"],
    ["inspect"],
    ["check", "--sample", "-1"],
    ["check", "--index", "opensearch://127.0.0.1:1/a"],
    ["optimize", "--index", "/nowhere"],
    ["completion", "csh"],
    ["serve", "--port", "99999"],
    ["serve", "--timeout", "x"],
]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("args", WRONG, ids=lambda args: " ".join(args)[:60])
def test_errors_are_chinese(index, args, locale):
    result = said(locale, *args, *([] if "--index" in args else ["--index", index]))
    if args[0] in ("help", "completion", "inspect", "qeury"):
        result = said(locale, *args)
    assert result.exit_code != 0
    assert english(result.stdout + result.stderr) == []
    assert re.search("[\u4e00-\u9fff]", result.stderr)


def test_what_a_build_leaves_out_is_told_in_chinese(tmp_path):
    seed(tmp_path / "seeds", "a.md")
    (tmp_path / "seeds" / "b.md").write_bytes(b"\0\1\2")
    (tmp_path / "seeds" / "c.html").write_text("")
    (tmp_path / "seeds" / "d.json").write_text("{")
    (tmp_path / "seeds" / "e.jsonl").write_text('{"x": 1}\n')
    for args in (
        ["rebuild", tmp_path / "seeds", "--index", tmp_path / "idx"],
        ["update", tmp_path / "seeds", "--index", tmp_path / "idx"],
        ["optimize", "--index", tmp_path / "idx"],
        ["inspect", tmp_path / "seeds"],
    ):
        result = said("zh_CN", *args)
        assert english(result.stdout + result.stderr) == [], args


def test_own_fields_that_cannot_be_read_are_told_in_chinese(tmp_path):
    values = [
        {"价": "贵", "日": "昨天"},
        {"价": True},
        {"价": "1e999"},
        {"版": "长" * 9999},
    ]
    values.append({"版": [f"{n}" for n in range(2000)]})
    rows = [json.dumps({"id": str(n), "title": "渡轮", **one}) for n, one in enumerate(values)]
    (tmp_path / "a.jsonl").write_text("\n".join(rows), "utf-8")
    declared = [part for one in ("价:number", "日:date", "版:keyword") for part in ("--field", one)]
    result = said("zh_CN", "rebuild", tmp_path / "a.jsonl", *declared, "--index", tmp_path / "idx")
    assert "不是数" in result.stderr
    assert english(result.stdout + result.stderr) == []


def test_what_a_program_does_wrong_is_told_in_chinese_where_people_see_it():
    for told in (
        "this process was forked while other threads ran, so the Searcher cannot be used here; start"
        " processes by spawn or forkserver, and open a Searcher in each",
        "the Searcher is closed",
        "the address is longer than 128 KiB",
    ):
        assert re.search("[\u4e00-\u9fff]", translated(told, "zh-Hans"))


def test_a_damaged_index_is_told_in_chinese(tmp_path):
    rebuild([article("渡轮")], tmp_path / "idx")
    (tmp_path / "idx" / "variants.txt").write_text("孤单\n", "utf-8")
    for file in (None, "articles.sqlite"):
        if file:
            (tmp_path / "idx" / file).write_bytes(b"{")
        for command in (["query", "渡轮", "--variants"], ["stats"], ["check"], ["check", "--repair"]):
            result = said("zh_CN", *command, "--index", tmp_path / "idx")
            assert english(result.stdout + result.stderr) == [], command


# The catalogue

# Modules whose errors are those of Python programs, or that nobody sees.
_OF_PROGRAMS = [
    "index/__init__.py",
    "index/article.py",
    "index/building/arguments.py",
    "index/building/rows.py",
    "index/engines/memory.py",
    "index/engines/whoosh/",
    "index/storage/",
    "index/text/encoding.py",
    "index/text/token_text.py",
    "search/questions.py",
    "search/tables.py",
    "search/values.py",
    "search/snapshot.py",
    "search/web/",
    "search/mcp/",
    "search/reprinting.py",
    "search/aio.py",
    "search/filters.py",
    "search/searcher.py",
    "search/engines/whoosh.py",
]
_ERRORS = re.compile("(Usage|Seed|Build|Engine|Query|IndexState)Error|BadParameter|ClickException|Abort|say")


def _messages() -> dict[str, str]:
    """Return the texts of errors and of what is said, with where they stand."""
    found = {}
    for path in sorted([*ROOT.glob("index/**/*.py"), *ROOT.glob("search/**/*.py")]):
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(tuple(_OF_PROGRAMS)):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                if _ERRORS.fullmatch(called):
                    for argument in (*node.args[:2], *(one.value for one in node.keywords)):
                        if text := _text(argument):
                            found[text] = f"{name}:{node.lineno}"
    return found


def _text(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = node.value
    elif isinstance(node, ast.JoinedStr):
        text = "".join(one.value if isinstance(one, ast.Constant) else "晨" for one in node.values)
        if len(re.findall("晨 ?晨|晨[a-z]|[a-z]晨|晨 (of|lost|with|without|deleted;|would)|晨\\); 晨", text)):
            return None  # of other messages, or of a number and what it counts
    else:
        return None
    return text if re.search("[a-z]{2} [a-z]{2}", text) else None


# Of errors that only a Python program can cause, in modules that the command line uses too.
_UNSAID = re.compile(
    "晨 takes |.* takes (a|an|the|two|seconds|pairs|Limits|ReadOptions|folders)? ?.*, not 晨"
    "|.*, not 晨$|no time zone has the|the (engine|index) .*|there (is|are) no (facets|measure|unit|order"
    "|collocations|library).*|(min_count|limit|width|sample).*"
    "|an index is .*|the name of the index .*|晨 was closed.*"
)


def test_every_error_that_the_command_line_can_meet_is_in_the_catalogue():
    unknown = {
        text: where
        for text, where in _messages().items()
        if translated(text, "zh-Hans") == text and not _UNSAID.fullmatch(text)
    }
    assert unknown == {}, "give these a line in search/output/chinese_errors.py"


@pytest.mark.parametrize("action", Action)
def test_every_remedy_is_chinese(action):
    set_language("zh-Hans")
    extra = "fast" if action is Action.INSTALL else None
    error = SeedError("a.md", "not a text file", line=3)
    error.remedy = Remedy(action, index="idx", engine="whoosh", user_dict="", extra=extra)
    assert english(explain(error)) == []
    assert english(explain(MissingExtra("the tantivy engine", extra="fast"))) == []
    assert english(translated(f"whoosh failed (A: b); {Action.REBUILD.value}", "zh-Hans")) == []


def test_placeholders_of_a_translation_are_those_of_its_message():
    for name, text in chinese.MESSAGES.items():
        taken = [one for _, one, *_ in string.Formatter().parse(text) if one is not None]
        assert len(taken) <= name.count("{}"), name


def test_what_a_message_says_of_its_own_stays_as_it_is():
    assert translated("no article has the id 档案.md", "zh-Hant") == "沒有編號為 档案.md 的文章"
    assert translated("no article has the id date", "zh-Hans") == "没有编号为 date 的文章"


def test_hostile_text_is_looked_up_in_bounded_time():
    for text in ("; " * 1900, ": " * 1900, ", " * 1900, "is it " * 600, "the search; x" * 300):
        translated(text, "zh-Hans")


def test_the_place_of_a_seed_stands_beside_its_reason():
    set_language("zh-Hans")
    assert explain(SeedError(Path("a.md"), "not a text file", line=3)) == "a.md: 不是文本文件（第 3 行）"
