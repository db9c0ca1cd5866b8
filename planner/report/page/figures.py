"""Charts on the page: drawn by the library embedded in it, described in words, and left out politely without Plotly."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from planner import charts
from planner.charts.theme import graph_objects
from planner.domain.plan import Plan
from planner.errors import PlannerError
from planner.report.markup import Markup, join, tag

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_DRAW = """
(function () {
  var config = {responsive: true, displaylogo: false, modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"],
                toImageButtonOptions: {format: "png", scale: 2}};
  document.querySelectorAll(".plot").forEach(function (box) {
    var figure = JSON.parse(document.getElementById(box.id + "-data").textContent);
    Plotly.newPlot(box, figure.data, figure.layout, config);
  });
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll(".plot").forEach(function (box) { Plotly.relayout(box, {width: Math.min(box.clientWidth, 680)}); });
  });
  window.addEventListener("afterprint", function () {
    document.querySelectorAll(".plot").forEach(function (box) { Plotly.relayout(box, {width: null, autosize: true}); });
  });
})();
"""


class Figures:
    """The charts of one page. Asked for a chart it gives the HTML, or nothing when Plotly is not installed."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._count = 0
        self.missing = ""
        try:
            graph_objects()
        except PlannerError as error:
            self.missing = str(error)

    def show(self, build: Callable[..., Figure], **choice: str) -> Markup:
        """Return the chart `build` makes of the plan, with its description as caption."""
        if self.missing:
            return Markup("")
        figure = build(self._plan, **choice)
        self._count += 1
        name = f"chart-{self._count}"
        said = charts.alt(figure)
        # Plotly's JSON has no "<", ">" or "/" in it, so it cannot end the element it stands in.
        data = Markup(figure.to_json())
        height = f"min-height:{int(figure.layout.height)}px"
        return tag(
            "figure",
            tag("div", id=name, class_="plot", style=height),
            tag("figcaption", said),
            tag("script", data, type="application/json", id=f"{name}-data"),
        )

    def notice(self) -> Markup:
        """Return why there are no charts and how to get them; nothing when there are."""
        if not self.missing:
            return Markup("")
        return tag("div", tag("strong", "This page has no charts. "), self.missing, class_="notice")

    def scripts(self) -> tuple[str, ...]:
        """Return the scripts the page needs: the drawing library, then the few lines that draw."""
        if self.missing or not self._count:
            return ()
        from plotly.offline import get_plotlyjs

        return get_plotlyjs(), _DRAW


def embedded(scripts: tuple[str, ...]) -> Markup:
    """Return `scripts` as elements of the page."""
    for script in scripts:
        if "</script" in script.lower():
            raise ValueError("a script holds its own end tag")
    return join(tag("script", Markup(script)) for script in scripts)


def policy(scripts: tuple[str, ...]) -> str:
    """Return a content security policy that lets exactly these scripts run and nothing be fetched."""
    allowed = (
        " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts) or "'none'"
    )
    return f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:; font-src data:"
