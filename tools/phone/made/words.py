"""What made-up apps are about and what stands on their screens. None of the phone's own fifteen apps is among them."""

from __future__ import annotations


def _list(words: str) -> tuple[str, ...]:
    return tuple(words.split(", "))


def _pairs(words: str) -> dict[str, str]:
    return {label: kind for label, _, kind in (pair.partition(":") for pair in _list(words))}


NOUNS = _list(
    "recipe, plant, bicycle, trip, invoice, parcel, workout, book, movie, wine, lesson, tenant, machine, medicine, "
    "seed, pattern, fish, puzzle, pupil, customer, order, ticket, delivery, shift, room, tool, key, coin, stamp, "
    "record, habit, goal, chore, gift, loan, meal, cocktail, tea, cheese, hike, race, match, player, team, course, "
    "exam, word, quote, idea, dream, expense, budget, bill, account, card, coupon, voucher, garment, outfit, shoe, "
    "toy, game, level, character, spell, monster, planet, star, telescope, bird, horse, cat, dog, hive, tree, crop, "
    "field trip, vehicle, tyre, part, repair, booking, guest, table, dish, menu card, ingredient, supplier, shelf, "
    "box, crate, pallet, tank, pump, sensor, lamp, camera lens, battery, cable, server, sample, reagent, patient, "
    "visit, dose, symptom, vaccine, client, lead, project, task, bug, release, sprint, member, vote, poll, petition, "
    "donation, volunteer, song idea, chord, instrument, concert, podcast, episode, comic, poem, chapter, letter draft, "
    "candle, soap, yarn, fabric, sketch, frame, kiln firing, bead, knife, fossil, mineral, ring, watch, kite, boat, "
    "anchor, lure, catch, tide, beach, cabin, tent, stove, rope, ski run, sled, rink time, swim, dive, climb, crag"
)
"""What an app may keep."""

SECTION_NAMES = _list(
    "Overview, Collection, Library, Inventory, My list, Shelf, Catalogue, Register, Archive room, Backlog, Today, "
    "Upcoming, History, Favourites, Drafts, Stock, Wish list, Log, Board, Records"
)
SUFFIXES = _list(
    "Log, Book, Box, Planner, Keeper, Shelf, Track, Diary, Pro, List, Desk, Hub, Tracker, Manager, Journal, Pocket, "
    "Buddy, Studio, Base, Minder, One, Lite, Works, Point, Nest"
)
OTHER_TITLES = _list(
    "Silver Otter, Blue Lantern, Hearth, Tandem, Orchard, Pebble, Juniper, Marigold, Copper Kettle, Northlight, "
    "Driftwood, Quill, Saffron, Thistle, Anvil, Larkspur, Cobble, Meadow, Harbour, Bramble, Tinder Box, Foxglove, "
    "Lighthouse, Willow, Compass Rose, Granite, Ember, Fernway, Kestrel, Lumen, Mosaic, Nimbus, Oakley, Parasol, "
    "Rivet, Sundial, Tapestry, Umber, Velvet, Wren, Zephyr, Almanac, Beacon, Cinder, Dovetail, Easel, Flint, Gable"
)
NAME_LABELS = ("Name", "Title", "Name", "Title", "Label", "What", "Heading", "Short name")

TEXTS = _pairs(
    "Owner:person, Supplier:title, Brand:title, Comment:phrase, Reference:identifier, Contact person:person, "
    "Ingredient:noun, Author:person, City:place, Code:identifier, Nickname:first_name, Material:noun, Topic:phrase, "
    "Keeper:person, Remark:phrase, Serial number:identifier, Maker:title, Origin:place, Destination:place, "
    "Coach:person, Teacher:person, Shop:title, Street:title, Description:phrase, Key words:phrase, Purpose:phrase, "
    "Recipient:person, Sender:person, Lot:identifier, Team name:title, Host:person, Venue:title, Model:identifier, "
    "Notes:phrase, Details:phrase, Instructions:phrase, Side dish:noun, Doctor:person, Driver:person, Story:phrase, "
    "Mail address:email, Telephone:phone, Web page:url, Storage:noun, Colour name:title, Allergies:noun"
)
"""Text fields and the kind of value that goes into them."""

