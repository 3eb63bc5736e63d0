"""Errors, by the audience that has to do something about them.

* `CustomerError`: the text may be shown to a customer as it stands.
* `ToolError`: goes back to the language model (or the direct path) as a tool's answer; says what is
  wrong and what would work, and changes nothing.
* `OperatorError`: for whoever runs the assistant; carries the command that mends it.
* `ModelUnavailable`: a language model did not answer; the ladder goes one rung down.
"""


class AssistantError(Exception):
    """Base of every error that this package raises on purpose."""


class CustomerError(AssistantError):
    """A request that can't be taken as it is; the message is written for the customer."""


class ToolError(AssistantError):
    """A tool refused; the message says what is wrong and what would work.

    Args:
        message: for a language model, in English.
        code: which refusal it is, for whoever says it in the customer's language (`replies/*/refusals/<code>.md`);
            empty where only the message tells.
        details: plain values that the text of that code needs.
    """

    def __init__(self, message: str, *, code: str = "", details: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.details = details or {}


class OperatorError(AssistantError):
    """Something the operator must mend.

    Args:
        message: what is wrong.
        fix: the command to type, or the setting to change.
    """

    def __init__(self, message: str, *, fix: str) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.message}\n  fix: {self.fix}"


class VectorsUnavailable(OperatorError):
    """Chroma can't be had here and now: another process holds its folder, or its server doesn't answer."""


class ModelUnavailable(AssistantError):
    """A language model failed, timed out, or its breaker is open."""


class DeadlineExceeded(ModelUnavailable):
    """The time of the turn ran out before the model answered."""


class RequestRefused(ModelUnavailable):
    """The model is well, but will not take this request (too long for it, or against its rules)."""
