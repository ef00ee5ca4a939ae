"""Sentences as advisers write them, in three languages: with a secret next to its word, and harmless ones.

The secret stands between ⟦ and ⟧, which the tests take out: they check that it is found, and that no message repeats
it. The values are invented. All sentences were written before the rules; while the rules were tuned, only the results
of every second sentence were looked at.
"""

WITH_A_SECRET = """
Code PIN : ⟦4829⟧
PIN ⟦7713⟧
pin: ⟦0461⟧, à ne pas perdre
Mme a reçu sa carte. PIN : ⟦2938⟧ PUK : ⟦48201937⟧
Le code PIN de Monsieur est ⟦6024⟧.
Son PIN est le ⟦1597⟧, elle l'a noté sur l'enveloppe.
le pin c'est ⟦8830⟧
PIN=⟦4471⟧
PIN de la carte électronique: ⟦3902⟧
Code PIN du client (à garder) : ⟦5528⟧
Codes PIN/PUK reçus : ⟦4410⟧ / ⟦39281746⟧
PUK ⟦83920174⟧
Le code PUK de la carte A est ⟦204816⟧
PUK1: ⟦482910⟧ PUK2: ⟦771034⟧
code puk= ⟦1938 2746⟧
Nouveau code PIN choisi au guichet : ⟦7391⟧
⟦7391⟧ est son code PIN
J'ai noté ⟦6182⟧ comme code PIN pour Madame
Madame a choisi ⟦9046⟧ comme PIN.
PIN provisoire ⟦1122⟧, à changer à la commune
Ancien PIN ⟦5544⟧, nouveau PIN ⟦6655⟧
Carte E : pin ⟦48 29⟧
P.I.N. ⟦9921⟧
Le client m'a dicté son PIN (⟦3357⟧) pour que je l'aide.
code pin eID ⟦8421⟧
Pin carte de séjour de Fatima Benali : ⟦6630⟧
PIN du fils : ⟦4152⟧, PIN de la mère : ⟦2514⟧
Pour mémoire code PIN ⟦0007⟧
PIN n° ⟦4837⟧
PIN -> ⟦5093⟧
PIN → ⟦5094⟧ et PUK → ⟦66120934⟧
Code secret de la carte : ⟦7720⟧
code secret ⟦3918⟧
Code confidentiel reçu par la poste : ⟦482739⟧
Code d'activation : ⟦X7K9-22QP⟧
code activation ⟦93847261⟧
Le code d'activation de sa clé numérique est ⟦A4T9ZK⟧
Code d’activation reçu au guichet LRA : ⟦4F7T-99KD-2MXA⟧
code d'activation CSAM = ⟦KD82MZ01⟧
Activation de la clé : code ⟦738192⟧ valable 14 jours
Code d'enregistrement ⟦59201837⟧ donné par le guichet
code de sécurité : ⟦447291⟧
code reçu par SMS : ⟦839201⟧
Le code SMS est ⟦220917⟧
code sms ⟦55 12 09⟧
Code de vérification ⟦661209⟧ entré avec elle
code à usage unique : ⟦904412⟧
code itsme ⟦48213⟧
Code itsme de monsieur: ⟦77410⟧
Code de sa carte bancaire ⟦5820⟧
code bancontact : ⟦4417⟧
Code de la carte de banque de la dame est le ⟦9083⟧
Mot de passe : ⟦Soleil2024!⟧
mot de passe: ⟦fatima1985⟧
mdp ⟦Bxl1080!⟧
MDP = ⟦Maroc_1975⟧
Mot de passe CSAM : ⟦Kinshasa#77⟧
Son mot de passe est ⟦Bonjour123⟧
le mot de passe de sa boîte mail c'est ⟦tulipe77⟧
identifiant fbenali85, mot de passe ⟦Rabat-2019⟧
Gmail: fatima.b@example.org / mdp: ⟦Azerty1234⟧
Login : mohamed.k mdp : ⟦Chance$7⟧
Nouveau mot de passe (créé ensemble) : ⟦Jasmin*2026⟧
mot de passe provisoire ⟦tmp-88213⟧
mot de passe : « ⟦mon petit chat⟧ »
Mot de passe gmail de monsieur "⟦casablanca⟧"
Mot de passe : ⟦soleil⟧
m.d.p. : ⟦Oiseau9⟧
Elle utilise le mot de passe ⟦Halima+3enfants⟧ partout
J'ai gardé son mot de passe ⟦Abidjan225⟧ au cas où
Lien d'activation : ⟦https://iamapps.belgium.be/sma/activation?token=8f3a9c27b1e4⟧
lien reçu ⟦https://idp.iamfas.belgium.be/fasui/activate/4b7d2e9fa1c84d0e⟧
Activer via ⟦https://www.csam.be/activation?code=KD82MZ01⟧ avant vendredi
Voici le lien de la clé numérique ⟦https://sma.belgium.be/fr/activate?key=Zx81Lm20Qp⟧
lien mail: ⟦iamapps.belgium.be/register?activationCode=99182733⟧
Lien pour changer le mot de passe ⟦https://accounts.example.org/reset?token=eyJhbGciOi12⟧
https://mobilit.example.be/login?user=fatima&password=⟦Rabat2019⟧
PIN
⟦4826⟧
Code PIN :
⟦9917⟧
Carte reçue ce jour, tout est en ordre, code PIN ⟦8203⟧ testé sur la borne avec succès.
PIN ⟦quatre huit deux neuf⟧
Code PIN: ⟦４８２９⟧
PIN: ⟦4-8-2-9⟧
PIN ⟦4 8 2 9⟧
PIN:⟦4829⟧PUK:⟦12345678⟧
Code : ⟦7744⟧
code ⟦482913⟧ pour activer
Le code est ⟦55219⟧
Codes : ⟦4412⟧ et ⟦87120934⟧
Pincode: ⟦4829⟧
pincode is ⟦7713⟧
De pincode van mevrouw is ⟦2938⟧
PIN ⟦0461⟧ staat op de brief
PIN-code: ⟦6024⟧
Haar pincode is ⟦1597⟧, ze heeft die opgeschreven.
Nieuwe pincode ⟦8830⟧ gekozen aan het loket
Meneer koos ⟦4471⟧ als pincode.
⟦3902⟧ is zijn pincode
pin = ⟦5528⟧ , puk = ⟦39281746⟧
PUK-code ⟦83920174⟧
pukcode: ⟦204816⟧
De puk is ⟦48291034⟧
Pin- en pukcode: ⟦4410⟧ / ⟦20481637⟧
Pincode van de e-kaart: ⟦7391⟧
pincode van zijn vreemdelingenkaart ⟦6182⟧
Pincode van Ahmed El Idrissi = ⟦9046⟧
Oude pincode ⟦1122⟧, nieuwe pincode ⟦3344⟧
pin mevr. ⟦5544⟧
Geheime code: ⟦6655⟧
geheime code van de bankkaart is ⟦4829⟧
Code bankkaart: ⟦9921⟧
code van haar bankkaart ⟦3357⟧
Activatiecode: ⟦X7K9-22QP⟧
activatiecode ⟦93847261⟧
De activatiecode van de digitale sleutel is ⟦A4T9ZK⟧
Activatiecode gekregen aan het loket: ⟦4F7T-99KD⟧
activeringscode = ⟦KD82MZ01⟧
Code voor activatie ⟦738192⟧
Registratiecode ⟦59201837⟧ van het LRA
beveiligingscode: ⟦447291⟧
code via sms: ⟦839201⟧
sms-code ⟦220917⟧
De code die hij per sms kreeg is ⟦551209⟧
Verificatiecode ⟦661209⟧ samen ingevoerd
bevestigingscode: ⟦904412⟧
eenmalige code ⟦130988⟧
itsme-code ⟦48213⟧
Itsme code van meneer: ⟦77410⟧
toegangscode ⟦582019⟧
Wachtwoord: ⟦Zonnebloem7!⟧
wachtwoord ⟦ahmed1990⟧
Wachtwoord is ⟦Gent_2020⟧
Haar wachtwoord is ⟦Welkom123⟧
wachtwoord CSAM: ⟦Tulp#55⟧
Het wachtwoord van zijn mailbox is ⟦fiets88⟧
paswoord: ⟦Brussel1000x⟧
Paswoord gmail ⟦Oujda-77⟧
ww: ⟦Fatima85⟧
ww = ⟦Koekje!9⟧
gebruikersnaam akarim, wachtwoord ⟦Kabul2001⟧
login karim@example.org wachtwoord: ⟦Azerty1234⟧
Nieuw wachtwoord (samen gemaakt): ⟦Jasmijn*2026⟧
tijdelijk wachtwoord ⟦tmp-88213⟧
wachtwoord: "⟦mijn kleine kat⟧"
Wachtwoord: ⟦zonnetje⟧
Hij gebruikt overal het wachtwoord ⟦Anderlecht1⟧
Activatielink: ⟦https://iamapps.belgium.be/sma/activation?token=77aa9c27b1e4⟧
link gekregen: ⟦https://idp.iamfas.belgium.be/fasui/activate/9c1e2e9fa1c84d0e⟧
Activeren via ⟦https://www.csam.be/nl/activatie?code=MM82KD01⟧ vóór vrijdag
link om te activeren ⟦https://sma.belgium.be/nl/activate?key=Qp81Lm20Zx⟧
Link uit de mail: ⟦csam.be/registratie?activatiecode=KK99182733⟧
Pincode
⟦4826⟧
Kaart opgehaald, alles in orde, pincode ⟦8203⟧ getest aan de zuil.
pincode ⟦vier acht twee negen⟧
De code is ⟦55219⟧
Code: ⟦7744⟧
PIN: ⟦4829⟧ (client asked me to keep it)
PIN code ⟦7713⟧
Her PIN is ⟦2938⟧.
The PIN of the card is ⟦0461⟧
pin number: ⟦6024⟧
His pin is ⟦1597⟧, written on the envelope
New PIN ⟦8830⟧ chosen at the desk
She chose ⟦4471⟧ as her PIN.
⟦3902⟧ is the PIN
PIN/PUK: ⟦5528⟧ / ⟦39281746⟧
PUK code ⟦83920174⟧
The PUK is ⟦204816⟧
PIN for the residence card of Mr Haddad: ⟦7391⟧
Old pin ⟦1122⟧ new pin ⟦3344⟧
Client's pin: ⟦6182⟧
pin ⟦9-0-4-6⟧
Bank card code ⟦5544⟧
bank card PIN is ⟦6655⟧
Secret code: ⟦9921⟧
Activation code: ⟦X7K9-22QP⟧
activation code ⟦93847261⟧
The activation code for the digital key is ⟦A4T9ZK⟧
Activation code given at the desk: ⟦4F7T-99KD⟧
Registration code ⟦59201837⟧
security code = ⟦447291⟧
Code received by text message: ⟦839201⟧
SMS code ⟦220917⟧
verification code is ⟦661209⟧
One-time code ⟦904412⟧ entered together
OTP ⟦130988⟧
itsme code: ⟦48213⟧
access code ⟦582019⟧
Password: ⟦Sunflower7!⟧
password ⟦ahmed1990⟧
His password is ⟦Ghent_2020⟧
the password for her mailbox is ⟦bicycle88⟧
pwd: ⟦Tulip#55⟧
pw = ⟦Oujda-77⟧
username akarim password ⟦Kabul2001⟧
login karim@example.org / password: ⟦Azerty1234⟧
New password (made together): ⟦Jasmine*2026⟧
temporary password ⟦tmp-88213⟧
Password: "⟦my little cat⟧"
Password: ⟦sunshine⟧
passcode ⟦771204⟧
He uses the password ⟦Damascus1⟧ everywhere
Activation link: ⟦https://iamapps.belgium.be/sma/activation?token=55bb9c27b1e4⟧
link received ⟦https://idp.iamfas.belgium.be/fasui/activate/1d7d2e9fa1c84d0e⟧
Activate with ⟦https://www.csam.be/en/activation?code=ZZ82MZ01⟧ before Friday
PIN ⟦four eight two nine⟧
"""

