"""What goes wrong with hosted models, in the words of this package.

An OpenAI-compatible server may answer 200 with an HTML page, with no choices, with an error in the body, or with
a stream that stops; the client lets some of that through as an empty answer. Here every fault becomes
`ModelUnavailable` with a reason, and only what is worth another try becomes `TryAgain`.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import openai
from langchain_core.exceptions import ContextOverflowError
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatResult

from assistant.errors import DeadlineExceeded, ModelUnavailable, RequestRefused

_AGAIN = frozenset({408, 409, 429, 500, 502, 503, 504})
_REFUSED = frozenset({400, 413, 422})
_SHOWN = 200


class TryAgain(ModelUnavailable):
    """A fault that may be gone in a moment.

    Args:
        reason: what happened.
        status: of the HTTP answer; None when there was none.
        after_s: how long the server asked to wait, in seconds.
    """

    def __init__(self, reason: str, *, status: int | None = None, after_s: float | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.after_s = after_s


@contextmanager
def faults() -> Iterator[None]:
    """Turn what the client raises into this package's errors.

    Raises:
        TryAgain: too many requests, a server's error, no connection.
        DeadlineExceeded: no answer in time.
        RequestRefused: the model won't take this request.
        ModelUnavailable: everything else that isn't an answer.
    """
    try:
        yield
    except ModelUnavailable:
        raise
    except (ContextOverflowError, openai.LengthFinishReasonError, openai.ContentFilterFinishReasonError) as error:
        raise RequestRefused(f"the hosted model refused the request: {_short(error)}") from error
    except openai.APITimeoutError as error:
        raise DeadlineExceeded("the hosted model did not answer in time") from error
    except openai.APIConnectionError as error:
        raise TryAgain(f"no connection to the hosted model: {_short(error.__cause__ or error)}") from error
    except openai.APIStatusError as error:
        raise _of_status(error) from error
    except openai.OpenAIError as error:
        raise ModelUnavailable(f"the hosted model failed: {_short(error)}") from error
    except json.JSONDecodeError as error:
        raise ModelUnavailable("the hosted model's answer is not JSON; is the base URL right?") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelUnavailable(f"the hosted model's answer is not in OpenAI's form: {_short(error)}") from error


def require_answer(result: ChatResult) -> AIMessage:
    """The message of a result that is an answer.

    Raises:
        RequestRefused: the model declined, or its filter did.
        ModelUnavailable: there is no choice in it, or nothing in the choice.
    """
    if not result.generations:
        raise ModelUnavailable("the hosted model answered without any choice")
    generation = result.generations[0]
    message = generation.message
    if not isinstance(message, AIMessage):
        raise ModelUnavailable(f"the hosted model answered with {type(message).__name__}")
    reason = (generation.generation_info or {}).get("finish_reason")
    if message.additional_kwargs.get("refusal") or reason == "content_filter":
        raise RequestRefused("the hosted model declined to answer")
    if not message.text and not message.tool_calls and not message.invalid_tool_calls:
        raise ModelUnavailable(f"the hosted model's answer is empty (finish_reason {reason!r})")
    return message


def _of_status(error: openai.APIStatusError) -> ModelUnavailable:
    status = error.status_code
    said = f"HTTP {status}: {_short(error)}"
    if status in _AGAIN:
        return TryAgain(said, status=status, after_s=_retry_after(error))
    if status in _REFUSED:
        return RequestRefused(f"the hosted model refused the request: {said}")
    return ModelUnavailable(f"the hosted model failed: {said}")


def _retry_after(error: openai.APIStatusError) -> float | None:
    value = error.response.headers.get("retry-after")
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def _short(error: BaseException) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
