"""Find the article's text among the lines of a page.

Each line has a weight: its characters outside links, counted in full in
sentences and little elsewhere. The search starts at the whole page and enters
the block that holds most of the weight, as long as there is one; a block whose
name says that it holds the article needs less. The block found is trimmed:
navigation and labels at both ends, and lists of links inside, are removed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

from index.reading.boilerplate import COMMENTS, Line
from index.reading.dates import find_date, is_date_line
from index.reading.draft import Kind
from index.reading.html import Element, Reader, is_same

__all__ = ["comments_start", "find_text", "is_byline", "sentence_start", "trim", "weight"]

_SENTENCE = re.compile("[，。！？；：、…”」]|[,.;:!?](?:\\s|$)")
_SENTENCE_END = re.compile("[。！？][”」』）)]?")
_BY_NAME = re.compile(
    r"""(?:articlebody|article[-_]?(?:content|text|main|detail)?|(?:entry|post|"
    r"news|text|page|content|main|blog)[-_]?"""
    r"""(?:content|body|text|con|detail|article)|content|zoom|trs[-_]editor|rich_media_content|"
    r"contenttext)(?:[-_]?\d+)?""",
    re.IGNORECASE,
)
_NAMES = re.compile(r"""(?:class|id|itemprop)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
#: A block is entered if it holds at least this share of the prose around it,
SHARE = 0.6
#: or this one, if its name says that it holds the article.
NAMED_SHARE = 0.4
#: A block with the same class beside it that holds this share is not the whole article.
ALIKE = 0.2


def weight(line: Line) -> float:
    """Return the weight of a line: its characters outside links, reduced if it is no sentence."""
    if 2 * line.linked > len(line.text) or is_byline(line.text):
        return 0.0
    is_sentence = (line.prose >= 8 and _SENTENCE.search(line.text)) or _SENTENCE_END.search(line.text)
    if is_sentence and line.kind is not Kind.HEADING:
        return float(line.prose)
    return line.prose / 4


def is_byline(text: str) -> bool:
    """Tell whether a line says when, where and by whom something was published."""
    return len(text) <= 120 and _SENTENCE_END.search(text) is None and find_date(text) != ""


def find_text(reader: Reader) -> range:
    """Return the lines of a page that hold the article's text, trimming not yet done."""
    count = len(reader.lines)
    _mark_comments(reader)
    weights = [0.0 if at in reader.marked else weight(line) for at, line in enumerate(reader.lines)]
    sums = [0.0, *accumulate(weights)]
    children: dict[int, list[Element]] = {}
    numbers: dict[int, int] = {}
    for number, element in enumerate(reader.elements):
        numbers[id(element)] = number
        children.setdefault(element.parent, []).append(element)

    def holds(element: Element) -> float:
        return sums[element.last] - sums[element.first]

    first, last, here = 0, count, -1
    best: Element | None = None
    while here in children:
        total = sums[last] - sums[first]
        inner = sorted(children[here], key=holds, reverse=True)
        named = next((element for element in inner if _is_named(element)), inner[0])
        next_best = named if holds(named) >= NAMED_SHARE * total else inner[0]
        share = NAMED_SHARE if _is_named(next_best) else SHARE
        if total <= 0 or holds(next_best) < share * total or next_best.name == "p":
            break
        alike = (
            element for element in inner if element is not next_best and element.written == next_best.written
        )
        if next_best.written and any(holds(element) >= ALIKE * total for element in alike):
            break  # parts of one article
        best = next_best
        first, last, here = best.first, best.last, numbers[id(best)]
    return range(first, last) if best is None else _with_neighbours(reader, best, children[best.parent])


def _with_neighbours(reader: Reader, best: Element, siblings: list[Element]) -> range:
    """Add the blocks beside the chosen one that are of its kind and hold nothing but prose."""
    place = next(at for at, element in enumerate(siblings) if element is best)
    first, last = best.first, best.last
    for element in siblings[place + 1 :]:
        if element.name != best.name or not _is_prose(reader, element):
            break
        last = element.last
    for element in reversed(siblings[:place]):
        if element.name != best.name or not _is_prose(reader, element):
            break
        first = element.first
    return range(first, last)


def _is_prose(reader: Reader, element: Element) -> bool:
    lines = reader.lines[element.first : element.last]
    if element.name in ("td", "th", "li") or any(
        at in reader.marked for at in range(element.first, element.last)
    ):
        return False
    return any(map(_is_full, lines)) and all(
        not line.linked
        and (_is_full(line) or line.kind is Kind.HEADING)
        and not _LABELS.match(line.text)
        and not _COPYRIGHT.search(line.text)
        for line in lines
    )


def _is_full(line: Line) -> bool:
    """Tell whether a line is a sentence, which weighs all its characters."""
    return weight(line) == line.prose > 0


def _is_named(element: Element) -> bool:
    if element.name in ("article", "main"):
        return True
    for found in _NAMES.finditer(element.written):
        value = found[1] or found[2] or found[3] or ""
        if any(_BY_NAME.fullmatch(token) for token in value.split()):
            return True
    return False


_COMMENTS_BEGIN = re.compile(
    r"[\s■●◆|]*(?:"
    r"(?:[网網]友|[读讀]者|最新|全部|精彩|[热熱][门門]|所有|共?\d+\s*[条條则則篇個个]?)\s*(?:[评評][论論]|"
    r"留言|回[复復應应])"
    r"|(?:[评評][论論]|留言|回[复復應应])(?:列表|[区區])?|comments?|\d+ (?:comments?|replies|responses)"
    r")[^\w]{0,4}(?:\d+[^\w]{0,2}|[(（]?共?\d+[条條][)）]?)?",
    re.IGNORECASE,
)


def comments_start(reader: Reader, start: int) -> int:
    """Return the first line from `start` on that is a label of comments, or the number of lines."""
    for at in range(start, len(reader.lines)):
        if _is_comments_label(reader.lines[at]):
            return at
    return len(reader.lines)


def _is_comments_label(line: Line) -> bool:
    return len(line.text) <= 20 and _COMMENTS_BEGIN.fullmatch(line.text) is not None


def _mark_comments(reader: Reader) -> None:
    """Mark the blocks that begin with a label such as 网友评论, after some prose."""
    labels = {at for at, line in enumerate(reader.lines) if _is_comments_label(line)}
    if not labels:
        return
    begin = next((at for at, line in enumerate(reader.lines) if weight(line) >= 8), len(reader.lines))
    for element in reader.elements:
        if element.first in labels and begin < element.first < element.last - 1:
            for at in range(element.first, element.last):
                reader.marked.setdefault(at, (COMMENTS, "comments: by label"))


def sentence_start(reader: Reader, chosen: range) -> int:
    """Return the first line of the chosen ones that is prose, or where they begin."""
    shown = [at for at in chosen if at not in reader.marked]
    prose = [at for at in shown if weight(reader.lines[at]) == reader.lines[at].prose > 0]
    long = (at for at in prose if reader.lines[at].prose >= 20)
    text = (at for at in shown if weight(reader.lines[at]) > 0 and reader.lines[at].kind is not Kind.HEADING)
    return next(long, next(iter(prose), next(text, chosen.start)))


# ── trimming ────────────────────────────────────────────────────────────────

_SIGNS = r"[\s【\[（(<>《■●◆▲▼※☆★*#＞»|｜—·.-]*"
# Lines that say who edited, where else to read, what to do with the page.
_LABELS = re.compile(
    _SIGNS + "(?:"
    "(?:本文)?(?:责任|責任|执行|值班|网络)?编\\s*[辑輯]\\s*[:：]|责编|校对[:：]|监制[:：]|审核[:：]|"
    "(?:上|下)一?[篇页頁条條则則章]|[前后]一[篇页]|"
    "分享[到至:：]|分享本文|打\\s*印|关闭|收\\s*藏|推荐给|复制链接|字号|字体|[【\\[]?[大中小][】\\]]?\\s|"
    "版[权權](?:所有|声明|与)|免责声明|copyright|©|powered by|all rights reserved|"
    "相[關关](?:[阅閱新文报報链鏈专專主]|$)|延伸[阅閱][读讀]|[热熱][门門点點]|"
    "猜你喜欢|更多(?:新闻|精彩|内容|>>)|精彩推荐|"
    "[网網]友评论|[发發]表评论|我要评论|我来说两句|查看评论|评论\\s*\\(?\\d*\\)?$|留言|"
    "返回(?:首页|顶部|列表|目录)?$|回到顶部|扫一扫|扫描二维码|关注我们|"
    "posted (?:on|by|@)|"
    "[张張][贴貼][者于於]|[发發][布佈帖][者人]|trackback|comments?\\b|permalink|点击(?:数|次数|率|看大图)|"
    "阅读(?:数|次数)?[:：(（]|浏览(?:数|次数)?[:：]|"
    "来源[:：]|稿源[:：]|文章来源|标签[:：]|关键[词字][:：]|tags?\\s*[:：])",
    re.IGNORECASE,
)
# After one of these, nothing of the article follows but little prose.
_LAST = re.compile(
    _SIGNS + "(?:"
    "(?:本文)?(?:责任|責任|网络)编\\s*[辑輯]\\s*[:：]|责编[:：]|(?:上|下)一[篇页頁条條则則章]\\s*(?:[:：]|"
    "$)|"
    "相[关關](?:[阅閱][读讀]|新[闻聞]|文章|[报報][道導]|[链鏈][接結]|[专專][题題])|延伸[阅閱][读讀]|"
    "[热熱][门門][文新评推]|猜你喜[欢歡]|精彩推荐|[网網]友[评評][论論]|[发發]表(?:[评評][论論]|"
    "留言)|我要评论|我来说两句|"
    "(?:最新|全部|精彩|[热熱][门門]|所有)?(?:[评評][论論]|回[复復])(?:列表|[区區])?\\s*[(（:：]?\\d*[)）]?\\s*$|"
    ""
    "版[权權](?:所有|与|声明)|免责声明|copyright|©|powered by|all rights reserved|"
    "feedback|trackback|leave a (?:comment|reply)|\\d+ (?:comments|replies))",
    re.IGNORECASE,
)
_COMMENTED = re.compile("[评評][论論]|comment|repl|留言|来说两句|回[复復]", re.IGNORECASE)
#: Most characters of a label.
LABEL = 60


def trim(reader: Reader, chosen: range, titles: Sequence[str]) -> tuple[list[int], dict[int, str]]:
    """Return the lines of the article's text, and for all others of the page the rule that left them out."""
    lines = reader.lines
    out = {
        at: reader.marked[at][1] if at in reader.marked else "outside of the text" for at in range(len(lines))
    }
    start = sentence_start(reader, chosen)
    heading = _heading(reader, chosen, titles, start)
    first = chosen.start
    if heading is not None:
        first = max(heading + 1, chosen.start)
        out[heading] = "heading repeats the title"
    rows = [at for at in range(min(first, chosen.stop), chosen.stop) if at not in reader.marked]
    if heading is not None and heading < chosen.start:
        rows = [at for at in range(heading + 1, chosen.start) if _is_lede(reader, at)] + rows
    rows = _without_beginning(reader, rows, start)
    rows = _without_end(reader, rows)
    rows = [at for at in rows if any(map(str.isalnum, lines[at].text))]
    for at in rows:
        del out[at]
    return rows, out


def _heading(reader: Reader, chosen: range, titles: Sequence[str], start: int) -> int | None:
    """Return the line that is the page's heading: the last before the text that equals the title."""
    rows = range(max(0, chosen.start - 60), min(len(reader.lines), max(start, chosen.start) + 1))
    return max(
        (at for at in rows if any(is_same(reader.lines[at].text, title) for title in titles)), default=None
    )


def _is_lede(reader: Reader, at: int) -> bool:
    """Tell whether a line between heading and text is the article's first paragraph in a block of its own."""
    line = reader.lines[at]
    return (
        at not in reader.marked
        and line.prose >= 30
        and weight(line) == line.prose
        and not _LABELS.match(line.text)
    )


def _without_beginning(reader: Reader, rows: list[int], start: int) -> list[int]:
    """Leave out links, labels and the date line before the first sentence."""
    kept = []
    for at in rows:
        line = reader.lines[at]
        if at < start and (
            2 * line.linked > len(line.text)
            or _LABELS.match(line.text)
            or is_date_line(line.text)
            or is_byline(line.text)
        ):
            continue
        kept.append(at)
    return kept


def _without_end(reader: Reader, rows: list[int]) -> list[int]:
    """Leave out what follows the text: related articles, comments, labels, links."""
    lines = reader.lines
    prose = [weight(lines[at]) if weight(lines[at]) == lines[at].prose else 0.0 for at in rows]
    total, before = sum(prose), 0.0
    for place, at in enumerate(rows):
        text = lines[at].text
        if before > 0 and len(text) <= LABEL and _LAST.match(text):
            after = total - before
            if after <= before / 2 or (_COMMENTED.search(text) and lines[at].linked == 0):
                rows = rows[:place]
                break
        before += prose[place]
    end = len(rows)
    while end and _is_end(lines[rows[end - 1]]):
        end -= 1
    while 0 < end < len(rows) and lines[rows[end - 1]].kind is Kind.HEADING:
        end -= 1  # the heading of what was left out
    return rows[:end] if end else rows


_COPYRIGHT = re.compile(
    "版[权權]所有|copyright|©|all rights reserved|icp\\s*[备備证證]|[备備]案[号號]|"
    "网安备|powered by|由.{1,20}驱动",
    re.IGNORECASE,
)


def _is_end(line: Line) -> bool:
    """Tell whether a line at the very end is a link, a label, or says whose page it is."""
    if _is_link(line) or (len(line.text) <= LABEL and _LABELS.match(line.text)):
        return True
    return len(line.text) <= 2 * LABEL and _COPYRIGHT.search(line.text) is not None


def _is_link(line: Line) -> bool:
    return 2 * line.linked > len(line.text)
