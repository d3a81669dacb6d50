"""FHIR conformance resources and JSON Schemas, as data. Ships as `lnfhir.profiles`."""
