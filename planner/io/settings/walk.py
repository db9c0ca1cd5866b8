"""Finding the way in the settings' models: which model or field a path of keys leads to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from planner.io.settings import AccountFile


def inner_model(annotation: Any) -> type[BaseModel] | None:
    """Return the model inside an annotation such as ``tuple[QueueSettings, ...]`` or ``Model | None``; None when there is none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((m for m in map(inner_model, get_args(annotation)) if m is not None), None)


def is_list_of_tables(field: FieldInfo) -> bool:
    """True for a field written as ``[[name]]``."""
    optional = type(None) in get_args(field.annotation)
    return not isinstance(field.annotation, type) and not optional and inner_model(field.annotation) is not None


def written_keys(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Return the fields of `model` by the key a person writes."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def model_at(path: Sequence[str | int]) -> type[BaseModel] | None:
    """Return the model that `path` (keys and list positions from the top of account.toml) leads to; None for a plain value."""
    model: type[BaseModel] | None = AccountFile
    for part in path:
        if isinstance(part, int):
            continue
        field = written_keys(model).get(part) if model else None
        model = inner_model(field.annotation) if field else None
    return model


def field_at(path: Sequence[str | int]) -> FieldInfo | None:
    """Return the field at the end of `path`, or None."""
    keys = [part for part in path if isinstance(part, str)]
    model = model_at(keys[:-1]) if keys else None
    return written_keys(model).get(keys[-1]) if model else None
