"""Questionnaires for programs."""
