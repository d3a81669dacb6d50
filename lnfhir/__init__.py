"""Decision support for lupus nephritis: FHIR data in, verdicts with their reasons out."""

__version__ = "0.1.0"
