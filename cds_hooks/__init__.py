"""The web door: a CDS Hooks service around `lnfhir.review`."""
