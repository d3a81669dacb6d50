"""placeholder"""


class CannotFetchError(Exception):
    says = ""


def fetch_address(url: str) -> bytes:
    raise CannotFetchError
