"""HTML built from text that is always escaped: what a user wrote can never become markup."""

from __future__ import annotations

import html
from collections.abc import Iterable

_VOID = frozenset({"br", "col", "meta"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def escape(content: object) -> Markup:
    """Return `content` as HTML: as it is when it is `Markup`, escaped otherwise."""
    return content if isinstance(content, Markup) else Markup(html.escape(str(content)))


def tag(element: str, /, *children: object, **attributes: str | None) -> Markup:
    """Return an element; children and attribute values are escaped. ``class_`` is `class`, ``data_x`` is `data-x`; None is left out."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(value)}"' for key, value in attributes.items() if value is not None
    )
    inner = "".join(escape(child) for child in children)
    return Markup(f"<{element}{given}>" if element in _VOID else f"<{element}{given}>{inner}</{element}>")


def join(parts: Iterable[object], between: str = "") -> Markup:
    """Return `parts` as one piece of HTML, each escaped, with `between` (HTML) between them."""
    return Markup(between.join(escape(part) for part in parts))


def table(
    head: Iterable[object],
    rows: Iterable[Iterable[object]],
    *,
    kinds: str,
    caption: str | None = None,
    total: Iterable[object] | None = None,
) -> Markup:
    """Return a table in a box that scrolls sideways where the page is narrow.

    `kinds` has a letter per column: ``t`` text, ``w`` text kept on one line, ``n`` number (set right), ``c`` centred. The first column
    names the row. `total` is
    a last row that sums up.
    """
    top = join(tag("th", cell, class_=kind, scope="col") for cell, kind in zip(head, kinds, strict=True))
    body = join(_row(row, kinds) for row in rows)
    if total is not None:
        body = join([body, _row(total, kinds, class_="total")])
    whole = tag("table", tag("caption", caption) if caption else "", tag("thead", tag("tr", top)), tag("tbody", body))
    return tag("div", whole, class_="scroll", tabindex="0", role="region", aria_label=caption or "table")


def _row(cells: Iterable[object], kinds: str, class_: str | None = None) -> Markup:
    named = zip(cells, kinds, strict=True)
    inner = [tag("td" if n else "th", cell, class_=kind, scope=None if n else "row") for n, (cell, kind) in enumerate(named)]
    return tag("tr", *inner, class_=class_)
