"""Files come in: typed, checked, quarantined, kept by version, receipted."""

import hashlib
import json
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from foundation.sealing import keyed_digest
from sharing.imports import import_file
from sharing.lists import category_on
from sharing.receiving.problems import UNDECODABLE, RefusedFile
from sharing.records import connected_feeds
from storage.models import CreditRecord, ImportBatch, QuarantinedRow
from tests.factories.credit_files import a_csv, empty_row, housing_fund, received
from tests.factories.people import a_uscc, an_enterprise

pytestmark = pytest.mark.usefixtures("database")

NAME_TOTAL = "公积金缴存总额（元）"


async def kept() -> list[CreditRecord]:
    return await CreditRecord.all().order_by("id")


def named(record: CreditRecord, city: str = "JIANGYIN") -> dict[str, str]:
    """What a record holds, by the list's names."""
    return category_on(city, record.category, record.received_on).unpack(record.values)


async def refused() -> list[tuple[int, str, str, str]]:
    rows = await QuarantinedRow.all().order_by("line", "field")
    return [(row.line, row.field, row.value, row.reason) for row in rows]


async def test_good_rows_are_kept_by_the_lists_own_names_and_counted(tmp_path: Path) -> None:
    firms = [a_uscc(), a_uscc()]
    path = a_csv(tmp_path, [housing_fund(uscc=uscc) for uscc in firms])

    receipt = await received(path, category="JS-13")

    assert (receipt.accepted, receipt.unchanged, receipt.quarantined) == (2, 0, 0)
    assert receipt.file_sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert receipt.missing_columns == ()
    records = await kept()
    assert [record.uscc for record in records] == firms
    assert named(records[0]) == {
        "企业名称": "示例企业",
        "统一社会信用代码": firms[0],
        "缴存年月起": "2026-01",
        "缴存年月至": "2026-01",
        "缴存人数": "30",
        NAME_TOTAL: "12000",
        "最近一次正常缴费日期": "2026-02-15",
    }
    assert records[0].dated_on == date(2026, 1, 1)
    assert records[0].received_on == date(2026, 3, 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
async def test_utf_8_and_gbk_give_the_same_rows(tmp_path: Path, encoding: str) -> None:
    path = a_csv(tmp_path, [housing_fund(uscc=a_uscc())], encoding=encoding)

    receipt = await received(path, category="JS-13")

    assert receipt.accepted == 1
    assert named((await kept())[0])["企业名称"] == "示例企业"


async def test_brackets_and_spaces_of_a_header_do_not_matter(tmp_path: Path) -> None:
    row = {
        name.replace("（", " (").replace("）", ")"): v
        for name, v in housing_fund(uscc=a_uscc()).items()
    }

    assert (await received(a_csv(tmp_path, [row]), category="JS-13")).accepted == 1


async def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    path = a_csv(tmp_path, [housing_fund(uscc=a_uscc())])
    first = await received(path, category="JS-13")

    again = await received(path, category="JS-13", received_on=date(2026, 4, 1))

    assert again.repeated
    assert (again.batch_id, again.accepted) == (first.batch_id, 1)
    assert len(await kept()) == 1
    assert await ImportBatch.all().count() == 1


async def test_known_rows_in_a_new_file_are_unchanged_and_corrections_a_new_version(
    tmp_path: Path,
) -> None:
    one, other = a_uscc(), a_uscc()
    first = [housing_fund(uscc=one), housing_fund(uscc=other)]
    second = [housing_fund(uscc=one), housing_fund(uscc=other, total="9000")]
    await received(a_csv(tmp_path, first, name="1.csv"), category="JS-13")

    receipt = await received(a_csv(tmp_path, second, name="2.csv"), category="JS-13")
    back = await received(
        a_csv(tmp_path, [housing_fund(uscc=other)], name="3.csv"), category="JS-13"
    )

    assert (receipt.accepted, receipt.unchanged) == (1, 1)
    assert back.accepted == 1
    versions = [named(record)[NAME_TOTAL] for record in await kept() if record.uscc == other]
    assert versions == ["12000", "9000", "12000"]


async def test_a_snapshot_received_on_another_day_is_a_row_of_its_own(tmp_path: Path) -> None:
    row = empty_row("JIANGYIN", "JS-11") | {
        "统一社会信用代码": a_uscc(),
        "当前是否欠费": "否",
    }
    await received(a_csv(tmp_path, [row], name="1.csv"), category="JS-11")

    later = await received(
        a_csv(tmp_path, [row | {"企业名称": "示例"}], name="2.csv"),
        category="JS-11",
        received_on=date(2026, 4, 1),
    )

    assert later.accepted == 1
    assert len(await kept()) == 2


async def test_a_bad_row_is_quarantined_with_line_field_value_and_reason(tmp_path: Path) -> None:
    good = a_uscc()
    wrong_digit = good[:-1] + ("0" if good[-1] != "0" else "1")
    rows = [
        housing_fund(uscc=good),
        housing_fund(uscc=wrong_digit),
        housing_fund(uscc=a_uscc(), last_paid_on="2026-02-30"),
        housing_fund(uscc=a_uscc(), last_paid_on="2026-03-02"),
        housing_fund(uscc=a_uscc(), total="-5"),
        housing_fund(uscc=a_uscc(), total="12.345"),
        housing_fund(uscc=a_uscc(), total="1e5"),
        housing_fund(uscc=a_uscc(), from_month="2026-02", to_month="2026-01"),
        housing_fund(uscc=""),
        housing_fund(uscc=good),
        housing_fund(uscc=good, total="1"),
    ]

    receipt = await received(a_csv(tmp_path, rows), category="JS-13")

    assert (receipt.accepted, receipt.quarantined) == (1, 10)
    assert await refused() == [
        (3, "统一社会信用代码", wrong_digit, "统一社会信用代码校验位不符"),
        (4, "最近一次正常缴费日期", "2026-02-30", "没有这一天"),
        (5, "最近一次正常缴费日期", "2026-03-02", "日期晚于收到日期 2026-03-01"),
        (6, NAME_TOTAL, "-5", "不能为负数"),
        (7, NAME_TOTAL, "12.345", "最多 2 位小数"),
        (8, NAME_TOTAL, "1e5", "不是数字"),
        (9, "缴存年月至", "2026-01", "早于或小于“缴存年月起”（2026-02）"),
        (10, "统一社会信用代码", "", "必填项为空"),
        (11, "整行", "", "与前面的行重复"),
        (12, "整行", "", "与前面的行是同一条记录，但内容不同"),
    ]


async def test_every_problem_of_a_row_is_named_and_the_row_counts_once(tmp_path: Path) -> None:
    row = housing_fund(uscc="123", total="x", last_paid_on="?")

    receipt = await received(a_csv(tmp_path, [row]), category="JS-13")

    assert receipt.quarantined == 1
    assert [field for _, field, _, _ in await refused()] == [
        NAME_TOTAL,
        "最近一次正常缴费日期",
        "统一社会信用代码",
    ]


async def test_a_code_with_a_wrong_digit_that_the_registry_holds_is_accepted(
    tmp_path: Path,
) -> None:
    issued = "91320281MA0000001A"
    await an_enterprise(uscc=issued)

    receipt = await received(a_csv(tmp_path, [housing_fund(uscc=issued)]), category="JS-13")

    assert (receipt.accepted, receipt.quarantined) == (1, 0)


async def test_personal_cells_are_checked_but_neither_kept_nor_repeated(tmp_path: Path) -> None:
    row = empty_row("JIANGYIN", "JS-36") | {
        "统一社会信用代码": a_uscc(),
        "失信名单类别": "失信被执行人",
        "认定文号": "示例〔2025〕1号",
        "法定代表人": "某某",
        "法定代表人证件号码": "110101199001011234",
        "确认严重违法失信日期": "2025-06-01",
    }
    long_number = row | {"认定文号": "示例〔2025〕2号", "法定代表人证件号码": "1" * 501}

    await received(a_csv(tmp_path, [row, long_number]), category="JS-36")

    (record,) = await kept()
    assert "法定代表人证件号码" not in named(record)
    assert "法定代表人" not in named(record)
    assert await refused() == [(3, "法定代表人证件号码", "（不显示）", "超过 500 个字符")]


async def test_what_a_list_shares_by_verification_only_is_not_kept(tmp_path: Path) -> None:
    row = empty_row("JIANGYIN", "JS-10") | {
        "统一社会信用代码": a_uscc(),
        "缴费年月": "2026-01",
        "险种类别": "企业职工基本养老保险",
        "本月实缴金额合计（元）": "8000",
        "缴纳日期": "2026-01-20",
    }

    await received(a_csv(tmp_path, [row]), category="JS-10")

    assert "本月实缴金额合计（元）" not in named((await kept())[0])


async def test_a_column_that_stands_twice_must_agree_with_itself(tmp_path: Path) -> None:
    twice = "企业职工基本养老保险近一年月均参保人数"
    header = f"统一社会信用代码,缴费年月,险种类别,{twice},{twice}"
    lines = [
        header,
        f"{a_uscc()},202601,养老,100,100",
        f"{a_uscc()},202601,养老,100,",
        f"{a_uscc()},202601,养老,100,200",
    ]
    path = tmp_path / "twice.csv"
    path.write_text("\n".join(lines), "utf-8")

    receipt = await received(path, category="JS-10")

    assert (receipt.accepted, receipt.quarantined) == (2, 1)
    assert await refused() == [
        (4, "企业职工基本养老保险近一年月均参保人数", "100、200", "同名列的内容不一致")
    ]
    assert "参保人数" in receipt.missing_columns


async def test_cells_that_look_like_formulas_are_text_and_no_numbers(tmp_path: Path) -> None:
    formula = '=HYPERLINK("http://x.example","点我")'
    rows = [
        housing_fund(uscc=a_uscc()) | {"征缴单位全称": formula},
        housing_fund(uscc=a_uscc(), total="=1+1"),
    ]

    receipt = await received(a_csv(tmp_path, rows), category="JS-13")

    assert (receipt.accepted, receipt.quarantined) == (1, 1)
    assert named((await kept())[0])["征缴单位全称"] == formula
    assert await refused() == [(3, NAME_TOTAL, "=1+1", "不是数字")]


async def test_control_characters_and_undecodable_bytes_are_quarantined(tmp_path: Path) -> None:
    path = a_csv(tmp_path, [housing_fund(uscc=a_uscc()), housing_fund(uscc=a_uscc())])
    text = path.read_bytes()
    first = text.replace("示例企业".encode(), b"\xff\xfe", 1)
    path.write_bytes(first.replace("示例企业".encode(), "示例\x07".encode(), 1))

    receipt = await received(path, category="JS-13")

    assert receipt.quarantined == 2
    assert {reason for *_, reason in await refused()} == {
        UNDECODABLE,
        "含有控制字符",
    }


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "文件是空的"),
        (
            b"PK\x03\x04\x14\x00",
            "不是可读的 Excel 工作簿（xlsx），请重新另存为 xlsx 或 CSV",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "不能读取旧版或加密的 Excel 文件，请另存为 xlsx 或 CSV",
        ),
        (
            "统一社会信用代码\n".encode("utf-16"),
            "不是 CSV 文本文件，请另存为 UTF-8 或 GBK 编码的 CSV",
        ),
        (
            "企业名称,统一社会信用代码\n示例\0,".encode(),
            "第 2 行含有空字符（NUL），不是文本，请重新导出文件",
        ),
        (
            "name,code\n".encode("utf-16-le"),
            "第 1 行含有空字符（NUL），不是文本，请重新导出文件",
        ),
        (
            "企业名称;统一社会信用代码\n".encode(),
            "列与列之间是分号，CSV 须用英文逗号（,）分隔，请另存",
        ),
        (
            "企业名称\t统一社会信用代码\n".encode("gbk"),
            "列与列之间是制表符，CSV 须用英文逗号（,）分隔，请另存",
        ),
        (
            '"企业名称"\t"统一社会信用代码"\n'.encode(),
            "表头有误：引号位置有误；CSV 的列之间须用英文逗号（,）",
        ),
        (
            "企业名称,,统一社会信用代码,\n".encode(),
            "第 2、4 列没有列名，请填写列名，或删去多余的列（行尾多余的逗号）",
        ),
        (
            '[\n{"统一社会信用代码": "91"}]'.encode(),
            "文件是一个 JSON 数组，须每行一个 JSON 对象（去掉方括号和行尾的逗号）",
        ),
        ("企业名称,统一社会信用代码,身份证\n".encode(), "有清单以外的列：身份证"),
        ("企业名称\n".encode(), "缺少必需的列：统一社会信用代码"),
        (
            '企业名称,统一社会信用代码\n"没有结束,'.encode(),
            "第 2 行不是合法的 CSV（引号不配对或单元格过长）",
        ),
        ("统一社会信用代码\n".encode() + b"1" * 100_001, "第 2 行超过 100000 个字符"),
    ],
)
async def test_what_is_no_such_file_is_refused_with_a_sentence(
    tmp_path: Path, body: bytes, reason: str
) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(body)

    with pytest.raises(RefusedFile) as refusal:
        await received(path, category="JS-13")

    assert refusal.value.reason == reason
    assert await kept() == []


