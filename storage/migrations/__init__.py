"""The steps by which the schema came about, oldest first; run at start, under a lock."""
