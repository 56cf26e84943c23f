"""Reading PowerPoint: slide by slide, title, text, tables and notes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from lxml.etree import LxmlError
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PythonPptxError
from pptx.oxml.ns import qn
from pptx.shapes.base import BaseShape
from pptx.shapes.graphfrm import GraphicFrame
from pptx.shapes.group import GroupShape
from pptx.shapes.shapetree import SlideShapes
from pptx.slide import Slide
from pptx.table import Table
from pptx.text.text import TextFrame, _Paragraph

from tutor.documents.compose import Part, compose
from tutor.documents.files import check_archive
from tutor.documents.text import clean, one_line
from tutor.domain import BlockRole, SourceText
from tutor.errors import UnreadableDocument

_TITLE_LEVEL = 2
_BODIES = frozenset({PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.VERTICAL_BODY})
_FURNITURE = frozenset(
    {PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.HEADER, PP_PLACEHOLDER.SLIDE_NUMBER}
)
_NO_TITLES = frozenset({"", "PowerPoint Presentation"})
"""What PowerPoint and python-pptx write where nobody gave the file a title."""
