"""What must both writings of each formula say? Cases, and what the reference answers."""
