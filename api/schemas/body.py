"""`Body`: base of every request body."""

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator


class Body(BaseModel):
    """Unknown fields are refused, and so are letters that no database column takes."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, value: Any) -> Any:
        if isinstance(value, dict):
            for one in value.values():
                if isinstance(one, str) and ("\x00" in one or (not one.isprintable() and _has_surrogate(one))):
                    raise ValueError("a text holds NUL or half a letter")
        return value


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text)
