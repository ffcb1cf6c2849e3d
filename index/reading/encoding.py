"""Decode the bytes of a file: detect the encoding, replace broken bytes.

Nothing is refused here. Broken bytes become U+FFFD, and the format's reader
decides whether the text is an article.
"""

from __future__ import annotations

import codecs
import re
from itertools import islice

__all__ = ["decode", "decode_named", "looks_binary"]

# The longer mark first: UTF-32's begins like UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Most broken sequences, to a hundred good ones, in a text that still counts as UTF-8.
ACCIDENTS = 5
#: Number of bytes on which encodings are compared.
SAMPLE = 100_000
#: In a text of fewer characters than FEW, merely frequent characters count too, each as FREQUENT common ones.
FEW = 200
FREQUENT = 0.1

_DECLARED = re.compile(
    rb"""(?:<meta[^<>]{0,200}?charset|<\?xml[^<>]{0,100}?\bencoding)\s*=\s*["']?([A-Za-z0-9_:.-]{2,30})""",
    re.IGNORECASE,
)
# Declared encodings that are believed where the text is neither UTF-8 nor Chinese.
_OTHERS = re.compile(r"(?:windows-?125|cp125|iso-?8859|latin|koi8)", re.I)
# Declared encodings of Japanese and Korean: Python's name, and letters that show that it is one of them.
_NEIGHBOURS = (
    (re.compile(r"(?:x-)?euc-?jp|cseucpkdfmtjapanese", re.I), "euc_jp", "[\u3041-\u30fa]", 0.1),
    (
        re.compile(r"(?:x-|cs)?s(?:hift)?[-_]?jis|ms_kanji|ms932|windows-31j|cp932", re.I),
        "cp932",
        "[\u3041-\u30fa]",
        0.1,
    ),
    (
        re.compile(r"(?:cs|x-)?euc-?kr|korean|ks_?c_?5601|ksc?_?5601|windows-949|cp949|uhc", re.I),
        "cp949",
        "[\uac00-\ud7a3]",
        0.5,
    ),
)
# Declared encodings that are ASCII with escapes.
_ESCAPES = (
    (re.compile(r"(?:cs)?iso-?2022-jp.*", re.I), "iso2022_jp_2"),
    (re.compile(r"(?:cs)?iso-?2022-kr", re.I), "iso2022_kr"),
    (re.compile(r"hz(?:-gb-2312)?", re.I), "hz"),
)
_CHINESE = {"gb18030": re.compile("gb|hz|cp936", re.I), "big5hkscs": re.compile("big5|cp950", re.I)}
# The 3,755 characters of GB 2312's first level, the 5,401 of Big5's.
_FREQUENT = {
    "gb18030": re.compile(rb"[\xb0-\xd7][\xa1-\xfe]"),
    "big5hkscs": re.compile(rb"[\xa4-\xc6][\x40-\xfe]"),
}

# The most frequent characters of Chinese text, which make up half of any page;
# read in the wrong encoding, hardly one comes up. Simplified, traditional, marks.
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后"
    "多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合"
    "还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只"
    "没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边"
    "流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造"
    "這為個國來們時會學對發動說產種後進電裡實現體機當點從業還應開關樣與間線內數質氣變條沒結問義無軍員題黨總設長頭"
    "資邊級圖統將組見計別運農幾區強決戰則據處隊給門於報導認總麼過經裏著樂聽書話語讓萬幣華歲師愛親雙麗"
    "，。、；：？！“”（）《》「」"
)


def decode(data: bytes) -> str:
    """Return the text, without byte-order marks; see `decode_named`."""
    return decode_named(data)[0]


