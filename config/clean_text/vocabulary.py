"""The words around a code or a password, in French, Dutch and English, and the numbers that are something else.

All of it is compared with a folded text: lower case, no accents. A word that the office misses belongs in a list here;
a sentence that shows it belongs in tests/config/secrets_corpus.py.
"""

import re


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# The words that announce ------------------------------------------------------------

CODE_WORD = re.compile(
    r"""(?<![a-z])(?<!rue[ ]du[ ])(?:
        (?:pin|puk)(?:[ -]?(?:codes?|number|nummer))?(?:[ ]?[12](?=[ ]*[:=]))?   # pin, puk-code, puk1:
      | p\.?[ ]?(?:i\.?[ ]?n|u\.?[ ]?k)\.?(?![a-z])                                # p.i.n., p u k
      | [a-z]*-?codes? | otp | geheim[ ]nummer
      | itsme(?=[ :=-]{1,3}\d{5}(?!\d)) | activat(?:ion|ie)(?=[ :=-]{1,3}\d{5})
    )(?![a-z])""",
    re.VERBOSE,
)
PASSWORD_WORD = re.compile(
    r"""(?<![a-z])(?:
        mots?[ ]?de[ ]?passe | mdp | m\.d\.p\.? | wachtwoord(?:en)? | paswoord(?:en)? | passwo?rds? | passwd
      | passphrase | pwd | (?:ww|pw|pass)(?=[ ]*[:=]|[ ](?:is[ ])?[a-z]+[^ a-z]*\d)
    )(?![a-z])""",
    re.VERBOSE,
)
# «Code» announces a secret unless one of these stands before or behind it.
HARMLESS_BEFORE = re.compile(
    r"\b(?:post|postal|zip|nis|ins|dossier|case|qr|bar|streepjes|land|country|tarif|tarief|nace|commune|gemeente)"
    r"[ -]?codes?$"
)
HARMLESS_BEHIND = re.compile(
    r"[ ]*(?:postal|postaux|nis|ins|nace|qr|a barres|barres|commune|du dossier|dossier|de dossier|pays|tarif|"
    r"van het dossier|civil|penal|wallon|de la commune|of the case)\b"
)
# Behind these a code may hold letters.
LETTERED = re.compile(
    r"activ|regist|enregistr|secur|\bcle\b|sleutel|\bkey\b|csam|verif|acces|toegang|beveilig|bevestig|usage unique|"
    r"eenmalig"
)

# What may stand between ------------------------------------------------------------

FILLERS = words("""
    le la les l du de des d un une est c ce cest son sa ses leur mon ma pour qui a garder il elle suivant comme
    client cliente clients monsieur madame mr m mme dame fils fille mere pere femme mari enfant
    carte cartes electronique eid e identite sejour titre banque bancaire bancontact boite mail gmail
    1 2 code codes pin puk pincode pukcode numero n no nr nouveau nouvelle ancien ancienne provisoire temporaire actuel
    secret confidentiel choisi choisie activation enregistrement verification validation securite cle numerique
    usage unique acces gsm csam itsme sms et en and of
    het een van zijn haar is mijn voor meneer mevrouw mevr dhr kaart kaarten bankkaart vreemdelingenkaart
    nieuw nieuwe oude tijdelijk tijdelijke nummer geheime digitale sleutel activatie itsme mailbox
    the his her their my for s ms card cards bank new old temporary number residence electronic digital key
""")
# These number things of their own: the digits behind them are theirs.
NUMBERED = words("""
    ticket poste toestel extension tel telephone telefoon phone gsm
    dossier case tram bus commune gemeente rue avenue chaussee boulevard place quai straat laan steenweg
    plein street prix prijs price postal postcode zip
""")
CONNECTED = re.compile(
    r"(?:[:=>→]|[-=]>|\b(?:est|is|cest|c'est|zijn|are|sont)(?: le| la| de| the)?)[ \n]*[\"«“(']*[ \n]*$"
)
SENTENCE_ENDS = re.compile(
    r"(?<!\bmr)(?<!\bm)(?<!\bmme)(?<!\bms)(?<!\bmevr)(?<!\bdhr)(?<!\bn)(?<!\bnr)(?<!\bno)[.;!?](?=\s)|\n\n"
)
WORD = re.compile(r"[^\W\d_]+|\d+|¤+")

# What is a number of something else ------------------------------------------------------------

