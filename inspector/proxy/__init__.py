"""The proxy: what passes between a client and Azure, recorded, in a process of its own."""