NUMBERS = _list(
    "Amount, Quantity, Pages, Weight, Height, Price, Seats, Rounds, Portions, Distance, Points, Age, Deposit, "
    "Servings, Steps, Width, Length, Volume in litres, Minutes, Budget, Floor, Copies, Batch size, Speed, Rows, "
    "Stitches, Laps, Calories, Cost, Pieces, Temperature, Year, Rating, Days, Hours, Stock, Limit, Share in percent"
)
DATES = _list(
    "Date, Due date, Start date, Best before, Return date, Deadline, Purchase date, Next check, Last service, Expiry, "
    "First day, Delivery date, Planted on, Harvest, Day of birth, Visit on"
)
TIMES = _list(
    "Time, Starts at, Reminder time, Departure, Opening time, Closing time, Pick-up time, Feeding time, Arrival, Alert"
)
CHOICES: dict[str, tuple[str, ...]] = {
    label: tuple(options.split("/"))
    for label, _, options in (
        row.partition(": ")
        for row in (
            "Priority: Low/Normal/High/Urgent",
            "Status: Open/Waiting/Finished/Cancelled",
            "Size: Tiny/Small/Medium/Large/Huge",
            "Season: Spring/Summer/Autumn/Winter",
            "Repeat: Never/Daily/Weekly/Monthly/Yearly",
            "Mood: Calm/Happy/Tired/Tense",
            "Difficulty: Easy/Moderate/Hard/Expert",
            "Unit: Gram/Kilogram/Litre/Piece/Metre",
            "Payment: Cash/Card/Transfer/Not paid",
            "Shape: Round/Square/Oval/Long",
            "Colour: Red/Green/Blue/Yellow/Black/White",
            "Room: Kitchen/Cellar/Attic/Garage/Hall",
            "Level: Beginner/Intermediate/Advanced",
            "Weekday: Monday/Tuesday/Wednesday/Thursday/Friday/Saturday/Sunday",
            "Meal: Breakfast/Lunch/Dinner/Snack",
            "Condition: New/Good/Worn/Broken",
            "Language: English/Finnish/Hindi/Spanish/Swahili",
            "Category: Home/Work/Family/Hobby/Other",
            "Stage: Idea/Draft/Review/Ready",
            "Watering: Rarely/Weekly/Twice a week/Every day",
            "Shift: Early/Late/Night",
            "Spice: Mild/Medium/Hot",
            "Transport: Bus/Train/Bike/Car/On foot",
            "Pace: Slow/Steady/Fast",
            "Reminder: None/5 minutes/30 minutes/1 hour/1 day",
            "Visibility: Private/Friends/Everyone",
            "Grade: A/B/C/D",
            "Format: Paper/Digital/Audio",
            "Weather: Sunny/Cloudy/Rain/Snow/Wind",
            "Roast: Light/Medium roast/Dark",
            "Storage place: Top shelf/Bottom shelf/Drawer/Fridge",
            "Zone: North/South/East/West",
        )
    )
}
COSTS, LENGTHS = frozenset({"Price", "Cost"}), frozenset({"Minutes", "Hours", "Days"})
MANY = frozenset(
    _list("Pages, Seats, Rounds, Portions, Points, Servings, Steps, Copies, Rows, Stitches, Laps, Calories, Pieces")
)
"""Numbers that are asked for in words of their own."""
SWITCHES = _list(
    "Urgent, Shared, Paid, Insured, Outdoors, Remind me, Vegetarian, Private, Fragile, Gift wrap, All day, Indoor, "
    "Needs approval, Reusable, On sale, Public, Ask before use, Keep offline, Count calories, Refundable, Waterproof, "
    "Members only, Follow up, Track progress"
)

