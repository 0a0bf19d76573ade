"""Kinds of values of everyday life: dishes, films, bands, painters, breeds, courses, stations, short messages.

Real examples stand beside coined ones, so that copying is learnt.
"""

from __future__ import annotations

from agentkit.nano.generate.kinds import Said
from agentkit.nano.generate.spoken import SpokenKinds

_NAMES = {
    "dish": (
        "lasagne", "mushroom risotto", "pad thai", "chicken tikka masala", "shakshuka", "ramen", "fish tacos",
        "moussaka", "banana bread", "onion soup", "beef stew", "falafel", "pierogi", "apple pie", "bibimbap", "paella",
        "caesar salad", "pancakes", "goulash", "tiramisu", "vegetable curry", "ceviche", "cheesecake",
    ),
    "drink": (
        "espresso", "green tea", "lemonade", "orange juice", "Riesling", "Merlot", "mojito", "oat milk latte", "cider",
        "kombucha", "hot chocolate", "ginger ale", "margarita", "iced coffee", "sparkling water", "lassi",
    ),
    "taste": (
        "Italian", "Thai", "Ethiopian", "Mexican", "Lebanese", "Japanese", "Georgian", "Korean", "Indian", "Greek",
        "Peruvian", "Vietnamese", "Turkish", "Spanish", "French", "Moroccan",
    ),
    "film": (
        "Casablanca", "Metropolis", "Seven Samurai", "The Third Man", "Alien", "Spirited Away", "Vertigo", "Parasite",
        "The Godfather", "Amelie", "Blade Runner", "Paddington", "Some Like It Hot", "Run Lola Run", "Jaws", "Solaris",
    ),
    "show": (
        "Twin Peaks", "The Wire", "Fawlty Towers", "Dark", "Breaking Bad", "The Office", "Borgen", "Planet Earth",
        "Star Trek", "Columbo", "Seinfeld", "The Bridge", "Sherlock", "Babylon Berlin",
    ),
    "band": (
        "Miles Davis", "Nina Simone", "Radiohead", "ABBA", "Daft Punk", "Fela Kuti", "The Beatles", "Kraftwerk",
        "Johnny Cash", "Massive Attack", "Cesaria Evora", "Pixies", "Aretha Franklin", "Buena Vista Social Club",
    ),
    "song": (
        "Blue Monday", "Hallelujah", "Take Five", "Yesterday", "Wonderwall", "Summertime", "Heroes", "Imagine",
        "Dancing Queen", "La Vie en Rose", "Purple Rain", "Autumn Leaves", "Jolene", "Clair de Lune",
    ),
    "instrument": (
        "cello", "clarinet", "violin", "double bass", "trumpet", "flute", "banjo", "harp", "drums", "bagpipe",
        "bass guitar", "saxophone", "bassoon", "ukulele",
    ),
    "painter": (
        "Vermeer", "Frida Kahlo", "Rembrandt", "Hokusai", "Claude Monet", "Artemisia Gentileschi", "Caravaggio",
        "Georgia O'Keeffe", "Paul Klee", "Hilma af Klint", "J. M. W. Turner", "Goya", "Berthe Morisot", "Egon Schiele",
    ),
    "painting": (
        "The Night Watch", "Girl with a Pearl Earring", "The Starry Night", "Guernica", "The Great Wave", "Las Meninas",
        "The Kiss", "American Gothic", "The Birth of Venus", "Nighthawks", "Water Lilies",
    ),
    "museum": (
        "Louvre", "Rijksmuseum", "Prado", "Uffizi", "British Museum", "Hermitage", "Tate Modern", "Pergamon Museum",
        "Museo Frida Kahlo", "Guggenheim", "Vasa Museum", "Acropolis Museum",
    ),
    "sight": (
        "Eiffel Tower", "Colosseum", "Golden Gate Bridge", "Sagrada Familia", "Big Ben", "Charles Bridge", "Taj Mahal",
        "Table Mountain", "Machu Picchu", "Niagara Falls", "Hagia Sophia", "Sydney Opera House", "Prague Castle",
    ),
    "book": (
        "Middlemarch", "Beloved", "Dune", "Emma", "The Trial", "Things Fall Apart", "Moby Dick", "Kim", "Frankenstein",
        "One Hundred Years of Solitude", "The Hobbit", "Pippi Longstocking", "War and Peace", "Persepolis",
    ),
    "writer": (
        "Toni Morrison", "Franz Kafka", "Jane Austen", "Chinua Achebe", "Agatha Christie", "Haruki Murakami",
        "Ursula K. Le Guin", "Jorge Luis Borges", "Astrid Lindgren", "Leo Tolstoy", "Virginia Woolf", "Italo Calvino",
    ),
    "opening": (
        "Sicilian Defence", "Queen's Gambit", "Ruy Lopez", "French Defence", "King's Indian", "Caro-Kann",
        "Italian Game", "London System", "Scotch Game", "Dutch Defence", "English Opening", "Pirc Defence",
    ),
    "game": (
        "Catan", "Carcassonne", "Chess", "Go", "Minecraft", "Tetris", "Stardew Valley", "Monopoly", "Scrabble", "Zelda",
        "Ticket to Ride", "Portal 2", "Mario Kart", "Backgammon", "Civilization VI", "Pandemic",
    ),
    "sport": (
        "swimming", "rowing", "badminton", "tennis", "football", "cricket", "handball", "cycling", "yoga", "climbing",
        "volleyball", "ice hockey", "running", "table tennis", "judo", "fencing",
    ),
    "exercise": (
        "squats", "push-ups", "deadlifts", "lunges", "planks", "bench press", "burpees", "pull-ups", "crunches",
        "kettlebell swings", "sit-ups", "calf raises",
    ),
    "league": (
        "Premier League", "Bundesliga", "La Liga", "Serie A", "NBA", "NHL", "Ligue 1", "Champions League", "MLS", "NFL",
        "Eredivisie", "Six Nations",
    ),
    "ailment": (
        "headache", "hay fever", "sore throat", "migraine", "asthma", "back pain", "insomnia", "heartburn", "cough",
        "eczema", "sprained ankle", "toothache", "nausea",
    ),
    "medicine": (
        "ibuprofen", "paracetamol", "amoxicillin", "aspirin", "metformin", "vitamin D", "insulin", "cetirizine",
        "omeprazole", "magnesium", "iron tablets",
    ),
    "doctor": (
        "dentist", "dermatologist", "cardiologist", "paediatrician", "physiotherapist", "neurologist",
        "family doctor", "psychologist", "gynaecologist",
    ),
    "breed": (
        "poodle", "beagle", "Siamese cat", "golden retriever", "dachshund", "Maine Coon", "border collie", "greyhound",
        "hamster", "cockatiel", "corgi", "ragdoll cat", "guinea pig", "Labrador", "terrier",
    ),
    "plant": (
        "basil", "monstera", "tomatoes", "lavender", "roses", "strawberries", "orchid", "carrots", "rosemary", "ficus",
        "sunflowers", "zucchini", "tulips", "mint", "hydrangea", "garlic", "olive tree", "aloe vera",
    ),
    "speech": (
        "French", "Spanish", "Swahili", "German", "Mandarin", "Portuguese", "Welsh", "Arabic", "Hindi", "Polish",
        "Turkish", "Korean", "Italian", "Finnish", "Japanese", "Dutch", "Greek",
    ),
    "course": (
        "linear algebra", "web design", "creative writing", "first aid", "bookkeeping", "machine learning", "pottery",
        "public speaking", "photography", "art history", "organic chemistry", "microeconomics", "Latin", "carpentry",
    ),
    "trade": (
        "nurse", "data analyst", "roofer", "software engineer", "barista", "graphic designer", "bookkeeper",
        "truck driver", "teacher", "project manager", "chef", "translator", "surveyor", "plumber", "sales assistant",
    ),
    "room": (
        "kitchen", "bedroom", "living room", "bathroom", "hallway", "office", "garage", "nursery", "basement", "attic",
        "guest room", "dining room",
    ),
    "goods": (
        "running shoes", "headphones", "desk lamp", "raincoat", "coffee grinder", "backpack", "office chair", "kettle",
        "yoga mat", "bluetooth speaker", "sleeping bag", "wool socks", "toaster", "sunglasses", "bike helmet", "tent",
    ),
    "brand": (
        "Bosch", "Sony", "Adidas", "IKEA", "Canon", "Patagonia", "Lego", "Philips", "Samsung", "Nike", "Dyson", "Casio",
    ),
    "car": (
        "Volvo V60", "Toyota Corolla", "Fiat 500", "Tesla Model 3", "VW Golf", "Ford Focus", "Honda Civic",
        "Skoda Octavia", "Mazda MX-5", "Renault Clio", "Subaru Outback",
    ),
    "holiday": (
        "Christmas", "Easter", "Diwali", "Thanksgiving", "Hanukkah", "Midsummer", "Lunar New Year", "Halloween",
        "Mother's Day", "Carnival",
    ),
    "paper": (
        "BBC", "Reuters", "The Guardian", "Le Monde", "El Pais", "Al Jazeera", "New York Times", "Der Spiegel", "NPR",
        "Associated Press",
    ),
    "channel": (
        "BBC One", "Arte", "CNN", "ZDF", "Rai Uno", "NHK", "Eurosport", "Channel 4", "Nickelodeon", "TV5", "HBO",
    ),
    "zone": (
        "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Sydney", "UTC", "Africa/Lagos", "Asia/Kolkata",
        "America/Sao_Paulo", "Europe/Lisbon", "Pacific/Auckland",
    ),
}  # fmt: skip
_COINED = 0.2
_HOTELS = ("Hotel {c}", "The {n} Inn", "Grand Hotel {p}", "{c} Lodge", "{p} Plaza", "Pension {c}", "The {c} Arms")
_TABLES = (
    "Trattoria {c}",
    "The {n} Kitchen",
    "Chez {f}",
    "{c}",
    "Cafe {c}",
    "{f}'s Diner",
    "The Golden {n}",
    "Bistro {n}",
)
_SHOPS = ("{c}", "{n} & Sons", "{f}'s {n} Shop", "{c} Labs", "{p} Books", "{c} Ltd", "The {n} Store", "{c} Foods")
_STATIONS = ("{p} Central", "{p}", "{p} North", "{n} Street", "{p} Airport", "{c} Junction", "{p} Main Station")
_LINES = (
    "I will be {k} minutes late", "the {n} is ready", "dinner is at {k}", "the {n} broke again", "see you in {p}",
    "I found your {n}", "{f} says hello", "the meeting is moved to {p}", "please bring the {n}", "we won",
    "can you call me back?", "the {a} {n} is yours", "I am on the train to {p}", "no {n} today", "how was the {n}?",
    "happy birthday", "the door code is {k}{k}{k}{k}", "ask {f} about the {n}", "{c} is great", "everything is fine",
    "I booked {p} for us", "do not forget the {n}", "what a {a} day", "good luck with the {n}",
)  # fmt: skip


