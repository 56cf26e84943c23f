"""A revision tutor that answers by quoting, and cites what it quotes.

>>> from tutor import Tutor            # doctest: +SKIP
>>> tutor = Tutor.open()               # doctest: +SKIP
>>> tutor.ask("explain Arnstein's ladder").text  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tutor.facade import Tutor

__version__ = "0.1.0"
__all__ = ["Tutor", "__version__"]


def __getattr__(name: str) -> Any:
    if name == "Tutor":
        from tutor.facade import Tutor

        return Tutor
    raise AttributeError(f"module 'tutor' has no attribute {name!r}")