SETTING_SWITCHES = _list(
    "Night mode, Weekly summary, Sounds, Vibration, Auto-save, Compact view, Large print, Show pictures, Hints, "
    "Backup, Sync over mobile data, Badges, Password lock, Quiet hours, Daily reminder, Share statistics, Keep screen "
    "on, Confirm before deleting, Swipe actions, Beta features, Autocorrect, Haptics, Screen reader hints, High "
    "contrast, Offline mode, Suggestions, Cloud copy, Usage reports, Face unlock, Auto-update, Spoken results, Tips "
    "of the day"
)
SETTING_CHOICES: dict[str, tuple[str, ...]] = {
    label: tuple(options.split("/"))
    for label, _, options in (
        row.partition(": ")
        for row in (
            "Units: Metric/Imperial/Mixed",
            "Sort order: By name/By date/By size/By hand",
            "First day of the week: Monday/Saturday/Sunday",
            "Colour scheme: Forest/Sand/Ocean/Slate/Rose",
            "Currency: Euro/Dollar/Yen/Rupee/Krona",
            "Letter size: Small letters/Medium letters/Large letters",
            "Start page: Last used/Overview page/Favourites page",
            "Accent colour: Teal/Amber/Violet/Crimson",
            "Date style: Day first/Month first/Year first",
            "Backup interval: Every hour/Every night/Every Sunday/By hand only",
            "Picture quality: Draft quality/Standard quality/Best quality",
            "Reminder sound: Bell/Chime/Harp/Silent",
            "Keep history: 7 days/30 days/1 year/For ever",
            "Region: Africa/Americas/Asia/Europe/Oceania",
            "Layout: Grid/Cards/Lines",
            "Auto-lock: After 1 minute/After 5 minutes/After 1 hour/Never lock",
        )
    )
}
SETTING_LEVELS = _list(
    "Line spacing, Columns, History days, Zoom, Effects volume, Icon size, Sensitivity, Rows per page, Snooze length, "
    "Daily target, Speech rate, Margin, Contrast, Cache size"
)
SETTING_TEXTS = {"Display name": "person", "Greeting": "phrase", "Home city": "place", "Profile name": "first_name"}
ABOUT = ("Version", "Licence key", "Build", "Storage used", "Support code", "Account number")

