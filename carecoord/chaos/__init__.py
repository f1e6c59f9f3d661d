"""Breaking everything that alerts go through, and reckoning up afterwards. See README.md."""
