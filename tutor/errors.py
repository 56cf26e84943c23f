"""Everything that can go wrong in a way the user can mend.

Each message says what was expected, what came, and what to do next; only a command or a screen prints it.
"""

from __future__ import annotations


class TutorError(Exception):
    """Base of all errors whose message is meant for the user."""


class UnreadableDocument(TutorError):
    """A file that cannot become a document; the other files are not affected."""


class LibraryError(TutorError):
    """The library could not be opened, read or changed."""


class LibraryBusy(LibraryError):
    """Another program is writing to the library, and the caller did not want to wait."""


class WrongEmbedding(LibraryError):
    """The library was built with another embedding model than the one in use."""

    def __init__(self, message: str, built_with: str = "") -> None:
        super().__init__(message)
        self.built_with = built_with
        """Identity of the model that built it, as ``Embedder.name`` has it; empty where unknown."""


class UnknownDocument(LibraryError):
    """No document of that name is in the library."""


class ModelError(TutorError):
    """The weights of a model are missing, damaged or of another kind."""


class MissingExtra(TutorError):
    """An optional package is not installed; the message names the command that installs it."""


class BadSetting(TutorError):
    """A ``TUTOR_*`` variable holds a value that cannot be used."""


class PromptError(TutorError):
    """A file in ``prompts/`` is missing, or does not fit the values that it was given."""


class EvalError(TutorError):
    """An eval's data are missing or do not have the form that they should."""


class CorpusError(TutorError):
    """A folder of notes, or what it is checked against, is not there or does not have the form that it should."""
