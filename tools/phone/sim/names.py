"""The made-up vocabularies that worlds are seeded from; any likeness to somebody is chance."""

from __future__ import annotations


def _list(words: str) -> tuple[str, ...]:
    return tuple(words.split(", "))


FIRST = _list(
    "Aino, Amara, Anselm, Anouk, Beatriz, Bilal, Bogdan, Camila, Cedric, Chidi, Chiara, Dagny, Daria, Dmitri, "
    "Edda, Eero, Elif, Emeka, Esra, Fatou, Felix, Freya, Gaspard, Gita, Greta, Hamza, Hana, Haruki, Helga, Idris, "
    "Ilse, Imani, Ines, Ivo, Jaana, Jasper, Jelena, Joaquin, Kaisa, Kamal, Keiko, Kofi, Lale, Lars, Leila, "
    "Linnea, Livia, Luca, Magnus, Malik, Marta, Mei, Milan, Mira, Nadia, Naveen, Niamh, Nils, Noor, Oksana, Olga, "
    "Omar, Oskar, Paloma, Pavel, Petra, Priya, Quentin, Rafael, Rania, Reza, Rosa, Ruben, Saana, Samir, Saskia, "
    "Selma, Silas, Sofia, Soren, Stellan, Tamar, Tariq, Thandi, Tilda, Tomas, Ulla, Uri, Valeria, Vera, Viggo, "
    "Wanda, Wim, Xenia, Yara, Yusuf, Zaida, Zoltan, Zora"
)
LAST = _list(
    "Abara, Adler, Ahmadi, Albrecht, Almeida, Andersson, Aoki, Bakker, Barros, Bauer, Bellini, Berg, Bianchi, "
    "Bjork, Boateng, Brandt, Castell, Chandra, Costa, Dahl, Danso, Demir, Dubois, Duarte, Egger, Eriksen, Fabre, "
    "Farouk, Ferrari, Fischer, Fontaine, Fujita, Garcia, Gerber, Gomes, Haas, Haddad, Hansen, Holm, Horvath, "
    "Ibarra, Iversen, Jansen, Jokela, Kaya, Keller, Kimura, Klein, Kovacs, Kowalski, Kruger, Larsen, Lehmann, "
    "Lindqvist, Lopes, Maier, Mancini, Marino, Mbeki, Mendes, Moreau, Nagy, Nakano, Navarro, Nieminen, Novak, "
    "Nyberg, Okafor, Okoye, Olsen, Ortega, Osei, Papas, Pereira, Petrov, Pichler, Popescu, Rahman, Ramos, Ricci, "
    "Rossi, Saito, Salonen, Santos, Sato, Schreiber, Silva, Sorensen, Stein, Suzuki, Takala, Tanaka, Toth, "
    "Vargas, Vidal, Virtanen, Vogel, Wagner, Weber, Winkler, Yilmaz, Zhang, Zimmer"
)
COMPANIES = _list(
    "Northwind Bakery, Copperleaf Studio, Tideline Boats, Quarry Street Clinic, Lantern Books, Moss and Fern, "
    "Ravelin Engineering, Saffron Kitchen, Halcyon Travel, Brightwater School, Juniper Legal, Cobalt Cycles"
)
SENTENCES = (
    "See you at the station at six",
    "Can you bring the blue folder tomorrow?",
    "The parcel arrived this morning",
    "I moved our lunch to Thursday",
    "The spare key is under the green pot",
    "Please call me when you land",
    "The plumber comes between nine and eleven",
    "We need two more chairs for Saturday",
    "The code for the gate is 4471",
    "Thanks for the lovely evening",
    "My train is twenty minutes late",
    "Did you see the notes from Monday?",
    "The rehearsal starts at half past seven",
    "I left my umbrella in your car",
    "Let us meet at the north entrance",
    "The recipe needs four eggs",
    "Your coat is still at our place",
    "I booked the table for five people",
    "The meeting room is on the third floor",
    "Could you water the plants on Sunday?",
    "The bike is fixed and ready",
    "I will send the contract tonight",
    "We are out of coffee again",
    "The museum is closed on Tuesday",
)
SAYINGS = (
    "running ten minutes late",
    "on my way now",
    "I got the tickets",
    "happy birthday",
    "dinner is at eight",
    "please bring the charger",
    "the meeting is cancelled",
    "thank you so much",
    "I am at the front door",
    "can we talk tomorrow",
    "the keys are with the neighbour",
    "great job today",
    "I will pick up the kids",
    "let us take the early train",
    "the cake is in the oven",
    "congratulations on the new job",
    "we land at noon",
    "please feed the cat",
)
EVENTS = _list(
    "Dentist, Team lunch, Piano lesson, Book club, Project review, Car inspection, Yoga class, Budget meeting, "
    "Parents evening, Haircut, Choir practice, Flat viewing, Blood test, Board games, Design workshop, Swimming, "
    "Garden party, Tax adviser, Language course, School play, Vet visit, House warming, Climbing, Quarterly "
    "report, Film night, Farewell drinks"
)
ROOMS = _list(
    "Room 204, Harbour Hall, Cafe Linde, Studio B, the library, Town square, Annex 3, Main office, Villa Rosa"
)
ALARMS = _list(
    "Gym, Work, Medicine, School run, Market, Early flight, Laundry, Stretch, Call home, Bread, Standup, Bins"
)
NOTES = (
    ("Groceries", "oat milk\nbread\ntomatoes\nrice"),
    ("Wi-Fi at the cabin", "network Fjellro\npassword sealion88"),
    ("Gift ideas", "a puzzle for Mira\nwool socks"),
    ("Locker", "number 318\ncode 7520"),
    ("Packing list", "tent\nheadlamp\nrain coat"),
    ("Shoe sizes", "Noor 29\nSilas 33"),
    ("Book recommendations", "The Glass Orchard\nNine Winters"),
    ("Paint colours", "hall: sage 12\nkitchen: chalk 3"),
    ("Meeting points", "north gate\nfountain"),
    ("Pizza dough", "500 g flour\n7 g yeast\n325 g water"),
    ("Car", "tyre pressure 2.4 bar\nservice in May"),
    ("Insurance", "policy QX-20931\nrenew in June"),
    ("Plants", "fern on Monday\ncactus once a month"),
    ("Passwords hint", "the street of the old school"),
    ("Project ideas", "bird counter\nshelf with lights"),
    ("Running log", "Monday 5 km\nThursday 8 km"),
)
NOTE_TITLES = _list("Ideas, Reading list, Measurements, Trip plan, Questions, Wishlist, Chores, Menu, Quotes, Budget")
NOTE_BODIES = (
    "ask about the lease",
    "buy stamps and tape",
    "window is 118 by 92",
    "ferry leaves at nine",
    "soup, salad, plum cake",
    "return the drill",
    "call the landlord",
    "order two lamps",
    "check the boiler",
    "learn three songs",
)
ALBUMS = _list("Camera, Trips, Receipts, Family, Screenshots, Garden")
PHOTOS = _list(
    "sunset, harbour, birthday cake, red bicycle, snowy path, train ticket, old bridge, market stall, blue door, "
    "campfire, lighthouse, picnic, invoice, kitten, rainbow, mountain hut, concert, garden gate, sand castle, "
    "chess board"
)
SONGS = _list(
    "Paper Lanterns, Slow Tide, Copper Moon, Ninth Street, Northern Rain, Salt and Honey, Glass Birds, Velvet "
    "Engine, Long Way Down, Morning Ferry, Static Garden, Small Hours, Amber Road, Tin Roof, Winter Swim, Little "
    "Comet, Orchard Song, Blue Static, Harvest Wheel, Quiet Machines"
)
ARTISTS = _list("Marlow Fen, The Tin Owls, Ada Quill, Kestrel Choir, Juno Park, Hollow Coast, Saint Relay, Ivory Trams")
PLAYLISTS = _list("Road trip, Focus, Sunday morning, Workout, Dinner, Rainy days, Party, Sleep")
PLACES = _list(
    "Cafe Morgenrot:Cafe, Blue Door Bistro:Restaurant, Rosewood Pharmacy:Pharmacy, Harbour Museum:Museum, Elm "
    "Park:Park, Central Library:Library, Kestrel Cinema:Cinema, Granite Gym:Gym, Lindgren Bakery:Bakery, Saint "
    "Anna Clinic:Hospital, Northgate Station:Station, Old Mill Hotel:Hotel, Copper Kettle:Cafe, Juniper "
    "Market:Supermarket, Volt Charging:Charging station, Riverside Pool:Pool, Pixel Repair:Shop, Green "
    "Fork:Restaurant"
)
STREETS = _list("Alder Street, Mill Lane, Harbour Road, Quay Walk, Station Road, Rose Court, Elm Avenue, Chapel Hill")
PAGES = (
    ("Ferry timetable", "ferry.example.org", "First ferry {time}\nTickets cost {n} euros"),
    ("Harbour Museum", "museum.example.org", "Open until {time}\nEntry {n} euros"),
    ("Weather for the week", "weather.example.org", "Tomorrow {n} degrees\nRain from {time}"),
    ("Lemon cake recipe", "cakes.example.org", "Bake for {n} minutes\nRest until {time}"),
    ("City library", "library.example.org", "Closes at {time}\nLoans run {n} days"),
    ("Bus line 12", "bus.example.org", "Last bus {time}\nEvery {n} minutes"),
    ("Swimming pool", "pool.example.org", "Opens at {time}\nLanes {n}"),
    ("Local news", "news.example.org", "Market moved to {time}\n{n} stalls expected"),
    ("Garden tips", "garden.example.org", "Plant bulbs {n} cm deep\nWater before {time}"),
    ("Chess club", "chess.example.org", "Meets at {time}\n{n} members"),
)
SUBJECTS = (
    ("Invoice for March", "The amount is {n} euros.\nPlease pay by Friday."),
    ("Your booking", "Booking number {n}.\nCheck in from {time}."),
    ("Minutes of the meeting", "We agreed on {n} points.\nNext call at {time}."),
    ("Holiday photos", "I chose {n} of them.\nHave a look when you can."),
    ("Parking permit", "Your permit number is {n}.\nIt starts at {time}."),
    ("Garden fence", "The offer is {n} euros.\nThey can start at {time}."),
    ("Class list", "There are {n} children.\nDoors open at {time}."),
    ("New schedule", "Shift starts at {time}.\nRoom {n}."),
    ("Recipe swap", "Use {n} grams of sugar.\nServe at {time}."),
    ("Rent adjustment", "The new rent is {n} euros.\nQuestions until {time}."),
    ("Concert tickets", "Row {n}.\nThe doors open at {time}."),
    ("Repair finished", "The bill is {n} euros.\nWe close at {time}."),
    ("Survey", "It takes {n} minutes.\nOpen until {time}."),
    ("Lost scarf", "It lies at desk {n}.\nOpen until {time}."),
)
FILES = _list(
    "budget.xlsx, lease.pdf, holiday.docx, logo.png, minutes.docx, recipe.txt, invoice.pdf, map.jpg, thesis.pdf, "
    "todo.txt, contract.pdf, menu.docx, slides.pptx, backup.zip, notes.md, receipt.pdf, podcast.mp3, poster.png, "
    "manual.pdf, data.csv"
)
FOLDERS = _list("Archive, Documents, Downloads, Music, Pictures, Work")
NETWORKS = _list("Fjellro, Casa Azul, Tideline Guest, Northwind, Office 5G, Lindgren, Harbour Free, Attic, Kestrel")
MISSING_APPS = _list("Weather, Banking, Recipes, Translator, Podcasts, Fitness, Drawing, Chess, Taxi, Compass")
