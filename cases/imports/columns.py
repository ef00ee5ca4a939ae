"""What an old list can tell us: one table, read by the template, the choice of columns, the preview and the tests."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Choices
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases import facts
from cases.facts import Fact
from cases.imports import cells
from cases.imports.cells import Known
from cases.models import Client, Visit
from cases.models.client import IdentityDocument, Language
from cases.models.imports import RowKind
from cases.models.visit import Channel, Result, Topic
from cases.workflow import Procedure, Reason, Step
from communes.names import folded

CLIENT, CASE, VISIT = RowKind.CLIENT, RowKind.CASE, RowKind.VISIT


@dataclass(frozen=True)
class Column:
    """One column: whose it is, what it is called, which headers of old lists mean it, and how its cells are read."""

    name: str
    kind: RowKind
    label: Promise | str
    headers: str
    read: Callable[[str, Known], Any]
    choices: type[Choices] | None = None

    @property
    def meant(self) -> set[str]:
        """Every header that means this column, folded: its label in three languages, and those of the table."""
        labels = set()
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                labels.add(folded(str(self.label)))
        return labels | {folded(header) for header in self.headers.split(",")} - {""}


def of(model: type[Any], name: str) -> Promise | str:
    label: Promise | str = model._meta.get_field(name).verbose_name
    return label


def client(name: str, headers: str, read: Callable[[str, Known], Any], choices: type[Choices] | None = None) -> Column:
    return Column(name, CLIENT, of(Client, name), headers, read, choices)


def visit(name: str, headers: str, read: Callable[[str, Known], Any], choices: type[Choices] | None = None) -> Column:
    return Column(f"visit_{name}", VISIT, of(Visit, name), headers, read, choices)


def fact(it: Fact, headers: str, read: Callable[[str, Known], Any]) -> Column:
    return Column(it.name, CASE, it.label, headers, read, it.choices)


COLUMNS: dict[str, Column] = {
    column.name: column
    for column in (
        Column(
            "client_number", CLIENT, _("Client number in the old list"),
            "client number,client no,client id,client,n client,no client,numero client,num client,id client,"
            "numero usager,n usager,klantnummer,clientnummer,client nr,klant nr,nr client,numero de client",
            cells.line(40),
        ),
        client(
            "given_name",
            "first name,prenom,prenoms,voornaam,voornamen,firstname,given names",
            cells.line(80),
        ),
        client(
            "family_name",
            "last name,surname,name,nom,nom de famille,nom et prenom,nom prenom,familienaam,naam,achternaam,lastname,"
            "full name,nom complet,usager",
            cells.line(80),
        ),
        client(
            "birth_year",
            "year of birth,date of birth,born,birth date,dob,annee de naissance,date de naissance,ne le,nee le,"
            "ne e le,naissance,geboortejaar,geboortedatum,geboren,geboren op",
            cells.year,
        ),
        client(
            "contact_language",
            "language,client language,langue,langue de contact,taal,contacttaal,langue usager",
            cells.choice(Language),
            Language,
        ),
        client(
            "speaks", "other languages,autres langues,langues parlees,andere talen,spreekt,languages", cells.line(120),
        ),
        client("interpreter", "interpreter,interprete,tolk,besoin d un interprete,tolk nodig", cells.yes_no),
        client(
            "commune",
            "commune,municipality,town,commune de residence,domicile,localite,ville,gemeente,woonplaats,"
            "gemeente van verblijf,postal code,code postal,cp,postcode,commune domicile",
            cells.commune,
        ),
        client(
            "residence_document",
            "document,residence permit,permit,titre de sejour,document de sejour,sejour,carte,type de carte,"
            "verblijfsdocument,verblijfstitel,verblijfskaart,card type",
            cells.document,
        ),
        client(
            "document_expires_on",
            "permit expires,expiry of permit,echeance du titre de sejour,fin de validite du titre,validite titre,"
            "titre valable jusqu au,verblijf geldig tot",
            cells.day,
        ),
        client(
            "identity_document",
            "identity,passport or card,piece d identite,document d identite,identiteitsdocument,identiteitsbewijs",
            cells.choice(IdentityDocument),
            IdentityDocument,
        ),
        client(
            "identity_expires_on",
            "passport expires,echeance du passeport,passeport valable jusqu au,identiteit geldig tot",
            cells.day,
        ),
        client(
            "phone",
            "telephone,phone number,mobile,tel,gsm,telefoon,telefoonnummer,gsm nummer,numero de telephone,portable,"
            "n de gsm,tel gsm",
            cells.phone,
        ),
        client(
            "email", "email,e mail,mail,courriel,adresse mail,mailadres,emailadres,adresse electronique", cells.email,
        ),
        client("leave_no_message", "no message,pas de message,geen bericht,geen boodschap", cells.yes_no),
        client("ask_before_contact", "ask first,contact prudent,contact discret,discreet contact", cells.yes_no),
        client("notice_given_on", "privacy notice,rgpd,information rgpd remise,avg,avg informatie,gdpr", cells.day),
        Column(
            "client_opened_on", CLIENT, _("File opened on"),
            "client since,date d inscription,date inscription,usager depuis,dossier cree le,date de creation,"
            "inschrijvingsdatum,client sinds,created on,created",
            cells.past_day,
        ),
        Column(
            "case_number", CASE, _("Case number in the old list"),
            "case number,case no,case id,case,dossier,numero de dossier,n dossier,no dossier,num dossier,id dossier,"
            "dossiernummer,dossier nr,nr dossier,n de dossier,no de dossier,ref,reference,reference dossier",
            cells.line(40),
        ),
        Column(
            "procedure", CASE, _("Procedure"),
            "procedure,type de dossier,type de demande,demarche,soort dossier,type,aanvraag,case type",
            cells.choice(
                Procedure,
                digital_key="cle,clef numerique,cle digitale,lra,code de securite,sleutel,key",
                e_card="e carte,ecarte,carte e,carte,carte de sejour,e kaart,ekaart,kaart,card,ecard",
                card_codes="codes,pin,puk,pin puk,codes pin puk,pincode,pin en puk",
            ),
            Procedure,
        ),
        Column(
            "reason", CASE, _("Reason"),
            "motif,raison,reden,motif de la demande,reason for request",
            cells.choice(Reason), Reason,
        ),
        Column(
            "opened_on", CASE, _("Case opened on"),
            "opened,opening date,date d ouverture,ouvert le,date d ouverture du dossier,date demande,"
            "date de la demande,openingsdatum,geopend op,datum aanvraag,opened on",
            cells.past_day,
        ),
        Column(
            "step", CASE, _("Step"),
            "status,state,statut,etat,etape,situation,etat du dossier,stap,stand van zaken,result of case,issue",
            cells.choice(Step), Step,
        ),
        Column(
            "since", CASE, _("At this step since"),
            "since,status date,date du statut,date statut,depuis,depuis le,date etape,date de cloture,cloture le,"
            "closed on,closed,sinds,datum stap,afgesloten op,datum afsluiting",
            cells.past_day,
        ),
        Column(
            "office", CASE, _("Office"),
            "office,bureau,guichet,commune du bureau,kantoor,loket,registration office",
            cells.office,
        ),
        Column(
            "assignee", CASE, _("Followed by"),
            "adviser,caseworker,conseiller,conseillere,accompagnant,suivi par,referent,referente,begeleider,adviseur,"
            "opgevolgd door",
            cells.colleague,
        ),
        fact(
            facts.PAID, "paid,paye,montant paye,prix paye,betaald,bedrag,betaald bedrag,montant,amount", cells.amount,
        ),
        fact(
            facts.CARD_EXPIRES_ON,
            "card expires,card expires on,expiry,echeance de la carte,carte valable jusqu au,validite de la carte,"
            "kaart geldig tot,vervaldatum kaart",
            cells.day,
        ),
        fact(facts.DOCSTOP_ON, "docstop,doc stop,docstop le,docstop op", cells.past_day),
        fact(facts.POLICE_ON, "police,declaration de police,politie,aangifte", cells.past_day),
        fact(
            facts.ABANDON_REASON,
            "reason abandoned,motif d abandon,raison de l abandon,reden stopzetting",
            cells.choice(facts.AbandonReason),
        ),
        fact(
            facts.REFERRED_TO,
            "referred to,oriente vers,reoriente vers,doorverwezen naar",
            cells.choice(facts.ReferredTo),
        ),
        fact(facts.OTHER_WAY, "other way,autre moyen,ander middel", cells.choice(facts.OtherWay)),
        Column(
            "case_note", CASE, _("Note on the case"),
            "notes,note,remarks,remark,remarque,remarques,commentaire,commentaires,observations,opmerking,opmerkingen,"
            "nota,comment,comments",
            cells.text(4000),
        ),
        Column(
            "visit_happened_on", VISIT, _("Day of the visit"),
            "visit,visit date,date of visit,date,date visite,date de visite,date de la visite,date de passage,passage,"
            "visite le,bezoek,datum,datum bezoek,bezoekdatum,visited on",
            cells.past_day,
        ),
        visit(
            "channel", "channel,how,canal,type de contact,contact,kanaal,contactwijze", cells.choice(Channel), Channel,
        ),
        visit("minutes", "duration,duree,duree en minutes,duur,duur in minuten,min,minuten", cells.minutes),
        visit(
            "topic", "subject,topic,sujet,theme,objet,objet de la visite,onderwerp,thema", cells.choice(Topic), Topic,
        ),
        Column(
            "visit_language", VISIT, _("Language of the visit"),
            "visit language,langue de la visite,langue de l entretien,taal van het bezoek,gesprekstaal",
            cells.choice(Language), Language,
        ),
        visit("result", "result,outcome,resultat,suite,resultaat,gevolg", cells.choice(Result), Result),
        Column(
            "visit_note", VISIT, _("Note on the visit"),
            "visit note,visit notes,note de visite,compte rendu,verslag,bezoeknota,nota bezoek",
            cells.text(4000),
        ),
    )
}  # fmt: skip


def of_kind(names: Iterable[str], kind: RowKind) -> list[str]:
    return [name for name in names if COLUMNS[name].kind == kind]


@cache
def meanings() -> Mapping[str, str]:
    """Which column a folded header means; what two columns could mean is nobody's, the first of the table has it."""
    found: dict[str, str] = {}
    for column in COLUMNS.values():
        for header in column.meant:
            found.setdefault(header, column.name)
    return found


def guessed(headers: Iterable[str], remembered: Mapping[int, str]) -> list[str]:
    """The column of each place: as chosen the last time, else as its header says; «» for none. No column twice."""
    taken: set[str] = set()
    chosen = []
    for place, header in enumerate(headers):
        words = re.sub(r"\d+$", "", folded(header)).strip()
        name = remembered.get(place) or meanings().get(folded(header)) or meanings().get(words, "")
        if name not in COLUMNS or name in taken:
            name = ""
        taken.add(name)
        chosen.append(name)
    return chosen
