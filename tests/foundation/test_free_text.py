import pytest

from foundation.free_text import is_plain, tidy


@pytest.mark.parametrize(
    "text", ["采购原材料 3.5㎡ 25℃ №1 ¥100 “引号”——（完）", "生僻字𠮷也可以", "", "全角　空格", "①"]
)
def test_ordinary_writing_is_plain(text: str) -> None:
    assert is_plain(text)


@pytest.mark.parametrize(
    "text",
    [
        "换\n行",
        "制\t表",
        "\x00",
        "\x7f",
        "零宽\u200b字符",
        "从右\u202e往左",
        "笑脸😀",
        "爱心❤️",
        "旗🇨🇳",
        "星⭐",
        "é́́",
        "\ud800",
        "\ue000",
        "\u2028",
    ],
)
def test_invisible_marks_and_pictures_are_not(text: str) -> None:
    assert not is_plain(text)


def test_tidy_composes_and_trims() -> None:
    assert tidy("  e\u0301te  ") == "éte"
