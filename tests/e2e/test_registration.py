"""A new owner's way in: register the firm, prove the name, authorise, and read the grade."""

import csv

from playwright.sync_api import expect

from tests.e2e.entering import come_in_by_phone
from tests.e2e.phone import Phone
from tests.e2e.setup import SetUp
from tests.servers import ROOT

NEWCOMER = "14000000901"


def a_firm_nobody_registered() -> dict[str, str]:
    file = ROOT / "tools" / "story" / "unregistered.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        return next(csv.DictReader(lines))


def test_a_new_owner_registers_and_is_graded(phone: Phone, set_up: SetUp) -> None:
    firm = a_firm_nobody_registered()
    come_in_by_phone(phone, set_up, NEWCOMER)
    register(phone, firm)
    prove_the_name(phone, firm)
    authorise(phone)
    read_the_grade(phone, firm)


def register(phone: Phone, firm: dict[str, str]) -> None:
    phone.at("企业认证")
    wrong_check_digit = "1" if firm["uscc"][-1] != "1" else "2"
    phone.write("统一社会信用代码", firm["uscc"][:-1] + wrong_check_digit)
    phone.write("企业名称", firm["name"])
    phone.page.get_by_label("注册城市").select_option(firm["city"])
    phone.tap("下一步")
    uscc = phone.field("统一社会信用代码")
    expect(uscc).to_have_attribute("aria-invalid", "true")
    expect(phone.problem_of(uscc)).to_contain_text("统一社会信用代码")
    phone.at("企业认证")
    uscc.fill(firm["uscc"])
    phone.tap("下一步")


def prove_the_name(phone: Phone, firm: dict[str, str]) -> None:
    phone.sees("与登记机关核对法定代表人信息")
    phone.at("企业认证")
    phone.write("法定代表人姓名", firm["legal_representative"])
    phone.write("法定代表人身份证号", firm["id_number"])
    consent = phone.choice("授权文本", "我已阅读并同意以上文本")
    expect(consent).not_to_be_checked()
    phone.tap("核对并继续")
    phone.sees("请阅读并同意后再继续")
    phone.at("企业认证")
    consent.check()
    phone.tap("核对并继续")


def authorise(phone: Phone) -> None:
    phone.sees("授权评定信用等级")
    phone.at("企业认证")
    consent = phone.choice("授权文本", "我已阅读并同意以上文本")
    expect(consent).not_to_be_checked()
    consent.check()
    phone.tap("授权并评定")
    phone.sees("认证已完成")
    phone.at("企业认证")


def read_the_grade(phone: Phone, firm: dict[str, str]) -> None:
    phone.tap("查看信用等级")
    phone.at("信用等级")
    phone.sees(firm["name"])
    indicators = phone.page.locator(".indicator")
    expect(indicators.first).to_be_visible()
    assert indicators.count() >= 10
    for indicator in indicators.all():
        indicator.get_by_role("button").tap()
        assert indicator.locator(".indicator-why").inner_text().strip()
