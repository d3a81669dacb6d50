"""Room 4, the arithmetic: a chart in, a Known or Missing value out. No verdicts here."""
