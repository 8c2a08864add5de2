"""HTTP archives: what browsers and proxies export."""
