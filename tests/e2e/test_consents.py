"""Consents: an owner lets one bank read, sees it and takes it back; a person answers by a link."""

import csv
import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.deals import a_demand_by, accept_the_offer, an_offer_by
from tests.e2e.entering import come_in_as_staff, come_in_by_phone
from tests.e2e.phone import Phone
from tests.e2e.setup import SetUp, a_key
from tests.servers import ROOT

OWNER, OWNER_PHONE = "owner-first", "14000000002"
# A phone gets one code a minute: each journey has its own.
SCANNED, SCANNED_PHONE = "owner-changzhou", "14000000008"
OFFICER, BANK = "officer-jiangyin-bank", "江阴农村商业银行"
CATEGORY = "住房公积金缴纳情况"
CONTROLLER, CONTROLLER_PHONE = "示例控制人", "14000000951"
ENTERPRISE = "{ viewer { enterprise { id } } }"
CREDIT_CODE = "苏信码展示信用等级"
CODES = "{ viewer { enterprise { consents(first: 1) { edges { node { creditCode } } } } } }"
INVITE = """
mutation ($input: PersonalConsentInviteInput!) {
  personalConsentInvite(input: $input) { __typename }
}
"""


def test_an_owner_lets_one_bank_read_and_takes_it_back(
    a_phone: Callable[[], Phone], set_up: SetUp
) -> None:
    demand_id = a_demand_by(set_up, OWNER, "扩建厂房")
    an_offer_by(set_up, OFFICER, demand_id)
    accept_the_offer(set_up, OWNER, demand_id)
    owner, officer = a_phone(), a_phone()
    come_in_by_phone(owner, set_up, OWNER_PHONE)
    owner.at("我的")
    grant(owner, demand_id)
    come_in_as_staff(officer, set_up, OFFICER)
    officer.at("澄易贷")
    read(officer, demand_id)
    expect(officer.page.locator(".shared-head").filter(has_text=CATEGORY)).to_contain_text(
        "企业已授权"
    )
    sees_the_reading(owner)
    revoke(owner)
    officer.open("/pages/home/index")
    officer.at("澄易贷")
    read(officer, demand_id)
    expect(officer.page.locator(".shared-head").filter(has_text=CATEGORY)).to_have_count(0)


def grant(phone: Phone, demand_id: str) -> None:
    phone.open(f"/pages/enterprise/grant?demand={demand_id}")
    phone.at("授权给机构")
    phone.fits()
    phone.page.get_by_label("给哪家机构").select_option(label=BANK)
    phone.write("查找信息类别", CATEGORY)
    phone.tap(re.compile(CATEGORY))
    boxes = phone.page.get_by_role("group", name=CATEGORY).locator("input")
    for box in boxes.all():
        expect(box).not_to_be_checked()
    boxes.first.check()
    phone.tap("确认授权")
    phone.sees("请选择期限")
    phone.look_over()
    phone.choose("提供到哪一天", "3 个月")
    phone.choose("授权文本", "我已阅读并同意以上授权")
    phone.tap("确认授权")
    phone.sees(f"已授权{BANK}查看")
    phone.at("授权管理")
    phone.sees(BANK)
    phone.fits()


def read(phone: Phone, demand_id: str) -> None:
    phone.open(f"/pages/demand/detail?id={demand_id}")
    phone.at("需求详情")
    phone.tap("查看授权信息")
    phone.sees("没有提供")
    phone.at("需求详情")
    phone.fits()


def sees_the_reading(phone: Phone) -> None:
    phone.open("/pages/enterprise/access")
    phone.at("谁看过我的信息")
    lines = phone.page.locator(".access").filter(has_text=BANK).filter(has_text="查看数据")
    expect(lines.first).to_be_visible()
    # What is public and what the consent covers are a line each.
    for line in lines.all():
        line.get_by_role("button").tap()
    # The page reads the rows and, beside the grade, the portrait: that is one reading.
    under_consent = lines.filter(has_text=CATEGORY)
    expect(under_consent).to_have_count(1)
    expect(under_consent.first).to_contain_text("向机构提供信用信息")
    phone.look_over()


