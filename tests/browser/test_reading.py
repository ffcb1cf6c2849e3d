"""The page of an article in Chromium: kinds of paragraphs, places found, links to paragraphs, print."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")
pytest.importorskip("axe_playwright_python")
pytest.importorskip("starlette")

from axe_playwright_python.sync_playwright import Axe
from conftest import serving
from playwright.sync_api import Page, expect

from index import rebuild
from search.web.addresses import article_address

pytestmark = pytest.mark.browser

LINE = "清晨的渡口很安静，渡轮在雾里等着开船，只要有人等，船工老林就会把缆绳解开。"
SEED = f"""\
---
title: 渡口手册
date: DAY
authors: [林小舟]
tags: [交通]
url: https://news.example/ferry
section: 城事
---

{LINE}

## 班次

- 早班六点从东岸开出，渡轮每二十分钟一班
- 晚班十点停航

> 风大的时候，渡轮不是不想开，是不敢开。

| 班次 | 票价 |
|---|---|
| 早班 | 两元 |

![渡轮正要靠岸](a.jpg)

```python
def sails(wind):
    return wind < 8.0 and a_very_long_name_that_runs_over_the_edge_of_any_phone_there_is_or_will_be == 1
```

{LINE}

<p>{LINE}</p>
"""
READ = article_address("手册.md", "渡轮")
LONG = article_address("长.md", "渡轮")
DESK = {"viewport": {"width": 1280, "height": 900}}
TABLET = {"viewport": {"width": 820, "height": 1000}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
SIZES = {"desk": DESK, "tablet": TABLET, "phone": PHONE}
WITHOUT_SCRIPTS = {"java_script_enabled": False}


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    archive = tmp_path_factory.mktemp("reading")
    for name, day in (("旧", "2023-01-05"), ("手册", "2024-03-10"), ("新", "2024-05-01")):
        (archive / f"{name}.md").write_text(SEED.replace("DAY", day), "utf-8")
    lines = "\n\n".join(f"第{n}天。{LINE}" for n in range(300))
    (archive / "长.md").write_text(f"# 渡轮日记\n\n{lines}\n", "utf-8")
    rebuild(archive, archive / "idx", own_fields={"section": "keyword"})
    return archive / "idx"


@pytest.fixture(scope="session")
def server(index: Path):
    with serving(index) as address:
        yield address


def sized(*names: str, **more: object) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("options", [{**SIZES[name], **more} for name in names], ids=names)


def test_each_kind_of_paragraph_is_its_element(page):
    page.goto(READ)
    body = page.locator(".body")
    expect(body.get_by_role("heading", level=2)).to_have_text("班次")
    expect(body.get_by_role("listitem")).to_have_count(2)
    expect(body.get_by_role("blockquote")).to_contain_text("不敢开")
    expect(body.get_by_role("row")).to_have_text(["班次 票价", "早班 两元"])
    expect(body.locator("figcaption")).to_have_text("渡轮正要靠岸")
    assert body.locator("pre").inner_text().startswith("def sails(wind):\n    return")


def test_what_is_known_of_an_article_stands_beside_it(page):
    page.goto(READ)
    known = page.get_by_role("complementary")
    for text in ("section", "城事", "front matter: title", "手册.md", "https://news.example/ferry"):
        expect(known.locator("dl").first).to_contain_text(text)
    versions = known.get_by_role("region", name="Versions of this page")
    expect(versions.get_by_role("link")).to_have_count(2)
    expect(versions).to_contain_text("2024-05-01 · the same text")
    page.get_by_role("link", name="林小舟").click()
    expect(page.get_by_role("status")).to_contain_text("3 articles")


def test_keys_step_through_all_places_title_and_body(page):
    page.goto(LONG)
    expect(page.locator(".places summary")).to_have_text("301 places found")
    page.keyboard.press("n")
    assert page.url.endswith("#hit-1")
    expect(page.locator("h1 mark:target")).to_have_text("渡轮")
    page.keyboard.press("p")
    assert page.url.endswith("#hit-301")
    expect(page.locator("output")).to_have_text("301 / 301")
    expect(page.locator("mark:target")).to_be_in_viewport()


@sized("desk", "tablet", "phone")
@pytest.mark.parametrize("number", [1, 2, 150, 301])
def test_the_bar_covers_no_place_and_not_the_end_of_the_text(page, number):
    page.goto(f"{LONG}#hit-{number}")
    mark = page.locator(f"#hit-{number}")
    expect(mark).to_be_in_viewport()
    bar = page.locator(".places details").bounding_box()
    assert not _overlap(mark.bounding_box(), bar)
    if page.viewport_size["width"] >= 960:
        assert not _overlap(page.locator(".body").bounding_box(), bar)
    page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    assert not _overlap(
        page.locator(".exports").bounding_box(), page.locator(".places details").bounding_box()
    )


def _overlap(one: dict[str, float], other: dict[str, float]) -> bool:
    across = one["x"] < other["x"] + other["width"] and other["x"] < one["x"] + one["width"]
    return across and one["y"] < other["y"] + other["height"] and other["y"] < one["y"] + one["height"]


@sized("desk", "phone")
def test_the_bar_can_be_closed_and_stays_so(page):
    page.goto(LONG)
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Next place")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.querySelector('.places')).position") == "static"
    page.goto(READ)
    expect(page.get_by_role("link", name="Next place")).to_be_hidden()
    page.get_by_text("places found").click()
    expect(page.get_by_role("link", name="Next place")).to_be_visible()


@sized("desk", "phone", **WITHOUT_SCRIPTS)
def test_without_scripts_every_place_has_a_link_and_the_bar_can_be_closed(page):
    page.goto(LONG)
    page.get_by_role("link", name="301", exact=True).click()
    assert page.url.endswith("#hit-301")
    expect(page.locator("#hit-301")).to_be_in_viewport()
    expect(page.locator(".copy").first).to_be_hidden()
    page.get_by_text("301 places found").click()
    expect(page.get_by_role("link", name="301", exact=True)).to_be_hidden()


@pytest.mark.parametrize(
    "options", [{**DESK, "permissions": ["clipboard-read", "clipboard-write"]}], ids=["desk"]
)
def test_a_link_to_a_paragraph_is_followed_and_copied(page, server):
    page.goto(READ)
    page.locator("#p4").hover()
    page.get_by_role("link", name="Paragraph 4", exact=True).click()
    expect(page.locator("#p4:target")).to_contain_text("晚班十点停航")
    expect(page.locator("#copied")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{server}{article_address('手册.md')}#p4"
    page.goto(copied)
    expect(page.locator("#p4:target")).to_be_in_viewport()
    page.get_by_role("button", name="Copy").first.click()
    reference = page.locator(".reference").first.inner_text()
    page.wait_for_function(
        "text => navigator.clipboard.readText().then(found => found === text)", arg=reference
    )


def test_a_line_of_the_concordance_leads_to_its_place(page):
    page.goto("/lines?q=不敢开")
    page.locator(".lines a").first.click()
    expect(page.locator("mark:has(#here)")).to_have_text("不敢开")
    expect(page.locator("mark:has(#here)")).to_be_in_viewport()


def test_a_snippet_leads_to_its_place(page):
    page.goto("/?q=不敢开")
    page.locator(".hit .place").first.click()
    expect(page.locator("mark:has(#here)")).to_have_text("不敢开")
    expect(page.locator("mark:has(#here)")).to_be_in_viewport()


def test_a_place_without_a_highlight_leads_to_its_paragraph(page):
    page.goto(f"{article_address('手册.md')}?at=1#here")
    expect(page.locator("#p1 > #here")).to_have_count(1)


def test_print_shows_the_text_and_its_reference_in_black_on_white(page):
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(READ)
    for name in (".top", ".places", ".pin", ".exports", "#versions"):
        expect(page.locator(name).first).to_be_hidden()
    for name in (".body", ".reference"):
        expect(page.locator(name).first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


@sized("desk", "tablet", "phone")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", ["open", "closed", "long", "unasked"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(page: Page, scheme, state):
    page.emulate_media(color_scheme=scheme)
    page.goto({"long": LONG, "unasked": article_address("手册.md")}.get(state, f"{READ}#p3"))
    if state == "closed":
        page.keyboard.press("Escape")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
