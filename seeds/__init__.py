"""A synthetic city: invented people in real places, the same for the same seed.

`seeds.city.make_city` is the door. Nothing here reads a clock, a database or the network;
the loader that writes a city into the system stands apart.
"""
