"""Documents that people hand in: judged by content, cleaned and pictured in a process apart.

`sandbox.clean` is the only door; every other module runs inside that process.
"""
