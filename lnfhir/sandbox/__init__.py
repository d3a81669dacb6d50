"""Example patients, and a sandbox in which an EHR's part is played against the real service."""
