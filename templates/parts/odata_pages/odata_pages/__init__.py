"""Changed rows of an OData version 2 service, such as SAP Gateway, page by page."""

from odata_pages.pages import EntitySet, Login, ODataError, count, page

__all__ = ["EntitySet", "Login", "ODataError", "count", "page"]