HARMLESS = """
Courrier PIN/PUK pas arrivé après 21 jours.
Courrier PIN/PUK reçu le 12/03/2026, la cliente l'a chez elle.
La cliente détient ses codes, vérifié le 3 mars 2026.
PIN bloqué après 3 essais, la carte reste valable comme document.
Le code PIN comporte 4 chiffres, expliqué à la dame.
Nouveaux codes PIN demandés à la commune : 10 €.
Demande de codes PIN/PUK : 6,40 € à Ixelles.
PIN oublié, rendez-vous à la commune le 25.11.2026 à 14h30.
A perdu son PIN ; rappeler au 0470 12 34 56.
PIN à redemander à la commune de Molenbeek, 1080 Bruxelles.
Pour le PIN, aller au guichet 12 avec le ticket A045.
Code PIN : le client le garde, vu le 12 mars 2026.
Code PIN : reçu
PIN : oublié
PIN : 3 essais restants
PIN : 2e demande
PUK : pas reçu, 4 semaines
Le PUK figure dans la lettre, 8 chiffres, à garder par le client.
Lettre PUK attendue depuis le 02-03-2026 (3 semaines).
Codes PIN et PUK envoyés par la poste en mars 2026.
Lettre avec les codes : non reçue au 24/03/2026
PIN demandé en 2025, jamais reçu
Code PIN changé par la cliente elle-même devant moi, je n'ai rien vu.
3 codes PIN demandés depuis 2024.
PIN/PUK 21 jours, à relancer le 30/03
Ticket 4471 au guichet, puis demande de PIN.
Rue du Pin 12, 1070 Anderlecht
Habite rue du Pin 145 bte 2
Code postal 1050, la cliente dit Ixelles mais c'est Bruxelles-Ville.
code postal : 1080
Code NIS 21012
Code INS : 21009
code commune 21004
Code du dossier CN-2026-0142
Code à barres 5410013108009 sur l'enveloppe
Code QR scanné avec son téléphone.
Mot de passe oublié, procédure de la commune expliquée.
Mot de passe : oublié
Mot de passe : à changer
Mot de passe changé le 03/03/2026 par le client
mot de passe : perdu, nouvelle clé à demander
Mot de passe trop court : il faut 12 caractères minimum.
Le mot de passe expire après 90 jours.
Elle ne donne son mot de passe à personne : rappelé.
mot de passe non communiqué, comme il se doit
Le mot de passe doit contenir 1 majuscule et 2 chiffres.
Mot de passe modifié, 2e fois cette année.
Mot de passe créé par le client, noté dans son carnet.
mdp oublié
mdp ok
Code d'activation reçu au guichet le 12/03/2026, activation avant le 26/03/2026.
Code d'activation expiré, il faut se réenregistrer (14 jours dépassés).
Code d'activation : donné en main propre
Code d'activation valable 14 jours.
Code d'activation perdu, retour à la commune, 5 €
Lien d'activation reçu par mail le 3 mars, cliqué ensemble.
Lien d'activation expiré
Lien d'activation : reçu
Voir https://www.csam.be/fr/index.html pour l'aide
Page d'aide : https://sma-help.bosa.belgium.be/fr/faq/ou-trouver-mon-numero
Rendez-vous pris sur https://www.ixelles.be/site/rendez-vous?lang=fr
https://www.belgium.be/fr/services_en_ligne/app_csam
Prendre le tram 92 ou 93, arrêt Sainte-Marie, puis guichet 7.
Prix 10,00 € payé par carte le 02/03/2026
Dossier CN-2026-0142, voir aussi CN-2026-0098.
Téléphone 02 515 61 11, poste 4829
Tél. 0470123456 de préférence après 16h
Composer le 1819 pour les indépendants
IBAN BE68 5390 0754 7034 pour le remboursement
Communication structurée +++123/4567/89012+++
BCE 0403.170.701
Numéro de dossier SPF 5 123 456
Né en 1985, arrivée en Belgique en 2019
Carte A valable jusqu'au 30/06/2027
Carte B n° B1234567 périmée
Rendez-vous n° 48291 à Schaerbeek
Le client arrive à 14h30, bureau 402
Attestation 1290 pages... non, 12 pages.
Code PIN : rendez-vous le 12/03/2026 à 9h15
Code PIN, commune de 1060 Saint-Gilles, tarif 5 euros
PIN reçu 12/03/2026
PIN demandé 2x, 3 semaines d'attente
PIN : 10 euros
PUK : 5,00
Code secret jamais communiqué, le client l'a tapé lui-même.
Code SMS reçu sur son téléphone, entré par lui.
Le code SMS n'arrive pas sur le +32 470 12 34 56
Code itsme : 5 chiffres, choisi par le client
Code bancontact : ne pas noter
Carte bancaire bloquée, Card Stop 078 170 170
L'email est fatima.b@example.org, mot de passe connu d'elle seule
Identifiant CSAM créé, la cliente a tout noté elle-même
Codes PIN de 4 enfants demandés le 5 mai
Codes : la dame les a reçus
Le code est arrivé le 24/03/2026
Le code est correct
Code refusé 3 fois, carte bloquée.
Essai du PIN à la borne 4 : réussi
Le pin's de la Ville et 1500 brochures distribuées
Visite de 45 minutes, PIN expliqué, 2 documents remis
PIN-brief nog niet ontvangen
PIN/PUK-brief niet aangekomen na 21 dagen.
PIN-brief ontvangen op 12/03/2026, cliënt bewaart hem thuis.
Pincode geblokkeerd na 3 pogingen
Een pincode heeft 4 cijfers, uitgelegd aan mevrouw.
Nieuwe pincodes aangevraagd: 10 euro
Pincode vergeten, afspraak in de gemeente op 25.11.2026 om 14u30
pincode vergeten
Pincode: vergeten
Pincode: cliënt houdt hem bij, gezien op 12 maart 2026
PIN aan te vragen in 1080 Sint-Jans-Molenbeek
Voor de pincode: loket 12, ticket A045
PUK staat in de brief, 8 cijfers
Brief met codes verwacht sinds 02-03-2026
Codes aangevraagd in maart 2026
Pincode aangevraagd in 2025, nooit gekregen
Pincode gewijzigd door de cliënt zelf
Postcode 1050, mevrouw zegt Elsene
postcode: 1080
NIS-code 21012
Dossiercode CN-2026-0142
Wachtwoord vergeten, procedure uitgelegd
Wachtwoord: vergeten
Wachtwoord gewijzigd op 03/03/2026 door de cliënt
Wachtwoord moet minstens 12 tekens hebben
Wachtwoord te kort
wachtwoord is verlopen
Zijn wachtwoord geeft hij aan niemand
wachtwoord niet genoteerd, zoals het hoort
Wachtwoord vervalt na 90 dagen
Is 2 jaar ww-gerechtigd via de RVA
Activatiecode gekregen op 12/03/2026, activeren vóór 26/03/2026
Activatiecode vervallen na 14 dagen, opnieuw registreren
Activatiecode 14 dagen geldig
Activatiecode: afgegeven aan mevrouw
Activatielink gekregen op 3 maart, samen geklikt
Activatielink verlopen
Zie https://www.csam.be/nl/index.html
Afspraak via https://www.elsene.be/afspraak?lang=nl
Tram 92 of 93, halte Sint-Maria
Prijs 10,00 € betaald op 02/03/2026
Telefoon 02 515 61 11, toestel 4829
GSM 0470/12.34.56 na 16u
IBAN BE68539007547034
Gestructureerde mededeling 123/4567/89012
KBO 0403.170.701
Geboren in 1985, in België sinds 2019
Kaart A geldig tot 30/06/2027
Sms-code komt niet aan op +32 470 12 34 56
Itsme-code heeft 5 cijfers
De code is aangekomen op 24/03/2026
De code is juist
Code 3 keer geweigerd, kaart geblokkeerd
Bezoek van 45 minuten, pincode uitgelegd
Pincode 2 keer fout ingevoerd
PUK 3 weken
Pincode: 5 euro
Code niet gekregen, herinnering op 30/03
Gebruikersnaam aangemaakt, wachtwoord enkel bij de cliënt
PIN letter not received yet
PIN/PUK letter has not arrived after 21 days.
PIN letter received on 12/03/2026, the client keeps it at home.
PIN blocked after 3 tries
A PIN has 4 digits, explained to her.
New PIN codes requested: 10 euro
Forgot the PIN, appointment at the town hall on 25 November 2026 at 14:30
PIN: forgotten
PIN: client holds it, seen on 12 March 2026
PIN to be requested at the commune, 1080 Molenbeek
PUK is in the letter, 8 digits
Codes letter expected since 2 March 2026
PIN requested in 2025, never received
She changed her PIN herself, I saw nothing
Postal code 1050, she says Ixelles
Zip code: 1080
Case code CN-2026-0142
Password forgotten, reset explained
Password: forgotten
Password changed on 3 March 2026 by the client
Password must have at least 12 characters
Password expired
password is blocked
He gives his password to nobody
Password expires after 90 days
Activation code received on 12/03/2026, to use before 26/03/2026
Activation code expired after 14 days, must register again
Activation code valid for 14 days
Activation link received on 3 March, clicked together
Activation link: expired
See https://www.csam.be/en/index.html
https://www.brussels.be/id-card?lang=en
Phone 02 515 61 11, extension 4829
Mobile +32 470 12 34 56 after 4 pm
Born in 1985, in Belgium since 2019
SMS code does not arrive on 0470 12 34 56
The code is wrong
The code arrived on 24 March 2026
Code refused 3 times, card blocked
Visit of 45 minutes, PIN explained, 2 leaflets given
PIN entered wrong 2 times
PIN renewal: 5 euro
Room 402, ticket 118, PIN request done
The pin on the map shows 145 Rue Haute
"""


def sentences(corpus: str) -> list[str]:
    """One a line; a line that holds only a secret belongs to the line before it (a secret on the next line)."""
    found: list[str] = []
    for line in corpus.strip().splitlines():
        if line.startswith("⟦") and line.endswith("⟧"):
            found[-1] += "\n" + line
        else:
            found.append(line)
    return found
