"""Tests of the words: codes and names."""
