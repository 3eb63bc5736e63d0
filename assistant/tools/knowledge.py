"""READ tool over the shop's pages: policies, questions and answers, guides."""

from assistant.tools.context import ToolContext
from assistant.tools.results import KnowledgeResult, PassageView

_SHOWN = 4


def search_knowledge(context: ToolContext, *, query: str) -> KnowledgeResult:
    """Search the shop's pages on policies (returns, shipping, payment, warranty ...), accounts and how-tos.

    Args:
        query: the customer's question as one full sentence, with the product or order part it is about.
    """
    return KnowledgeResult(query=query, passages=passages_for(context, query, _SHOWN))


def passages_for(context: ToolContext, query: str, most: int) -> tuple[PassageView, ...]:
    """The passages nearest to a question, best first.

    Args:
        context: of the call.
        query: the question.
        most: how many.
    """
    hits = context.knowledge.search(query, context.language, k=most)
    near = context.knowledge.nearest_asked(query, [hit.passage for hit in hits])
    untold = context.knowledge.nearest_untold(query, context.language)
    return tuple(
        PassageView(
            passage_id=hit.passage.passage_id,
            page=hit.passage.page,
            title=hit.passage.title,
            heading=hit.passage.heading,
            text=hit.passage.text,
            language=hit.passage.language,
            score=hit.score,
            confident=hit.confident,
            words=hit.why["words"],
            told=bool(hit.passage.asked),
            asked=asked,
            untold=untold,
        )
        for hit, asked in zip(hits, near, strict=True)
    )
