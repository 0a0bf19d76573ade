"""The chromium driver: a web page in an installed Chromium as a phone, behind the drivers' protocol."""
