"""The simulated phone as a web page, for a browser: `server` serves it, `page` draws it."""
