"""How the OpenAPI description speaks of an operation: every one has a line in lists, and every answer its words."""

from http import HTTPStatus
from typing import Any

from drf_spectacular.openapi import AutoSchema


class Operation(AutoSchema):
    """An operation described by the docstring of its view; its summary is the first sentence."""

    def get_summary(self) -> str | None:
        """Return the first sentence of the description, without its full stop."""
        paragraph = " ".join((self.get_description() or "").split("\n\n")[0].split())
        return super().get_summary() or paragraph.removesuffix(".") or None

    def _get_response_for_code(self, serializer: Any, status_code: str, *more: Any, **options: Any) -> Any:
        """Name the status where the view says nothing about an answer."""
        answered: Any = super()._get_response_for_code  # which carries no types
        response = answered(serializer, status_code, *more, **options)
        response["description"] = response["description"] or HTTPStatus(int(status_code)).phrase
        return response
