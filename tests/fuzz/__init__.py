"""Whatever is sent to any door, by anybody, in any order: the hostile half of the tests."""