MONTHS = (
    "janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|"
    "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|"
    "january|february|march|may|june|july|august|october"
)
HARMLESS = re.compile(
    rf"""(?<![\w+])(?:
        (?:0?[1-9]|[12]\d|3[01])([./-])(?:0?[1-9]|1[0-2])\1(?:(?:19|20)\d\d|\d\d)(?!\d)      # 12/03/2026, 12.03.26
      | (?:0?[1-9]|[12]\d|3[01])[ ](?:0?[1-9]|1[0-2])[ ](?:19|20)\d\d(?!\d)                   # 12 03 2026
      | (?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)                         # 2026-03-12
      | (?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|1[0-2])(?![\d/])                                  # 12/03
      | (?:\d{{1,2}}(?:er|st|nd|rd|th|e)?[ ])?(?:{MONTHS})[ ](?:19|20)\d\d(?!\d)              # 12 mars 2026
      | \d{{1,2}}[ ]?[hu:][ ]?\d\d(?!\d)                                                      # 14h30
      | (?:\+|00)\d{{1,3}}[ ./()\d-]{{6,16}}\d                                                # +32 470 12 34 56
      | 0[1-9](?:[ ./-]?\d){{7,8}}(?!\d)                                                      # 0470/12.34.56
      | [a-z][a-z]\d\d(?:[ ]?\d{{4}}){{2,6}}(?:[ ]?\d{{1,3}})?(?![\w])                        # BE68 5390 0754 7034
      | \d{{3}}/\d{{4}}/\d{{5}}(?!\d)                                                         # 123/4567/89012
      | [01]\d{{3}}\.\d{{3}}\.\d{{3}}(?!\d)                                                   # 0403.170.701
      | [a-z][a-z]-(?:19|20)\d\d-\d{{3,6}}(?!\w)                                              # CN-2026-0142
      | €[ ]?\d+(?:[.,]\d\d)? | \d+(?:[.,]\d\d)?[ ]?(?:€|euros?|eur)(?!\w) | \d+[.,]\d\d(?![\d.])  # 10,00 €
      | [\w.+-]+@[\w-]+\.[\w.]+                                                               # an e-mail address
    )""",
    re.VERBOSE,
)
UNIT = re.compile(
    r"[ ]?(?:%|x\b|h\b|j\b|jours?|chiffres?|cijfers?|digits?|essais?|fois|semaines?|mois|ans?\b|minutes?|min\b|pages?|"
    r"caracteres|lettres|dagen|dag\b|weken|week\b|maanden|jaar|keer|pogingen|tekens|days?|weeks?|months?|years?|times|"
    r"tries|characters|people|personnes|personen|brochures|m\b|km\b)"
)
PERHAPS_A_YEAR = re.compile(r"(?:19|20)\d\d|1[0-2]\d\d")  # or a postal code of Brussels
BRUSSELS_TOWN = re.compile(
    r"1[0-2]\d\d[ ](?:anderlecht|auderghem|oudergem|berchem|sint|bruxelles|brussel|brussels|etterbeek|evere|forest|"
    r"vorst|ganshoren|ixelles|elsene|jette|koekelberg|molenbeek|saint|st|schaerbeek|schaarbeek|uccle|ukkel|watermael|"
    r"watermaal|woluwe|haren|laeken|laken|neder)"
)

# The secrets themselves ------------------------------------------------------------

NUMBER = re.compile(r"\d+")
DIGITS = re.compile(r"\d{2,4}(?:[ .-]\d{2,4}){1,3}(?![\d])|\d(?:[ .-]\d){3,11}(?![\d])|\d{4,12}(?!\d)")
ANOTHER = re.compile(r"[ ]*(?:/|,|&|\+|et|en|and|ou|of)[ ]*(?:(?:puk|pin)[ ]*[:=]?[ ]*)?(\d{4,12})(?!\d)")
LETTERS_AND_DIGITS = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
DIGIT_WORDS = re.compile(
    r"(?:\b(?:zero|un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|nul|een|twee|drie|vier|vijf|zes|zeven|acht|negen|"
    r"one|two|three|four|five|seven|eight|nine)\b[ ,-]{0,3}){4,12}"
)
BEFORE = re.compile(
    r"(?<![\w.,/+-])(\d{4,12})[ ]*(?:(?:c'est|cest|est|is|was|comme|als|as|\(|=|:)[ ]*"
    r"(?:(?:codes?|son|sa|le|la|de|het|zijn|haar|her|his|the|nouveau|nieuwe|new|leur|their)[ ]*){0,3})$"
)
QUOTED = re.compile(r"[\"«“][ ]?([^\"«»“”\n]{3,40}?)[ ]?[\"»”]")
TOKEN = re.compile(r"[^\s\"«»“”]+")
SPECIALS = frozenset("!#$%&*+=?@_~^")
PRODUCTS = words("office365 microsoft365 windows10 windows11 covid19 myminfin")
STATES = words("""
    oublie oubliee perdu perdue change changee bloque bloquee recu recue inconnu inconnue aucun aucune refuse refusee
    valide expire expiree modifie cree creee donne donnee envoye envoyee demande demandee note confidentiel secret
    teste correct errone faux connu connue fait faite voir idem client cliente madame monsieur personnel encore
    attente rien sans
    vergeten verloren gewijzigd veranderd geblokkeerd ontvangen gekregen onbekend geen verlopen juist fout nieuw
    aangevraagd bekend client klant mevrouw meneer gemaakt zelf
    forgotten lost changed blocked received unknown none expired wrong correct reset requested created known given sent
    client done same missing
""")


LOGIN = re.compile(
    r"(?<![a-z])(?:logins?|identifiants?|inloggegevens|gebruikersnaam|username|credentials)[ ]*[:=]?[ ]*"
    r"[\w.@+-]{2,40}[ ]*[/|][ ]*"
)
