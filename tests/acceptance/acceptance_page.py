"""What a web page would fetch from elsewhere, found by reading its tags and styles."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_LOADS = {"src", "srcset", "poster", "data", "background", "action", "formaction", "manifest", "xlink:href"}
_URL = re.compile(r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""")
_LOCAL = ("data:", "#", "about:", "blob:")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._style = tag == "style"
        for name, value in attrs:
            loads = name in _LOADS or (name == "href" and tag != "a") or (name == "content" and "url=" in (value or "").lower())
            if loads and value and not value.startswith(_LOCAL):
                self.found.append(f"<{tag} {name}={value[:80]}>")
            if name == "style":
                self._styles(value or "")

    def handle_data(self, data: str) -> None:
        if self._style:
            self._styles(data)

    def handle_endtag(self, tag: str) -> None:
        self._style = False

    def _styles(self, text: str) -> None:
        found = [a or b for a, b in _URL.findall(text)]
        self.found += [f"style {address[:80]}" for address in found if not address.startswith(_LOCAL)]


def outside_addresses(page: str) -> list[str]:
    """Return every address that `page` would load by itself: of scripts, styles, images, frames and the like. Links to click are none."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.found
