"""The phone as a nurse holds it: our real server, the built app, Debian's Chromium."""
