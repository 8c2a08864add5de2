"""A request as a shell script that sends it again, to the byte: `feeding` the body, `writing` the script."""
