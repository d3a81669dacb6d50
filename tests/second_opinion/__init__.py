"""A second implementation, written from the clinical reference alone."""
