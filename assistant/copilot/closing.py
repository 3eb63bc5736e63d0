"""What a conversation was about, suggested when it is closed: a label and a summary that the agent may correct."""

from collections.abc import Sequence

from assistant.copilot.records import Brief
from assistant.copilot.situation import Situation
from assistant.copilot.words import CopilotWords

LABELS = ("delivery", "returns", "order_change", "payment", "product", "account", "complaint", "other")
_OF_INTENT = {
    "track_shipment": "delivery", "not_received": "delivery", "shipping_policy": "delivery",
    "return_items": "returns", "exchange_items": "returns", "report_damaged": "returns",
    "wrong_or_missing_item": "returns", "returns_policy": "returns", "warranty_policy": "returns",
    "cancel_order": "order_change", "change_address": "order_change", "change_items": "order_change",
    "change_payment": "order_change", "reorder": "order_change", "order_details": "order_change",
    "list_orders": "order_change", "ordering_policy": "order_change",
    "refund_status": "payment", "payment_problem": "payment", "payment_policy": "payment",
    "request_invoice": "payment", "gift_cards": "payment", "promotions": "payment",
    "search_product": "product", "product_details": "product", "compare_products": "product", "check_stock": "product",
    "notify_stock": "product", "product_help": "product",
    "my_details": "account", "change_profile": "account", "account_help": "account", "privacy": "account",
    "forget_me": "account", "what_do_you_know": "account",
}  # fmt: skip
_FACTS = 3


def label_of(brief: Brief, complains: bool) -> str:
    """One of `LABELS`."""
    return _OF_INTENT.get(brief.intent, "complaint" if complains else "other")


def summary_of(
    brief: Brief, situation: Situation, words: CopilotWords, titles: dict[str, str], earlier: Sequence[str] = ()
) -> str:
    """Two or three sentences: what they wanted, what is so, what was done.

    Args:
        brief: of the conversation.
        situation: the conversation.
        words: of the agent's language.
        titles: what each proposal would do, by its id.
        earlier: what else was asked for, as customers call it.
    """
    stop, space = ("。", "") if words.language == "zh" else (".", " ")
    told = [fact.text for fact in brief.facts if fact.origin.kind == "record"][1 : 1 + _FACTS]
    facts = space.join(text.rstrip(".。") + stop for text in told)
    done = [
        words.say("summary_done", title=titles[proposal.proposal_id])
        for proposal in situation.proposals
        if proposal.status == "executed"
    ]
    agents = list(dict.fromkeys(message.agent for message in situation.messages if message.agent))
    if agents:
        done.append(words.say("summary_answered", agent=", ".join(agents)))
    goal = brief.issue.rstrip(".。") + stop
    before = words.say("summary_earlier", issues=", ".join(earlier)) if earlier else ""
    return space.join(filter(None, (goal, before, facts, space.join(done))))
