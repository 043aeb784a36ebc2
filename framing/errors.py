"""The errors that this library raises: each says what was wrong, what is valid, the mend."""

from __future__ import annotations

__all__ = [
    "CorpusError",
    "FramingError",
    "FramingWarning",
    "LexiconError",
    "MissingExtraError",
    "ModelError",
]


class FramingError(ValueError):
    """Base class of every error that this library raises on purpose."""


class CorpusError(FramingError):
    """The articles cannot be read or are not in a form that can be scored."""


class LexiconError(FramingError):
    """A lexicon's file or a term in it is not valid."""


class ModelError(FramingError):
    """A saved model is missing, damaged, or of a format that this version does not read."""


class MissingExtraError(FramingError, ImportError):
    """An optional dependency is not installed; the message names the extra to install."""

    def __init__(self, feature: str, *, package: str, extra: str) -> None:
        super().__init__(
            f"{feature} needs the package {package!r}, which is not installed. "
            f'Install it with: pip install "framing-analysis[{extra}]"'
        )


class FramingWarning(UserWarning):
    """Something that was accepted but probably is not what was meant."""
