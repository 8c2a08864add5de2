"""For `mitmproxy -s addons/recorder.py` in a checkout, installed or not: inspector/proxy/addon.py."""

import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
if str(CHECKOUT) not in sys.path:
    # This checkout's package, not one that may be installed beside mitmproxy; nor does any need to be.
    sys.path.insert(0, str(CHECKOUT))

from inspector.proxy.addon import addons  # noqa: E402 - after the path it is imported from

__all__ = ["addons"]
