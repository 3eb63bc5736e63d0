"""`assistant eval add`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from assistant.cli.parts import Parts


def add(
    ctx: typer.Context,
    behaviour: Annotated[str, typer.Argument(help='A sentence about the customer: "customer asks for a fan".')],
    from_conversation: Annotated[str, typer.Option(help="Id of the conversation.")],
    suite: Annotated[str, typer.Option(help="The suite, a folder of cases.")] = "reported",
    cases: Annotated[Path | None, typer.Option(help="Folder of suites; the project's own.")] = None,
) -> None:
    """Make a case of a conversation that went wrong: personal data masked for good, expectations to be put right."""
    from assistant.cli.evals.places import cases_root
    from assistant.conversation.receive import account_of
    from assistant.evaluation.suites.cases.adding import case_text, file_for, held_turns
    from assistant.evaluation.suites.cases.reading import suite_entries
    from assistant.ids import CustomerId
    from assistant.storage.conversation_tables import ConversationRow

    parts: Parts = ctx.obj
    root = cases_root(cases)
    with parts.database.read() as session:
        row = session.get(ConversationRow, from_conversation)
        owner = row.customer_id if row else None
    account = account_of(parts.shop.customer(CustomerId(owner))) if owner else None
    language, turns = held_turns(parts.database, from_conversation, account)
    path = file_for(root / suite, behaviour)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(case_text(behaviour, language, turns), encoding="utf-8")
    if suite not in suite_entries(root):
        with (root / "suites.yaml").open("a", encoding="utf-8") as file:
            file.write(f"{suite}:\n  about: conversations that went wrong in service\n")
    typer.echo(f"{path}: put right what is expected, then: assistant eval check {suite}")
