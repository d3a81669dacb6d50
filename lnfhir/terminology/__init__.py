"""Room 2, the words: codes and names that mean something to the rules."""
