"""A choice among a few fixed values: why an order is cancelled, why an item comes back, what is wanted instead."""

import re
from collections.abc import Mapping

from assistant.conversation.answers import pick
from assistant.conversation.tasks.case import Case
from assistant.conversation.tasks.signals import brief, plain
from assistant.conversation.tasks.slot import Question, Reading, Slot


class ChoiceSlot(Slot):
    """One of a few values.

    Args:
        name: of the slot; labels are the group of that name in `words.yaml`.
        question: name of the reply text that asks.
        patterns: value to the words that mean it; the first that fits is taken.
        unless_said: value that holds when the customer doesn't speak of it; None asks.
    """

    def __init__(self, name: str, question: str, patterns: Mapping[str, str], unless_said: str | None = None) -> None:
        self.name = name
        self._question = question
        self._patterns = {value: re.compile(pattern) for value, pattern in patterns.items()}
        self._unless_said = unless_said

    def only(self, case: Case) -> tuple[str, ...] | None:
        """What holds when nothing is said of it."""
        return (self._unless_said,) if self._unless_said else None

    def read(self, text: str, case: Case) -> Reading | None:
        """The value that the words mean."""
        if case.task.asked == self.name and (index := pick(case.task.labels, text)) is not None:
            return Reading((case.task.options[index],))
        said = plain(text)
        for value, pattern in self._patterns.items():
            if pattern.search(said):
                return Reading((value,), sure=brief(text) or not case.first)
        return None

    def question(self, case: Case) -> Question:
        """The values, as the customer's language says them."""
        labels = tuple(case.texts.word(self.name, value) for value in self._patterns)
        return Question(self._question, {"choices": list(labels)}, labels, tuple(self._patterns))


CANCEL_REASONS = {
    "ordered by mistake": r"\b(?:mistake\w*|accident\w*|wrong (?:one|item|thing|order|size|colou?r)|twice|duplicate\w*|double"
    r"|didn't mean|misclick\w*)\b|下错|买错|拍错|点错|选错|手滑|重复|多下|多买|误操作|误下|弄错|搞错|不小心",
    "no longer needed": r"\b(?:no longer|don't|do not|not) (?:\w+ )?(?:need|want|require)\w*\b(?! to\b)|\bno longer\b|\bnot needed\b"
    r"|\bchanged? my mind\b|\bfound (?:it|one) (?:cheaper|elsewhere)\b|\bbought (?:it|one) (?:elsewhere|somewhere)\b|\btoo expensive\b"
    r"|\bdon't like\b|不需要|不想要|不要了|用不上|用不着|用不到|改(?:变)?主意|后悔|太贵|更便宜|别处|别的地方|不想买",
}
RETURN_REASONS = {
    "wrong_item": r"\bwrong (?:item|one|thing|product|colou?r|size)\b|\bnot what i ordered\b|发错|错发|寄错|不是我(?:要|买|订)",
    "damaged": r"\b(?:arrived|came|was|were|is|are) (?:\w+ )?(?:damaged|broken|cracked|shattered|scratched)\b|\bdamaged\b|\bcracked\b"
    r"|\bshattered\b|破损|损坏|摔坏|碎了|裂了|压坏|划痕",
    "faulty": r"\b(?:faulty|defective|defect|broken|doesn't work|does not work|don't work|not working|won't (?:turn|start|charge|connect)"
    r"|stopped working)\b|故障|质量问题|坏了|坏的|用不了|不能用|没反应|失灵|有问题",
    "changed_mind": r"\bchanged? my mind\b|\b(?:no longer|don't|do not|not) (?:\w+ )?(?:need|want|like)\w*\b(?! to\b)|\bdidn't like\b|\bnot for me\b"
    r"|\btoo (?:big|small|large|loud|heavy)\b|\bdoesn't fit\b|\bdoesn't suit\b|\bdon't fit\b|\bmistake\b|\baccident\w*\b"
    r"|\bnot what i expected\b|不需要|不想要|不要了|不喜欢|用不上|用不着|改(?:变)?主意|后悔|不合适|太大|太小|不满意|买错|拍错",
}
WISHES = {
    "replacement": r"\breplac\w+\b|\bnew one\b|\banother one\b|\bexchange\b|换新|换一[个件]|补发|换货|重新发|新的",
    "refund": r"\brefund\b|\bmoney back\b|退款|退钱|退掉|退货",
}