def decode_named(data: bytes) -> tuple[str, str]:
    """Return the text, without byte-order marks, and the name of its encoding.

    Tried in turn: the mark, UTF-16 by its marks of markup, UTF-8 with few
    broken bytes, a declared encoding of Japanese or Korean that shows its
    letters; then GB18030 and Big5, of which the one that gives the more
    common characters wins, a declared charset counting a little; then what is
    declared; then GB18030 or Big5 again where nothing in it is broken, and
    UTF-8.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            data = data[len(mark) :]
            if encoding != "utf-8":
                return _decoded(data, encoding), encoding
            break
    if (wide := _utf16(data)) is not None:
        return _decoded(data, wide), wide
    # One byte is found twenty times as fast as two.
    if (b"\x1b" in data and b"\x1b$" in data) or (b"~" in data and b"~{" in data):
        for label, encoding in _ESCAPES:
            if label.fullmatch(_declared(data)):
                return _decoded(data, encoding), encoding
    try:
        text = data.decode("utf-8")
        return text.replace("\ufeff", "") if "\ufeff" in text else text, "utf-8"
    except UnicodeDecodeError:
        pass
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    good = len(text) - len(text.encode("ascii", "ignore")) - broken
    if broken * 100 <= good * ACCIDENTS:
        return text.replace("\ufeff", ""), "utf-8"
    legacy = _neighbour(data) or _legacy(data)
    if legacy is None and len(re.findall("[\u0800-\ufffc]", text)) < len(re.findall("\ufffd+", text)):
        # Hardly any two characters in another encoding look like one of three bytes in UTF-8.
        legacy = _unbroken(data)
    return (text.replace("\ufeff", ""), "utf-8") if legacy is None else (_decoded(data, legacy), legacy)


def _decoded(data: bytes, encoding: str) -> str:
    return data.decode(encoding, "replace-or-euro").replace("\ufeff", "")


def _replaced(error: UnicodeError) -> tuple[str, int]:
    """Decode 0x80 in GBK as Windows does, as the euro sign; replace other broken bytes."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    if error.encoding == "gb18030" and error.object[error.start] == 0x80:
        return "€", error.start + 1
    return "\ufffd", error.end


codecs.register_error("replace-or-euro", _replaced)


def _neighbour(data: bytes) -> str | None:
    """Return the declared encoding of Japanese or Korean, if the text shows its letters."""
    declared = _declared(data)
    for label, encoding, letters, least in _NEIGHBOURS:
        if label.fullmatch(declared) is None and label.match(declared) is None:
            continue
        text = data[:SAMPLE].decode(encoding, "replace")
        others = [letter for letter in text if letter > "\x7f"]
        shown = len(re.findall(letters, text))
        broken = text.count("\ufffd")
        chinese = max(_likeness(data[:SAMPLE], each, "") for each in _CHINESE)
        if shown > least * len(others) and broken * 20 <= len(others) and (least < 0.5 or chinese <= 0.2):
            return encoding
    return None


def _legacy(data: bytes) -> str | None:
    """Return the encoding in which the text reads like Chinese, or else the one that it declares."""
    declared = _declared(data)
    best = _better(data, declared)
    if _likeness(data[:SAMPLE], best, declared) > 0.2:
        return best
    if _OTHERS.match(declared):
        try:
            return codecs.lookup(declared).name
        except LookupError:
            pass
    return None


def _unbroken(data: bytes) -> str | None:
    """Return the encoding of Chinese that has none of the common characters, as in 金融武器."""
    best = _better(data, _declared(data))
    try:
        text = data.decode(best)
    except UnicodeDecodeError:
        return None
    runs = _RUN.findall(text)
    accents = sum(_is_accent(before, run, after, best) for before, run, after in runs)
    letters = "".join(run for _, run, _ in runs)
    if _PRIVATE.search(letters) or accents * 2 > len(runs) or (len(letters) == 1 and letters.isalnum()):
        return None
    return best


def _is_accent(before: str, run: str, after: str, encoding: str) -> bool:
    """Tell whether one character between ASCII is rather an accented letter, as in Orléans or Größe."""
    return len(run) == 1 and run.isalpha() and (before + after != "" or run.encode(encoding)[1] < 0x80)


