"""The one exception whose message is meant for the user."""


class NRGError(Exception):
    """A problem that one plain sentence explains: the thing, and the remedy."""
