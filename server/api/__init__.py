"""The read API and signing in, one thin module a subject; ``problems`` is how each of them says no."""