async def test_a_category_that_the_city_does_not_receive_is_refused(tmp_path: Path) -> None:
    path = a_csv(tmp_path, [housing_fund(uscc=a_uscc())])

    with pytest.raises(RefusedFile, match="沧州市没有信息类别 JS-13"):
        await received(path, category="JS-13", city="CANGZHOU")
    assert await ImportBatch.all().count() == 0


async def test_an_interrupted_import_goes_on_where_it_stopped(tmp_path: Path) -> None:
    rows = [housing_fund(uscc=a_uscc()) for _ in range(53)]
    path = a_csv(tmp_path, rows)

    def pull_the_plug(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await import_file(
            path,
            city="JIANGYIN",
            category_code="JS-13",
            provider="示例提供单位",
            received_on=date(2026, 3, 1),
            progress=pull_the_plug,
            chunk_rows=50,
        )
    assert await CreditRecord.all().count() == 50

    receipt = await received(path, category="JS-13")

    assert (receipt.accepted, receipt.unchanged, receipt.quarantined) == (53, 0, 0)
    assert not receipt.repeated
    assert await CreditRecord.all().count() == 53


async def test_registry_records_bring_profiles_up_to_date(tmp_path: Path) -> None:
    enterprise = await an_enterprise(industry="C34", employees=60)
    row = empty_row("JIANGYIN", "LOCAL-REGISTRY") | {
        "统一社会信用代码": enterprise.uscc,
        "行业代码": "3562",
        "成立日期": "2018-05-06",
        "经营状态": "存续",
        "从业人员（人）": "12",
    }

    await received(a_csv(tmp_path, [row]), category="LOCAL-REGISTRY")

    await enterprise.refresh_from_db()
    assert (enterprise.industry, enterprise.employees) == ("C35", 12)
    assert enterprise.established_on == date(2018, 5, 6)
    assert enterprise.annual_revenue is not None


async def test_a_file_with_a_header_only_says_that_nobody_is_listed(tmp_path: Path) -> None:
    header = list(empty_row("JIANGYIN", "JS-36"))

    receipt = await received(a_csv(tmp_path, [], header=header), category="JS-36")

    assert (receipt.accepted, receipt.quarantined) == (0, 0)
    assert "severe" in await connected_feeds("JIANGYIN", date(2026, 3, 1))
    assert "severe" not in await connected_feeds("JIANGYIN", date(2026, 2, 28))


async def test_rows_about_people_are_kept_by_a_keyed_digest_of_their_number(
    tmp_path: Path,
) -> None:
    number = "110101199001011234"
    row = empty_row("JIANGYIN", "JS-37") | {
        "姓名": "某某",
        "证件号码": number,
        "失信名单类别": "示例类别",
    }

    receipt = await received(a_csv(tmp_path, [row]), category="JS-37")

    (record,) = await kept()
    assert receipt.accepted == 1
    assert record.uscc is None
    assert record.subject_digest == keyed_digest("credit subject", number.encode())
    assert named(record) == {"失信名单类别": "示例类别"}


async def test_a_party_to_a_case_is_an_enterprise_or_a_person(tmp_path: Path) -> None:
    uscc = a_uscc()
    rows = [
        empty_row("JIANGYIN", "JS-7") | {"案号": "示例1号", "当事人证件号码": number}
        for number in (uscc, "110101199001011234")
    ]

    await received(a_csv(tmp_path, rows), category="JS-7")

    enterprise, person = await kept()
    assert (enterprise.uscc, enterprise.subject_digest) == (uscc, None)
    assert person.uscc is None
    assert person.subject_digest is not None


async def test_the_lists_own_slip_of_row_10_is_understood(tmp_path: Path) -> None:
    """本月实缴金额合计 twice and no 本月应缴: the first is 应缴, as the list has it there."""
    wanted = "统一社会信用代码,缴费年月,险种类别,本月实缴金额合计（元）,本月实缴金额合计(元)"
    path = tmp_path / "slip.csv"
    path.write_text(f"{wanted}\n{a_uscc()},202601,养老,-100,200\n", "utf-8")

    receipt = await received(path, category="JS-10")

    assert await refused() == [(2, "本月应缴金额合计（元）", "-100", "不能为负数")]
    assert "本月应缴金额合计（元）" not in receipt.missing_columns
    assert "本月实缴金额合计（元）" not in receipt.missing_columns


async def test_with_both_columns_a_second_one_of_the_same_name_must_agree(tmp_path: Path) -> None:
    names = "本月应缴金额合计（元）,本月实缴金额合计（元）,本月实缴金额合计（元）"
    path = tmp_path / "thrice.csv"
    lines = [f"统一社会信用代码,缴费年月,险种类别,{names}"]
    lines += [f"{a_uscc()},202601,养老,1,{paid}" for paid in ("2,2", "2,3")]
    path.write_text("\n".join(lines), "utf-8")

    receipt = await received(path, category="JS-10")

    assert receipt.accepted == 1
    assert await refused() == [(3, "本月实缴金额合计（元）", "2、3", "同名列的内容不一致")]


@pytest.mark.parametrize("chunk_rows", [2, 100])
async def test_duplicates_are_told_apart_however_far_they_stand_from_each_other(
    tmp_path: Path, chunk_rows: int
) -> None:
    first, other = a_uscc(), a_uscc()
    rows = [
        housing_fund(uscc=first),
        housing_fund(uscc=other),
        housing_fund(uscc=a_uscc()),
        housing_fund(uscc=first),
        housing_fund(uscc=other, total="1"),
    ]

    receipt = await import_file(
        a_csv(tmp_path, rows),
        city="JIANGYIN",
        category_code="JS-13",
        provider="示例提供单位",
        received_on=date(2026, 3, 1),
        chunk_rows=chunk_rows,
    )

    assert (receipt.accepted, receipt.quarantined) == (3, 2)
    assert [(line, reason) for line, _, _, reason in await refused()] == [
        (5, "与前面的行重复"),
        (6, "与前面的行是同一条记录，但内容不同"),
    ]


@pytest.mark.parametrize(
    "text", ['a"b', "a\\b", "a\\nb", "{NULL}", "NULL", "\\N", "a\tb", "第一行\n第二行"]
)
async def test_whatever_stands_in_a_text_is_kept_as_it_is(tmp_path: Path, text: str) -> None:
    row = empty_row("JIANGYIN", "JS-6") | {"统一社会信用代码": a_uscc(), "公告内容": text}

    receipt = await received(a_csv(tmp_path, [row]), category="JS-6")

    (record,) = await kept()
    assert receipt.accepted == 1
    assert named(record)["公告内容"] == text


async def test_a_workbook_and_json_lines_give_the_same_rows_as_csv(tmp_path: Path) -> None:
    row = housing_fund(uscc=a_uscc())
    book = openpyxl.Workbook()
    for line in (list(row), list(row.values())):
        book.worksheets[0].append(line)
    book.save(tmp_path / "rows.xlsx")
    lines = tmp_path / "rows.jsonl"
    lines.write_text(json.dumps(row, ensure_ascii=False), "utf-8")

    first = await received(a_csv(tmp_path, [row]), category="JS-13")
    second = await received(tmp_path / "rows.xlsx", category="JS-13")
    third = await received(lines, category="JS-13")

    assert first.accepted == 1
    assert (second.unchanged, second.quarantined) == (1, 0)
    assert (third.unchanged, third.quarantined) == (1, 0)


async def test_a_file_of_ten_gigabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "sparse.csv"
    with path.open("wb") as out:
        out.truncate(10 * 1024**3)

    with pytest.raises(RefusedFile, match="文件超过 2 GB，请分批提供"):
        await received(path, category="JS-13")


async def test_a_quote_in_the_wrong_place_spoils_its_own_row_only(tmp_path: Path) -> None:
    path = a_csv(tmp_path, [housing_fund(uscc=a_uscc())])
    good = path.read_text("utf-8").splitlines()[1]
    with path.open("a", encoding="utf-8") as out:
        out.write(f'"a"b,c\n{good.replace("30", "31")}\n')

    receipt = await received(path, category="JS-13")

    assert (receipt.accepted, receipt.quarantined) == (1, 2)
    assert (await refused())[0] == (3, "整行", "", "引号位置有误")


async def test_a_file_received_before_its_list_was_valid_is_refused(tmp_path: Path) -> None:
    path = a_csv(tmp_path, [housing_fund(uscc=a_uscc(), last_paid_on="2022-01-01")])

    with pytest.raises(RefusedFile, match="JS-13 自 2022-07-16 起有效"):
        await received(path, category="JS-13", received_on=date(2022, 7, 15))
