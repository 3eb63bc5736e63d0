"""A proposal in words and as a card; what was done, and what was refused, in the customer's language."""

from collections.abc import Mapping
from datetime import date, datetime

from assistant.conversation.reply import CardMove, ProposalCard
from assistant.conversation.showing.harmless import harmless
from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.showing.views import Views
from assistant.conversation.tasks.forms import BY_KIND
from assistant.ids import ItemId
from assistant.shop.changes.requests import ExchangeItems, ReportDamage, ReturnItems
from assistant.shop.changes.terms import ItemLine, MoneyMove, Note, StatedWords
from assistant.shop.records import Customer, Order
from assistant.shop.service import Shop
from assistant.text.formatting import say_moment
from assistant.tools.proposals import ConfirmationResult, Proposal

_KEPT_AFTERWARDS = ("send_back_within", "keep_until_answered", "photos_help", "kept_for")

_NO_FAULT = "changed_mind"
"""A reason by which nothing is better or worse for the customer."""
_TOLD_BY_LINES = ("modify_pending_order_items", "exchange_delivered_order_items", "return_delivered_order_items")
"""Kinds of proposals whose title alone doesn't say what would happen."""


class Wording:
    """Says proposals and their ends.

    Args:
        texts: of the customer's language.
        views: how records are said.
    """

    def __init__(self, texts: ReplyTexts, views: Views) -> None:
        self._texts = texts
        self._views = views

    def card(self, proposal: Proposal) -> ProposalCard:
        """The structured card of a proposal."""
        terms = proposal.terms
        return ProposalCard(
            proposal_id=proposal.proposal_id,
            kind=proposal.kind,
            order_id=terms.order_id,
            title=self._title(proposal),
            lines=self._lines(proposal),
            moves=tuple(self._card_move(move) for move in terms.moves if move.amount.cents),
            notes=self._notes(proposal),
            expires_at=proposal.expires_at,
        )

    def proposal(self, proposal: Proposal) -> dict[str, object]:
        """Variables of `tasks/proposal`: all consequences."""
        return {
            "title": self._title(proposal),
            "lines": list(self._lines(proposal)),
            "moves": [self._move(move) for move in proposal.terms.moves if move.amount.cents],
            "notes": list(self._notes(proposal)),
            "until": self.until(proposal.expires_at),
        }

    def what(self, proposal: Proposal) -> str:
        """What would be done, by which method: the words that a yes may say again."""
        moves = [move.method for move in self.card(proposal).moves]
        return " ".join((self._title(proposal), *self._lines(proposal), *moves))

    def reminder(self, proposal: Proposal) -> dict[str, object]:
        """Variables of `tasks/proposal_waits`."""
        title = self._title(proposal).rstrip(":：.。")
        if proposal.kind in _TOLD_BY_LINES:
            title = self._texts.phrase("with_lines", title=title, lines=self._texts.join(list(self._lines(proposal))))
        return {"title": title, "until": self.until(proposal.expires_at)}

    def brings(self, proposal: Proposal) -> dict[str, object]:
        """Variables of `tasks/brings`: what it costs or pays, and of what."""
        told = self.proposal(proposal)
        lines = told["lines"] if proposal.kind in _TOLD_BY_LINES else []
        number = proposal.terms.order_id or ""
        return {"order_id": number, "lines": lines, "moves": told["moves"], "until": told["until"]}

    def done(self, result: ConfirmationResult) -> dict[str, object]:
        """Variables of `tasks/done`, from the record of the execution."""
        proposal = result.proposal
        if proposal is None:
            raise ValueError("an executed proposal has its record")
        terms = proposal.terms
        stated = self._stated(proposal)
        lines = harmless(result.answer) if stated else list(self._lines(proposal))
        return {
            "kind": proposal.kind,
            "stated": stated.done if stated else "",
            "order_id": terms.order_id or "",
            "new_order_id": result.order.order_id if result.order else "",
            "address": self._views.address(terms.address_after) if terms.address_after else "",
            "lines": [] if proposal.kind == "cancel_pending_order" else lines,
            "moves": [self._move(move) for move in terms.moves if move.amount.cents],
            "notes": [self._note(note) for note in terms.notes if note.code in _KEPT_AFTERWARDS],
        }

    def buttons(self, proposal: Proposal) -> tuple[str, str, str]:
        """Short answers: yes, change, no."""
        intent = BY_KIND[proposal.kind].intent if proposal.kind in BY_KIND else "other"
        return (
            self._texts.word_or("proposal_yes", intent),
            self._texts.word_or("proposal_change", intent),
            self._texts.word_or("proposal_no", intent),
        )

    def until(self, moment: datetime) -> str:
        """Until when a proposal is open: the time of day alone where that is enough."""
        return say_moment(moment, self._texts.language).split()[-1]

    def _stated(self, proposal: Proposal) -> StatedWords | None:
        """The shop's own words for a change that another system makes."""
        return proposal.terms.stated.of(self._texts.language) if proposal.terms.stated else None

    def _notes(self, proposal: Proposal) -> tuple[str, ...]:
        stated = self._stated(proposal)
        if stated is not None:
            return stated.notes
        notes = tuple(self._note(note) for note in proposal.terms.notes)
        request = proposal.request
        if not isinstance(request, ReturnItems | ExchangeItems) or request.reason == _NO_FAULT:
            return notes
        reason = self._texts.phrase("your_reason", reason=self._texts.word("return_reason", request.reason))
        return (reason, *notes)

    def _title(self, proposal: Proposal) -> str:
        terms = proposal.terms
        if (stated := self._stated(proposal)) is not None:
            return stated.title
        group = "wish" if isinstance(proposal.request, ReportDamage) else "cancel_reason"
        return self._texts.say(
            "proposals/title",
            kind=proposal.kind,
            order_id=terms.order_id or "",
            address=self._views.address(terms.address_after) if terms.address_after else "",
            reason=self._texts.word(group, terms.reason) if terms.reason else "",
        )

    def _lines(self, proposal: Proposal) -> tuple[str, ...]:
        terms = proposal.terms
        if (stated := self._stated(proposal)) is not None:
            return stated.lines
        lines = [self._line(line) for line in terms.items]
        if terms.shipping is not None and terms.shipping.cents:
            lines.append(self._texts.phrase("shipping", price=str(terms.shipping)))
        if proposal.kind == "reorder" and terms.address_after is not None:
            lines.append(self._texts.phrase("deliver_to", address=self._views.address(terms.address_after)))
        return tuple(lines)

    def _line(self, line: ItemLine) -> str:
        say = self._texts.phrase
        if line.before is not None and line.after is not None:
            before, after = (
                say("priced", item=self._views.piece(piece), price=str(piece.price))
                for piece in (line.before, line.after)
            )
            return say("swap", before=before, after=after)
        piece = line.before or line.after
        if piece is None:
            return ""
        if line.fee is not None:
            return say("with_fee", item=self._views.piece(piece), price=str(piece.price), fee=str(line.fee))
        return say("priced", item=self._views.piece(piece), price=str(piece.price))

    def _card_move(self, move: MoneyMove) -> CardMove:
        method = self._views.paid_by(move.method.source, move.method.brand, move.method.last_four)
        return CardMove(direction=move.direction, amount=str(move.amount), method=method, words=self._move(move))

    def _move(self, move: MoneyMove) -> str:
        least, most = move.business_days
        return self._texts.say(
            "proposals/move",
            direction=move.direction,
            amount=str(move.amount),
            method=self._views.paid_by(move.method.source, move.method.brand, move.method.last_four),
            starts="" if move.starts == "now" else self._texts.word("move_starts", move.starts),
            least=least,
            most=most,
        )

    def _note(self, note: Note) -> str:
        return self._texts.say("proposals/note", code=note.code, number=note.number, item=note.item or "")