FLAGS = (
    ("Pin", "Unpin", "Pinned", "pin {x}|keep {x} on top|fix {x} at the top", "unpin {x}|let {x} no longer stay on top"),
    (
        "Star",
        "Remove star",
        "Starred",
        "star {x}|put a star on {x}|give {x} a star",
        "remove the star from {x}|unstar {x}|take the star off {x}",
    ),
    (
        "Add to favourites",
        "Remove from favourites",
        "Favourite",
        "add {x} to the favourites|make {x} a favourite",
        "remove {x} from the favourites|take {x} off the favourites",
    ),
    (
        "Mark as done",
        "Mark as open",
        "Done",
        "mark {x} as done|tick off {x}|finish {x}|mark {x} as completed",
        "mark {x} as open|reopen {x}",
    ),
    ("Lock", "Unlock", "Locked", "lock {x}|protect {x}", "unlock {x}|take the lock off {x}"),
    (
        "Archive",
        "Restore",
        "Archived",
        "archive {x}|put {x} into the archive|file {x} away",
        "restore {x}|unarchive {x}|bring {x} back",
    ),
    ("Hide", "Show", "Hidden", "hide {x}|make {x} invisible|conceal {x}", "show {x} again|unhide {x}|make {x} visible"),
    ("Mute", "Unmute", "Muted", "mute {x}|silence {x}|quiet {x}", "unmute {x}|let {x} be heard again"),
    ("Follow", "Unfollow", "Following", "follow {x}|subscribe to {x}", "unfollow {x}|stop following {x}"),
    ("Mark as packed", "Mark as unpacked", "Packed", "mark {x} as packed|pack {x}", "mark {x} as unpacked|unpack {x}"),
    (
        "Mark as paid",
        "Mark as unpaid",
        "Paid up",
        "mark {x} as paid|note that {x} was paid",
        "mark {x} as unpaid|note that {x} was not paid",
    ),
    ("Reserve", "Cancel reservation", "Reserved", "reserve {x}|book {x}", "cancel the reservation of {x}|free {x}"),
    ("Pause", "Resume", "Paused", "pause {x}|put {x} on hold|halt {x}", "resume {x}|let {x} go on|continue {x}"),
    ("Like", "Unlike", "Liked", "like {x}|give {x} a like", "unlike {x}|take back the like for {x}"),
    (
        "Enable",
        "Disable",
        "Enabled",
        "enable {x}|switch on {x}|activate {x}",
        "disable {x}|switch off {x}|deactivate {x}",
    ),
    ("Check in", "Check out", "Checked in", "check in {x}", "check out {x}"),
    ("Lend out", "Take back", "Lent out", "lend out {x}|mark {x} as lent out|lend {x}", "take back {x}|get {x} back"),
    ("Publish", "Withdraw", "Published", "publish {x}|make {x} public|post {x}", "withdraw {x}|take {x} back"),
    ("Flag", "Remove flag", "Flagged", "flag {x}|put a flag on {x}", "remove the flag from {x}|unflag {x}"),
    (
        "Approve",
        "Revoke",
        "Approved",
        "approve {x}|accept {x}|agree to {x}",
        "revoke {x}|take back the approval of {x}",
    ),
    ("Highlight", "Remove highlight", "Highlighted", "highlight {x}|mark {x} in colour", "remove the highlight of {x}"),
    ("Schedule", "Unschedule", "Scheduled", "schedule {x}|plan {x}", "unschedule {x}|take {x} off the plan"),
    ("Recommend", "Stop recommending", "Recommended", "recommend {x}|suggest {x}", "stop recommending {x}"),
    ("Save offline", "Remove download", "Offline", "download {x}|keep {x} offline", "remove the download of {x}"),
    ("Cover", "Uncover", "Covered", "cover {x}", "uncover {x}"),
    ("Start", "Stop", "Running", "start {x}|set {x} going|run {x}|begin {x}", "stop {x}|end {x}|finish {x}"),
)
"""Marks of an item: the buttons that set and clear it, what an item that has it says, and how both are asked for."""

SAVES = _list("Save, Save, Save, Create, Done, OK, Apply, Confirm, Keep, Add it")
CANCELS = _list("Cancel, Cancel, Cancel, Discard, Close, Not now")
DELETES = _list("Delete, Delete, Delete, Remove, Erase, Throw away, Discard entry, Move to bin")
EDITS = _list("Edit, Edit, Edit, Change, Edit details, Modify entry")
MENUS = _list("More options, More options, More, Options, Actions")
DRAWERS = _list("Open navigation, Menu, Sections")
SETTINGS = _list("Settings, Settings, Settings, Preferences, Options page, Set-up")
MISSING_APPS = _list(
    "Chess Corner, Tide Tables, Weather Vane, Banking, Passport Scan, Star Map, Podcast Box, Ride Share, Translator, "
    "Metronome, Guitar Tuner, Crossword, Radio Dial, Grocery List, Bus Times, Step Counter, Sleep Log, Lottery"
)

COPIES = _list("Duplicate, Make a copy, Copy, Clone")
SHARES = _list("Share, Share, Send to, Hand over to, Pass on")
SELECTS = _list("Select, Choose several, Select items")
SETTING_PAGES = _list(
    "General, Display, Alerts and sounds, Account, Data, Privacy, Lists, Look and feel, Notifications, Safety, Extras, "
    "Storage and backup, Profile, Behaviour, Advanced"
)
