"""A data provider sends a file from the phone and reads what became of each row."""

import re

from playwright.sync_api import expect

from tests.e2e.entering import come_in_as_staff
from tests.e2e.phone import WITHIN_MS, Phone
from tests.e2e.setup import SetUp

FOREIGN, OWN = "JS-1 纳税信息", "JS-13 住房公积金缴纳情况"
HEADER = "企业名称,统一社会信用代码,缴存年月起,缴存年月至,最近一次正常缴费日期"
GOOD = "示例新材料科技有限公司,91320281MA0RQ00028,2026-09,2026-09,2026-09-15"
BAD = "示例新材料科技有限公司,91320281MA0RQ00028,2026-09,2026-09,不是日期"


def test_a_provider_sends_a_file_and_sees_what_became_of_it(phone: Phone, set_up: SetUp) -> None:
    come_in_as_staff(phone, set_up, "provider-housing-fund")
    phone.at("澄易贷")
    phone.tap("数据报送")
    phone.at("数据报送")
    phone.tap("开始上传")
    category = phone.page.get_by_label("信息类别")
    expect(phone.problem_of(category)).to_have_text("请选择")
    choose_a_file(phone)
    category.select_option(label=FOREIGN)
    phone.tap("开始上传")
    phone.sees("本单位不能提供这个信息类别")
    expect(phone.problem_of(category)).to_have_text("本单位不能提供这个信息类别")
    phone.at("数据报送")
    category.select_option(label=OWN)
    expect(phone.problem_of(category)).to_have_count(0)
    phone.tap("开始上传")
    read_the_result(phone)


def choose_a_file(phone: Phone) -> None:
    content = "\n".join((HEADER, GOOD, BAD)).encode()
    file = {"name": "公积金.csv", "mimeType": "text/csv", "buffer": content}
    phone.page.locator("input[type=file]").set_input_files(files=[file])
    phone.sees(re.compile("公积金.csv"))


def read_the_result(phone: Phone) -> None:
    phone.at("报送结果")
    expect(phone.page.locator(".row")).to_have_count(1, timeout=WITHIN_MS)
    phone.sees("最近一次正常缴费日期")
    phone.sees("第 3 行")
    phone.sees("原值：不是日期")
    phone.at("报送结果")
    phone.fits()
    phone.tap("返回")
    phone.at("数据报送")
    phone.sees("公积金.csv")
    phone.fits()