class LifeKinds(SpokenKinds):
    """Draws them; a name of the lists is a known one four times in five, else a coined one."""

    def draw(self, kind: str) -> Said:
        """A value of the kind, see `SpokenKinds.draw`."""
        return self._named(kind) if kind in _NAMES else super().draw(kind)

    def _several(self, kind: str) -> Said:
        if kind not in _NAMES:
            return super()._several(kind)
        known = self.rng.sample(_NAMES[kind], self.rng.choice([1, 2, 2, 3, 3, 4]))
        return self._listed([Said(one, one) if self.rng.random() > _COINED else self._coin(one) for one in known])

    def _named(self, kind: str) -> Said:
        known = self.rng.choice(_NAMES[kind])
        return self._coin(known) if self.rng.random() < _COINED else self._same(known)

    def _coin(self, known: str) -> Said:
        """A coined name that is written as the known one is: a title in capitals, a common word in small letters."""
        name = " ".join(self.values.coined() for _ in range(min(2, len(known.split()))))
        return self._same(name if known[0].islower() else name.title())

    def _shaped(self, forms: tuple[str, ...]) -> Said:
        values = self.values
        return self._same(
            self.rng.choice(forms).format(
                c=values.coined().title(), n=values.noun().title(), p=values.place(), f=values.first_name()
            )
        )

    def _hotel(self) -> Said:
        return self._shaped(_HOTELS)

    def _restaurant(self) -> Said:
        return self._shaped(_TABLES)

    def _shop(self) -> Said:
        return self._shaped(_SHOPS)

    def _station(self) -> Said:
        return self._shaped(_STATIONS)

    def _airport(self) -> Said:
        return self._same(self._letters(3))

    def _flightcode(self) -> Said:
        return self._same(f"{self._letters(2)}{self.rng.choice(['', ' '])}{self._digits(self.rng.randint(2, 4))}")

    def _postcode(self) -> Said:
        return self._same(self._digits(5) if self.rng.random() < 0.6 else f"{self._letters(2)}{self._digits(1)} 4XR")

    def _iban(self) -> Said:
        groups = " ".join(self._digits(4) for _ in range(self.rng.randint(2, 4)))
        return self._same(f"{self._letters(2)}{self._digits(2)} {groups}")

    def _picture(self) -> Said:
        return self._stored(("jpg", "png", "heic", "jpeg"), ("IMG_{d}", "DSC{d}", "{n}_{d}", "{n}", "{n}-{c}"))

    def _clip(self) -> Said:
        return self._stored(("mp4", "mov", "avi"), ("VID_{d}", "{n}", "{n}_{c}", "{c}{d}"))

    def _letter(self) -> Said:
        return self._stored(("pdf", "docx", "odt"), ("cv_{f}", "{f}_resume", "{n}_{d}", "letter-{c}", "{f}-{c}"))

    def _stored(self, endings: tuple[str, ...], forms: tuple[str, ...]) -> Said:
        stem = self.rng.choice(forms).format(
            d=self._digits(4), n=self.values.noun(), c=self.values.coined(), f=self.values.first_name().lower()
        )
        return self._same(f"{stem}.{self.rng.choice(endings)}")

    def _line(self) -> Said:
        values = self.values
        text = self.rng.choice(_LINES).format(
            c=values.coined(), n=values.noun(), p=values.place(), f=values.first_name(), k=self.rng.randint(2, 9),
            a=self.rng.choice(("lovely", "strange", "long", "blue", "perfect", "quiet")),
        )  # fmt: skip
        return Said(f'"{text}"', text) if self.rng.random() < 0.3 else self._same(text)

    def _month(self) -> Said:
        return self._same(self.rng.choice(("January", "February", "March", "April", "May", "June", "July", "August",
                                           "September", "October", "November", "December")))  # fmt: skip

    def _weekday(self) -> Said:
        return self._same(
            self.rng.choice(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"))
        )
