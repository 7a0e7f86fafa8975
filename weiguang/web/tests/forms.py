"""Reads the forms of a page, as a browser would send them back unchanged."""

from html.parser import HTMLParser


class FormReader(HTMLParser):
    """Collects names and values of the fields in a page's main part."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._select = ""
        self._is_inside = False

    @classmethod
    def values_in(cls, page: str) -> dict[str, str]:
        """Field names to values; of several forms with one name the last wins."""
        reader = cls()
        reader.feed(page)
        return reader.values

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self._is_inside = self._is_inside or tag == "main"
        if not self._is_inside:
            return
        if tag == "input" and said.get("name"):
            if said.get("type") not in ("checkbox", "radio") or "checked" in said:
                self.values[str(said["name"])] = said.get("value") or ""
        elif tag == "select":
            self._select = said.get("name") or ""
        elif tag == "option" and "selected" in said:
            self.values[self._select] = said.get("value") or ""
