"""Signatures as Standard Webhooks wants them.

Source: the Standard Webhooks specification, https://www.standardwebhooks.com: the signed content is
`id.timestamp.body`, the signature `v1,` and its HMAC-SHA256 in base64, the secret `whsec_` and its base64.
"""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime

from assistant.errors import OperatorError

_PREFIX = "whsec_"
_FEWEST_BYTES = 24


def key_of(secret: str) -> bytes:
    """The key of a secret.

    Raises:
        OperatorError: it is no such secret, or has fewer than 24 bytes.
    """
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(_PREFIX) or len(key) < _FEWEST_BYTES:
        raise OperatorError(
            f"webhook_secret must be {_PREFIX!r} and the base64 of at least {_FEWEST_BYTES} random bytes",
            fix='export ASSISTANT_WEBHOOK_SECRET="whsec_$(openssl rand -base64 32)"',
        )
    return key


def headers(key: bytes, webhook_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers that prove where a webhook comes from, and when it was sent."""
    timestamp = str(int(at.timestamp()))
    signed = b".".join((webhook_id.encode(), timestamp.encode(), body))
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {"webhook-id": webhook_id, "webhook-timestamp": timestamp, "webhook-signature": f"v1,{signature}"}
