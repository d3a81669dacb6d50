"""What the service remembers: cards, what became of them, used tokens, answered calls. Nothing names a patient."""
