"""Room 1, the wire: typed, narrow readers for the FHIR resources the rules read."""
