"""How a reply came about, in words for whoever runs the assistant."""

from collections.abc import Iterator

from assistant.conversation.reply import Reply

_TOP = 3


def explain(reply: Reply) -> str:
    """The decision, who voted what, the nearest examples, tools, sources and what it all cost."""
    return "\n".join([*_decision(reply), *_work(reply), *_cost(reply)])


def _decision(reply: Reply) -> Iterator[str]:
    decision = reply.decision
    yield f"decision   {decision.outcome} ({decision.language})"
    for intent in decision.intents:
        slots = "".join(f", {slot.name}={slot.value!r}" for slot in intent.slots)
        yield f"  intent   {intent.intent} -> {intent.agent}, {intent.probability:.0%}{slots}: {intent.words!r}"
    if decision.readings:
        yield f"  readings {', '.join(decision.readings)}"
    for name, value in decision.thresholds.items():
        yield f"  limit    {name} {value:.3g}"
    for vote in decision.votes:
        top = ", ".join(f"{intent} {score:.2f}" for intent, score in vote.scores[:_TOP])
        yield f"  vote     {vote.detector} ({vote.milliseconds:.1f} ms): {top}"
    for example in decision.nearest[:_TOP]:
        yield f"  nearest  {example.similarity:.2f} {example.intent}: {example.text!r}"


def _work(reply: Reply) -> Iterator[str]:
    for tool in reply.tools:
        arguments = ", ".join(f"{name}={value!r}" for name, value in tool.arguments.items())
        yield f"tool       {tool.name}({arguments}): {'ok' if tool.ok else tool.result}, {tool.milliseconds:.1f} ms"
    for citation in reply.citations:
        where = f"{citation.title} > {citation.heading}" if citation.heading else citation.title
        yield f"source     [{citation.number}] {where} ({citation.page}, {citation.passage_id})"
    for span in reply.spans:
        resting = [*(f"[{number}]" for number in span.citations), *span.tools]
        yield f"rests on   {', '.join(resting) or 'nothing'}: {reply.text[span.start : span.end]!r}"
    for check in reply.failed_checks:
        yield f"removed    {check}"


def _cost(reply: Reply) -> Iterator[str]:
    tokens = f"{reply.input_tokens} + {reply.output_tokens} tokens"
    yield f"worded by  {reply.rung} model, {reply.model_calls} calls, {tokens}"
    stages = ", ".join(f"{name} {ms:.1f}" for name, ms in reply.timings_ms.items() if name != "total")
    yield f"time       {reply.timings_ms.get('total', 0.0):.1f} ms ({stages})"
