"""One-time codes: drawn at the last moment, sent, and marked as sent."""

from accounts import codes
from accounts.facts import CodeRequested
from foundation.clock import SystemClock
from notifications.channels import CodeMessage, sms_channel


async def send_the_code_by_sms(fact: CodeRequested) -> None:
    """Draw and send the code, unless it has left or is too old. Raises SmsError."""
    clock = SystemClock()
    drawn = await codes.draw(fact.challenge_id, clock.now())
    if drawn is not None:
        minutes = int(codes.LIFETIME.total_seconds() // 60)
        await sms_channel().send_code(CodeMessage(drawn.phone, drawn.code, drawn.city, minutes))
        await codes.mark_sent(fact.challenge_id, clock.now())
