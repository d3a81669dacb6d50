"""Escalation of treatment: its options as data, and the recommendations that offer or withhold them."""