def _declared(data: bytes) -> str:
    declared = _DECLARED.search(data[:4096])
    return declared[1].decode("ascii") if declared else ""


def _better(data: bytes, declared: str) -> str:
    """Return GB18030 or Big5, by common characters, and in a few words also by frequent ones."""
    sample = data[:SAMPLE]

    def fitness(encoding: str) -> float:
        return _likeness(sample, encoding, declared) + FREQUENT * _frequent(sample, encoding)

    return max(_CHINESE, key=fitness)


def _frequent(sample: bytes, encoding: str) -> float:
    """Return the share of characters of the encoding's own first level, which has the frequent ones."""
    letters = islice((letter for letter in sample.decode(encoding, "replace") if letter > "\x7f"), FEW)
    codes = [letter.encode(encoding, "ignore") for letter in letters]
    return sum(_FREQUENT[encoding].fullmatch(code) is not None for code in codes) / max(1, len(codes))


def _likeness(sample: bytes, encoding: str, declared: str) -> float:
    """Return how much `sample` reads like Chinese in `encoding`: about 0.5 if it is, about 0 if not."""
    letters = [letter for letter in sample.decode(encoding, "replace") if letter > "\x7f"]
    if not letters:
        return 0.0
    common = sum(letter in _COMMON for letter in letters)
    wrong = sum(letter == "\ufffd" or "\ue000" <= letter <= "\uf8ff" for letter in letters)
    believed = 0.05 if _CHINESE[encoding].match(declared) else 0.0
    return (common - 2 * wrong) / len(letters) + believed


def _utf16(data: bytes) -> str | None:
    """Return which UTF-16 `data` is, if any.

    A file has markup in it. In the wrong order of bytes its signs become rare
    characters, and those that would become such signs are as rare; 一 and the
    wide space, which have a zero where ASCII has none, become N and 0.
    """
    head = data[:4096]
    if b"\0" not in head:
        return None
    texts = {encoding: _begun(head, encoding) for encoding in ("utf-16-le", "utf-16-be")}
    signs = {encoding: sum(map(text.count, _SIGNS)) for encoding, text in texts.items()}
    best = max(signs, key=signs.__getitem__)
    if signs[best] < 3 or sum(signs.values()) * 10 > signs[best] * 11:
        return None
    if _no_text(texts[best]) * 50 > len(texts[best]):
        return None
    # UTF-8 with a few zeros among it is broken text: its pairs of letters would be Chinese, too.
    utf_8 = head.count(0) * 4 < len(head) and "\ufffd" not in _begun(head, "utf-8")
    return None if utf_8 else best


def _begun(head: bytes, encoding: str) -> str:
    """Decode the beginning of a text, whose last character may be cut."""
    return codecs.getincrementaldecoder(encoding)("replace").decode(head)


def _no_text(text: str) -> int:
    return len(_NO_TEXT.findall(text))


#: Text has at most this share of control characters, NUL among them.
CONTROLS = 0.05


def looks_binary(head: bytes) -> bool:
    """Tell whether a file that begins with `head` is no text in any encoding."""
    if head.startswith(tuple(mark for mark, _ in _MARKS)) or _utf16(head):
        return False
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return controls > CONTROLS * len(head) or head.startswith(_MAGIC)


_RUN = re.compile("([A-Za-z]?)([^\x00-\x7f]+)(?=([A-Za-z]?))")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
# Signs of seeds and of markup; and what no text consists of.
_SIGNS = ("\n", "<", ">", "[", "]", "(", ")", "-", "/")
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\ue000-\uf8ff\ufffd-\uffff]")
_CONTROLS = bytes(code for code in range(0x20) if code not in b"\t\n\x0b\x0c\r\x1b")
_MAGIC = (b"%PDF-", b"PK\x03\x04", b"\x1f\x8b", b"GIF8", b"\xff\xd8\xff", b"\x89PNG")
