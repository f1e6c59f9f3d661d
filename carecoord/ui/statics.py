"""Where static files are: their names do not change while a process runs, and every page asks for a few of them."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class KeptAddresses(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._kept: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:
        if name not in self._kept or force:
            self._kept[name] = super().url(name, force)
        return self._kept[name]
