"""App documents: what an app's screens hold and where they lead, found by exploring, and the guide made from them."""
