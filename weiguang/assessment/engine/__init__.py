"""The engine of instruments: reading, checking, evaluating; pure, the same as in the browser."""
