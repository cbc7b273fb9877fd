"""Paper: the same questionnaire printed, and typed in by two people."""
