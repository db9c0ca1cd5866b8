"""Amounts of other currencies in the account's own (C9)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from planner.domain.account import Account
from planner.errors import DataError, Problem


def rate_to_account(currency: str, account: Account) -> Decimal:
    """Return units of the account's currency per unit of `currency`: 1 for its own.

    Raises ValueError when the account states no rate.
    """
    if currency == account.currency:
        return Decimal(1)
    for known, rate in account.rates:
        if known == currency:
            return rate
    raise ValueError(f"no rate from {currency} to {account.currency}")


def require_rates(currencies: Iterable[str], account: Account) -> None:
    """Raise DataError naming every one of `currencies` that has no rate to the account's currency."""
    problems = []
    for currency in sorted(set(currencies)):
        try:
            rate_to_account(currency, account)
        except ValueError as error:
            problems.append(
                Problem(
                    f"account.toml: fx.{currency}",
                    str(error),
                    f"write {currency} = ... under [fx], the {account.currency} of one {currency}",
                )
            )
    if problems:
        raise DataError(problems)
