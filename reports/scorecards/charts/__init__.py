"""Pictures of published content: first as shapes, then drawn as SVG for the public and by Plotly in the office.

A shape is made from the frozen content that its table is made from, and says in one plain sentence what it shows
(`reports.scorecards.shapes`). `svg.drawn` and `plotly.figure` draw any of them; Plotly itself is never imported.
"""

from reports.scorecards.charts import plotly, svg
from reports.scorecards.charts.cards import breakdown, grades, question_number, questions, trend
from reports.scorecards.charts.waves import departments, funnel, places, rank_sets

__all__ = [
    "breakdown",
    "departments",
    "funnel",
    "grades",
    "places",
    "plotly",
    "question_number",
    "questions",
    "rank_sets",
    "svg",
    "trend",
]
