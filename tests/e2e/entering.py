"""How people come in: owners by their phone, staff by login, password and code."""

from tests.e2e.phone import Phone
from tests.e2e.setup import SetUp
from tools.story.people import STAFF_PASSWORD


def come_in_by_phone(phone: Phone, set_up: SetUp, number: str) -> None:
    """Sign in with a phone number and the code that was sent to it."""
    phone.open()
    phone.tab("我的")
    phone.at("我的")
    phone.tap("登录 / 注册")
    phone.at("登录")
    phone.write("手机号", number)
    phone.tap("获取验证码")
    phone.sees("验证码已发送")
    phone.write("验证码", set_up.code_for(number))
    phone.tap("登录")


def come_in_as_staff(phone: Phone, set_up: SetUp, login: str) -> None:
    """Sign in with a login of the demo story and arrive at its desk."""
    phone.open("/pages/session/sign-in")
    phone.at("登录")
    phone.follow("机构与平台人员登录")
    phone.at("工作人员登录")
    phone.write("账号", login)
    phone.write("密码", STAFF_PASSWORD)
    phone.write("动态验证码", set_up.totp_of(login))
    phone.tap("登录")
