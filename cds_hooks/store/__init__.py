"""What the service remembers: cards, what became of them, used tokens, answered calls. Nothing of it names a patient."""
