"""Who comes to the office: names of many languages, put together by chance. No person here exists."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count

from cases.models.client import IdentityDocument, Language


@dataclass(frozen=True)
class Tongue:
    """People who share a language, and how their names are written. No given name: a single name, the family's place.

    `european` people hold the identity card of an EU country, which opens the government sites by itself.
    """

    language: Language
    given: tuple[str, ...]
    family: tuple[str, ...]
    european: bool = False
    also: str = ""


def names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(","))


TONGUES = (
    Tongue(
        Language.AR,
        names("Mohammed, Mohamed, Muhammad, Fatima-Zahra, Yasmina, Abd el-Karim, Noureddine, Hanane, Ilyas, Zoubida"),
        names("El Khoury, Elkhoury, Ben Slimane, Aït Lahcen, Bouazzaoui, El-Amrani, Zerouali, Tahiri Alaoui"),
        also="français, darija",
    ),
    Tongue(
        Language.AR,
        names("Rasha, Khaled, Ghassan, Nour, Samer, Lubna, Wael"),
        names("al-Halabi, Qasem, Darwish, Abu Shaar, al-Zoubi, Haj Hussein"),
    ),
    Tongue(
        Language.TR,
        names("Yıldız, Gülşen, İbrahim, Çağlar, Şeyma, Oğuz, Emine"),
        names("Özdemir, Kılıç, Yüceşan, Güneşoğlu, Şahinkaya, Çetinbaş"),
    ),
    Tongue(
        Language.RO,
        names("Ștefania, Ionuț, Anca-Maria, Răzvan, Mihăiță, Țvetana"),
        names("Bălănescu, Drăguțoiu, Iordăchescu, Munteanu-Pop, Țărăneanu"),
        european=True,
    ),
    Tongue(
        Language.BG,
        names("Desislava, Ralitsa, Tsvetelina, Zhivka, Yordanka"),
        names("Karadzhova, Stoyancheva, Velikova-Hadzhi, Penchovska"),
        european=True,
    ),
    Tongue(
        Language.PL,
        names("Łucja, Zbigniew, Małgorzata, Wojciech, Świętosława"),
        names("Brzęk, Włodarek, Żółkiewicz, Ośmiałek"),
        european=True,
    ),
    Tongue(
        Language.ES,
        names("María José, Íñigo, Begoña, Joaquín, Núria"),
        names("Peñalver Ibáñez, de la Fuente Ochoa, Muñoyerro, Castañón Llerena"),
        european=True,
    ),
    Tongue(
        Language.PT,
        names("João Miguel, Conceição, Anunciação, Luís, Inês"),
        names("da Conceição Freitas, dos Anjos, Vilarigues, Brandão e Sá"),
        european=True,
        also="français",
    ),
    Tongue(
        Language.IT,
        names("Niccolò, Maria Grazia, Desirée, Gesualdo"),
        names("D'Amoretti, Dell'Orto, Lo Cascino, De Sanctelli"),
        european=True,
        also="français",
    ),
    Tongue(
        Language.UK,
        names("Oleksandra, Bohdan, Halyna, Yevhen, Solomiia"),
        names("Kovalchenko, Shevchuk-Lys, Zhytnyk, Mykhailyshyn"),
    ),
    Tongue(
        Language.RU,
        names("Zarema, Aminat, Tamara, Madina, Nadezhda"),
        names("Khadzhieva, Dzhabrailova, Umarkhanova, Petrosyants"),
    ),
    Tongue(
        Language.FA,
        names("Zahra, Gholam Reza, Farhad, Shirin, Mahnaz, Esmatullah"),
        names("Hosseinzadeh, Rahmani Fard, Qaderi, Khoshnevis, Amiri-Nasab"),
        also="anglais",
    ),
    Tongue(Language.PS, names("Gul Agha, Palwasha, Zmaray, Wazhma"), names("Stanekzai, Zadran, Mangalwal")),
    Tongue(Language.PS, ("",), names("Najibullah, Spozhmai, Torpekai")),
    Tongue(
        Language.TI,
        names("Tesfalem, Selam, Mebrahtu, Letebrhan, Yohannes"),
        names("Gebremeskel, Tekle Haimanot, Woldegiorgis, Habtemichael"),
    ),
    Tongue(
        Language.SO,
        names("Hodan, Abdirahman, Ayaan, Guled, Sahra"),
        names("Warsame Farah, Jama Nuur, Xirsi Cige, Cabdi Faarax"),
    ),
    Tongue(Language.SQ, names("Besnik, Drita, Ëngjëll, Shpresa"), names("Gjoçaj, Hoxhallari, Përparimi, Çela")),
    Tongue(
        Language.LN,
        names("Espérance, Dieudonné, Marie-Noëlle, Héritier, Bibiche"),
        names("Mbokani wa Ilunga, Nsimba-Lutete, Tshilombo Kabeya, Makiadi"),
        also="français",
    ),
    Tongue(
        Language.SW,
        names("Jean-de-Dieu, Immaculée, Aimé-Césaire, Godelive"),
        names("Ndayishimira, Uwamahoro-Keza, Habonimana, Bigirindavyi"),
        also="français",
    ),
    Tongue(
        Language.FR,
        names("Aïssatou, Mamadou Saliou, Thierno, Ndèye Coumba, Kossi, Brou Éric"),
        names("Diallo-Bah, Camaraté, N'Guessandé, Ouédraogue, Tchakounda, Sow Ndiayé"),
    ),
    Tongue(Language.VI, names("Thị Ngọc Ánh, Văn Đức, Minh Phượng"), names("Nguyễn Đặng, Trần Lê, Phạm Huỳnh")),
    Tongue(Language.ZH, names("Xiùlán, Jiàn'guó, Méi-Líng"), names("Ōuyáng, Zhāng Lǐ, Sīmǎ")),
    Tongue(
        Language.EN,
        names("Siobhán, Adaeze, Kwabena, Priyanka, Ebele"),
        names("O'Shaughnane, Okonkwo-Reid, Boateng Asare, Venkataraghavan, mac Giolla Bhríde"),
    ),
    Tongue(Language.EN, ("",), names("Suhartini, Thirunavukkarasu, Widodoningsih"), also="français"),
    Tongue(
        Language.NL,
        names("Maaike, Jean-Pierre, Aaltje, Winston"),
        names("van der Zwaluwenberg, van 't Hoogerhuys, Kartosentiko, de Grauwe-Adjei"),
        european=True,
    ),
    Tongue(Language.OTHER, names("Tsering, Dolma, Ngawang"), names("Lhamotso, Gyalpobu"), also="tibétain, anglais"),
    Tongue(Language.OTHER, names("Nino, Zviad, Ketevan"), names("Beridzeshvili, Kvaratskh"), also="géorgien, russe"),
    Tongue(Language.OTHER, names("Anahit, Hrachya, Lusine"), names("Hakobyants, Sahakuni"), also="arménien, russe"),
    Tongue(
        Language.OTHER,
        names("Maria Theresa, Jejomar, Ligaya"),
        names("de los Reyes-Salonga, Magbanwa"),
        also="tagalog, anglais",
    ),
    Tongue(
        Language.OTHER, names("Jøran, Sólvår"), names("Ængstrøm, Sørbråten"), european=True, also="danois, anglais"
    ),
    Tongue(Language.OTHER, ("Ġużeppa", "Wistin"), ("Ħaż-Żabbari",), european=True, also="maltais, anglais"),
)

READ = {"français": Language.FR, "anglais": Language.EN, "russe": Language.RU}

# Where they live: the communes without an office send the most people to us.
COMMUNES: Mapping[str, int] = {
    "molenbeek-saint-jean": 14, "anderlecht": 12, "schaerbeek": 14, "bruxelles": 10, "saint-josse-ten-noode": 7,
    "saint-gilles": 6, "forest": 6, "ixelles": 6, "watermael-boitsfort": 5, "koekelberg": 4, "jette": 4, "evere": 4,
    "etterbeek": 4, "berchem-sainte-agathe": 3, "ganshoren": 2, "uccle": 2, "auderghem": 2,
    "woluwe-saint-lambert": 2, "woluwe-saint-pierre": 3, "ecaussinnes": 1,
}  # fmt: skip
NOWHERE = ""  # outside the Region, or no registered address
NOWHERE_WEIGHT = 5

# What they hold: without a chip (who needs a key from an office), or with one.
WITHOUT_CHIP: Mapping[str, int] = {
    "orange": 50, "protocol": 6, "passport": 8, "annex-35": 8, "annex-8ter": 8, "annex-19ter": 6, "annex-15": 4,
    "annex-26": 5, "annex-49": 3, "none": 2,
}  # fmt: skip
WITH_CHIP: Mapping[str, int] = {
    "card-a": 30, "card-b": 12, "card-f": 12, "card-f-plus": 6, "card-k": 4, "card-l": 4, "card-h": 2, "card-m": 1,
}  # fmt: skip
EUROPEAN_CHIP: Mapping[str, int] = {"card-eu": 12, "card-eu-plus": 6}


@dataclass(frozen=True)
class Person:
    """One invented person, as the office would write them down."""

    given_name: str
    family_name: str
    birth_year: int
    language: Language
    also: str
    interpreter: bool
    commune: str
    document: str
    identity: IdentityDocument
    email: str
    phone: str
    leave_no_message: bool
    ask_before_contact: bool


class Crowd:
    """Invites one new person after another; the same ones in the same order for the same chance."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.numbers = count(1)
        self.known: set[tuple[str, str]] = set()

    def somebody(self, *, with_chip: bool, registered: bool, european: bool = False) -> Person:
        """A new person, with a card with a chip or without one; `registered` in a commune, or perhaps not."""
        chance, number = self.chance, next(self.numbers)
        tongue, given, family = self._new_name(european=european)
        chips = EUROPEAN_CHIP if tongue.european else WITH_CHIP
        language = tongue.language
        if tongue.also and chance.random() < 0.35:
            language = next((named for word, named in READ.items() if word in tongue.also), language)
        elif chance.random() < 0.12:
            language = Language.NL
        reads = language in {Language.FR, Language.NL, Language.EN}
        return Person(
            given_name=given,
            family_name=family,
            birth_year=chance.randint(1946, 2008),
            language=language,
            also=tongue.also if language == tongue.language else "",
            interpreter=not reads and chance.random() < 0.4,
            commune=self._weighted(COMMUNES if registered else {**COMMUNES, NOWHERE: NOWHERE_WEIGHT}),
            document=self._weighted(chips if with_chip else WITHOUT_CHIP),
            identity=IdentityDocument.EU_CARD if tongue.european else IdentityDocument.PASSPORT,
            email=f"personne{number:03d}@example.com" if chance.random() < 0.75 else "",
            # From the numbers that the French regulator keeps for films: they ring nowhere.
            phone=f"+33 1 99 00 {number // 100:02d} {number % 100:02d}" if chance.random() < 0.9 else "",
            leave_no_message=chance.random() < 0.06,
            ask_before_contact=chance.random() < 0.04,
        )

    def _new_name(self, *, european: bool) -> tuple[Tongue, str, str]:
        tongues = [tongue for tongue in TONGUES if tongue.european or not european]
        while True:
            tongue = self.chance.choice(tongues)
            given, family = self.chance.choice(tongue.given), self.chance.choice(tongue.family)
            if (given, family) not in self.known:
                self.known.add((given, family))
                return tongue, given, family

    def _weighted(self, weights: Mapping[str, int]) -> str:
        return self.chance.choices(list(weights), weights=list(weights.values()))[0]
