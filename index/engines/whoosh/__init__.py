"""The Whoosh engine, writing: schema and segments, the codec of posting lists, files that cannot run code."""