class RefusalWording:
    """Says refusals by their code, with the names of things in the customer's language.

    Args:
        texts: of the customer's language.
        views: how records are said.
        shop: knows variants by their ids.
        customer: whose payment methods are named.
    """

    def __init__(self, texts: ReplyTexts, views: Views, shop: Shop, customer: Customer) -> None:
        self._texts = texts
        self._views = views
        self._shop = shop
        self._customer = customer

    def say(self, code: str, details: Mapping[str, str], order: Order | None = None) -> tuple[str, dict[str, object]]:
        """Name and variables of the reply text; the general one for a code without a text."""
        name = f"refusals/{code}"
        if not code or not self._texts.has(name):
            return "refusals/other", {}
        said: dict[str, object] = {key: self._said(key, value, order) for key, value in details.items()}
        if code == "order_state":
            said["state"] = details["status"]
            said.setdefault("change", "")
        return name, said

    def _said(self, key: str, value: str, order: Order | None) -> str:
        if key == "status":
            return self._texts.word("order_status", value)
        if key in ("delivered", "last"):
            return self._views.date(date.fromisoformat(value))
        if key == "method":
            method = next((m for m in self._customer.payment_methods if m.payment_method_id == value), None)
            return self._views.payment_method(method) if method else value
        if key == "item":
            piece = next((item for item in order.items if item.item_id == value), None) if order else None
            if piece is not None:
                return self._views.piece(piece)
            product, variant = self._shop.item(ItemId(value))
            return self._views.with_options(product.title(self._texts.language), variant.options)
        return value
