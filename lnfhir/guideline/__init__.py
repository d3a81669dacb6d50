"""Room 5, the medicine: one file per topic, headed by the statement it implements."""
