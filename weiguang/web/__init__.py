"""The shared page kit: guarded views, the shell around every page, components, form rows."""
