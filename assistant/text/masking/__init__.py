"""Reversible masking of personal data: models, logs, memory and vectors see `<EMAIL_1>`, tools get the value back."""

from assistant.text.masking.masker import MASK, Masker, find_personal, mask_for_good
from assistant.text.masking.names import Account

__all__ = ["MASK", "Account", "Masker", "find_personal", "mask_for_good"]
