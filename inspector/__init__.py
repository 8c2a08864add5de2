"""A debugger for the traffic between Codex and Azure OpenAI."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("codex-azure-inspector")
except PackageNotFoundError:  # a source tree on sys.path, as with `mitmproxy -s addons/recorder.py`
    __version__ = "0+source"
