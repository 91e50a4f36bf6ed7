"""Kit `api-regels`: the technically testable rules of the NLGov API Design Rules, for any OpenAPI service."""
