"""Chinese numbers as tables print them: 612,400."""

THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
