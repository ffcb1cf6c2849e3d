"""Bytes to text, in the encodings that archives have."""

from __future__ import annotations

import pytest

from index.reading.encoding import decode, decode_named, looks_binary

JAPANESE = "今日は渡し船に乗りました。新しい船はとても速くて、料金は変わりません。"
KOREAN = "오늘 나루터가 다시 열렸습니다. 주민들은 아침 일찍부터 줄을 섰습니다."
CHINESE = "城东的旧渡口今天重新开放，附近居民清早就在岸边排队。"


@pytest.mark.parametrize(
    ("text", "encoding", "labels"),
    [
        (JAPANESE, "euc_jp", ["EUC-JP", "x-euc-jp"]),
        (JAPANESE, "cp932", ["Shift_JIS", "x-sjis", "windows-31j", "MS_Kanji"]),
        (JAPANESE, "iso2022_jp_2", ["ISO-2022-JP"]),
        (KOREAN, "cp949", ["euc-kr", "ks_c_5601-1987", "windows-949", "korean"]),
        (CHINESE, "hz", ["hz-gb-2312"]),
    ],
)
@pytest.mark.parametrize("declaration", ["<meta charset={}>", "<?xml version='1.0' encoding='{}'?>"])
def test_a_declared_encoding_is_read(text, encoding, labels, declaration):
    for label in labels:
        page = declaration.format(label) + f"<p>{text}</p>"
        assert decode_named(page.encode(encoding)) == (page, encoding), label


@pytest.mark.parametrize("label", ["euc-jp", "shift_jis", "euc-kr"])
def test_chinese_is_chinese_whatever_its_page_declares(label):
    page = f"<meta charset={label}><p>{CHINESE}</p>"
    assert decode_named(page.encode("gb18030")) == (page, "gb18030")


def test_the_euro_sign_of_gbk():
    assert decode(CHINESE.encode("gbk") + b"\x80 50") == CHINESE + "€ 50"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_byte_order_mark_is_no_text_wherever_it_stands(encoding):
    data = b"\xef\xbb\xbf" + CHINESE.encode(encoding)
    assert decode_named(data) == (CHINESE, encoding)
    assert decode(f"甲\ufeff乙{CHINESE}".encode()) == f"甲乙{CHINESE}"


def test_a_zero_byte_makes_no_text_binary():
    assert not looks_binary(f"甲\0乙{CHINESE}".encode())
    assert looks_binary(bytes(64))
