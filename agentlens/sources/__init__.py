"""Where traces come from: the only package that reads the outside world for them."""
