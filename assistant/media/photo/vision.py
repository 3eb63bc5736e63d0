"""What a hosted vision model says of a photo, for people at the desk; nothing is ever decided by its words."""

import base64
import logging

log = logging.getLogger(__name__)

_MOST_CHARS = 600


def described(jpeg: bytes, instruction: str, *, base_url: str, api_key: str, model: str, timeout_s: float) -> str:
    """A short description of a picture; empty where the service did not answer.

    Args:
        jpeg: the picture, made safe.
        instruction: what is to be described.
        base_url: of an OpenAI-compatible service that takes pictures.
        api_key: its key.
        model: its name there.
        timeout_s: seconds for the one attempt.
    """
    import openai

    client = openai.OpenAI(base_url=base_url, api_key=api_key or "none", timeout=timeout_s, max_retries=0)
    url = f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"
    content = [{"type": "text", "text": instruction}, {"type": "image_url", "image_url": {"url": url}}]
    try:
        answer = client.chat.completions.create(
            model=model,
            messages=[{"role": "user", "content": content}],  # type: ignore[list-item,misc]
            max_tokens=200,
        )
        text = answer.choices[0].message.content if answer.choices else None
    except (openai.OpenAIError, ValueError) as error:
        log.warning("the vision model did not answer: %s", type(error).__name__)
        return ""
    return " ".join((text or "").split())[:_MOST_CHARS]
