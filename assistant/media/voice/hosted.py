"""Speech to words by a hosted service that speaks OpenAI's protocol (`POST /audio/transcriptions`)."""

from assistant.media.kinds import Unreadable


def hosted_words(wav: bytes, language: str, *, base_url: str, api_key: str, model: str, timeout_s: float) -> str:
    """What is said in a WAV file.

    Raises:
        Unreadable: `no_words`, or `crashed`: the service did not answer as it should.
    """
    import openai

    client = openai.OpenAI(base_url=base_url, api_key=api_key or "none", timeout=timeout_s, max_retries=0)
    try:
        answer = client.audio.transcriptions.create(model=model, file=("voice.wav", wav), language=language)
    except (openai.OpenAIError, ValueError) as error:
        raise Unreadable("crashed", type(error).__name__) from error
    text = getattr(answer, "text", None)
    if not isinstance(text, str):
        raise Unreadable("crashed", "no text in the answer")
    if not text.strip():
        raise Unreadable("no_words")
    return " ".join(text.split())
