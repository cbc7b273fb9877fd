"""Content in words and rounded figures: nothing is computed or decided here, and page, chart and table agree."""
