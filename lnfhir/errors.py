"""The one exception this package raises on purpose."""


class KnowledgeError(Exception):
    """Our own knowledge is wrong: a bad code, unit, citation or setting. The program refuses to start."""
