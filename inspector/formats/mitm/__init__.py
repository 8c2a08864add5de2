"""mitmproxy's flow files, read and written without mitmproxy: see tnetstring.py for their notation."""
