"""Which MCP servers supply tools, and which of their tools are taken: a file that the operator writes.

Nothing is taken that is not named there. A tool that its server does not mark as only reading (`readOnlyHint`) is taken
only where the file says so (`write: true`), with the words in which customers read what it does: it becomes a proposal,
and nothing but the customer's yes calls it.
"""

import os
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.errors import OperatorError
from assistant.tools.supplied.words import ByLanguage


class TakenTool(BaseModel):
    """A tool that is taken.

    Args:
        name: as its server calls it.
        agent: the sub-agent that may call it.
        customer_argument: the argument that says whose affairs it reads; filled by the runtime, never by a model,
            and only for an identified customer.
        order_argument: an argument that holds an order's number, which must be the customer's own.
        write: whether it changes something: it is called only once its customer has said yes to a proposal.
        idempotency_argument: of a WRITE tool: an argument that gets the proposal's id, the same for the same yes.
        words: of a WRITE tool: what customers read, in both languages.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,63}$")
    agent: Literal["orders", "products", "faq"] = "faq"
    customer_argument: str = ""
    order_argument: str = ""
    write: bool = False
    idempotency_argument: str = ""
    words: ByLanguage | None = None

    @model_validator(mode="after")
    def _whole(self) -> "TakenTool":
        if self.write and self.words is None:
            raise ValueError("a tool that writes needs words in en and zh")
        if not self.write and (self.words is not None or self.idempotency_argument):
            raise ValueError("words and idempotency_argument are for tools that write (write: true)")
        return self

    @property
    def bound(self) -> tuple[str, ...]:
        """The arguments that code fills, never a model or the customer's words."""
        return tuple(filter(None, (self.customer_argument, self.order_argument, self.idempotency_argument)))

    @property
    def private(self) -> bool:
        """Whether it is about what belongs to one customer."""
        return bool(self.write or self.customer_argument or self.order_argument)


class SupplyingServer(BaseModel):
    """An MCP server (streamable HTTP) and the tools that are taken from it.

    Args:
        name: how the log and the doctor call it.
        url: its endpoint.
        token_variable: the environment variable that holds its bearer token; empty: none is sent.
        timeout_s: seconds for one call, with everything that belongs to it.
        tools: those that are taken.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")
    url: str = Field(pattern=r"^https?://[^\s]+$")
    token_variable: str = ""
    timeout_s: float = Field(3.0, gt=0, le=30)
    tools: tuple[TakenTool, ...] = Field(min_length=1)

    @property
    def headers(self) -> dict[str, str]:
        """What every request carries.

        Raises:
            OperatorError: the variable of the token is not set.
        """
        if not self.token_variable:
            return {}
        token = os.environ.get(self.token_variable, "")
        if not token:
            raise OperatorError(
                f"the MCP server {self.name!r} needs a token, and {self.token_variable} is not set",
                fix=f"export {self.token_variable}=...",
            )
        return {"Authorization": f"Bearer {token}"}


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    servers: tuple[SupplyingServer, ...]


def load_servers(path: Path | None) -> tuple[SupplyingServer, ...]:
    """The servers of a file; none where there is no file in the settings.

    Raises:
        OperatorError: the file is missing or wrong; names the field.
    """
    if path is None:
        return ()
    fix = "correct the file that the setting mcp_servers names; docs/api.md shows its form"
    try:
        servers = _File.model_validate(yaml.safe_load(path.read_text("utf-8"))).servers
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise OperatorError(f"{path} can't be read: {error}", fix=fix) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise OperatorError(f"{path}: {where}: {first['msg']}", fix=fix) from error
    names = [tool.name for server in servers for tool in server.tools]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise OperatorError(f"{path}: two tools are called {twice!r}", fix=fix)
    return servers
