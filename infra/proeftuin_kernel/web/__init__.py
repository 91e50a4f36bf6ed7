"""The HTTP edge that every area shares: problems, principals, pages of a list, progress streams."""

from proeftuin_kernel.web.deps import LanguageDep, PrincipalDep, VisitorDep, provided
from proeftuin_kernel.web.models import WHOLE, WRITTEN, ApiModel, Page, TextOut
from proeftuin_kernel.web.paging import CursorDep, LimitDep, decode_cursor, encode_cursor
from proeftuin_kernel.web.problems import PROBLEMS, install_problems, problem_response
from proeftuin_kernel.web.repeats import once_each
from proeftuin_kernel.web.sse import LastEventIdDep, progress_response

__all__ = [
    "PROBLEMS",
    "WHOLE",
    "WRITTEN",
    "ApiModel",
    "CursorDep",
    "LanguageDep",
    "LastEventIdDep",
    "LimitDep",
    "Page",
    "PrincipalDep",
    "TextOut",
    "VisitorDep",
    "decode_cursor",
    "encode_cursor",
    "install_problems",
    "once_each",
    "problem_response",
    "progress_response",
    "provided",
]
