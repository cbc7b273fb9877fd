"""Waves for programs of staff: planned, opened, closed; people invited to them."""
