"""Who is asking: passwords, sessions, enrolment codes and device tokens.

``identity.db`` holds hashes only, keyed by random staff ids; names, logins and roles are facts of the log.
Losing this file loses no record: everyone signs in and enrolls anew.
"""
