"""Forms of made-up apps that ask for something, such as a ride or a table."""

from __future__ import annotations

ORDERS: tuple[tuple[str, str, str, str], ...] = (
    (
        "Book a ride|Order a taxi|New ride",
        "Book|Order|Request ride",
        "From:title, To:title, Seats:number",
        "book a ride from {0} to {1}|order a taxi from {0} to {1}|get me a ride from {0} to {1}; for {2} people",
    ),
    (
        "Plan a trip|New trip|Find a connection",
        "Find|Search|Plan",
        "Start:place, Destination:place, Transport:Bus/Train/Bike/Car",
        "plan a trip from {0} to {1}|find a connection from {0} to {1}|how do I get from {0} to {1}; by {2}",
    ),
    (
        "Reserve a table|Book a table",
        "Reserve|Book",
        "Restaurant:title, People:number, Time:time",
        "reserve a table at {0} for {1} people|book {0} for {1}|get me a table for {1} at {0}; at {2}",
    ),
    (
        "Convert|Converter|Work it out",
        "Convert|Go|Calculate",
        "Amount:number, Into:Litres/Metres/Grams/Miles, Digits:number",
        "convert {0} into {1}|change {0} to {1}|work out {0} in {1}; with {2} digits",
    ),
    (
        "Order parts|New order|Place an order",
        "Order|Place order|Send order",
        "Article:noun, Quantity:number, Deliver to:place",
        "order {1} of {0}|place an order for {0}, quantity {1}|I want {1} of the article {0}; deliver to {2}",
    ),
    (
        "Report a fault|New report",
        "Report|Submit|Send report",
        "Device:noun, What is wrong:phrase, Room:Kitchen/Cellar/Attic/Garage",
        "report a fault of the device {0}: {1}|report that the {0} has a fault, {1}|tell them what is wrong with the "
        "{0}: {1}",
    ),
    (
        "Invite someone|New invitation",
        "Invite|Send invitation",
        "Guest:person, Occasion:phrase, Day:date",
        "invite {0} to {1}|ask {0} to come to {1}|send {0} an invitation for the occasion {1}; on {2}",
    ),
    (
        "Transfer|New transfer|Move points",
        "Transfer|Send|Confirm transfer",
        "Recipient:person, Points:number, Reason:phrase",
        "transfer {1} points to {0}|send {0} {1} points|give {1} points to {0}; reason {2}",
    ),
    (
        "Track a parcel|Look up a parcel",
        "Track|Look up|Search",
        "Number:identifier, Depot:place",
        "track the parcel {0}|look up the parcel {0}|where is the parcel with the number {0}; depot {1}",
    ),
    (
        "Book a class|Sign up",
        "Sign up|Book|Join",
        "Class:title, Name:first_name, Weekday:Monday/Tuesday/Wednesday/Thursday/Friday",
        "sign {1} up for {0}|book the class {0} for {1}|put {1} down for the class {0}; on {2}",
    ),
)
"""Forms that ask for something: what opens them, what sends them off, what is asked, and the ways to say it.

After a semicolon stands what is said where the last thing is given as well.
"""
