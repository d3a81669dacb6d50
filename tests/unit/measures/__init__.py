"""The arithmetic, one room of tests."""
