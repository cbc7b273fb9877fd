"""Barriers on a page as axe-core finds them: the rules of WCAG 2.2 A and AA, and what it thinks good practice."""

from functools import lru_cache
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).resolve().parents[1] / "vendor/axe-core-4.14.1/axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

RUN = """([within, tags]) => axe.run(within || document, {
  runOnly: { type: "tag", values: tags },
  resultTypes: ["violations"],
  iframes: false,
  preload: false,
}).then(found => found.violations.map(rule => ({
  id: rule.id, nodes: rule.nodes.map(node => node.html.slice(0, 160) + " <- " + node.failureSummary.slice(0, 300)),
})))"""


@lru_cache(maxsize=1)
def _source() -> str:
    return SOURCE.read_text()


def violations(page: Any, within: str = "") -> list[str]:
    """Return a line for each barrier on the page as it is drawn now, or within the element of a selector."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(_source())
    found = page.evaluate(RUN, [within, list(TAGS)])
    return [f"{rule['id']}: {' '.join(node.split())}" for rule in found for node in rule["nodes"]]
