"""The Whoosh engine, writing: postings, and files that cannot run code."""
