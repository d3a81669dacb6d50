"""Room 3, the patient: everything known about one person as of one day."""
