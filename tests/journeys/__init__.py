"""Stories across apps, told in a real browser against the real command `weiguang up`."""
