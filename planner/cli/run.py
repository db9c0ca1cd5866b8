"""How every command ends: the exit code, and errors as a person or a program reads them."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer

from planner.errors import CancelledError, DataError, InfeasibleError, PlannerError


@contextmanager
def guarded(json: bool) -> Iterator[None]:
    """Turn the product's errors into messages and exit codes: 2 bad input, 1 not possible, 130 stopped by the user."""
    try:
        yield
    except PlannerError as error:
        if json:
            typer.echo(jsonlib.dumps(as_json(error), ensure_ascii=False, indent=2))
        else:
            typer.echo(_text(error), err=True)
        raise typer.Exit(130 if isinstance(error, CancelledError) else error.exit_code) from None
    except KeyboardInterrupt:
        typer.echo("stopped; nothing was written", err=True)
        raise typer.Exit(130) from None
    except BrokenPipeError:
        raise typer.Exit(0) from None


def _text(error: PlannerError) -> str:
    match error:
        case DataError(problems=problems):
            head = (
                "1 problem in the input; nothing was written"
                if len(problems) == 1
                else f"{len(problems)} problems in the input; nothing was written"
            )
            return "\n".join([f"planner: {head}", *(f"  {p}" for p in problems)])
        case InfeasibleError(reasons=reasons):
            return "\n".join(["planner: no roster meets these limits; nothing was written", *(f"  {r}" for r in reasons)])
        case _:
            return f"planner: {error}"


def as_json(error: PlannerError) -> dict[str, Any]:
    """Return the error as plain data."""
    match error:
        case DataError(problems=problems):
            rows = [{"place": p.place, "message": p.message, "remedy": p.remedy} for p in problems]
            return {"error": "bad_input", "problems": rows}
        case InfeasibleError(reasons=reasons):
            return {"error": "not_possible", "reasons": list(reasons)}
        case _:
            return {"error": type(error).__name__, "message": str(error)}


def print_json(data: Any) -> None:
    """Print plain data as JSON; NaN and infinities become null."""
    typer.echo(jsonlib.dumps(_finite(data), ensure_ascii=False, indent=2))


def _finite(data: Any) -> Any:
    if isinstance(data, dict):
        return {str(k): _finite(v) for k, v in data.items()}
    if isinstance(data, (list, tuple)):
        return [_finite(v) for v in data]
    if hasattr(data, "item") and not isinstance(data, (str, bytes)):
        data = data.item()
    if isinstance(data, float) and not (data == data and abs(data) != float("inf")):
        return None
    return data if data is None or isinstance(data, (bool, int, float, str)) else str(data)