def revoke(phone: Phone) -> None:
    phone.open("/pages/enterprise/consents")
    phone.at("授权管理")
    card = phone.page.get_by_role("article").filter(has_text="向机构提供信用信息").first
    card.get_by_role("button", name="撤销授权").tap()
    sheet = phone.page.get_by_role("dialog")
    expect(sheet).to_contain_text(f"{BANK}下一次查看就会被拒绝")
    phone.look_over()
    phone.tap("撤销授权", within=sheet)
    phone.sees("授权已撤销")
    phone.choose("授权状态", "已结束")
    phone.sees("已撤销")


def test_whoever_scans_the_credit_code_sees_the_level_until_it_is_taken_back(
    a_phone: Callable[[], Phone], set_up: SetUp
) -> None:
    owner, stranger = a_phone(), a_phone()
    come_in_by_phone(owner, set_up, SCANNED_PHONE)
    owner.at("我的")
    owner.open("/pages/enterprise/consents")
    owner.at("授权管理")
    offer = owner.page.locator(".card").filter(has_text=CREDIT_CODE)
    owner.tap("阅读授权文本", within=offer)
    owner.choose("授权文本", "我已阅读并同意以上授权")
    owner.tap("同意展示")
    owner.sees("已同意，可以查看苏信码")
    owner.tap("查看苏信码")
    expect(owner.page.get_by_role("dialog")).to_contain_text("扫码查看本企业信用等级")
    owner.look_over()
    code = set_up.ask(set_up.token_of(SCANNED), CODES)["viewer"]["enterprise"]["consents"]["edges"]
    link = f"/pages/credit-code/shown?code={code[0]['node']['creditCode']}"
    stranger.open(link)
    stranger.at("苏信码")
    stranger.sees("金融信贷信用等级")
    stranger.sees("我的常州")
    stranger.fits()
    owner.tap("关闭", within=owner.page.get_by_role("dialog"))
    card = owner.page.get_by_role("article").filter(has_text=CREDIT_CODE).first
    card.get_by_role("button", name="撤销授权").tap()
    owner.tap("撤销授权", within=owner.page.get_by_role("dialog"))
    owner.sees("授权已撤销")
    stranger.open("/pages/home/index")
    stranger.open(link)
    stranger.sees("这个苏信码没有可以显示的内容")


def test_a_person_consents_by_a_link(phone: Phone, set_up: SetUp) -> None:
    token = set_up.token_of(OWNER)
    enterprise_id = set_up.ask(token, ENTERPRISE)["viewer"]["enterprise"]["id"]
    person = {
        "enterpriseId": enterprise_id,
        "subject": "ACTUAL_CONTROLLER",
        "name": CONTROLLER,
        "phone": CONTROLLER_PHONE,
        "idempotencyKey": a_key(),
    }
    result = set_up.ask(token, INVITE, {"input": person})["personalConsentInvite"]
    assert result["__typename"] == "PersonalConsentInvitation", result
    link = set_up.link_for(CONTROLLER_PHONE)
    phone.open(link)
    phone.at("本人授权")
    assert "token" not in phone.page.url
    phone.sees("以实际控制人的身份")
    phone.fits()
    consent = phone.choice("授权文本", "我已阅读并同意以上授权")
    expect(consent).not_to_be_checked()
    phone.tap("获取验证码")
    phone.sees("验证码已发送")
    phone.write("您的姓名", CONTROLLER)
    phone.write("您的身份证号", an_id_number())
    phone.write("短信验证码", set_up.code_for(CONTROLLER_PHONE))
    phone.tap("同意授权")
    phone.sees("请先阅读并勾选同意")
    phone.at("本人授权")
    consent.check()
    phone.tap("同意授权")
    phone.sees("您已经同意授权")
    phone.at("本人授权")


def an_id_number() -> str:
    file = ROOT / "tools" / "story" / "unregistered.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        return next(csv.DictReader(lines))["id_number"]
