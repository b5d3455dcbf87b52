"""The law as data: rule sets, the record they judge, and the verdict. Pure."""
