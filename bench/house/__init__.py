"""What the sync benches stand in: a district with files in it, a server process, and devices."""
