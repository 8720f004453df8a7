"""Composition root of reading: which reader, encoder and model; needs no database, no queue and no graph."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from agent.models.port import ChatModel
from agent.reading.cascade import CascadeReader
from agent.reading.local.reader import LocalReader
from agent.reading.local.trained import TrainedScorer
from agent.reading.openai import ModelReader
from agent.reading.port import Reader
from core.errors import NotConfigured
from core.settings import ModelSettings
from integrations.attachments.reader import FileReader
from integrations.embedding.e5 import e5_embedder
from integrations.ports.attachment_text import AttachmentReader
from integrations.ports.embedder import Embedder

#: Raw messages up to this size are taken in: a 40 MB attachment is 55 MB on the wire.
MOST_MESSAGE_BYTES = 64 * 1024 * 1024


def choose_model(settings: ModelSettings, name: str | None = None) -> ChatModel | None:
    """The chat model that `local`, `openai:NAME` or `cascade:NAME` names; None for `local`.

    Raises:
        NotConfigured: another name, or no key for the endpoint.
    """
    kind, _, model = (name or settings.model).partition(":")
    if kind == "local" and not model:
        return None
    if kind not in ("openai", "cascade") or not model:
        raise NotConfigured(f"model {name or settings.model!r}: use local, openai:NAME or cascade:NAME")
    # The client's library takes a second to import, and most processes ask no model.
    from agent.models.openai import OpenAIModel  # noqa: PLC0415

    return OpenAIModel(
        model,
        api_key=_secret(settings.api_key),
        base_url=settings.base_url,
        azure_endpoint=settings.azure_endpoint,
        azure_api_key=_secret(settings.azure_api_key),
        azure_api_version=settings.azure_api_version,
        timeout_seconds=settings.timeout_seconds,
        max_retries=settings.max_retries,
    )


def _secret(value: Any) -> str | None:
    return None if value is None else str(value.get_secret_value())


#: None on a machine that the encoder has no wheel for.
ENCODER: Embedder | None = e5_embedder()


@lru_cache(maxsize=1)
def local_reader() -> LocalReader:
    """The one local reader of the process; made when something is read, for its phrase lists take a second."""
    return LocalReader(TrainedScorer(ENCODER))


def reader_around(name: str, model: ChatModel | None) -> Callable[[Reader], Reader]:
    """What `local`, `openai:NAME` or `cascade:NAME` puts around the local reader."""

    def around(local: Reader) -> Reader:
        if model is None:
            return local
        by_model = ModelReader(model, local)
        return by_model if name.startswith("openai:") else CascadeReader(local, by_model)

    return around


def make_reader(name: str, model: ChatModel | None) -> Reader:
    """The reader that `local`, `openai:NAME` or `cascade:NAME` names, on the model where there is one."""
    return reader_around(name, model)(local_reader())


def reader_for(settings: ModelSettings, name: str) -> Reader:
    """The same without a case: for evals and `duly read`, which keep no budget."""
    return make_reader(name, choose_model(settings, name))


def make_attachment_reader() -> AttachmentReader:
    """Reads what is attached to mail."""
    return FileReader()
