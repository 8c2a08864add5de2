"""A debugger for the traffic between Codex and Azure OpenAI."""

from typing import TYPE_CHECKING

__version__: str

if not TYPE_CHECKING:  # which would believe any name of a module that has this

    def __getattr__(name: str) -> str:
        """`__version__`, once it is asked for: finding it takes as long as the rest of `inspector --help`."""
        if name != "__version__":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib.metadata import PackageNotFoundError, version

        try:
            found = version("codex-azure-inspector")
        except PackageNotFoundError:  # a source tree on sys.path, as with `mitmproxy -s addons/recorder.py`
            found = "0+source"
        globals()[name] = found
        return found
