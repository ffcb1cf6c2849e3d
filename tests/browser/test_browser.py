"""The pages in Chromium: searching, filtering, reading, by hand, by keys, and without scripts."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest

pytest.importorskip("playwright.sync_api")
pytest.importorskip("axe_playwright_python")
pytest.importorskip("starlette")

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from web import PAYLOADS, harmful

from search.web.addresses import article_address

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
ARTICLE = article_address("晚报/3.md", "列车 OR 雪")
QUOTED = "/quote?q=站台上有3位客人，火车没有晚点。乘客说雪很大"


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_searching_reading_and_going_on(page):
    page.goto("/")
    page.get_by_role("searchbox").or_(page.get_by_role("combobox")).fill("雪中")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("status")).to_contain_text("30 articles")
    page.get_by_role("link", name=re.compile("第3趟")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("第3趟")
    expect(page.locator("mark")).to_have_text(["雪中"])
    page.get_by_role("link", name="Back to the results").click()
    assert asked(page) == {"q": ["雪中"]}


def test_filtering_by_source_and_by_bar_and_back(page):
    page.goto("/?q=列车")
    filters = page.get_by_role("complementary", name="Filters")
    filters.get_by_role("link", name=re.compile("晚报 10")).click()
    expect(page.get_by_role("status")).to_contain_text("10 articles")
    page.locator(".chart a").first.click()
    assert asked(page)["after"] == ["2022-01"]
    expect(page.get_by_role("status")).to_contain_text("3 articles")
    page.get_by_role("link", name="Remove filter: 2022-01").click()
    page.get_by_role("link", name="Remove filter: 晚报").click()
    assert asked(page) == {"q": ["列车"]}
    page.get_by_label("From").fill("2024")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("status")).to_contain_text("10 articles")


def test_order_and_paging(page):
    page.goto("/?q=列车")
    page.get_by_role("link", name="Oldest").click()
    expect(page.locator(".hit time").first).to_have_text("2022-01-03")
    page.get_by_role("link", name="Next").click()
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("status")).to_contain_text("page 3 of 3")
    expect(page.get_by_role("link", name="Next")).to_have_count(0)


def test_keys_lead_from_the_box_to_the_results_and_open_them(page):
    page.goto("/?q=列车&sort=oldest")
    box = page.locator("#q")
    page.keyboard.press("/")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowDown")
    hits = page.locator(".hit h2 a")
    expect(hits.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(hits.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(box).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("article.text")).to_be_visible()


def test_keys_lead_through_the_highlights(page):
    page.goto(ARTICLE)
    page.keyboard.press("n")
    assert page.url.endswith("#hit-1")
    page.keyboard.press("n")
    assert page.url.endswith("#hit-2")
    page.keyboard.press("p")
    page.keyboard.press("p")
    number = page.locator("mark[id]").count()
    assert page.url.endswith(f"#hit-{number}")
    expect(page.locator("mark:target")).to_be_in_viewport()


def test_suggestions_are_chosen_by_keys(page):
    page.goto("/")
    box = page.locator("#q")
    box.press_sequentially("清")
    expect(page.get_by_role("option")).to_have_text(["清晨"])
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(box).to_have_value("清晨")
    expect(page.get_by_role("option", selected=True)).to_have_text("清晨")
    page.keyboard.press("Escape")
    expect(box).to_have_value("清")
    expect(page.get_by_role("option")).to_have_count(0)
    box.press_sequentially("晨的")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("30 articles")


def test_the_enter_that_ends_a_composition_searches_nothing(page):
    """The events of an input method, sent to the page by Chromium itself."""
    page.goto("/")
    page.locator("#q").focus()
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "lieche", "selectionStart": 6, "selectionEnd": 6})
    for kind in ("rawKeyDown", "keyUp"):
        enter = {"type": kind, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
        session.send("Input.dispatchKeyEvent", enter)
    # Some input methods let the page see the key itself, while they compose.
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert urlsplit(page.url).query == ""
    expect(page.get_by_role("option")).to_have_count(0)
    session.send("Input.insertText", {"text": "列车"})
    expect(page.locator("#q")).to_have_value(re.compile("列车"))
    page.wait_for_timeout(50)
    page.locator("#q").fill("列车")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("30 articles")


@pytest.mark.parametrize("options", [{"java_script_enabled": False}], ids=["no-script"])
def test_everything_works_without_scripts(page):
    page.goto("/")
    page.locator("#q").fill("列车")
    page.locator("#q").press("Enter")
    page.locator(".chart a").first.click()
    assert asked(page)["after"] == ["2022-01"]
    page.locator(".hit h2 a").first.click()
    page.get_by_role("link", name="2", exact=True).click()
    assert page.url.endswith("#hit-2")
    expect(page.locator(".step").first).to_be_hidden()
    page.goto("/")
    page.get_by_role("link", name="Help").click()
    expect(page.get_by_text("exactly these words")).to_be_visible()


@pytest.mark.parametrize("options", [{"java_script_enabled": False}], ids=["no-script"])
def test_a_quotation_is_checked_and_found_in_its_article_without_scripts(page):
    page.goto("/")
    page.get_by_role("link", name="Quotation").click()
    page.get_by_label("Is this quotation in the archive").fill("站台上有3位客人，火车没有晚点。乘客说雪很大")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status")).to_contain_text("Altered")
    expect(page.locator("del").first).to_have_text("火")
    page.locator(".passage").first.click()
    expect(page.locator("#here")).to_have_count(1)


@pytest.mark.parametrize("options", [PHONE], ids=["phone"])
@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/?q=列车&source=晚报",
        ARTICLE,
        "/?q=毒&limit=50",
        "/?q=%22",
        QUOTED,
        "/help",
        "/lines?q=列车",
        "/collocations?q=列车",
    ],
)
def test_nothing_is_wider_than_a_phone(page, address):
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_on_a_phone_sort_and_filters_are_in_reach_from_the_last_hit(chromium, server, script):
    context = chromium.new_context(**PHONE, java_script_enabled=script, base_url=server, locale="en-GB")
    page = context.new_page()
    page.goto("/?q=列车")
    filters = page.get_by_role("complementary", name="Filters")
    expect(filters).to_be_hidden()
    page.locator(".hit").last.scroll_into_view_if_needed()
    expect(page.get_by_role("link", name="Newest")).to_be_in_viewport()
    page.get_by_role("button", name="Filters").click()
    expect(filters).to_be_in_viewport()
    filters.get_by_role("link", name=re.compile("晚报 10")).click()
    expect(page.get_by_role("status")).to_contain_text("10 articles")
    context.close()


def test_a_range_is_drawn_over_the_chart(page):
    page.goto("/?q=列车&after=2022&before=2024")
    box = page.locator(".chart").bounding_box()
    count = page.evaluate("document.querySelector('.chart').dataset.periods.split(',').length")
    step = box["width"] / count
    page.mouse.move(box["x"] + step * 2.5, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + step * 5.5, box["y"] + 30, steps=4)
    page.mouse.up()
    page.wait_for_url("**/?*after=2022-*")
    assert asked(page) == {"q": ["列车"], "after": ["2022-03"], "before": ["2022-07"]}


def test_the_fault_is_marked_in_the_box(page):
    page.goto("/?q=列车 (雪&source=晚报")
    box = page.locator("#q")
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".fault mark")).to_have_text("(")
    expect(box).to_be_focused()
    assert page.evaluate("[document.activeElement.selectionStart, document.activeElement.selectionEnd]") == [
        3,
        4,
    ]
    box.fill("列车 雪")
    box.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("10 articles")


@pytest.mark.parametrize("options", [{"java_script_enabled": False}], ids=["no-script"])
def test_language_and_colours_are_chosen_without_scripts(page):
    page.emulate_media(color_scheme="light")
    page.goto("/?q=列车")
    page.get_by_text("Settings").click()
    page.get_by_role("button", name="繁體中文").click()
    expect(page.get_by_role("button", name="搜尋")).to_be_visible()
    page.get_by_text("設定").click()
    page.get_by_role("button", name="深色").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert asked(page) == {"q": ["列车"]}
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert sum(map(int, re.findall(r"\d+", colour)[:3])) < 200


def test_a_reference_and_the_link_are_copied(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/?q=列车&source=晚报&sort=oldest")
    page.locator(".cite summary").first.click()
    page.locator(".cite .copy").first.click()
    assert "news.example" in page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("button", name="Copy the link to this page").click()
    assert page.evaluate("navigator.clipboard.readText()") == page.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_follow_the_system(page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto("/?q=列车")
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = sum(map(int, re.findall(r"\d+", colour)[:3])) / 3
    assert (brightness > 128) == (scheme == "light")


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, PHONE], ids=["light", "dark", "phone"])
@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/?q=列车&source=晚报",
        "/?q=清晨的公共汽车",
        "/?q=列车&after=2030",
        ARTICLE,
        "/?q=%22",
        "/?q=毒&limit=50",
        "/quote",
        QUOTED,
        "/help",
        "/?q=列车&after=gestern",
        "/collocations?q=列车",
        "/lines?q=列车",
        "/trend?q=列车&q=雪",
    ],
)
def test_axe_finds_nothing_to_complain_of(page, address):
    page.goto(address)
    if address == "/":
        page.locator("#q").press_sequentially("列")
        expect(page.get_by_role("option").first).to_be_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_payloads_do_nothing(page):
    """`Watch` sees dialogs, requests that leave, and what the policy had to stop."""
    for payload in PAYLOADS:
        page.goto(f"/?q={quote(payload)}")
        page.goto(f"/?q=毒&source={quote(payload)}")
        page.locator("#q").fill(payload)
        page.locator("#q").press("Enter")
        page.wait_for_load_state()
    page.goto("/?q=毒&limit=50")
    for element in page.locator("a, mark, input").all():
        element.dispatch_event("mouseover")
    for article in harmful():
        page.goto(article_address(article.id, "毒"))
        expect(page.locator("mark").first).to_have_text("毒")
        assert page.evaluate("[document.images.length, document.scripts.length]") == [0, 2]


def test_ids_of_every_kind_survive_browser_and_server(page):
    for article in harmful():
        page.goto("/?q=毒&limit=50")
        page.locator(f'.hit h2 a[href^="{article_address(article.id)}?"]').click()
        expect(page.locator(".about").first).to_contain_text(article.id)


@pytest.mark.parametrize("options", [{"locale": "zh-TW"}], ids=["zh-TW"])
def test_the_interface_speaks_the_browsers_language(page):
    page.goto("/?q=列车")
    expect(page.get_by_role("button", name="搜尋")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("30 篇文章")
