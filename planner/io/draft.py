"""The settings as far as they can be read: sound parts are kept when others are wrong, so that all problems show at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError

from planner.errors import Problem
from planner.io.explain import problems_of
from planner.io.places import FILE, table_place
from planner.io.settings import (
    AccountFile,
    AccountSettings,
    ContractSettings,
    EventSettings,
    GroupSettings,
    HorizonSettings,
    MarketSettings,
    OverflowSettings,
    QualitySettings,
    QueueSettings,
    RoutingSettings,
    RunSettings,
    ShiftSettings,
    SiteSettings,
    TablesSettings,
)
from planner.io.settings.walk import inner_model, is_list_of_tables

_RATES: TypeAdapter[Any] = TypeAdapter(cast(Any, AccountFile.model_fields["fx"].annotation))
_M = TypeVar("_M", bound=BaseModel)

LISTS = tuple(name for name, info in AccountFile.model_fields.items() if is_list_of_tables(info))
"""The lists of tables at the top of account.toml."""

NAMED_LISTS = tuple(name for name in LISTS if "id" in get_args(AccountFile.model_fields[name].annotation)[0].model_fields)
"""Those whose items have an id."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Settings that passed their own checks, by position in the file; `ids` holds every id written, even of items that did not pass."""

    raw: Mapping[str, Any]
    file: str
    account: AccountSettings | None
    horizon: HorizonSettings | None
    run: RunSettings | None
    fx: Mapping[str, Any] | None
    tables: TablesSettings | None
    contract: ContractSettings | None
    quality: QualitySettings | None
    markets: Mapping[int, MarketSettings]
    queues: Mapping[int, QueueSettings]
    sites: Mapping[int, SiteSettings]
    groups: Mapping[int, GroupSettings]
    shifts: Mapping[int, ShiftSettings]
    events: Mapping[int, EventSettings]
    routing: Mapping[int, RoutingSettings]
    overflows: Mapping[int, OverflowSettings]
    ids: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def place(self, *path: str | int) -> str:
        """Return the place of the table at `path`."""
        return table_place(path, self.raw, file=self.file)

    def items(self, name: str) -> list[Any]:
        """Return the list of tables `name` as written, empty when it is no list."""
        return _items(self.raw, name)

    def complete(self, name: str) -> bool:
        """True when every item of the list `name` passed."""
        return len(getattr(self, name)) == len(_items(self.raw, name))


def read_settings(raw: Mapping[str, Any], *, file: str = FILE) -> tuple[Draft, list[Problem]]:
    """Return what can be read of the settings `raw`, and everything wrong with their form."""
    problems: list[Problem] = []
    try:
        AccountFile.model_validate(raw)
    except ValidationError as error:
        problems = problems_of(error, raw, file=file)
    parts = {name: _part(name, raw) for name in ("account", "horizon", "run", "fx", "tables", "contract", "quality")}
    lists = {name: _list(name, raw) for name in LISTS}
    ids = {name: tuple(_ids(raw, name)) for name in LISTS}
    draft = Draft(raw=raw, file=file, ids=ids, **parts, **lists)  # type: ignore[arg-type]
    return draft, problems


def _part(name: str, raw: Mapping[str, Any]) -> Any:
    info = AccountFile.model_fields[name]
    if name not in raw:
        return None if info.is_required() else info.get_default(call_default_factory=True)
    if name == "fx":
        return _fx(raw[name])
    model = inner_model(info.annotation)
    assert model is not None
    return _valid(model, raw[name])


def _fx(value: Any) -> Any:
    try:
        return _RATES.validate_python(value)
    except ValidationError:
        return None


def _list(name: str, raw: Mapping[str, Any]) -> dict[int, Any]:
    model = get_args(AccountFile.model_fields[name].annotation)[0]
    read = {i: _valid(model, item) for i, item in enumerate(_items(raw, name))}
    return {i: item for i, item in read.items() if item is not None}


def _valid(model: type[_M], value: Any) -> _M | None:
    try:
        return model.model_validate(value)
    except ValidationError:
        return None


def _items(raw: Mapping[str, Any], name: str) -> list[Any]:
    value = raw.get(name)
    return list(value) if isinstance(value, list | tuple) else []


def _ids(raw: Mapping[str, Any], name: str) -> list[str]:
    return [item["id"] for item in _items(raw, name) if isinstance(item, Mapping) and isinstance(item.get("id"), str)]
