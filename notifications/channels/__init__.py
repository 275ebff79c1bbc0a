"""The SMS channel of this process: the gateway when one is set, the console in development."""

from collections.abc import Iterator
from contextlib import contextmanager

from foundation.http_client import outbound
from foundation.settings import settings
from notifications.channels.base import CodeMessage, LinkMessage, SmsChannel, SmsError
from notifications.channels.console import ConsoleSms
from notifications.channels.gateway import GatewaySms

__all__ = [
    "CodeMessage",
    "LinkMessage",
    "SmsChannel",
    "SmsError",
    "sms_channel",
    "use_sms_channel",
]

_chosen: list[SmsChannel] = []


def sms_channel() -> SmsChannel:
    """The channel that codes leave by. Raises SmsError when none is configured."""
    if _chosen:
        return _chosen[-1]
    configured = settings()
    if configured.sms_url and configured.sms_token:
        return GatewaySms(configured.sms_url, configured.sms_token.get_secret_value(), outbound())
    if configured.print_codes:
        return ConsoleSms()
    raise SmsError("RQ_SMS_URL and RQ_SMS_TOKEN are not set")


@contextmanager
def use_sms_channel(channel: SmsChannel) -> Iterator[None]:
    """Let codes leave by another channel for a while, in this process."""
    _chosen.append(channel)
    try:
        yield
    finally:
        _chosen.remove(channel)
