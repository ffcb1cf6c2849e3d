"""Each state of the pages as a picture, over the sample archive; and results that follow the typing.

With PICTURES=FOLDER in the environment the pictures stay in that folder; scripts/make_pictures.py makes
those of the documentation from them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

pytest.importorskip("playwright.sync_api")
pytest.importorskip("starlette")

from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

WIDE = {"viewport": {"width": 1280, "height": 860}}
MIDDLE = {"viewport": {"width": 820, "height": 860}}
PHONE = {"viewport": {"width": 390, "height": 780}, "is_mobile": True, "has_touch": True}
QUOTED = "夜班渡轮停航两晚，二百一十七名乘客在候船室过夜"

# Name, address, device, colours, language, and what is clicked before.
STATES: list[tuple[str, str, dict[str, object], str, str, str]] = [
    ("home", "/", WIDE, "light", "en-GB", ""),
    ("home-phone", "/", PHONE, "dark", "zh-TW", ""),
    ("results", "/?q=台风", WIDE, "light", "en-GB", ""),
    ("results-zh", "/?q=台风", WIDE, "light", "zh-CN", ""),
    ("results-middle", "/?q=渡轮&source=晨报", MIDDLE, "light", "zh-TW", ""),
    ("dark", "/?q=国际论坛", WIDE, "dark", "zh-TW", ""),
    ("phone", "/?q=台风", PHONE, "light", "zh-CN", ""),
    ("drawer", "/?q=渡轮", PHONE, "light", "zh-CN", ".to-filters"),
    ("cite", "/?q=渡轮", WIDE, "light", "zh-CN", ".cite summary"),
    ("settings", "/?q=渡轮", WIDE, "light", "en-GB", ".menu summary"),
    ("settings-phone", "/?q=渡轮", PHONE, "dark", "zh-CN", ".menu summary"),
    ("partial", "/?q=渡轮停航 面条 钢琴", WIDE, "light", "zh-CN", ""),
    ("nothing", "/?q=渡轮&after=2030", WIDE, "light", "zh-TW", ""),
    ("wrong-date", "/?q=渡轮&after=去年", WIDE, "light", "zh-CN", ""),
    ("fault", "/?q=渡轮 (停航", WIDE, "light", "zh-TW", ""),
    ("fault-phone", "/?q=渡轮 (停航", PHONE, "dark", "en-GB", ""),
    ("lines", "/lines?q=渡轮", WIDE, "light", "en-GB", ""),
    ("lines-phone", "/lines?q=渡轮", PHONE, "light", "zh-CN", ""),
    ("trend", "/trend?q=渡轮&q=台风&q=灯塔", WIDE, "light", "en-GB", ""),
    ("trend-phone", "/trend?q=渡轮&q=台风", PHONE, "dark", "zh-CN", ".values summary"),
    ("collocations", "/collocations?q=渡轮", WIDE, "light", "en-GB", ""),
    ("collocations-phone", "/collocations?q=渡轮", PHONE, "dark", "zh-TW", ""),
    ("quote", f"/quote?q={QUOTED}", WIDE, "light", "zh-CN", ""),
    ("quote-phone", f"/quote?q={QUOTED}", PHONE, "light", "en-GB", ""),
    ("help", "/help", WIDE, "light", "en-GB", ""),
    ("missing", "/article/nobody", WIDE, "dark", "zh-CN", ""),
]


@pytest.fixture
def opened(chromium: Browser, seeds_server: str) -> Iterator[Callable[..., Page]]:
    contexts = []

    def open_page(**options: object) -> Page:
        context = chromium.new_context(**{"locale": "en-GB", "base_url": seeds_server, **options})
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize(
    ("name", "address", "device", "scheme", "language", "click"), STATES, ids=[state[0] for state in STATES]
)
def test_a_state_fits_its_screen_and_speaks_its_language(
    opened, tmp_path, name, address, device, scheme, language, click
):
    page = opened(**device, color_scheme=scheme, locale=language)
    page.goto(address)
    if click:
        page.locator(click).first.click()
    folder = Path(os.environ.get("PICTURES") or tmp_path)
    page.screenshot(path=folder / f"{name}.png", animations="disabled")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(OUTSIDE) == []
    if language != "en-GB":
        spoken = page.locator(
            "button, .entries a, .views a, h1, [role=status], [role=alert]"
        ).all_inner_texts()
        assert not [text for text in spoken if text and text.isascii() and text != "English"]


# What reaches out of the screen on a side, and is no context that is cut off on purpose.
OUTSIDE = """[...document.querySelectorAll("a, button, input, p, h1, h2, summary, th, td")]
  .filter((one) => one.checkVisibility() && !one.closest(".lines, .values, .skip, .unseen, .suggestions"))
  .filter((one) => !one.closest("svg"))
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([, box]) => box.left < -1 || box.right > innerWidth + 1)
  .map(([one]) => one.outerHTML.slice(0, 120))"""


def test_results_follow_the_typing_and_nothing_is_announced(opened):
    page = opened()
    page.goto("/?q=渡轮")
    box = page.locator("#q")
    before = page.evaluate("history.length")
    box.fill("灯塔")
    expect(page.locator(".hit mark").first).to_have_text(re.compile("[灯燈]塔"))
    expect(box).to_be_focused()
    expect(page.get_by_role("status")).to_have_count(0)
    assert page.evaluate("history.length") == before
    assert "q=%E7%81%AF%E5%A1%94" in page.url
    # What is no query yet leaves the results as they are.
    box.fill("灯塔 (")
    page.wait_for_timeout(600)
    expect(page.locator(".hit mark").first).to_have_text(re.compile("[灯燈]塔"))
    box.fill("灯塔")
    box.press("Enter")
    expect(page.get_by_role("status")).to_be_visible()


def test_no_result_follows_a_composition(opened):
    page = opened()
    page.goto("/?q=渡轮")
    page.locator("#q").focus()
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "dengta", "selectionStart": 6, "selectionEnd": 6})
    page.wait_for_timeout(600)
    assert "q=渡轮" in unquote(page.url)
    session.send("Input.insertText", {"text": "灯塔"})
    page.wait_for_url(lambda address: "灯塔" in unquote(address))


def test_no_result_follows_the_typing_where_that_is_turned_off(opened):
    page = opened()
    page.goto("/?q=渡轮")
    page.get_by_text("Settings").click()
    page.get_by_role("button", name="Off").click()
    page.locator("#q").fill("灯塔")
    page.wait_for_timeout(600)
    expect(page.locator(".hit mark").first).to_have_text(re.compile("渡[轮輪]"))
