"""What the made-up advisers write beside what happens, each in their own language. No secret, no name."""

from collections.abc import Mapping

NOTES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "first_visit": {
        "fr": (
            "L'école des enfants demande une inscription en ligne avant la rentrée.",
            "Souhaite demander l'équivalence de son diplôme, le site exige une clé numérique.",
            "Vient avec sa fille, qui traduit. Le téléphone est récent, la boîte mail est la sienne.",
            "Demande d'allocations familiales bloquée faute d'accès au site. Explications données, reviendra.",
            "Cherche du travail, le site des offres demande de se connecter. Premier passage chez nous.",
            "Veut consulter ses attestations de mutuelle. Tout est nouveau, expliqué avec le dépliant.",
            "Renseignement pris par la voisine, qui a activé sa clé ici au printemps.",
        ),
        "nl": (
            "Wil zich inschrijven bij Actiris, de website vraagt een digitale sleutel.",
            "Doorgestuurd door het OCMW. Spreekt een beetje Nederlands, leest het goed.",
        ),
        "en": ("Needs to log in to upload documents for the single permit. Has a smartphone, no card reader.",),
    },
    "no_email": {
        "fr": (
            "Utilise l'adresse de son mari : il faut la sienne. Rendez-vous pris pour en ouvrir une ensemble.",
            "N'arrive plus à ouvrir sa boîte mail, le numéro de récupération n'existe plus. À refaire au calme.",
        ),
        "nl": ("Heeft geen eigen e-mailadres. Komt donderdag terug om er samen een aan te maken.",),
        "en": ("Shares one mailbox with the family; explained that one address is for one person.",),
    },
    "registered": {
        "fr": (
            "Passage au guichet, vingt minutes d'attente. Garde le papier et reviendra pour activer.",
            "Inscription faite ce matin. Le papier est à la maison, le mail est bien arrivé.",
            "Guichet très aimable, peu d'attente.",
        ),
        "nl": ("Is aan het loket geweest. Bewaart de brief zelf, de mail is aangekomen.",),
        "en": ("Registered at the counter; keeps the paper, the e-mail has arrived.",),
    },
    "link_missing": {
        "fr": (
            "Le papier est là, mais pas le mail. Regardé dans les indésirables, rien. À rappeler au guichet.",
            "Pas de mail reçu : l'adresse a peut-être été mal recopiée au guichet.",
        ),
        "nl": ("De mail is niet aangekomen, ook niet in de ongewenste berichten.",),
        "en": ("The paper is here, the e-mail is not. Spam folder checked together.",),
    },
    "expired": {
        "fr": (
            "Malade, n'a pas pu venir à temps. Expliqué qu'il faudra se réinscrire et payer à nouveau.",
            "Délai dépassé de quelques jours. Grosse déception, on reprend au guichet.",
        ),
        "nl": ("Te laat gekomen voor de activatie, moet opnieuw naar het loket.",),
        "en": ("Came back after the last day. Has to register again; explained why.",),
    },
    "code_lost": {
        "fr": ("A perdu le papier du guichet dans le déménagement. Il faut se réinscrire.",),
        "nl": ("Papier van het loket verloren in de tram.",),
        "en": ("The paper went into the washing machine. Back to the counter.",),
    },
    "activated": {
        "fr": (
            "Activée ensemble, puis connexion réussie au site du diplôme. Grand sourire.",
            "Clé active. A envoyé son dossier dans la foulée.",
            "Activée sur son téléphone, sans aide.",
        ),
        "nl": ("Samen geactiveerd, de aanmelding werkt.", "Sleutel actief. Heeft meteen het formulier ingevuld."),
        "en": ("Activated together; the login works on the site they need.",),
    },
    "level_too_low": {
        "fr": ("La clé est active mais le site demandé la refuse : niveau de sécurité insuffisant.",),
        "nl": ("Sleutel werkt, maar de website vraagt een hoger niveau.",),
        "en": ("The key works, but the site asks for a higher level.",),
    },
    "not_needed": {
        "fr": (
            "Pas besoin de guichet : la connexion marche directement, montrée sur l'ordinateur du local.",
            "Montré comment se connecter sans passer par la commune. Imprimé la marche à suivre.",
        ),
        "nl": ("Geen loket nodig, samen aangemeld op de computer.",),
        "en": ("No office needed: logged in together at our desk.",),
    },
    "referred": {
        "fr": (
            "Question de séjour avant tout : vu avec le service juridique, rendez-vous obtenu.",
            "Aucune habitude de l'ordinateur : l'espace public numérique du quartier fera mieux.",
        ),
        "nl": ("Doorverwezen, met een afspraak voor volgende week.",),
        "en": ("Referred, with an appointment.",),
    },
    "abandoned": {
        "fr": (
            "Trois appels sans réponse, courrier revenu. Dossier clos, pourra être rouvert.",
            "Plus de nouvelles depuis un mois.",
        ),
        "nl": ("Drie keer gebeld, geen antwoord.",),
        "en": ("No answer to three calls and a letter.",),
    },
    "wrong_click": {
        "fr": ("Erreur de clic, corrigé.",),
        "nl": ("Verkeerde knop, rechtgezet.",),
        "en": ("Wrong button, put right.",),
    },
    "card_first_visit": {
        "fr": (
            "Premier titre de séjour, ne sait pas quels documents apporter. Liste expliquée.",
            "Travaille la semaine jusque 17 h, ne peut aller à la commune que le jeudi soir.",
            "Photo refusée la dernière fois : sourire. Expliqué les règles.",
        ),
        "nl": ("Weet niet wat meebrengen naar de gemeente, lijst overlopen.",),
        "en": ("Wants to travel in the spring; explained that the card alone is not enough to travel.",),
    },
    "requested": {
        "fr": (
            "Demande introduite, empreintes prises. Le courrier doit arriver dans les trois semaines.",
            "Demande faite. La boîte aux lettres n'a pas son nom : à mettre tout de suite.",
        ),
        "nl": ("Aanvraag ingediend, wacht op de brief.",),
        "en": ("Request made at the counter, fingerprints taken.",),
    },
    "lost": {
        "fr": (
            "Sac perdu dans le métro hier soir. Beaucoup d'inquiétude : papiers et téléphone disparus.",
            "Portefeuille disparu au marché. Numéro de DocStop donné, appel fait depuis notre bureau.",
        ),
        "nl": ("Portefeuille gestolen op de trein. Uitgelegd: eerst DocStop, dan politie, dan gemeente.",),
        "en": ("Lost the wallet over the week-end. Explained the order: DocStop, the police, then the commune.",),
    },
    "found_again": {
        "fr": ("Carte retrouvée dans la doublure du manteau avant l'appel à DocStop.",),
        "nl": ("Kaart teruggevonden.",),
        "en": ("Found the card again.",),
    },
    "chased": {
        "fr": ("Appelé la commune : courrier parti, à attendre encore une semaine.",),
        "nl": ("Gebeld met de gemeente: brief is verstuurd, nog een week wachten.",),
        "en": ("Called the commune: the letter was sent, wait another week.",),
    },
    "letter_lost": {
        "fr": ("Le courrier n'est jamais arrivé : nouvelle commande faite au guichet.",),
        "nl": ("Brief nooit aangekomen, opnieuw besteld.",),
        "en": ("The letter never came: ordered again at the counter.",),
    },
    "letter_lost_here": {
        "fr": ("Le courrier était arrivé, il a disparu pendant les travaux : nouveaux codes demandés au guichet.",),
        "nl": ("De brief was er, maar is zoek geraakt: nieuwe codes aangevraagd aan het loket.",),
        "en": ("The letter had come and got lost at home: new codes ordered at the counter.",),
    },
    "moved": {
        "fr": ("A déménagé la semaine passée : le courrier part peut-être à l'ancienne adresse. À surveiller.",),
        "nl": ("Is vorige week verhuisd, de brief gaat misschien naar het oude adres.",),
        "en": ("Moved last week; the letter may go to the old address.",),
    },
    "urgent": {
        "fr": ("Départ pour un enterrement en fin de semaine : extrême urgence demandée avant 15 h.",),
        "nl": ("Moet dringend reizen, spoedprocedure aangevraagd.",),
        "en": ("Has to travel within days: urgent order placed before 15:00.",),
    },
    "letter_here": {
        "fr": (
            "Le courrier est arrivé, l'enveloppe reste fermée. Ira au guichet avec l'ancienne carte.",
            "Courrier reçu. Rappelé la date limite, rendez-vous à prendre.",
        ),
        "nl": ("Brief aangekomen, gaat volgende week naar het loket.",),
        "en": ("The letter is here; an appointment is still to be made.",),
    },
    "collected": {
        "fr": ("Carte retirée, date d'échéance lue sur la carte. Veut bien être rappelée.", "Carte en main."),
        "nl": ("Kaart afgehaald, alles in orde.",),
        "en": ("Card in hand, expiry read from the card.",),
    },
    "destroyed": {
        "fr": ("Trois mois à l'hôpital, la carte n'a pas été retirée à temps. Nouvelle demande à faire.",),
        "nl": ("Kaart niet op tijd afgehaald en vernietigd.",),
        "en": ("Was abroad with family; the card was not collected in time.",),
    },
    "codes_first_visit": {
        "fr": (
            "Trois essais ratés, la carte est bloquée. N'a plus le courrier.",
            "Ne retrouve pas le courrier reçu avec la carte, il y a deux déménagements.",
        ),
        "nl": ("Heeft de brief niet meer en kan zich niet aanmelden.",),
        "en": ("Cannot log in any more; the letter that came with the card is gone.",),
    },
    "codes_done": {
        "fr": ("Tout fonctionne, connexion essayée au local.",),
        "nl": ("Alles werkt, samen uitgeprobeerd.",),
        "en": ("Works; tried at our desk.",),
    },
    "drop_in": {
        "fr": (
            "Voulait savoir où aller et à quel prix. Feuille imprimée.",
            "Cherchait l'adresse du guichet. Expliqué, ne souhaite pas de dossier.",
            "Question sur les photos pour la carte.",
            "",
            "",
            "",
        ),
        "nl": ("Vroeg de prijs van een digitale sleutel in Ukkel.", ""),
        "en": ("Asked which commune issues keys to non-residents.", ""),
    },
}
