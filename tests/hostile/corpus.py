"""Seeds that nobody should meet: made here, by name, never kept in the repository."""

from __future__ import annotations

import os
import random
import socket
import stat
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

__all__ = ["EXPECTED_LEFT_OUT", "KEPT", "files", "odd_entries"]

HEAD = "<!--1710099901000-->\n[{}](https://x.example/1)\n------\n\n"
HAN = "渡轮今天照常开出风不大新的图书馆在河边开门气象台说明天有雨列车晚点了十分钟"


def han(number: int) -> str:
    random_ = random.Random(number)
    piece = "".join(random_.choice(HAN) for _ in range(10_000))
    return (piece * (number // len(piece) + 1))[:number]


def files(folder: Path, *, scale: float = 1.0) -> Iterator[Path]:
    """Write the corpus; with `scale` 1 the floods are as large as they come."""

    def many(number: int) -> int:
        return max(10, int(number * scale))

    bodies = {
        "no-punctuation": han(many(10_000_000)),
        "one-word": "a" * many(10_000_000),
        "digits": "7" * many(5_000_000),
        "nested": "<div>" * many(200_000) + "深" + "</div>" * many(200_000),
        "nested-never-closed": "<b><i>" * many(200_000) + "深",
        "nested-lists": "<ul><li>" * many(100_000) + "深",
        "attributes": "<p " + " ".join(f"a{i}='{i}'" for i in range(many(1_000_000))) + ">属性</p>",
        "attribute-never-closed": "<p title='" + "x " * many(2_000_000),
        "tags": "<br>" * many(1_000_000) + "很多",
        "comments": "<!-- " * many(500_000) + "注",
        "entities": "&amp;" * many(2_000_000) + "&#x4e2d;" * many(500_000),
        "bad-entities": "&#xffffffff;&#0;&#55555;&unknown;" * many(200_000),
        "cdata": "<![CDATA[" * many(300_000) + "数据]]>",
        "brackets": "<" * many(3_000_000) + "括号",
        "quotation-marks": "“" * many(1_000_000) + "引",
        "script": "<script>" * many(300_000) + "alert(1)",
        "table": "<table><tr><td>" * many(50_000) + "表",
        "links": "<a href='x'>链</a>" * many(200_000),
        "paragraphs": "<p>段</p>" * many(500_000),
        "marks": "e" + "\u0301" * many(1_000_000),
        "spaces": " \u3000\u200b" * many(2_000_000) + "空",
        "bidi": "\u202e\u2066右到左\u202c" * many(100_000),
        "escapes": "\x1b]8;;http://evil.example\x07link\x1b]8;;\x07\x1b[2J" * many(1000),
        "nul": "前\0后" * many(100_000),
        "every-character": "".join(map(chr, [*range(0x20, 0xD800), *range(0xE000, 0x30000)])),
    }
    for name, body in bodies.items():
        path = folder / f"{name}.md"
        path.write_text(HEAD.format(name) + body, "utf-8")
        yield path
    headers = {
        "long-title": "[" + han(many(2_000_000)) + "](x)\n------\n正文",
        "brackets-in-title": "[" * many(500_000) + "题](x)\n------\n正文",
        "long-url": "[题](http://x.example/" + "(" * many(500_000) + ")\n------\n正文",
        "front-matter": "---\n" + "title: 题\n" * many(300_000) + "---\n正文",
        "front-matter-never-closed": "---\n" + "a: &a [*a, *a]\n" * many(300_000),
        "no-lines": "\n" * many(5_000_000) + "无题",
        "rules": "[题](x)\n" + "------\n" * many(500_000),
        "date-lines": "[题](x)\n------\n" + "日期：9999-99-99\n" * many(300_000),
    }
    for name, text in headers.items():
        path = folder / f"{name}.md"
        path.write_text(text, "utf-8")
        yield path
    raw = {
        "empty": b"",
        "random": random.Random(0).randbytes(many(5_000_000)),
        "zeros": bytes(many(5_000_000)),
        "broken-utf-8": HEAD.format("坏").encode() + b"\xff\xfe\xc3\x28\xed\xa0\x80" * many(100_000),
        "half-utf-16": b"\xff\xfe"
        + HEAD.format("半").encode("utf-16-le")
        + b"\x00\xd8" * many(100_000)
        + b"\x01",
        "wrong-gbk": HEAD.format("错").encode("gbk")
        + b"<meta charset=utf-8>"
        + "錯誤".encode("big5") * many(50_000),
        "wrong-charset": HEAD.format("错").encode() + b"<meta charset=utf-7>+ADw-script+AD4-" * many(10_000),
        "unknown-charset": HEAD.format("错").encode()
        + b"<meta charset=rot13><meta charset=idna>" * many(1000),
    }
    for name, data in raw.items():
        path = folder / f"{name}.md"
        path.write_bytes(data)
        yield path
    large = folder / "large.md"
    with large.open("wb") as file:
        file.write(HEAD.format("大").encode())
        file.truncate(many(200_000_000))
    yield large


EXPECTED_LEFT_OUT = {"empty", "random", "zeros", "large", "no-punctuation", "one-word"}
"""Those that hold no article, or too much of one."""


KEPT = {
    **dict.fromkeys(("nested", "nested-never-closed", "nested-lists"), "深"),
    **dict.fromkeys(("long-title", "brackets-in-title", "long-url", "front-matter"), "正文"),
    "attributes": "属性",
    "tags": "很多",
    "comments": "注",
    "cdata": "数据]]>",  # without an element it is plain text
    "table": "表",
    "links": "链链",
    "paragraphs": "段\n段",
    "spaces": "空",
    "bidi": "右到左",
    "brackets": "括号",
    "quotation-marks": "引",
    "entities": "中",
    "digits": "7",
    "escapes": "\x1b[2J",
    "every-character": "\U0002ffff",
}
"""How the text of others ends, if they are read."""


def odd_entries(folder: Path) -> list[bytes]:
    """What a file system can hold besides files; the names of what is no seed."""
    outside = folder.parent / "outside.md"
    outside.write_text(HEAD.format("外") + "秘密", "utf-8")
    os.mkfifo(folder / "fifo.md")
    (folder / "zero.md").symlink_to("/dev/zero")
    (folder / "outside.md").symlink_to(outside)
    (folder / "loop.md").symlink_to(folder / "loop.md")
    (folder / "up").symlink_to(folder.parent)
    (folder / "dangling.md").symlink_to(folder / "nothing.md")
    with closing(socket.socket(socket.AF_UNIX)) as server:
        here = Path.cwd()
        os.chdir(folder)  # the path of a socket must be short
        server.bind("socket.md")
        os.chdir(here)
    for name in [
        b"line\nbreak.md",
        b"\xff\xfe.md",
        b"\x1b[2J.md",
        "\u202e名.md".encode(),
        b"-rf.md",
        b" .md",
    ]:
        (folder / os.fsdecode(name)).write_text(HEAD.format("名") + "名字", "utf-8")
    links = [b"up", b"zero.md", b"outside.md", b"loop.md", b"dangling.md"]
    with suppress(PermissionError):  # only root may, and not in every container
        os.mknod(folder / "device.md", stat.S_IFCHR | 0o600, os.makedev(1, 5))
        return [b"fifo.md", b"socket.md", *links, b"device.md"]
    return [b"fifo.md", b"socket.md", *links]
